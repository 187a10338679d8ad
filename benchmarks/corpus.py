"""`python -m benchmarks.corpus [--files] [FOLDER]`: public question files against another's reading.

For each file, or for each family of files: how many questions the other reader found, how many were
imported, how many reported with their reason, how many lost without a word; of those imported that can
be marked, how many have the other's key and greatest score, and how many of its responses earn the
same. Decisions 23 to 25 say why some differ.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from probity.bank import marking
from probity.exchange.found import Format, Found
from probity.exchange.inspecting import Inspected, inspect
from probity.exchange.items import as_item
from probity.kernel.settings import ROOT

CORPUS = ROOT.parent / "shared" / "corpus"
NEAR = 0.0006
KINDS = frozenset(
    {"single", "multiple", "true_false", "short_text", "numeric", "matching", "ordering", "cloze",
     "essay", "hotspot", "gap_match"}
)  # fmt: skip
COLUMNS = ("found", "imported", "reported", "lost", "ours", "ours in", "keys", "of keys", "same",
           "of cases")  # fmt: skip
FAILED = (ValueError, KeyError, TypeError)


def earned(form: Format, question: Found, response: Any) -> float | None:
    """What a response in the file's own terms earns with us; nothing where it cannot be given."""
    item = as_item(question.content or {})
    try:
        mark = marking.mark(item, form.respond(question, response))
    except FAILED:
        return None
    return float(form.native_score(question, mark))


def is_near(ours: float | None, theirs: float) -> bool:
    return ours is not None and abs(ours - theirs) <= NEAR


def compared(seen: Inspected, wanted: dict[str, Any]) -> Counter[str]:
    """The figures of one file."""
    items = wanted.get("items") or []
    count: Counter[str] = Counter(found=wanted.get("questions") or len(items))
    count["imported"] = sum(question.refusal is None for _, question in seen.found)
    count["reported"] = len(seen.found) - count["imported"]
    count["lost"] = max(0, count["found"] - len(seen.found) - len(seen.others))
    questions = seen.found[max(0, len(seen.found) - len(items)) :]
    for (form, question), said in zip(questions, items, strict=False):
        is_in = question.refusal is None
        if said.get("scorable") and said.get("type") in KINDS:
            count["ours"] += 1
            count["ours in"] += is_in
        if is_in and said.get("scorable"):
            _compare(form, question, said, count)
    return count


def _compare(form: Format, question: Found, said: dict[str, Any], count: Counter[str]) -> None:
    cases = said.get("cases") or []
    most = is_near(float(form.native_max(question)), said["max"])
    best = max(cases, key=lambda case: case["score"], default=None)
    is_key = best is None or is_near(earned(form, question, best["response"]), best["score"])
    count["of keys"] += 1
    count["keys"] += most and is_key
    for case in cases:
        count["of cases"] += 1
        count["same"] += is_near(earned(form, question, case["response"]), case["score"])


def main() -> int:
    words = [word for word in sys.argv[1:] if word != "--files"]
    folder = Path(words[0]) if words else CORPUS
    files = json.loads((folder / "expected.json").read_text())["files"]
    by_file = {
        name: compared(inspect(folder / name, keep_media=False), wanted)
        for name, wanted in files.items()
    }
    rows: dict[str, Counter[str]] = {}
    for name, count in by_file.items():
        row = name if "--files" in sys.argv else name.split("/")[0]
        rows.setdefault(row, Counter()).update(count)
    rows["all"] = sum(by_file.values(), Counter())
    table = Table("file" if "--files" in sys.argv else "family", *COLUMNS)
    for name, count in rows.items():
        table.add_row(name, *(str(count[column]) for column in COLUMNS))
    Console(width=200).print(table)
    target = ROOT / "build" / "corpus.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({name: dict(count) for name, count in by_file.items()}, indent=1))
    return 1 if rows["all"]["lost"] else 0


if __name__ == "__main__":
    sys.exit(main())
