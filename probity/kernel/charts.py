"""Charts as SVG text: drawn on the server, coloured by classes, read out as one sentence."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDE, NARROW = 640, 320
FIRST_ROW, ROW, BAR_Y = 18, 50, 20
"""Where the rows of a profile begin, how far apart they are, and how far down in one its bar lies."""

_CHART = Markup(
    '<svg class="chart chart--{size}" viewBox="0 0 {width} {height}" role="img"'
    ' aria-label="{finding}">{shapes}</svg>'
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a profile: a share from 0 to 100 and the words printed at its end.

    `reach` is the range the share may lie in; a row that is not judged has no colour of its own.
    """

    name: str
    percent: float
    words: str
    reach: tuple[float, float] | None = None
    is_judged: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a whole; `series` is the colour, 1 to 6."""

    name: str
    amount: int
    series: int


def profile(
    bars: Sequence[Bar], finding: str, *, standard: float | None = None, standard_name: str = ""
) -> Markup:
    """Draw one bar for each row from 0 to 100, with a line at the standard."""

    def draw(width: int) -> tuple[int, Markup]:
        scale = _Scale(left=4, right=width - 64, top=100)
        height = ROW * len(bars) + FIRST_ROW + 12
        shapes = [_tick(scale, mark, height) for mark in (0, 25, 50, 75, 100)]
        for index, bar in enumerate(bars):
            shapes.append(_profile_row(scale, bar, FIRST_ROW + index * ROW, width, standard))
        if standard is not None:
            shapes.append(_standard(scale, standard, standard_name, len(bars)))
        return height, Markup().join(shapes)

    return _both(draw, finding)


def stacked(parts: Sequence[Part], finding: str) -> Markup:
    """Draw one bar split in proportion, each part with its amount below it."""
    total = sum(part.amount for part in parts)

    def draw(width: int) -> tuple[int, Markup]:
        shapes, left = [], 0.0
        for part in parts:
            size = width * part.amount / total
            shapes.append(
                Markup(
                    '<rect class="f{}" x="{:.1f}" y="0" width="{:.1f}" height="26" rx="3">'
                    "<title>{}: {}</title></rect>"
                    '<text class="t-ink" x="{:.1f}" y="42" text-anchor="middle">{}</text>'
                ).format(
                    part.series,
                    left,
                    max(size - 2, 1),
                    part.name,
                    part.amount,
                    left + size / 2,
                    part.amount,
                )
            )
            left += size
        return 46, Markup().join(shapes)

    return _both(draw, finding) if total else Markup()


def ring(percent: int, finding: str, *, size: int = 96) -> Markup:
    """Draw a share of 100 as a ring with the number inside."""
    around = 2 * math.pi * 40
    return Markup(
        '<svg class="ring" viewBox="0 0 96 96" width="{size}" height="{size}" role="img"'
        ' aria-label="{finding}"><circle class="ring__bg" cx="48" cy="48" r="40"/>'
        '<circle class="ring__fg" cx="48" cy="48" r="40" stroke-dasharray="{done:.1f} {around:.1f}"'
        ' transform="rotate(-90 48 48)"/>'
        '<text x="48" y="55" text-anchor="middle">{percent}%</text></svg>'
    ).format(
        size=size, finding=finding, percent=percent, done=around * percent / 100, around=around
    )


@dataclass(frozen=True, slots=True)
class Column:
    """One band of a histogram: where it begins, how many lie in it, how many of them passed."""

    start: str
    amount: int
    passed: int
    words: str


def histogram(
    columns: Sequence[Column], finding: str, *, standard: float, standard_name: str = ""
) -> Markup:
    """Draw how many lie in each band, with a line after `standard` bands (parts of one count)."""

    def draw(width: int) -> tuple[int, Markup]:
        height = 250 if width == WIDE else 220
        step = _step(max(column.amount for column in columns))
        top = step * max(1, math.ceil(max(column.amount for column in columns) / step))
        room = _Room(left=36, right=width - 8, base=height - 24, top=20, most=top)
        shapes = [_level(room, amount) for amount in range(0, top + 1, step)]
        size = (room.right - room.left) / len(columns)
        every = math.ceil(len(columns) * 28 / (room.right - room.left))
        for index, column in enumerate(columns):
            shapes.append(_band(room, column, room.left + index * size, size))
            if index % every == 0:
                shapes.append(_start(room, column, room.left + index * size))
        shapes.append(_mark(room, room.left + standard * size, standard_name))
        return height, Markup().join(shapes)

    return _both(draw, finding)


@dataclass(frozen=True, slots=True)
class _Room:
    left: float
    right: float
    base: float
    top: float
    most: int

    def at(self, amount: float) -> float:
        return self.base - (self.base - self.top) * amount / self.most


def _step(most: int) -> int:
    """A round distance between about five lines."""
    for step in (1, 2, 5, 10, 20, 50, 100, 200, 500):
        if most <= step * 6:
            return step
    return int(10 ** (len(str(most)) - 1))


def _level(room: _Room, amount: int) -> Markup:
    return Markup(
        '<line class="{kind}" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
        '<text x="{words}" y="{words_y:.1f}" text-anchor="end">{amount}</text>'
    ).format(
        kind="gridl" if amount else "axis",
        left=room.left,
        right=room.right,
        y=room.at(amount),
        words=room.left - 6,
        words_y=room.at(amount) + 4,
        amount=amount,
    )


def _band(room: _Room, column: Column, x: float, size: float) -> Markup:
    """The passed stand on the others."""
    shapes = Markup()
    below = 0
    for colour, amount in (("f6", column.amount - column.passed), ("f1", column.passed)):
        if amount:
            shapes += Markup(
                '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}">'
                "<title>{}: {}</title></rect>"
            ).format(
                colour,
                x + 1,
                room.at(below + amount),
                max(size - 2, 1),
                room.at(below) - room.at(below + amount),
                column.words,
                amount,
            )
        below += amount
    return shapes


def _start(room: _Room, column: Column, x: float) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>').format(
        x, room.base + 17, column.start
    )


def _mark(room: _Room, x: float, name: str) -> Markup:
    near_end = x > (room.left + room.right) / 2
    return Markup(
        '<line class="kink" stroke-width="1.5" stroke-dasharray="4 3" x1="{x:.1f}" x2="{x:.1f}"'
        ' y1="6" y2="{base}"/><text class="t-ink" x="{words:.1f}" y="14" text-anchor="{side}">{name}'
        "</text>"
    ).format(
        x=x,
        base=room.base,
        words=x - 6 if near_end else x + 6,
        side="end" if near_end else "start",
        name=name,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    left: float
    right: float
    top: float

    def at(self, value: float) -> float:
        return self.left + (self.right - self.left) * min(max(value, 0), self.top) / self.top


def _both(draw: Callable[[int], tuple[int, Markup]], finding: str) -> Markup:
    """Draw for wide and for narrow screens, so that the words keep their size in both."""
    drawings = []
    for size, width in (("wide", WIDE), ("narrow", NARROW)):
        height, shapes = draw(width)
        drawings.append(
            _CHART.format(size=size, width=width, height=height, finding=finding, shapes=shapes)
        )
    return Markup().join(drawings)


def _tick(scale: _Scale, mark: int, height: int) -> Markup:
    x = scale.at(mark)
    return Markup(
        '<line class="gridl" x1="{x:.1f}" x2="{x:.1f}" y1="18" y2="{bottom}"/>'
        '<text x="{x:.1f}" y="{foot}" text-anchor="{anchor}">{mark}</text>'
    ).format(
        x=x, bottom=height - 22, foot=height - 6, mark=mark, anchor="middle" if mark else "start"
    )


def _profile_row(scale: _Scale, bar: Bar, y: int, width: int, standard: float | None) -> Markup:
    met = standard is None or bar.percent >= standard
    row = Markup(
        '<text class="t-ink" x="{left}" y="{name_y}">{name}</text>'
        '<rect class="f0" x="{left}" y="{bar_y}" width="{whole:.1f}" height="12" rx="2"/>'
        '<rect class="{colour}" x="{left}" y="{bar_y}" width="{done:.1f}" height="12" rx="2"/>'
        '<text class="t-ink" x="{width}" y="{words_y}" text-anchor="end">{words}</text>'
    ).format(
        left=scale.left,
        name=bar.name,
        name_y=y + 12,
        bar_y=y + BAR_Y,
        words_y=y + 31,
        whole=scale.right - scale.left,
        done=scale.at(bar.percent) - scale.left,
        colour="f6" if not bar.is_judged else "f1" if met else "f4",
        width=width,
        words=bar.words,
    )
    return row + (_reach(scale, bar.reach, y + BAR_Y + 6) if bar.reach else "")


def _reach(scale: _Scale, reach: tuple[float, float], y: int) -> Markup:
    """A line over the bar, with an end at either side."""
    low, high = (scale.at(end) for end in reach)
    return Markup(
        '<path class="kink" fill="none" stroke-width="1.5"'
        ' d="M{low:.1f} {y}H{high:.1f}M{low:.1f} {top}v8M{high:.1f} {top}v8"/>'
    ).format(low=low, high=high, y=y, top=y - 4)


def _standard(scale: _Scale, standard: float, name: str, rows: int) -> Markup:
    """A line at the standard, over each bar but not over the names between them."""
    x = scale.at(standard)
    near_end = x > (scale.left + scale.right) / 2
    pieces = "".join(
        f"M{x:.1f} {top}V{bottom}"
        for top, bottom in [
            (2, 14),
            *(
                (y + BAR_Y - 2, y + BAR_Y + 14)
                for y in (FIRST_ROW + row * ROW for row in range(rows))
            ),
        ]
    )
    return Markup(
        '<path class="kink" fill="none" stroke-width="2" d="{pieces}"/>'
        '<text class="t-ink" x="{words:.1f}" y="11" text-anchor="{side}">{name}</text>'
    ).format(
        pieces=pieces,
        words=x - 6 if near_end else x + 6,
        side="end" if near_end else "start",
        name=name,
    )
