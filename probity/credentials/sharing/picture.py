"""The picture of a badge: a ring, the scheme's short name and the year. It states nothing more.

As SVG, and as PNG from the same shapes; letters are outlines, so no reader needs a font.
"""

import functools
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw

from probity.kernel.settings import ROOT

SIZE, FINENESS = 512, 3
"""Units of the drawing, and how many dots across each pixel is averaged from."""

DARK, PETROL, SUN, WHITE = "#072f3e", "#0b5068", "#ffc233", "#ffffff"
_CIRCLES = ((256, PETROL), (244, SUN), (232, PETROL), (190, DARK))
_WIDEST, _STEPS = 300, 8
_FONT = ROOT / "static" / "vendor" / "inter-5.3.0" / "inter-latin-wght-normal.woff2"
_WEIGHT = 650

Contour = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of text: its baseline, the height of its capitals, its colour."""

    text: str
    baseline: float
    height: float
    colour: str


def _lines(scheme: str, year: int) -> tuple[_Line, ...]:
    return _Line(scheme, 296, 92, WHITE), _Line(str(year), 372, 42, SUN)


def svg(scheme: str, year: int) -> str:
    """The picture as drawn; `baking` puts a credential into it."""
    rings = "".join(
        f'<circle cx="256" cy="256" r="{radius}" fill="{colour}"/>' for radius, colour in _CIRCLES
    )
    words = "".join(
        f'<path fill="{line.colour}" d="{" ".join(map(_path, _contours(line)))}"/>'
        for line in _lines(scheme, year)
    )
    title = escape(f"{scheme} {year}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" '
        f'width="{SIZE}" height="{SIZE}" role="img"><title>{title}</title>{rings}'
        f'<path fill="{SUN}" d="{_path(_sun())}"/>{words}</svg>'
    )


@functools.lru_cache(maxsize=64)
def png(scheme: str, year: int) -> bytes:
    """The picture in dots. The same library draws the same bytes."""
    wide = SIZE * FINENESS
    image = Image.new("RGBA", (wide, wide), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    for radius, colour in _CIRCLES:
        near, far = (256 - radius) * FINENESS, (256 + radius) * FINENESS - 1
        pen.ellipse((near, near, far, far), fill=colour)
    image.paste(SUN, mask=_mask([_sun()]))
    for line in _lines(scheme, year):
        image.paste(line.colour, mask=_mask(_contours(line)))
    out = io.BytesIO()
    image.resize((SIZE, SIZE), Image.Resampling.BOX).save(out, "PNG")
    return out.getvalue()


def _mask(contours: list[Contour]) -> Image.Image:
    """What lies inside, where outlines may cross themselves: wherever they wind round a dot."""
    wide = SIZE * FINENESS
    turns = np.zeros((wide, wide + 1), np.int16)
    for (x0, y0), (x1, y1) in (edge for contour in contours for edge in _edges(contour)):
        low, high = sorted((y0, y1))
        rows = np.arange(math.ceil(low - 0.5), math.ceil(high - 0.5))
        if rows.size:
            x = x0 + (rows + 0.5 - y0) * (x1 - x0) / (y1 - y0)
            np.add.at(turns, (rows, np.ceil(x - 0.5).astype(int)), 1 if y1 > y0 else -1)
    inside = np.cumsum(turns, axis=1)[:, :wide] != 0
    return Image.fromarray(inside.astype(np.uint8) * 255)


def _edges(contour: Contour) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    dots = [(x * FINENESS, y * FINENESS) for x, y in contour]
    return zip(dots, [*dots[1:], dots[0]], strict=True)


def _sun() -> Contour:
    """Half a sun above the words, as in the mark of the house."""
    angles = (math.pi * step / 48 for step in range(49))
    return [(256 + 44 * math.cos(turn), 176 - 44 * math.sin(turn)) for turn in angles]


def _contours(line: _Line) -> list[Contour]:
    """The outlines of a line of text, centred; smaller where it would be too wide."""
    glyphs, cmap, capital = _face()
    names = [cmap.get(ord(sign), ".notdef") for sign in line.text]
    width = sum(glyphs[name].width for name in names)
    scale = min(line.height / capital, _WIDEST / max(width, 1))
    left, base = 256 - width * scale / 2, line.baseline - (line.height - capital * scale) / 2
    found: list[Contour] = []
    for name in names:
        pen = _FlatPen(glyphs)
        glyphs[name].draw(pen)
        found += [
            [(left + x * scale, base - y * scale) for x, y in contour] for contour in pen.contours
        ]
        left += glyphs[name].width * scale
    return found


@functools.cache
def _face() -> tuple[Any, dict[int, str], int]:
    font = TTFont(_FONT)
    return font.getGlyphSet(location={"wght": _WEIGHT}), font.getBestCmap(), font["OS/2"].sCapHeight


class _FlatPen(BasePen):
    """Keeps outlines as straight lines, short enough for the eye."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.contours: list[Contour] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.contours.append([pt])

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.contours[-1].append(pt)

    def _qCurveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float]) -> None:  # noqa: N802
        (x0, y0), (x1, y1), (x2, y2) = self.contours[-1][-1], pt1, pt2
        for step in range(1, _STEPS + 1):
            t = step / _STEPS
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
            self.contours[-1].append((a * x0 + b * x1 + c * x2, a * y0 + b * y1 + c * y2))


def _path(contour: Contour) -> str:
    first, *rest = (f"{x:.1f} {y:.1f}" for x, y in contour)
    return f"M{first}L{' '.join(rest)}Z"
