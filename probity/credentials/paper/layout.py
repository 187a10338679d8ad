"""Where each field stands on the page: the typesetter writes there, the inspector reads there."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

VERSION = 1
"""Kept with every certificate that has no design of its own, for a design moves the fields."""

PAGE_WIDTH, PAGE_HEIGHT = 297.0, 210.0
POINTS_PER_MM = 72 / 25.4

CELLS = ("issued_on", "valid_until", "level", "standard")
"""Fields in a row or a grid; a design may leave out all but the first, and the others move up."""

_LABEL_MM = 4.6


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in millimetres from the upper left corner of the page."""

    left: float
    top: float
    width: float
    height: float

    def points(self, page_height: float = PAGE_HEIGHT) -> tuple[float, float, float, float]:
        """Left, bottom, right, top as a PDF counts them."""
        return (
            self.left * POINTS_PER_MM,
            (page_height - self.top - self.height) * POINTS_PER_MM,
            (self.left + self.width) * POINTS_PER_MM,
            (page_height - self.top) * POINTS_PER_MM,
        )

    def columns(self, number: int, gap: float = 4.0) -> tuple["Area", ...]:
        """Side by side, all of one width."""
        width = (self.width - gap * (number - 1)) / number
        return tuple(
            Area(self.left + n * (width + gap), self.top, width, self.height) for n in range(number)
        )

    def grid(self, across: int, down: int) -> tuple["Area", ...]:
        """As many columns and rows, read line by line."""
        height = self.height / down
        rows = (Area(self.left, self.top + n * height, self.width, height) for n in range(down))
        return tuple(cell for row in rows for cell in row.columns(across))

    def below_label(self) -> "Area":
        """The part of a cell that holds the value alone."""
        return Area(self.left, self.top + _LABEL_MM, self.width, self.height - _LABEL_MM)


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to fill a page; `number` is kept with each certificate and never given again."""

    number: int
    base: str
    width: float
    height: float
    areas: Mapping[str, Area]
    signatures: Area
    cells: Mapping[int, Sequence[Area]]

    def fields(self, shown: Sequence[str]) -> dict[str, Area]:
        """Where the fields stand that are compared with the register."""
        values = (cell.below_label() for cell in self.cells[len(shown)])
        return {
            **{name: self.areas[name] for name in FIELDS},
            **dict(zip(shown, values, strict=True)),
        }

    def boxes(self) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
        """Every place that may hold a field, by its name within a file."""
        for name in FIELDS:
            yield f"{self.number}/{name}", self.areas[name].points(self.height)
        for number, cells in self.cells.items():
            for place, cell in enumerate(cells):
                box = cell.below_label().points(self.height)
                yield f"{self.number}/{number}.{place}", box

    @property
    def is_grid(self) -> bool:
        """Whether cells that are left out leave their places empty."""
        return self.cells[1][0] == self.cells[len(CELLS)][0]

    def readings(self, texts: Mapping[str, str]) -> Iterator[dict[str, str]]:
        """The fields for each choice of cells that fits what stands on the page."""
        for count in range(1, len(CELLS) + 1):
            beyond = (
                texts.get(f"{self.number}/{len(CELLS)}.{n}", "") for n in range(count, len(CELLS))
            )
            if self.is_grid and any(text.strip() for text in beyond):
                continue  # something stands where this choice has nothing
            for chosen in itertools.combinations(CELLS[1:], count - 1):
                yield self.found(texts, (CELLS[0], *chosen))

    def found(self, texts: Mapping[str, str], shown: Sequence[str]) -> dict[str, str]:
        """What was read in those places, by the name of the field that stands there."""
        own = {name: texts.get(f"{self.number}/{name}", "") for name in FIELDS}
        count = len(shown)
        cells = {
            name: texts.get(f"{self.number}/{count}.{place}", "")
            for place, name in enumerate(shown)
        }
        return {**own, **cells}


FIELDS = ("issuer", "holder", "title", "number")
"""Fields that every design shows, each in a place of its own."""

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


def _in_columns(place: Area) -> dict[int, Sequence[Area]]:
    """Cells beside one another, the fewer the wider."""
    return {n: place.columns(n) for n in range(1, len(CELLS) + 1)}


def _in_grid(place: Area, across: int) -> dict[int, Sequence[Area]]:
    """Cells line by line, always of one size."""
    every = place.grid(across, len(CELLS) // across)
    return {n: every[:n] for n in range(1, len(CELLS) + 1)}


LAYOUTS = (
    Layout(
        2,
        "classic",
        PAGE_WIDTH,
        PAGE_HEIGHT,
        {
            "logo": Area(118.5, 21, 60, 15),
            "issuer": Area(48, 38, 201, 7),
            "heading": Area(44, 47, 209, 15),
            "before": Area(48, 64, 201, 6),
            "holder": Area(40, 71, 217, 22),
            "sentence": Area(48, 94, 201, 6),
            "title": Area(40, 101, 217, 22),
            "summary": Area(58, 124, 181, 10),
            "void": Area(48, 134.5, 201, 5),
            "seal": Area(194, 157, 28, 28),
            "code": Area(230, 155, 30, 30),
            "number": Area(222, 186.4, 46, 5.4),
            "check": Area(34, 186, 186, 8),
        },
        Area(34, 159, 154, 26),
        _in_columns(Area(44, 140.5, 209, 14)),
    ),
    Layout(
        3,
        "classic",
        PAGE_HEIGHT,
        PAGE_WIDTH,
        {
            "logo": Area(70, 25, 70, 22),
            "issuer": Area(28, 50, 154, 8),
            "heading": Area(26, 62, 158, 26),
            "before": Area(28, 92, 154, 8),
            "holder": Area(26, 102, 158, 32),
            "sentence": Area(28, 137, 154, 8),
            "title": Area(26, 147, 158, 34),
            "summary": Area(32, 183, 146, 14),
            "void": Area(28, 198, 154, 6),
            "seal": Area(122, 238, 28, 28),
            "code": Area(154, 236, 30, 30),
            "number": Area(142, 267.2, 42, 5.4),
            "check": Area(26, 272.6, 158, 8),
        },
        Area(26, 238, 92, 30),
        _in_grid(Area(32, 206, 146, 29), 2),
    ),
    Layout(
        4,
        "modern",
        PAGE_HEIGHT,
        PAGE_WIDTH,
        {
            "logo": Area(42, 24, 64, 20),
            "issuer": Area(42, 48, 142, 8),
            "heading": Area(42, 66, 142, 27),
            "before": Area(42, 100, 142, 7),
            "holder": Area(42, 108, 144, 32),
            "sentence": Area(42, 143, 142, 8),
            "title": Area(42, 153, 144, 32),
            "summary": Area(42, 186, 142, 12),
            "void": Area(42, 199, 142, 6),
            "seal": Area(130, 238, 26, 26),
            "code": Area(158, 235, 30, 30),
            "number": Area(138, 267, 50, 5.4),
            "check": Area(42, 274, 146, 9),
        },
        Area(42, 238, 84, 30),
        _in_grid(Area(42, 207, 142, 28), 2),
    ),
    Layout(
        5,
        "modern",
        PAGE_WIDTH,
        PAGE_HEIGHT,
        {
            "logo": Area(64, 19, 60, 17),
            "issuer": Area(64, 38, 212, 7),
            "heading": Area(64, 49, 212, 15),
            "before": Area(64, 67, 212, 6),
            "holder": Area(64, 74, 212, 23),
            "sentence": Area(64, 98.5, 212, 6),
            "title": Area(64, 106, 212, 23),
            "summary": Area(64, 129.5, 190, 9),
            "void": Area(64, 139, 190, 5),
            "seal": Area(212, 161, 28, 28),
            "code": Area(246, 159, 30, 30),
            "number": Area(226, 190, 50, 5.4),
            "check": Area(64, 190, 156, 8),
        },
        Area(64, 162, 144, 27),
        _in_columns(Area(64, 145, 212, 14)),
    ),
    Layout(
        6,
        "letterhead",
        PAGE_HEIGHT,
        PAGE_WIDTH,
        {
            "logo": Area(25, 18, 60, 18),
            "issuer": Area(95, 24, 90, 9),
            "heading": Area(25, 56, 160, 20),
            "before": Area(25, 80, 160, 7),
            "holder": Area(25, 88, 160, 28),
            "sentence": Area(25, 120, 160, 8),
            "title": Area(25, 129, 160, 30),
            "summary": Area(25, 160, 160, 14),
            "void": Area(25, 175, 160, 6),
            "seal": Area(122, 226, 28, 28),
            "code": Area(155, 224, 30, 30),
            "number": Area(135, 255.4, 50, 5.4),
            "check": Area(25, 270, 160, 9),
        },
        Area(25, 226, 94, 30),
        _in_grid(Area(25, 186, 160, 30), 2),
    ),
)
"""Layouts that designs can have, beside the one above, which is no design's."""


def find(number: int) -> Layout:
    return next(layout for layout in LAYOUTS if layout.number == number)


def choose(base: str, *, upright: bool) -> Layout:
    """The layout of a base; one that knows a single way to lie is taken as it is."""
    own = [layout for layout in LAYOUTS if layout.base == base]
    return next((one for one in own if (one.height > one.width) is upright), own[0])


def every_box() -> dict[str, tuple[float, float, float, float]]:
    """All places of all layouts: those without a design by their bare names."""
    bare = {name: area.points() for name, area in AREAS.items()}
    return bare | {name: box for layout in LAYOUTS for name, box in layout.boxes()}


def every_reading(texts: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """What the fields would be under each layout and choice of cells, the oldest first."""
    yield {name: text for name, text in texts.items() if name in AREAS}
    for layout in LAYOUTS:
        yield from layout.readings(texts)
