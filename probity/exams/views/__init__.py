"""Pages and protocol of exams."""

from probity.exams.views import lobby, room
from probity.exams.views.blueprint import bp

__all__ = ["bp", "lobby", "room"]
