"""Tables of foreign HTML as tables of our Markdown."""

from collections.abc import Callable
from typing import Any

from probity.exchange.xml import name_of

MOST_COLUMNS = 60


def table(element: Any, walk: Any, cell: Callable[[Any], str]) -> list[str]:
    """The blocks of a table: one with a header row; its caption; a lone cell is no table."""
    rows: list[list[str]] = []
    captions: list[str] = []
    for part in element.iter():
        name = name_of(part).lower()
        if name == "caption":
            captions.append(f"**{cell(part)}**" if cell(part) else "")
        if name == "tr" and _nearest_table(part) is element:
            rows.append(_row(part, walk, cell))
    rows = [row for row in rows if any(row)]
    width = max((len(row) for row in rows), default=0)
    if width <= 1:
        return captions + [cells[0] for cells in rows if cells and cells[0]]
    lines = [_line([*row, *[""] * (width - len(row))]) for row in rows]
    lines.insert(1, _line(["---"] * width))
    return [*captions, "\n".join(lines)]


def _nearest_table(row: Any) -> Any:
    return next((above for above in row.iterancestors() if name_of(above).lower() == "table"), None)


def _row(row: Any, walk: Any, cell: Callable[[Any], str]) -> list[str]:
    cells: list[str] = []
    for part in row:
        if name_of(part).lower() not in {"td", "th"}:
            continue
        cells.append(cell(part))
        across = str(part.get("colspan") or "1")
        if across.isdecimal() and 1 < int(across[:4]) <= MOST_COLUMNS:
            cells.extend([""] * (int(across) - 1))
        if across != "1" or (part.get("rowspan") or "1") != "1":
            walk.note("changed", "table_spans")
    return cells


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
