"""Areas of a picture in whole pixels: rectangles, circles, ellipses, polygons. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from probity.bank.parts import later
from probity.kernel.shapes import Shape, Text, Token, wrong

NUMBERS = {"rect": 4, "circle": 3, "ellipse": 4}
LEAST_POLY, GRID = 6, 16


class Area(Shape):
    """An area by its corners or its centre; which numbers describe it is in the refusal below."""

    id: Token
    shape: Literal["rect", "circle", "ellipse", "poly"]
    coords: list[int] = Field(min_length=3, max_length=400)
    label: Text
    correct: bool = False
    why: Text | None = later(None)

    @model_validator(mode="after")
    def closed(self) -> Self:
        numbers = NUMBERS.get(self.shape)
        corners = len(self.coords) >= LEAST_POLY and len(self.coords) % 2 == 0
        if numbers != len(self.coords) and not (self.shape == "poly" and corners):
            raise wrong(
                "I20",
                f"A {self.shape} is not described by {len(self.coords)} numbers.",
                "A rect has left, top, right, bottom; a circle x, y, radius;"
                " an ellipse x, y and two radii; a poly x and y of three corners or more.",
                at="coords",
            )
        if self.shape == "rect" and not (
            self.coords[0] <= self.coords[2] and self.coords[1] <= self.coords[3]
        ):
            raise wrong("I20", "A rect goes from left to right and from top to bottom.",
                        "Write left, top, right, bottom.", at="coords")  # fmt: skip
        if self.shape in {"circle", "ellipse"} and min(self.coords[2:]) <= 0:
            raise wrong("I20", "A radius is more than nothing.", "Write 1 or more.", at="coords")
        return self

    def holds(self, x: int, y: int) -> bool:
        """Tell whether a pixel lies inside; the edge belongs to the area."""
        match self.shape:
            case "rect":
                left, top, right, bottom = self.coords
                return left <= x <= right and top <= y <= bottom
            case "circle":
                cx, cy, radius = self.coords
                return (x - cx) ** 2 + (y - cy) ** 2 <= radius**2
            case "ellipse":
                cx, cy, rx, ry = self.coords
                return ((x - cx) * ry) ** 2 + ((y - cy) * rx) ** 2 <= (rx * ry) ** 2
            case _:
                return _in_polygon(x, y, self.corners)

    @property
    def corners(self) -> list[tuple[int, int]]:
        return list(zip(self.coords[::2], self.coords[1::2], strict=True))

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The smallest rectangle around the area."""
        match self.shape:
            case "rect":
                left, top, right, bottom = self.coords
                return left, top, right, bottom
            case "poly":
                across, down = self.coords[::2], self.coords[1::2]
                return min(across), min(down), max(across), max(down)
            case _:
                x, y, rx, ry = (*self.coords, self.coords[-1])[:4]
                return x - rx, y - ry, x + rx, y + ry


def area_at(x: int, y: int, areas: Iterable[Area]) -> Area | None:
    """The first area that holds a pixel."""
    return next((area for area in areas if area.holds(x, y)), None)


def place_inside(area: Area, areas: Sequence[Area]) -> tuple[int, int] | None:
    """A pixel that counts for this area, near its middle; none where others cover it."""
    return next((place for place in _places(area) if area_at(*place, areas) is area), None)


def _places(area: Area) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = area.box
    yield (left + right) // 2, (top + bottom) // 2
    for row in range(GRID + 1):
        for column in range(GRID + 1):
            yield left + (right - left) * column // GRID, top + (bottom - top) * row // GRID
    if area.shape == "poly":
        yield from area.corners


def _in_polygon(x: int, y: int, corners: Sequence[tuple[int, int]]) -> bool:
    """Count the sides to the right of a pixel, in whole numbers; a pixel on a side is inside."""
    inside = False
    for place, (x1, y1) in enumerate(corners):
        x2, y2 = corners[place - 1]
        turn = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        if turn == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return True
        if (y1 > y) != (y2 > y) and (turn > 0) == (y2 > y1):
            inside = not inside
    return inside
