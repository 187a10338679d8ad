"""Answers in words, question by question: for the officer who decides, and for the candidate."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.bank import showing
from probity.bank.marking import candidate_view, feedback
from probity.bank.models import Item, Partition
from probity.exams import late, paper, presenting, queries, rules, wording
from probity.exams.models import Attempt, ResponseEvent, Result


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an answer: its words, and when it was written by either clock."""

    words: list[str]
    typed_at: datetime | None
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class LateRow:
    """One question with the answer that came in time, if any, and the one that came late.

    `after_end` is by our clock; `written_in_time` by the device's, None where that is unreadable.
    """

    number: int
    in_time: Version | None
    late: Version
    after_end: timedelta
    written_in_time: bool | None
    late_counts: bool


def late_rows(session: Session, attempt: Attempt) -> list[LateRow]:
    """Every question that an answer arrived late for, in the order of the paper."""
    arrived = late.late_answers(session, attempt.id)
    in_time = late.answers_in_time(session, attempt.id)
    current = queries.answers(session, attempt.id)
    rows = []
    for question in presenting.questions(session, attempt):
        if (event := arrived.get(question.item)) is None:
            continue
        before, counting = in_time.get(question.item), current.get(question.item)
        version = _version(question.view, event)
        typed = version.typed_at
        rows.append(
            LateRow(
                number=question.number,
                in_time=_version(question.view, before) if before else None,
                late=version,
                after_end=event.saved_at - attempt.deadline,
                written_in_time=typed <= attempt.deadline if typed else None,
                late_counts=(counting.value if counting else None) == event.value,
            )
        )
    return rows


def _version(view: Mapping[str, Any], event: ResponseEvent) -> Version:
    return Version(wording.words(view, event.value), _moment(event.typed_at), event.saved_at)


def _moment(typed: str) -> datetime | None:
    """The device's time, if it wrote one that can be read."""
    try:
        moment = datetime.fromisoformat(typed)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One question as its candidate reads it after the release.

    `view` and `case` are missing where the question must stay secret, `feedback` where its key must.
    """

    number: int
    domain: str
    state: str
    earned: str
    possible: str
    response: Any
    words: list[str]
    view: dict[str, Any] | None
    feedback: dict[str, Any] | None


def shows_items(attempt: Attempt) -> bool:
    """Whether the exam lets candidates see how each question went."""
    release = queries.content_of(attempt.revision).release
    return release.detail == "items" or release.answers == "after_release"


def reviewed(session: Session, attempt: Attempt, result: Result) -> list[Reviewed]:
    """Every question with the candidate's own answer and what it earned.

    Secure questions are named by number alone, and no setting shows their keys.
    """
    if result.released_at is None or result.withheld is not None or not shows_items(attempt):
        return []
    release = queries.content_of(attempt.revision).release
    secret = _secure(session, attempt)
    given = queries.answers(session, attempt.id)
    rows = []
    scored = [row for row in presenting.asked(session, attempt) if row[0].scored]
    for number, (slot, item, part) in enumerate(scored, start=1):
        address = showing.address_in(slot.version_id)
        view = candidate_view(part, attempt.locale, slot.order, address=address, whole=item)
        response = given[slot.item].value if slot.item in given else None
        earned, possible = (Fraction(mark) for mark in result.marks[slot.item])
        is_open = slot.item_id not in secret
        told = None
        if is_open and release.answers == "after_release":
            told = feedback(part, response, attempt.locale, address=address, whole=item)
        rows.append(
            Reviewed(
                number=number,
                domain=slot.domain,
                state=_state(earned, possible, response),
                earned=rules.shown(earned),
                possible=rules.shown(possible),
                response=response,
                words=wording.words(view, response),
                view=view if is_open else None,
                feedback=told,
            )
        )
    return rows


def _state(earned: Fraction, possible: Fraction, response: Any) -> str:
    if rules.is_empty(response):
        return "empty"
    if earned == possible:
        return "right"
    return "partial" if earned > 0 else "wrong"


def _secure(session: Session, attempt: Attempt) -> frozenset[int]:
    """Items of the paper that were never public, as the bank has them now."""
    drawn = {slot.item_id for slot in paper.load(attempt.paper)}
    query = select(Item.id).where(Item.id.in_(drawn), Item.partition == Partition.SECURE)
    return frozenset(session.scalars(query))
