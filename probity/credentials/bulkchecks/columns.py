"""Which column of a table holds the numbers and which the names: by heading, then by content."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from probity.credentials import rules
from probity.exchange.formats.sheet.cells import Row

NUMBER_WORDS = frozenset(
    [
        "number",
        "no",
        "nr",
        "certificate",
        "certificate number",
        "certificate no",
        "certificate id",
        "cert no",
        "cert number",
        "number of certificate",
        "证书编号",
        "证书号",
        "证书号码",
        "编号",
        "号码",
    ]
)
NAME_WORDS = frozenset(
    [
        "name",
        "full name",
        "holder",
        "holder name",
        "holders name",
        "name of holder",
        "name of the holder",
        "certificate holder",
        "employee",
        "employee name",
        "candidate",
        "姓名",
        "持证人",
        "持证人姓名",
        "名字",
        "员工姓名",
    ]
)
HEAD_ROWS = 20
SAMPLE_ROWS = 200
MOST_COLUMNS = 40
HALF = 0.5
_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Columns:
    """`heading` is the place of the heading among the rows, None without one."""

    heading: int | None
    number: int | None
    name: int | None
    swapped: bool = False


def find(rows: Sequence[Row]) -> Columns:
    """What can be told without asking; what cannot be told is None."""
    heading, number, name = _by_heading(rows)
    sample = rows[(heading + 1 if heading is not None else 0) :][:SAMPLE_ROWS]
    shares = _shares(sample)
    best = max(shares, key=lambda column: shares[column], default=None)
    meant = shares.get(number, 0.0) if number is not None else 0.0
    if best is None or shares[best] < HALF or meant >= HALF:
        best = None
    if number is None or best is not None:
        swapped = number is not None and best == name
        number, name = best, (number if swapped else name)
        return Columns(heading, number, _name(sample, number, name), swapped)
    return Columns(heading, number, _name(sample, number, name))


def _by_heading(rows: Sequence[Row]) -> tuple[int | None, int | None, int | None]:
    for place, row in enumerate(rows[:HEAD_ROWS]):
        folded = [_folded(cell) for cell in row.cells[:MOST_COLUMNS]]
        number = next((n for n, cell in enumerate(folded) if cell in NUMBER_WORDS), None)
        name = next((n for n, cell in enumerate(folded) if cell in NAME_WORDS), None)
        if number is not None or name is not None:
            return place, number, name
    return None, None, None


def _shares(rows: Sequence[Row]) -> dict[int, float]:
    """By column, the share of its filled cells that are numbers of certificates."""
    filled: dict[int, int] = {}
    good: dict[int, int] = {}
    for row in rows:
        for column, cell in enumerate(row.cells[:MOST_COLUMNS]):
            if cell:
                filled[column] = filled.get(column, 0) + 1
                good[column] = good.get(column, 0) + (rules.parse_number(cell) is not None)
    return {column: good[column] / count for column, count in filled.items()}


def _name(rows: Sequence[Row], number: int | None, name: int | None) -> int | None:
    """The column of names; without a heading only if there is no other to choose from."""
    if name is not None and name != number:
        return name
    others = {
        column
        for row in rows
        for column, cell in enumerate(row.cells[:MOST_COLUMNS])
        if cell and column != number
    }
    return others.pop() if number is not None and len(others) == 1 else None


def _folded(cell: str) -> str:
    plain = unicodedata.normalize("NFKC", cell).casefold().replace("'", "").replace("’", "")
    return _PUNCTUATION.sub(" ", plain).strip()
