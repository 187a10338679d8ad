"""Which of the questions that were read are known already: here, in the bank, in this import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy.orm import Session

from probity.bank import duplicates
from probity.bank import queries as bank
from probity.bank.models import Item, ItemState
from probity.exchange import queries
from probity.exchange.completing import content_digest
from probity.exchange.models import Finding, ImportedItem
from probity.exchange.reading import Candidate
from probity.kernel.permissions import Actor

LEAST_KIN = 0.4
Judgement = tuple[Finding, int | None, dict[str, Any] | None]


@dataclass(slots=True)
class Known:
    """What is known of the questions of one step."""

    named: Mapping[str, ImportedItem]
    equal: Mapping[str, ImportedItem]
    alike: dict[str, str]
    own: Mapping[str, tuple[int, str]]
    near: Mapping[int, tuple[int, str]] = field(default_factory=dict)

    def judge(self, values: Mapping[str, Any], *, refused: bool) -> Judgement:
        """What one question is to the bank, to which item, and what is said of it."""
        if refused:
            return Finding.REFUSED, None, None
        own = self.own.get(values["content"].get("id", ""))
        if own:
            same = own[1] == values["digest"]
            return (Finding.SAME if same else Finding.CHANGED), own[0], None
        row = self.named.get(values["identity"])
        if row is not None and row.digest == values["digest"]:
            return Finding.SAME, row.item_id, None
        if row is not None and row.kind == values["kind"] and _is_kin(row.title, values["title"]):
            return Finding.CHANGED, row.item_id, None
        equal = self.equal.get(values["digest"])
        if equal is not None:
            return Finding.SAME, equal.item_id, None
        before = self.alike.get(values["likeness"])
        if before is not None:
            return Finding.DUPLICATE, None, _note("duplicate_in_file", where=before)
        if values["likeness"]:
            self.alike[values["likeness"]] = values["where"]
        near = self.near.get(values["number"])
        if near is not None:
            return Finding.DUPLICATE, near[0], _note("duplicate_in_bank", ref=near[1])
        return Finding.NEW, None, None


def look_up(
    session: Session, actor: Actor, batch_id: int, candidates: Sequence[Candidate]
) -> Known:
    """Everything that is needed to judge these questions, asked for at once."""
    rows = [candidate.values for candidate in candidates]
    fresh = [row for row in rows if not row["is_refused"]]
    named = queries.known_before(session, actor, "identity", {row["identity"] for row in fresh})
    equal = queries.known_before(session, actor, "digest", {row["digest"] for row in fresh})
    alike = queries.first_alike(session, batch_id, {row["likeness"] for row in fresh})
    own = _own(session, actor, [row["content"].get("id", "") for row in fresh])
    unknown = [
        row
        for row in fresh
        if row["identity"] not in named
        and row["digest"] not in equal
        and row["content"].get("id", "") not in own
    ]
    return Known(
        named,
        equal,
        {likeness: row.where for likeness, row in alike.items()},
        own,
        _near(session, actor, unknown),
    )


def _own(session: Session, actor: Actor, refs: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Items of this bank that bear the ids of the questions: row id and digest by ref."""
    wanted = {ref for ref in refs if ref}
    if not wanted:
        return {}
    query = bank.items_visible_to(actor).where(Item.ref.in_(wanted))
    return {
        row.ref: (row.id, content_digest(row.version.content)) for row in session.scalars(query)
    }


def _near(
    session: Session, actor: Actor, rows: Sequence[Mapping[str, Any]]
) -> dict[int, tuple[int, str]]:
    """For each question the nearest item that the reader may see, by the number of the question.

    Retired items do not count: who undid an import may want to bring the same questions again.
    """
    hits = {row["number"]: duplicates.near(session, row["content"], limit=3) for row in rows}
    refs = {ref for found in hits.values() for ref, _share in found}
    visible = bank.items_visible_to(actor).where(
        Item.ref.in_(refs), Item.state != ItemState.RETIRED
    )
    ids = {item.ref: item.id for item in session.scalars(visible)} if refs else {}
    nearest = {
        number: next((ref for ref, _share in found if ref in ids), "")
        for number, found in hits.items()
    }
    return {number: (ids[ref], ref) for number, ref in nearest.items() if ref}


def _is_kin(before: str, now: str) -> bool:
    """Tell whether a question may be the former one reworded: many files number from one."""
    return SequenceMatcher(None, before, now, autojunk=False).ratio() >= LEAST_KIN


def _note(code: str, **facts: str) -> dict[str, Any]:
    return {"kind": "changed", "code": code, "facts": facts, "where": ""}
