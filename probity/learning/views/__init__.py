"""Course pages, my learning and practice."""

from probity.learning.views import courses, lessons, practice
from probity.learning.views.blueprint import bp

__all__ = ["bp", "courses", "lessons", "practice"]
