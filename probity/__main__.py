"""`python -m probity` is the command line."""

import gc

usual = gc.get_threshold()
gc.set_threshold(20_000)  # as in app.py

from probity.wiring import command_line  # noqa: E402

gc.freeze()
gc.set_threshold(*usual)
command_line()
