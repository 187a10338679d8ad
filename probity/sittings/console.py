"""The live view of a sitting: one indexed query, whatever has been stored over the years."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import orjson
from sqlalchemy import JSON, Row, Select, func, literal, select
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.exams import queries as exams
from probity.exams.models import Attempt, AttemptState, Ending, Presence, Response
from probity.kernel.db import Json
from probity.sittings import console_rules as rules
from probity.sittings.console_rules import Facts, State
from probity.sittings.models import Registration, Sitting

_QUESTIONS: dict[str, int] = {}
"""How many questions a paper has, by attempt. A paper never changes, so it is counted once."""
MOST_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Seat:
    """One candidate as the console shows them."""

    id: int
    name: str
    native: str | None
    room: str
    seat: str
    state: State
    attempt: str | None
    silent_since: datetime | None
    question: int | None
    questions: int
    answered: int
    waiting: int
    deadline: datetime | None
    left: int | None
    """Seconds, where the clock stands still; otherwise they follow from the deadline."""

    def minutes_left(self, now: datetime) -> int | None:
        """Whole minutes, rounded up; nothing where no time runs."""
        seconds = self.left
        if self.deadline is not None:
            seconds = max(round((self.deadline - now).total_seconds()), 0)
        return None if seconds is None else -(-seconds // 60)

    def changing(self) -> dict[str, Any]:
        """What may differ at the next look."""
        return {
            "id": self.id,
            "state": self.state,
            "since": self.silent_since.isoformat() if self.silent_since else None,
            "question": self.question,
            "answered": self.answered,
            "questions": self.questions,
            "waiting": self.waiting,
            "deadline": self.deadline.isoformat() if self.deadline else None,
            "left": self.left,
        }


@dataclass(frozen=True, slots=True)
class Board:
    """Everybody in a sitting at one moment."""

    seats: Sequence[Seat]
    now: datetime

    @property
    def rooms(self) -> list[str]:
        return sorted({seat.room for seat in self.seats})

    @property
    def counts(self) -> dict[State, int]:
        """How many are in each state."""
        found = Counter(seat.state for seat in self.seats)
        return {state: found[state] for state in State}

    def matching(self, room: str | None, state: str, words: str) -> list[Seat]:
        """The seats a filter leaves; every word must be part of name or seat."""
        wanted = words.casefold().split()
        return [
            seat
            for seat in self.seats
            if (room is None or seat.room == room)
            and (not state or seat.state == state)
            and all(
                word in f"{seat.name} {seat.native or ''} {seat.seat}".casefold() for word in wanted
            )
        ]

    def roster(self) -> str:
        """Changes when somebody comes, goes or moves."""
        places = [[seat.id, seat.room, seat.seat, seat.name] for seat in self.seats]
        return hashlib.sha256(orjson.dumps(places)).hexdigest()[:16]

    def as_json(self) -> dict[str, Any]:
        """What a page that is open needs to bring itself up to date."""
        return {
            "roster": self.roster(),
            "counts": {state.value: number for state, number in self.counts.items()},
            "seats": [seat.changing() for seat in self.seats],
        }


def board(session: Session, sitting: Sitting) -> Board:
    """Read everybody in a sitting as they are now, by room, seat and name."""
    now = exams.now(session)
    rows = session.execute(_seats(sitting)).all()
    totals = _questions(session, [row.attempt for row in rows if row.attempt is not None])
    return Board([_seat(row, totals, now) for row in rows], now)


def _seats(sitting: Sitting) -> Select[*tuple[Any, ...]]:
    answered = (
        select(func.count())
        .where(Response.attempt_id == Attempt.id, Response.value != literal(JSON.NULL, Json))
        .scalar_subquery()
    )
    return (
        select(
            *(Registration.id, Registration.room, Registration.seat, Registration.authorised_at),
            *(Person.name_latin, Person.name_native),
            *(Attempt.public_id.label("attempt"), Attempt.state, Attempt.ending, Attempt.watched),
            *(Attempt.started_at, Attempt.deadline, Attempt.accept_until),
            *(Attempt.paused_at, Attempt.pause_until, Attempt.on_break),
            *(Presence.seen_at, Presence.item, Presence.waiting),
            answered.label("answered"),
        )
        .join(Registration.person)
        .outerjoin(Registration.attempt)
        .outerjoin(Presence, Presence.attempt_id == Attempt.id)
        .where(Registration.sitting_id == sitting.id)
        .order_by(Registration.room, Registration.seat, Person.name_latin, Registration.id)
    )


def _seat(row: Row[Any], totals: dict[str, int], now: datetime) -> Seat:
    attempt = cast("Attempt", row)  # the columns of one, as far as its time goes
    runs = row.state is AttemptState.OPEN and not exams.is_over_at(attempt, now)
    is_paused = runs and exams.is_paused(attempt, now)
    handed_in = row.ending is Ending.HANDED_IN if row.started_at and not runs else None
    facts = Facts(
        authorised=row.authorised_at is not None,
        started_at=row.started_at,
        handed_in=handed_in,
        paused=is_paused,
        on_break=bool(row.on_break),
        watched=bool(row.watched),
        seen_at=row.seen_at,
        waiting=row.waiting or 0,
    )
    deadline = row.deadline + exams.time_added(attempt, now) if runs and not is_paused else None
    return Seat(
        id=row.id,
        name=row.name_latin,
        native=row.name_native,
        room=row.room,
        seat=row.seat,
        state=rules.state(facts, now),
        attempt=row.attempt,
        silent_since=rules.silent_since(facts, now),
        question=_number(row.item) if runs else None,
        questions=totals.get(row.attempt, 0),
        answered=row.answered,
        waiting=facts.waiting if runs else 0,
        deadline=deadline,
        left=round((row.deadline - row.paused_at).total_seconds()) if is_paused else None,
    )


def _number(item: str | None) -> int | None:
    """`q7` is question 7."""
    digits = (item or "").removeprefix("q")
    return int(digits) if digits.isdecimal() else None


def _questions(session: Session, attempts: Iterable[str]) -> dict[str, int]:
    unknown = [one for one in attempts if one not in _QUESTIONS]
    if unknown:
        if len(_QUESTIONS) > MOST_KEPT:
            _QUESTIONS.clear()
        papers = select(Attempt.public_id, Attempt.paper).where(Attempt.public_id.in_(unknown))
        for attempt, paper in session.execute(papers):
            _QUESTIONS[attempt] = len(paper["slots"])
    return _QUESTIONS
