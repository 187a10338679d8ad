"""How large a name or a title may be set so that it keeps to its area. Widths are in em."""

from collections.abc import Sequence
from dataclasses import dataclass

from probity.credentials.paper.layout import Area

NAME_SIZES = (44.0, 38.0, 33.0, 29.0, 25.0, 22.0, 19.0, 16.5, 14.0, 12.0, 10.5, 9.0, 8.0, 7.0)
TITLE_SIZES = (22.0, 19.0, 16.5, 14.0, 12.0, 10.5, 9.0, 8.0)
NATIVE_SHARE = 0.55
"""Size of the name in its own script, by that of the Latin one."""

CHINESE_SHARE = 0.7
NAME_LEADING, TITLE_LEADING = 1.15, 1.25

_SMALLEST_BESIDE = 25.0
_GAP_MM, _AIR_MM = 6.0, 2.0
_MM_PER_POINT = 25.4 / 72
_RAGGED = 1.1
"""Lines broken between words are not filled to the end."""


@dataclass(frozen=True, slots=True)
class NameFit:
    """Sizes in points, and whether both names stand in one line."""

    latin: float
    native: float
    beside: bool


def fit_names(latin: float, native: float, area: Area) -> NameFit:
    """Both names in one line at a dignified size, else one below the other."""
    gap = _GAP_MM if native else 0.0
    for size in (s for s in NAME_SIZES if s >= _SMALLEST_BESIDE):
        if (latin + native * NATIVE_SHARE) * size * _MM_PER_POINT + gap <= area.width:
            return NameFit(size, size * NATIVE_SHARE, beside=True)
    for size in NAME_SIZES:
        height = _lines(latin, size, area.width) * size
        if native:
            height += _lines(native, size * NATIVE_SHARE, area.width) * size * NATIVE_SHARE
        if height * NAME_LEADING * _MM_PER_POINT <= area.height - _AIR_MM:
            break
    return NameFit(size, size * NATIVE_SHARE, beside=False)


def fit_title(english: float, chinese: float, area: Area) -> float:
    """The size of the English title; the Chinese one below it is smaller by CHINESE_SHARE."""
    for size in TITLE_SIZES:
        height = _lines(english, size, area.width) * size
        if chinese:
            small = size * CHINESE_SHARE
            height += _lines(chinese, small, area.width) * small
        if height * TITLE_LEADING * _MM_PER_POINT <= area.height:
            break
    return size


def fit_block(
    parts: Sequence[tuple[float, float]],
    area: Area,
    sizes: Sequence[float],
    leading: float = TITLE_LEADING,
) -> float:
    """The largest size at which all parts keep to an area; a part is its width and its share."""
    for size in sizes:
        height = sum(_lines(ems, size * share, area.width) * size * share for ems, share in parts)
        if height * leading * _MM_PER_POINT <= area.height:
            break
    return size


def _lines(ems: float, size: float, width_mm: float) -> int:
    needed = ems * size * _MM_PER_POINT
    return 1 if needed <= width_mm else -int(-needed * _RAGGED // width_mm)
