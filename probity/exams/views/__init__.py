"""Pages and protocol of exams."""

from probity.exams.views import lobby, results, room, studio
from probity.exams.views.blueprint import bp

__all__ = ["bp", "lobby", "results", "room", "studio"]
