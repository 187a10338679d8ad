"""Whether a point lies within an area of an image."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

RECT, CIRCLE, ELLIPSE, CORNER = 4, 3, 4, 6


def is_inside(shape: str, coords: Sequence[int], point: tuple[Fraction, Fraction]) -> bool:
    """Edges belong to the area."""
    x, y = point
    if shape == "default":
        return True
    if shape == "rect" and len(coords) == RECT:
        left, top, right, bottom = coords
        return min(left, right) <= x <= max(left, right) and min(top, bottom) <= y <= max(
            top, bottom
        )
    if shape == "circle" and len(coords) == CIRCLE:
        return bool((x - coords[0]) ** 2 + (y - coords[1]) ** 2 <= Fraction(coords[2]) ** 2)
    if shape == "ellipse" and len(coords) == ELLIPSE and coords[2] and coords[3]:
        across = (x - coords[0]) / coords[2]
        down = (y - coords[1]) / coords[3]
        return bool(across * across + down * down <= 1)
    if shape == "poly" and len(coords) >= CORNER:
        return _in_polygon(list(zip(coords[::2], coords[1::2], strict=False)), x, y)
    return False


def middle(shape: str, coords: Sequence[int]) -> tuple[int, int] | None:
    """A point within the area, or nothing where none is found."""
    if shape == "default":
        return (0, 0)
    if shape in {"circle", "ellipse"} and len(coords) >= CIRCLE:
        return coords[0], coords[1]
    if shape == "rect" and len(coords) == RECT:
        return (coords[0] + coords[2]) // 2, (coords[1] + coords[3]) // 2
    if shape != "poly" or len(coords) < CORNER:
        return None
    xs, ys = coords[::2], coords[1::2]
    centre = (sum(xs) // len(xs), sum(ys) // len(ys))
    for spot in (centre, *zip(xs, ys, strict=False)):
        if is_inside(shape, coords, (Fraction(spot[0]), Fraction(spot[1]))):
            return spot
    return None


def _in_polygon(corners: list[tuple[int, int]], x: Fraction, y: Fraction) -> bool:
    inside = False
    if corners[0] != corners[-1]:
        corners = [*corners, corners[0]]
    for (x1, y1), (x2, y2) in pairwise(corners):
        across = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)
        if across == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return True
        if (y1 > y) != (y2 > y) and x < Fraction((x2 - x1) * (y - y1), y2 - y1) + x1:
            inside = not inside
    return inside
