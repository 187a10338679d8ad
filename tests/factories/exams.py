"""Exams over a small bank of every kind, and candidates in the middle of one."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.accounts import actions as accounts
from probity.accounts.models import Person
from probity.accounts.queries import digest
from probity.bank import actions as bank
from probity.bank.models import Item
from probity.exams import actions, paper, saving, tokens
from probity.exams.models import Attempt, Exam, ExamState, ResponseEvent
from probity.kernel.permissions import SYSTEM
from tests.factories.bank import item

KINDS = (
    *("single", "single", "multiple", "true_false", "numeric"),
    *("short_text", "matching", "ordering", "cloze"),
)
WHOLE = 24
CASE = "GPP-C031"


def text(words: str) -> dict[str, str]:
    return {"en": words, "zh-Hans": f"中文 {words}"}


def fill_bank(session: Session, most: int = WHOLE) -> None:
    """Two dozen public items of every kind and one case set, in one cell of a blueprint.

    A bank that holds them already stays as it is.
    """
    if most == WHOLE and session.scalar(select(Item.id).where(Item.ref == CASE)):
        return
    items = [item(KINDS[number % len(KINDS)], f"GPP-{number:04d}") for number in range(1, most + 1)]
    bank.load_items(session, [*items, item("case", CASE)], source="test", by=SYSTEM)


def exam_content(**changes: Any) -> dict[str, Any]:
    """What a short exam over that bank asks: nine items and a case set."""
    cells = [
        {"domain": "GPP-1", "competency": "PR01", "cognitive": ["apply"], "draw": 9},
        {"domain": "GPP-1", "cognitive": ["apply"], "kinds": ["case"], "draw": 1},
    ]
    content = {
        "format": "probity/1",
        "id": "GP-X7",
        "slug": "short-exam",
        "title": text("Short exam"),
        "demonstration": True,
        "certificate": "GPP",
        "sections": [{"id": "all", "title": text("All"), "cells": cells}],
        "time": {"minutes": 30, "grace_seconds": 10},
        "attempts": {"allowed": 3, "cooling_off_hours": 0},
        "cut_score": {"share": "7/10", "basis": text("For tests")},
        "navigation": {"order": "free", "shuffle_items": True, "shuffle_options": True},
        "release": {"result": "at_once", "detail": "domains", "answers": "never"},
    }
    return {**content, **changes}


def add_exam(session: Session, *, state: ExamState = ExamState.PUBLISHED, **changes: Any) -> Exam:
    """A published exam whose blueprint the bank can fill."""
    fill_bank(session)
    exam = actions.define(
        session, exam_content(**changes), course_code="GP", state=state, by=SYSTEM
    )
    session.flush()
    return exam


def device_of(session: Session, person: Person) -> str:
    """The fingerprint of a living session of this person."""
    _opened, token = accounts.start_session(session, person, user_agent="Test", multi_factor=False)
    session.flush()
    return digest(token)


def start_attempt(
    session: Session, exam: Exam, person: Person, device: str | None = None
) -> Attempt:
    return actions.start(
        session,
        exam,
        person,
        honour=actions.HONOUR_VERSION,
        locale="en",
        device=device or device_of(session, person),
    )


def answer(
    session: Session,
    attempt: Attempt,
    item: str,
    value: Any,
    *,
    lease: int | None = None,
    device: str | None = None,
    **changes: Any,
) -> saving.Saved | saving.NotSaved:
    """Save one answer, unless told otherwise as the device that holds the lease."""
    sent = {"client": str(uuid.uuid4()), "seq": 0, "base": 0, "typed_at": ""} | changes
    change = saving.Save(item=item, value=value, **sent)
    holder = tokens.Holder(attempt.id, attempt.candidate_id, lease or attempt.lease)
    return saving.save(session, holder, device or attempt.lease_session, change)


def items_of(attempt: Attempt) -> list[str]:
    """The ids of the questions of a paper."""
    return [slot.item for slot in paper.load(attempt.paper)]


def sections_content(*minutes: int | None, **changes: Any) -> dict[str, Any]:
    """A section of three items for each time given (None: no time of its own), then a case set."""
    plain = {"domain": "GPP-1", "competency": "PR01", "cognitive": ["apply"], "draw": 3}
    case = {"domain": "GPP-1", "cognitive": ["apply"], "kinds": ["case"], "draw": 1}
    sections = []
    for number, limit in enumerate(minutes, start=1):
        last = number == len(minutes)
        section = {
            "id": f"part_{number}",
            "title": text(f"Part {number}"),
            "cells": [case if last else plain],
        }
        sections.append(section | ({"minutes": limit} if limit else {}))
    return {"sections": sections, **changes}


def events_of(session: Session, attempt_id: int) -> Sequence[ResponseEvent]:
    """Everything that arrived for an attempt, oldest first."""
    return session.scalars(
        select(ResponseEvent)
        .where(ResponseEvent.attempt_id == attempt_id)
        .order_by(ResponseEvent.saved_at, ResponseEvent.client, ResponseEvent.seq)
    ).all()
