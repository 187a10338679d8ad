"""What the pages of imports and exports show."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from probity.bank import labels as bank_labels
from probity.bank import marking
from probity.bank import queries as bank
from probity.bank.parts import Medium
from probity.exchange import labels, queries
from probity.exchange.completing import Choices, checked, completed
from probity.exchange.formats import MODULES
from probity.exchange.models import BatchState, ImportBatch, ImportedItem
from probity.exchange.wording import place
from probity.kernel.i18n import listed, named
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Actor

RUNNING = frozenset({BatchState.READING, BatchState.IMPORTING, BatchState.UNDOING})
PER_PAGE = 10
PER_LIST = 25


def list_page(session: Session, actor: Actor, page: int) -> dict[str, Any]:
    """The imports that this person may see, the newest first."""
    found = paginate(session, queries.batches_visible_to(actor), page, PER_LIST)
    return {"page": found, "labels": labels, "running": RUNNING}


def batch_page(
    session: Session, batch: ImportBatch, wanted: str, page: int, locale: str, address: Any
) -> dict[str, Any]:
    """One import: how far it is, and, once it was read, its questions."""
    filters = wanted if wanted in queries.FILTERS else "all"
    shown = paginate(session, queries.items_of(batch, filters), page, PER_PAGE)
    choices = Choices.of(batch.choices)
    domains, competencies = bank.places(session)
    return {
        "batch": batch,
        "running": batch.state in RUNNING,
        "wanted": filters,
        "page": shown,
        "cards": [card(row, choices, locale, address) for row in shown.items],
        "kinds": queries.by_kind(session, batch),
        "findings": queries.by_finding(session, batch),
        "before": queries.same_file(session, batch),
        "known": {"domain": domains, "competency": competencies},
        "labels": labels,
        "bank": bank_labels,
        "formats": list(MODULES),
        "choices": choices,
    }


def card(row: ImportedItem, choices: Choices, locale: str, address: Any) -> dict[str, Any]:
    """One question: what it would become, and what is said of it."""
    view = None
    if row.content:
        item = checked(completed(row.content, choices, author="–")).item
        if item is not None:
            view = marking.candidate_view(item, locale, address=_to_staged(row, address))
    key = _key(row, view) if view is not None else ""
    notes = [
        {
            "kind": note["kind"],
            "where": place(note.get("where", "")),
            "words": labels.sentence(note),
        }
        for note in row.notes
    ]
    return {
        "row": row,
        "where": place(row.where),
        "view": view,
        "notes": notes,
        "key": key,
        "name": f"i{row.number}",
    }


def state(session: Session, batch: ImportBatch) -> dict[str, Any]:
    """How far an import is, for the script that shows it."""
    del session
    done, of = batch.progress.get("done", 0), batch.progress.get("of", 0)
    return {
        "state": batch.state.value,
        "done": done,
        "of": of,
        "about": batch.progress.get("about", 0),
        "is_running": batch.state in RUNNING,
    }


def report_rows(session: Session, batch: ImportBatch) -> list[list[str]]:
    """The report of an import as a table, one row a question."""
    rows = []
    for row in session.scalars(queries.items_of(batch)):
        outcome = labels.OUTCOMES[row.outcome.value] if row.outcome else ""
        file = batch.files[row.file]["name"]
        said = "\n".join(
            named(labels.EFFECTS[note["kind"]], labels.sentence(note)).unescape()
            for note in row.notes
        )
        item = row.item.ref if row.item else ""
        finding = labels.FINDINGS[row.finding.value]
        rows.append(
            [str(row.number + 1), file, place(row.where), row.ref, row.kind, str(finding), str(outcome),
             item, row.reason, said]
        )  # fmt: skip
    return rows


def _to_staged(row: ImportedItem, address: Any) -> Any:
    held = {file["sha256"] for file in row.media}

    def find(medium: Medium) -> str:
        return str(address(medium.sha256)) if medium.sha256 in held else ""

    return find


def _key(row: ImportedItem, view: Mapping[str, Any]) -> str:
    """The right answer in words, where it can be said in one line."""
    content = row.content
    if row.kind in {"single", "multiple"}:
        letters = {one["id"]: chr(ord("A") + place) for place, one in enumerate(view["options"])}
        right = [one["id"] for one in content["options"] if one.get("correct")]
        return listed(letters.get(name, name) for name in right)
    if row.kind == "true_false":
        return "✓" if content["answer"] else "✗"
    if row.kind == "short_text":
        return " | ".join(one["text"] for one in content["accept"])
    return str(content["answer"]) if row.kind == "numeric" else ""
