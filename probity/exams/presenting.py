"""A paper as the candidate meets it: questions without keys, and the receipt at the end."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from probity.bank import queries as bank
from probity.bank.marking import (
    BadResponse,
    FormData,
    candidate_view,
    check_response,
    response_from_form,
)
from probity.bank.shapes import AnyItem
from probity.exams import paper, queries, receipts
from probity.exams.models import Attempt
from probity.exams.paper import Slot
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
        shown.setdefault("options", shown.get("steps", []))  # what answers name by id
        return {**shown, "case": self.case} if self.case else shown


def questions(session: Session, attempt: Attempt) -> list[Question]:
    """Every question of the paper in order, in the language the attempt was begun in."""
    cases: dict[int, dict[str, Any]] = {}
    found = []
    for number, (slot, item, part) in enumerate(_asked(session, attempt), start=1):
        case = None
        if slot.child is not None:
            if slot.item_id not in cases:
                cases[slot.item_id] = _material(candidate_view(item, attempt.locale), slot.item)
            case = cases[slot.item_id]
        view = candidate_view(part, attempt.locale, slot.order)
        found.append(Question(number, slot.item, slot.section, slot.points, view, case))
    return found


def _asked(session: Session, attempt: Attempt) -> Iterator[tuple[Slot, AnyItem, AnyItem]]:
    """Each slot with its item and the part of it that it asks for."""
    slots = paper.load(attempt.paper)
    parsed = bank.parsed_versions(session, {slot.version_id for slot in slots})
    for slot in slots:
        item = parsed[slot.version_id]
        yield slot, item, paper.part_of(item, slot.child)


def _material(view: dict[str, Any], first: str) -> dict[str, Any]:
    return {"id": first, **{key: view[key] for key in view if key not in {"items", "kind"}}}


@dataclass(frozen=True, slots=True)
class Answered:
    """What a form without scripts brought: changes to save, and by question what cannot be saved."""

    changes: list[Save]
    problems: dict[str, str]


def read_form(session: Session, attempt: Attempt, form: FormData) -> Answered:
    """Compare a form with what is saved; its changes come from a client of its own.

    Each rests on the version that the form was drawn with, so an old page cannot blank an answer.
    """
    client = str(uuid.uuid4())
    saved = queries.answers(session, attempt.id)
    drawn = _versions_of_form(form)
    answered = Answered([], {})
    for seq, (slot, _item, part) in enumerate(_asked(session, attempt)):
        before = saved.get(slot.item)
        try:
            view = candidate_view(part, attempt.locale, slot.order)
            value = check_response(part, response_from_form(view, form, slot.item))
        except BadResponse as error:
            answered.problems[slot.item] = str(error)
            continue
        if value != (before.value if before else None):
            base = drawn.get(slot.item, 0)
            at = clock.now().isoformat()
            answered.changes.append(
                Save(client, seq, slot.item, base, value, at, slot.step)
            )
    return answered


def _versions_of_form(form: FormData) -> dict[str, int]:
    try:
        sent = json.loads(form.get("versions") or "{}")
    except ValueError:
        return {}
    known = sent.items() if isinstance(sent, dict) else ()
    return {item: version for item, version in known if type(version) is int and version >= 0}


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
