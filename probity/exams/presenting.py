"""A paper as the candidate meets it: questions without keys, and the receipt at the end."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from probity.bank import queries as bank
from probity.bank.marking import FormData, candidate_view, response_from_form
from probity.exams import paper, queries, receipts
from probity.exams.models import Attempt
from probity.exams.saving import Save
from probity.kernel import clock


@dataclass(frozen=True, slots=True)
class Question:
    """One slot of the paper. `case` is the shared material where the slot is part of a set."""

    number: int
    item: str
    section: str
    points: int
    view: dict[str, Any]
    case: dict[str, Any] | None

    def as_json(self) -> dict[str, Any]:
        """What the paper's JSON says of it."""
        shown = {"item": self.item, "section": self.section, "points": self.points, **self.view}
        return {**shown, "case": self.case} if self.case else shown


def questions(session: Session, attempt: Attempt) -> list[Question]:
    """Every question of the paper in order, in the language the attempt was begun in."""
    slots = paper.load(attempt.paper)
    parsed = bank.parsed_versions(session, {slot.version_id for slot in slots})
    cases: dict[int, dict[str, Any]] = {}
    found = []
    for number, slot in enumerate(slots, start=1):
        item = parsed[slot.version_id]
        part = paper.part_of(item, slot.child)
        case = None
        if slot.child is not None:
            if slot.item_id not in cases:
                cases[slot.item_id] = _material(candidate_view(item, attempt.locale), slot.item)
            case = cases[slot.item_id]
        view = candidate_view(part, attempt.locale, slot.order)
        found.append(Question(number, slot.item, slot.section, slot.points, view, case))
    return found


def _material(view: dict[str, Any], first: str) -> dict[str, Any]:
    return {"id": first, **{key: view[key] for key in view if key not in {"items", "kind"}}}


def changes_of_form(session: Session, attempt: Attempt, form: FormData) -> Iterator[Save]:
    """What a form without scripts changed, as saves of a client of its own."""
    client = str(uuid.uuid4())
    saved = queries.answers(session, attempt.id)
    for seq, question in enumerate(questions(session, attempt)):
        value = response_from_form(question.view, form, question.item)
        before = saved.get(question.item)
        if value == (before.value if before else None):
            continue
        yield Save(
            client=client,
            seq=seq,
            item=question.item,
            base=before.version if before else 0,
            value=value,
            typed_at=clock.now().isoformat(),
        )


def receipt(attempt: Attempt, key: str, base_url: str) -> dict[str, Any]:
    """The signed receipt of a closed attempt."""
    ended_at = attempt.closed_at.isoformat() if attempt.closed_at else ""
    digest = attempt.answers_sha256 or ""
    signature = receipts.sign(key, attempt.public_id, ended_at, digest)
    query = urlencode({"at": ended_at, "answers": digest, "signature": signature})
    return {
        "attempt": attempt.public_id,
        "submitted_at": ended_at,
        "answers_sha256": digest,
        "signature": signature,
        "check_at": f"{base_url}/receipts/{attempt.public_id}?{query}",
    }
