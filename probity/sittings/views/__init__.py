"""Pages of sittings: lobby and start, planning, rosters, accommodations."""

from probity.sittings.views import accommodations, console, console_log, lobby, planning, roster
from probity.sittings.views.blueprint import bp

__all__ = ["accommodations", "bp", "console", "console_log", "lobby", "planning", "roster"]
