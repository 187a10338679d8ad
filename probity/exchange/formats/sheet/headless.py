"""Tables without headings: what the columns mean is told by what stands in them."""

from collections.abc import Sequence

from probity.exchange.formats.sheet import kinds
from probity.exchange.formats.sheet.cells import Row
from probity.exchange.formats.sheet.headings import Heading, Headings

LEAST_WIDTH = 4
MOSTLY = 0.6
SAMPLE = 200


def without_headings(rows: Sequence[Row]) -> Headings | None:
    """The stem first, then options, then letters in the last column; None if it is not so."""
    sample = [row for row in rows if not row.is_empty][:SAMPLE]
    width = max((len(row.cells) for row in sample), default=0)
    if width < LEAST_WIDTH:
        return None
    last = width - 1
    first = 1 if _share(sample, 0, numbered=True) >= MOSTLY else 0
    if _share(sample, last, numbered=False) < MOSTLY or last - first < LEAST_WIDTH - 1:
        return None
    found = Headings(None, {first: Heading("stem"), last: Heading("answer")})
    if first:
        found.columns[0] = Heading("number")
    for place, column in enumerate(range(first + 1, last)):
        found.columns[column] = Heading("option", place)
    return found


def _share(rows: Sequence[Row], column: int, *, numbered: bool) -> float:
    """How many rows hold a number, or the letters of options, in a column."""
    hits = 0
    for row in rows:
        words = row.cell(column)
        if numbered:
            hits += words.rstrip(".、").isdigit()
        else:
            hits += kinds.places(words, row.cells[1:column], "letters") is not None
    return hits / max(len(rows), 1)
