"""Pages and protocol of exams."""

from probity.exams.views import (
    late,
    media,
    papers,
    presence,
    receipts,
    recovery,
    results,
    room,
    steps,
    studio,
    tools,
)
from probity.exams.views.blueprint import bp

__all__ = [
    "bp",
    "late",
    "media",
    "papers",
    "presence",
    "receipts",
    "recovery",
    "results",
    "room",
    "steps",
    "studio",
    "tools",
]
