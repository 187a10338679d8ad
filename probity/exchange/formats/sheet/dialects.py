"""Whose table it is, as far as its headings tell."""

from probity.exchange.formats.sheet import kept
from probity.exchange.formats.sheet.headings import Headings, folded

SIGNS = (
    ("tao", {"choice 1", "choice 1 score", "max choices"}),
    ("kahoot", {"question", "time", "correct"}),
    ("moodle-csv", {"questiontext", "generalfeedback"}),
    ("moodle-csv", {"question text", "correct awnser"}),
    ("tiku", {"题型", "题干"}),
    ("tiku", {"题干", "答案"}),
)


def dialect_of(headings: Headings | None) -> str:
    """A name for the table; "" when nothing is known of it."""
    if headings is None:
        return ""
    if kept.is_own(headings):
        return "probity"
    labels = {folded(heading.label) for heading in headings.columns.values()}
    return next((name for name, signs in SIGNS if signs <= labels), "")
