"""Whether a text is a table."""

import csv
from collections import Counter

from probity.exchange import encoding
from probity.exchange.formats.sheet.cells import DELIMITERS, SAMPLE_LINES, Row
from probity.exchange.formats.sheet.headings import find_headings

ENDINGS = (".csv", ".tsv")
LEAST_LINES = 2
MOSTLY = 0.8


def looks_like_csv(name: str, head: bytes) -> bool:
    """By its name, or by lines that all have as many cells and a heading that we know."""
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    text = head.decode(encoding.detect(head, is_whole=False), errors="replace").lstrip("\ufeff")
    if not text.strip() or text.lstrip()[:1] in "<{":
        return False
    if name.casefold().endswith(ENDINGS):
        return True
    return any(_is_table(text, sign) for sign in DELIMITERS)


def _is_table(text: str, sign: str) -> bool:
    lines = [line for line in text.splitlines()[:SAMPLE_LINES] if line.strip()]
    try:
        rows = list(csv.reader(lines, delimiter=sign))
    except csv.Error:
        return False
    widths = Counter(len(cells) for cells in rows)
    width, times = max(widths.items(), key=lambda pair: pair[1], default=(0, 0))
    if width < LEAST_LINES or times < max(LEAST_LINES, MOSTLY * len(rows)):
        return False
    tidy = [Row(place, [cell.strip() for cell in cells]) for place, cells in enumerate(rows, 1)]
    return find_headings(tidy[:1]) is not None
