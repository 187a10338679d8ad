"""Ornaments of designs, drawn as page operators once per design: frames, rosettes, bands."""

from collections.abc import Iterable

from probity.credentials.paper import ornaments
from probity.credentials.paper.fonts import Face
from probity.credentials.paper.layout import POINTS_PER_MM, Layout

_CREST = 0.3642
"""Handle length, by half a period, that makes a cubic curve from top to bottom a sine."""


def background(
    layout: Layout, accent: str, *, bare: bool, words: Iterable[tuple[Face, str]] = ()
) -> bytes:
    """What lies under the text of a design; with `bare` a rosette stands where no logo is."""
    unit = POINTS_PER_MM
    flip = f"{unit:.5f} 0 0 {-unit:.5f} 0 {layout.height * unit:.3f} cm"
    drawn = {"classic": _classic, "modern": _modern, "letterhead": _letterhead}[layout.base]
    across = ornaments.watermark(list(words), layout.width, layout.height)
    parts = [flip, *drawn(layout, accent, bare=bare), *across]
    return f"/Artifact BMC q {' '.join(parts)} Q EMC".encode()


def tint(colour: str, share: float) -> str:
    """A colour mixed with white: `share` of it is left."""
    parts = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * share):02x}" for part in parts)


def _classic(layout: Layout, accent: str, *, bare: bool) -> Iterable[str]:
    """A frame of interlaced waves between fine lines, with rosettes on its corners."""
    wide, high, edge, band = layout.width, layout.height, 9.5, 6.5
    middle, swing = edge + band / 2, band / 2 - 0.7
    yield f"{_stroke(tint(accent, 0.55))} .16 w"
    for length, upright in ((wide - 2 * middle, False), (high - 2 * middle, True)):
        period = length / round(length / 8.4)
        near, far = middle, (wide if upright else high) - middle
        for off in (near, far):
            place = f"0 1 1 0 {off:g} {middle:g}" if upright else f"1 0 0 1 {middle:g} {off:g}"
            waves = " ".join(_wave(length, period, swing, n / 6) for n in range(6))
            yield f"q {place} cm 0 -{band / 2:g} {length:g} {band:g} re W n {waves} S Q"
    yield f"{_stroke(accent)} .5 w {_box(edge, edge, wide, high)} S"
    yield f".25 w {_box(edge + band, edge + band, wide, high)} S"
    inner = edge + band + 1.6
    yield f"{_stroke(tint(accent, 0.45))} .2 w {_box(inner, inner, wide, high)} S"
    for x in (middle, wide - middle):
        for y in (middle, high - middle):
            yield _rosette(x, y, 7.4, accent, paper=True)
    if bare:
        logo = layout.areas["logo"]
        size = min(logo.width, logo.height) / 2
        yield _rosette(logo.left + logo.width / 2, logo.top + logo.height / 2, size, accent)


def _modern(layout: Layout, accent: str, *, bare: bool) -> Iterable[str]:
    """A column of colour at the side with fine rings, and the same rings pale over the corner."""
    wide = 26.0 if layout.height > layout.width else 46.0
    yield f"{_fill(accent)} 0 0 {wide:g} {layout.height:g} re f"
    yield f"q 0 0 {wide:g} {layout.height:g} re W n {_stroke(tint(accent, 0.62))} .2 w"
    yield from _rings(0, layout.height * 0.78, 66)
    yield f"{_stroke(tint(accent, 0.75))} .2 w"
    yield from _rings(wide, layout.height * 0.1, 44)
    yield "Q"
    yield f"q {wide:g} 0 {layout.width - wide:g} {layout.height:g} re W n"
    yield f"{_stroke(tint(accent, 0.13))} .25 w"
    yield from _rings(layout.width + 6, -8, 74)
    yield "Q"
    if bare:
        logo = layout.areas["logo"]
        size = logo.height / 2
        yield _rosette(logo.left + size, logo.top + size, size, accent)


def _letterhead(layout: Layout, accent: str, *, bare: bool) -> Iterable[str]:
    """Two rules, and nothing that a copier would spoil."""
    left, right = 25.0, layout.width - 25
    yield f"{_fill(accent)} {left:g} 43 {right - left:g} 1.1 re f"
    grey = tint(accent, 0.35)
    for y in (182.0, 219.5, 266.0):
        yield f"{_stroke(grey)} .2 w {left:g} {y:g} m {right:g} {y:g} l S"
    if bare:
        logo = layout.areas["logo"]
        size = logo.height / 2
        yield _rosette(logo.left + size, logo.top + size, size, accent)


def _rosette(x: float, y: float, size: float, accent: str, *, paper: bool = False) -> str:
    """Ellipses turned around one centre, as on securities; on paper of its own if asked."""
    rings = " ".join(ornaments.ellipse(size * 0.94, size * 0.42, 0, 10 * n) for n in range(18))
    inner = " ".join(ornaments.ellipse(size * 0.4, size * 0.17, 0, 15 * n) for n in range(12))
    hole = ornaments.ellipse(size * 0.98, size * 0.98)
    under = f"1 1 1 rg {ornaments.ellipse(size * 1.04, size * 1.04)} f" if paper else ""
    return (
        f"q 1 0 0 1 {x:g} {y:g} cm {under} {_stroke(tint(accent, 0.7))} .16 w {rings} S "
        f"{_stroke(accent)} {inner} S .35 w {hole} S "
        f"{_fill(accent)} {ornaments.ellipse(size * 0.13, size * 0.13)} f Q"
    )


def _rings(x: float, y: float, size: float) -> Iterable[str]:
    """A large guilloche around a centre that may lie outside the page."""
    rings = (ornaments.ellipse(size * 0.34, size * 0.34, size * 0.62, 6 * n) for n in range(60))
    yield f"q 1 0 0 1 {x:g} {y:g} cm {' '.join(rings)} S Q"


def _wave(length: float, period: float, swing: float, turn: float) -> str:
    """A sine from before the start to behind the end: one curve from each crest to the next."""
    half, reach = period / 2, period / 2 * _CREST
    x, y = (turn - 1) * period, swing
    drawn = [f"{x:.2f} {y:.2f} m"]
    while x < length:
        end = x + half
        drawn.append(f"{x + reach:.2f} {y:.2f} {end - reach:.2f} {-y:.2f} {end:.2f} {-y:.2f} c")
        x, y = end, -y
    return " ".join(drawn)


def _box(left: float, top: float, wide: float, high: float) -> str:
    return f"{left:g} {top:g} {wide - 2 * left:g} {high - 2 * top:g} re"


def _stroke(colour: str) -> str:
    return f"{ornaments.colour(colour)} RG"


def _fill(colour: str) -> str:
    return f"{ornaments.colour(colour)} rg"
