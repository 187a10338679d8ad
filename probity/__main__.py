"""`python -m probity` is the command line."""

from probity.wiring import command_line

command_line()
