"""Figures of a run: `build/faults.json`, a table on screen, and the table in the documentation."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from faults.trial import CASES
from probity.kernel.settings import ROOT

FILE = ROOT / "build" / "faults.json"
PAGE = ROOT / "docs" / "operations" / "faults.md"
CASES_FROM, CASES_TO = (
    "<!-- cases: written by `python -m faults --document` -->",
    "<!-- end of cases -->",
)
FIGURES_FROM, FIGURES_TO = (
    "<!-- figures: written by `make faults LONG=1` -->",
    "<!-- end of figures -->",
)
FILE_WIDTH = 130
COLUMNS = {
    "case": "name",
    "database": "database",
    "form": "form",
    "acknowledged": "acknowledged",
    "kills": "kills",
    "lost": "lost",
    "duplicated": "duplicated",
    "5xx but 503": "errors_5xx_other_than_503",
    "p99 ms": "p99_ms",
    "longest silence s": "longest_silence_s",
    "passed": "passed",
}


def load(path: Path = FILE) -> dict[str, Any]:
    """The figures so far."""
    if not path.exists():
        return {"cases": [], "skipped": []}
    kept: dict[str, Any] = json.loads(path.read_text())
    return kept


def keep(row: dict[str, Any], kind: str = "cases", path: Path = FILE) -> None:
    """Put one row in place of the one before of the same case and database; a run may be resumed."""
    found = load(path)
    for rows in (found["cases"], found["skipped"]):
        rows[:] = [old for old in rows if _place(old) != _place(row)]
    found[kind].append(row)
    for rows in (found["cases"], found["skipped"]):
        rows.sort(key=_place)
    found["totals"] = totals(found["cases"])
    path.parent.mkdir(exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    part.replace(path)


def totals(rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Sums over all cases of both databases."""
    names = ("acknowledged", "kills", "lost", "duplicated", "errors_5xx_other_than_503")
    rows = list(rows)
    sums = {name: sum(row[name] for row in rows) for name in names}
    return {**sums, "cases": len(rows), "failed": sum(not row["passed"] for row in rows)}


def show(rows: list[dict[str, Any]], skipped: list[dict[str, Any]]) -> None:
    """The table on screen, and below it what went wrong or could not be done."""
    table = Table(*COLUMNS)
    for row in rows:
        table.add_row(*[_cell(row[name]) for name in COLUMNS.values()])
    console = Console()
    if not console.is_terminal:
        console.width = FILE_WIDTH
    console.print(table)
    for row in rows:
        for problem in row["problems"]:
            console.print(f"{row['name']} on {row['database']}: {problem}", markup=False)
    for row in skipped:
        console.print(f"{row['name']} on {row['database']} skipped: {row['reason']}", markup=False)
    console.print(", ".join(f"{words}: {number}" for words, number in totals(rows).items()))


def document(found: dict[str, Any], page: Path = PAGE) -> None:
    """Write the cases and the figures of the last run into the documentation."""
    figures = [*_markdown(list(COLUMNS)), *_rows(found["cases"]), "", _sentence(found), ""]
    figures += [
        f"- {row['name']} on {row['database']} was not run: {row['reason']}"
        for row in found["skipped"]
    ]
    text = _between(page.read_text(), CASES_FROM, CASES_TO, described())
    page.write_text(_between(text, FIGURES_FROM, FIGURES_TO, figures))


def _between(text: str, begin: str, end: str, lines: list[str]) -> str:
    head, _, rest = text.partition(begin)
    tail = rest.partition(end)[2]
    return head + "\n".join([begin, "", *lines, "", end]) + tail


def described() -> list[str]:
    """What is injected, how, and what must hold, as rows of a table."""
    rows = _markdown(["case", "fault", "how it is made here", "what must hold", "databases"])
    for one in sorted(CASES.values(), key=lambda one: order(one.name)):
        cells = (one.name, one.fault, one.how, one.invariant, ", ".join(one.databases))
        rows.append("| " + " | ".join(cells) + " |")
    return rows


def _rows(rows: list[dict[str, Any]]) -> list[str]:
    return ["| " + " | ".join(_cell(row[name]) for name in COLUMNS.values()) + " |" for row in rows]


def _markdown(heads: list[str]) -> list[str]:
    return ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]


def _sentence(found: dict[str, Any]) -> str:
    sums = found.get("totals") or totals(found["cases"])
    return (
        f"{sums['acknowledged']:,} acknowledged answers, {sums['kills']} processes killed, "
        f"{sums['lost']} lost, {sums['duplicated']} duplicated, "
        f"{sums['errors_5xx_other_than_503']} server errors other than 503."
    )


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _place(row: dict[str, Any]) -> tuple[int, str, str]:
    return *order(row["name"]), row["database"]


def order(name: str) -> tuple[int, str]:
    """Where a case stands in the plan."""
    return int("".join(sign for sign in name if sign.isdigit())), name
