"""A paper as the candidate meets it: questions without keys, and the receipt at the end."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from probity.bank import queries as bank
from probity.bank import showing
from probity.bank.marking import (
    BadResponse,
    FormData,
    candidate_view,
    check_response,
    response_from_form,
)
from probity.bank.media import Address
from probity.bank.quantities import plain
from probity.bank.shapes import AnyItem
from probity.catalogue.shapes import Exam as ExamContent
from probity.exams import paper, queries, receipts
from probity.exams.models import Attempt, AttemptState
from probity.exams.paper import Slot
from probity.exams.saving import Save
from probity.kernel import clock
from probity.kernel.markup import block_html, plain_text
from probity.kernel.permissions import Actor


@dataclass(frozen=True)
class Question:
    """One slot of the paper. `whole` is the case set where the slot is part of one.

    What is shown is worked out when somebody asks: most of it is kept as HTML already.
    """

    number: int
    slot: Slot
    part: AnyItem
    whole: AnyItem | None
    first: str
    locale: str

    @property
    def item(self) -> str:
        return self.slot.item

    @property
    def section(self) -> str:
        return self.slot.section

    @property
    def points(self) -> int | Decimal:
        return self.slot.points

    @property
    def pinned(self) -> tuple[int, str | None, str]:
        """What determines the words: the version, the part of it, the order they are shown in."""
        return self.slot.version_id, self.slot.child, repr(self.slot.order)

    @property
    def address(self) -> Address:
        """Where its pictures and sounds are: the same for everybody, open to whoever sits it now."""
        return showing.address_in(self.slot.version_id, "exams.show_medium")

    @cached_property
    def view(self) -> dict[str, Any]:
        return candidate_view(
            self.part, self.locale, self.slot.order, address=self.address, whole=self.whole
        )

    @cached_property
    def case(self) -> dict[str, Any] | None:
        """The shared documents, under the id of the set's first question."""
        if self.whole is None:
            return None
        shown = candidate_view(self.whole, self.locale, address=self.address)
        return {"id": self.first, **{key: shown[key] for key in shown.keys() - {"items", "kind"}}}

    def as_json(self) -> dict[str, Any]:
        """What the paper's JSON says of it."""
        head = {"item": self.item, "section": self.section, "points": plain(self.points)}
        shown = {**head, **self.view}
        shown.setdefault("options", shown.get("steps", []))  # what answers name by id
        return {**shown, "case": self.case} if self.case else shown


def questions(session: Session, attempt: Attempt) -> list[Question]:
    """The questions that lie open, in order, in the language the attempt was begun in."""
    firsts: dict[int, str] = {}
    numbers = {slot.item: number for number, slot in enumerate(paper.load(attempt.paper), start=1)}
    found = []
    for slot, item, part in asked(session, attempt):
        whole = item if slot.child is not None else None
        first = firsts.setdefault(slot.item_id, slot.item)
        found.append(Question(numbers[slot.item], slot, part, whole, first, attempt.locale))
    return found


def asked(session: Session, attempt: Attempt) -> Iterator[tuple[Slot, AnyItem, AnyItem]]:
    """Each slot that lies open, with its item and the part of it that it asks for.

    While an attempt runs, only its present step does: nothing else ever leaves the server.
    """
    slots = paper.load(attempt.paper)
    if attempt.state is AttemptState.OPEN:
        slots = [slot for slot in slots if slot.step == attempt.step]
    parsed = bank.parsed_versions(session, {slot.version_id for slot in slots})
    for slot in slots:
        item = parsed[slot.version_id]
        yield slot, item, paper.part_of(item, slot.child)


def lies_open(session: Session, actor: Actor, version_id: int) -> bool:
    """Tell whether a running attempt of this person shows this version of an item just now."""
    running = queries.attempts_visible_to(actor).where(Attempt.state == AttemptState.OPEN)
    return any(
        slot.version_id == version_id and slot.step == attempt.step
        for attempt in session.scalars(running)
        if not queries.is_over(session, attempt)
        for slot in paper.load(attempt.paper)
    )


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
    for seq, (slot, _item, part) in enumerate(asked(session, attempt)):
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
            answered.changes.append(Save(client, seq, slot.item, base, value, at, slot.step))
    return answered


def _versions_of_form(form: FormData) -> dict[str, int]:
    try:
        sent = json.loads(form.get("versions") or "{}")
    except ValueError:
        return {}
    known = sent.items() if isinstance(sent, dict) else ()
    return {item: version for item, version in known if type(version) is int and version >= 0}


def receipt(attempt: Attempt, key: str, base_url: str) -> dict[str, Any]:
    """The signed receipt of a closed attempt, the same words whenever it is asked for."""
    stated = stated_by(attempt)
    signature = receipts.sign(key, stated)
    query = receipts.query_of(stated, signature)
    written: dict[str, Any] = {
        "attempt": stated.attempt,
        "submitted_at": stated.ended_at,
        "answers_sha256": stated.answers_sha256,
        "signature": signature,
        "check_at": f"{base_url}/receipts/{stated.attempt}?{query}",
    }
    if stated.version > 1:
        written |= {
            "version": stated.version,
            "ending": stated.ending,
            "answered": attempt.answered,
        }
    return written


def stated_by(attempt: Attempt) -> receipts.Receipt:
    """What the receipt says; attempts closed before format 2 keep the one they were given."""
    ended_at = attempt.closed_at.isoformat() if attempt.closed_at else ""
    words = (attempt.public_id, ended_at, attempt.answers_sha256 or "")
    if attempt.answered is None or attempt.ending is None:
        return receipts.Receipt(*words)
    return receipts.Receipt(*words, attempt.ending.value, str(attempt.answered))


def documents(content: ExamContent, locale: str) -> list[dict[str, Any]]:
    """The documents that candidates may consult, in the language of the attempt or in English."""
    return [
        {
            "id": one.id,
            "title": plain_text(one.title.get(locale) or one.title["en"]),
            "html": _rendered(one.text.get(locale) or one.text["en"]),
        }
        for one in content.references
    ]


@lru_cache(maxsize=256)
def _rendered(words: str) -> Markup:
    """Documents are long and the same for everybody, so each is rendered once."""
    return block_html(words)
