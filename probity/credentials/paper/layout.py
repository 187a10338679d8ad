"""Where each field stands on the page: the typesetter writes there, the inspector reads there."""

from dataclasses import dataclass

VERSION = 1
"""Kept with every certificate, for a later design moves the fields."""

PAGE_WIDTH, PAGE_HEIGHT = 297.0, 210.0
POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in millimetres from the upper left corner of the page."""

    left: float
    top: float
    width: float
    height: float

    def points(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top as a PDF counts them."""
        return (
            self.left * POINTS_PER_MM,
            (PAGE_HEIGHT - self.top - self.height) * POINTS_PER_MM,
            (self.left + self.width) * POINTS_PER_MM,
            (PAGE_HEIGHT - self.top) * POINTS_PER_MM,
        )


AREAS = {
    "issuer": Area(42, 22, 114, 13),
    "holder": Area(26, 64, 152, 27),
    "title": Area(26, 100, 166, 40),
    "issued_on": Area(131, 158, 56, 6),
    "valid_until": Area(131, 164, 56, 6),
    "level": Area(131, 170, 56, 6),
    "standard": Area(131, 176, 56, 13),
    "number": Area(190, 182, 48, 7),
}
"""Fields alone: headings and labels stand outside, so that what is read here is the field."""
