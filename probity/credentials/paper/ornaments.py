"""Drawings behind the text of a certificate, as page operators made once per process.

As SVG they would be laid out and written anew for every certificate: a third of its cost.
"""

import io
import math
from collections.abc import Iterable
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

from probity.credentials.paper.fonts import Face
from probity.credentials.paper.layout import PAGE_HEIGHT, PAGE_WIDTH, POINTS_PER_MM

PETROL, MIST, PALE, SUN, BLUSH = "#0b5068", "#9dbac5", "#8fb8c6", "#ffc233", "#f7dedb"
CIRCLES, ELLIPSES = 72, 36
SEAL_AT, SEAL_UNIT = (246.65, 50.35), 150 / 220
"""Centre in millimetres, and millimetres per unit of the drawing."""

_ROUND = 0.5523
"""Handle length that makes four cubic curves a circle."""


def background(words: Iterable[tuple[Face, str]] = ()) -> bytes:
    """Seal, frame, band and mark; with `words`, those across the page as outlines."""
    unit = POINTS_PER_MM
    flip = f"{unit:.5f} 0 0 {-unit:.5f} 0 {PAGE_HEIGHT * unit:.3f} cm"
    parts = [flip, _seal(), *watermark(list(words)), _frame(), _mark()]
    return f"/Artifact BMC q {' '.join(parts)} Q EMC".encode()


def _seal() -> str:
    """The sun seal: rings seen from every side, like the fine lines on securities."""
    x, y = SEAL_AT
    rings = [ellipse(103, 103), ellipse(105.5, 105.5)]
    rings += [ellipse(34, 34, 66, 360 / CIRCLES * n) for n in range(CIRCLES)]
    rings += [ellipse(56, 30, 0, 180 / ELLIPSES * n) for n in range(ELLIPSES)]
    inside = f"9.35 9.35 {PAGE_WIDTH - 18.7:g} 188 re W n"
    place = f"{SEAL_UNIT:.5f} 0 0 {SEAL_UNIT:.5f} {x} {y} cm"
    lines = f"{colour(PALE)} RG .3 w {' '.join(rings)} S"
    return f"q {inside} {place} {lines} {colour(SUN)} rg {ellipse(24, 24)} f Q"


def _frame() -> str:
    outer = (
        f"{colour(PETROL)} RG .35 w 9.17 9.17 {PAGE_WIDTH - 18.34:g} {PAGE_HEIGHT - 18.34:g} re S"
    )
    inner = (
        f"{colour(MIST)} RG .15 w 10.68 10.68 {PAGE_WIDTH - 21.36:g} {PAGE_HEIGHT - 21.36:g} re S"
    )
    band = f"{colour(SUN)} rg 9 {PAGE_HEIGHT - 12:g} {PAGE_WIDTH - 18:g} 3 re f"
    return f"{outer} {inner} {band}"


def _mark() -> str:
    """The sun over the bay, 12 mm high."""
    lines = (2.5, 18, 29.5, 18), (8, 22, 24, 22), (11.5, 25.6, 20.5, 25.6), (14.2, 29, 17.8, 29)
    rays = (16, 7.4, 16, 4), (22.2, 9.6, 24.4, 6.8), (9.8, 9.6, 7.6, 6.8)
    low_rays = (25, 13.7, 28.2, 12.5), (7, 13.7, 3.8, 12.5)
    drawn = (*lines, *rays, *low_rays)
    strokes = " ".join(f"{a:g} {b:g} m {c:g} {d:g} l" for a, b, c, d in drawn)
    half = f"9 16.6 m 9 {16.6 - 7 * _ROUND:.3f} {16 - 7 * _ROUND:.3f} 9.6 16 9.6 c "
    half += f"{16 + 7 * _ROUND:.3f} 9.6 23 {16.6 - 7 * _ROUND:.3f} 23 16.6 c h"
    sun = f"{colour(SUN)} rg {half} f"
    return f"q .375 0 0 .375 26 22 cm {sun} {colour(PETROL)} RG 2 w 1 J {strokes} S Q"


def watermark(
    words: list[tuple[Face, str]], wide: float = PAGE_WIDTH, high: float = PAGE_HEIGHT
) -> list[str]:
    """Words across a page, rising with its shape."""
    shapes, place = [], 0.0
    for face, text in words:
        shape, width = _outline(face, text, place)
        shapes.append(shape)
        place += width + 240
    if not shapes:
        return []
    width = place - 240
    degrees, middle = (24, 118) if wide > high else (52, 158)
    scale, turn = 258 / width, math.radians(degrees)
    across, down = math.cos(turn) * scale, math.sin(turn) * scale
    turned = f"{across:.5f} {-down:.5f} {-down:.5f} {-across:.5f} {wide / 2:g} {middle} cm"
    centred = f"1 0 0 1 {-width / 2:.2f} -250 cm"
    return [f"q {turned} {centred} {colour(BLUSH)} rg {' '.join(shapes)} f Q"]


class _OperatorPen(BasePen):
    """Draws a glyph as path operators, in thousandths of an em from `left`."""

    def __init__(self, glyphs: Any, scale: float, left: float) -> None:
        super().__init__(glyphs)
        self.scale, self.left = scale, left
        self.out: list[str] = []

    def _add(self, operator: str, *points: tuple[float, float]) -> None:
        numbers = [f"{x * self.scale + self.left:.1f} {y * self.scale:.1f}" for x, y in points]
        self.out.append(f"{' '.join(numbers)} {operator}")

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self._add("m", pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self._add("l", pt)

    def _curveToOne(self, pt1: Any, pt2: Any, pt3: Any) -> None:  # noqa: N802
        self._add("c", pt1, pt2, pt3)

    def _closePath(self) -> None:  # noqa: N802
        self.out.append("h")


def _outline(face: Face, text: str, left: float) -> tuple[str, float]:
    """Path of a text in thousandths of an em from `left`, and its width."""
    font = TTFont(io.BytesIO(face.data), lazy=True)
    glyphs, cmap, scale = font.getGlyphSet(), font.getBestCmap(), 1000 / font["head"].unitsPerEm
    shapes, width = [], 0.0
    for sign in text:
        pen = _OperatorPen(glyphs, scale, left + width)
        glyph = glyphs[cmap[ord(sign)]]
        glyph.draw(pen)
        shapes += pen.out
        width += glyph.width * scale
    return " ".join(shapes), width


def ellipse(a: float, b: float, centre: float = 0, degrees: float = 0) -> str:
    """An ellipse as four curves, its centre on the x axis before it is turned."""
    h, v = a * _ROUND, b * _ROUND
    points = [
        (a, 0), (a, v), (h, b), (0, b), (-h, b), (-a, v), (-a, 0),
        (-a, -v), (-h, -b), (0, -b), (h, -b), (a, -v), (a, 0),
    ]  # fmt: skip
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turned = [((x + centre) * cos - y * sin, (x + centre) * sin + y * cos) for x, y in points]
    xy = [f"{x:.2f} {y:.2f}" for x, y in turned]
    curves = " ".join(f"{xy[n]} {xy[n + 1]} {xy[n + 2]} c" for n in (1, 4, 7, 10))
    return f"{xy[0]} m {curves} h"


def colour(code: str) -> str:
    return " ".join(f"{int(code[n : n + 2], 16) / 255:.4g}" for n in (1, 3, 5))
