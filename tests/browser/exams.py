"""Exams of a running site, attempts at them, and what its database says about those."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from probity.accounts.models import Person, UserSession
from probity.bank import actions as bank
from probity.bank import marking
from probity.bank import queries as bank_queries
from probity.exams import actions, paper, queries
from probity.exams.models import Attempt, Exam, ExamState, ResponseEvent
from probity.kernel import clock
from probity.kernel.permissions import SYSTEM
from tests.browser.people import Account
from tests.browser.site import Site
from tests.factories.bank import item
from tests.factories.exams import answer, events_of, exam_content, text

KINDS = (
    *("single", "multiple", "true_false", "numeric"),
    *("short_text", "matching", "ordering", "cloze", "case"),
)
"""The questions of the standard exam; the case adds one of the first, fourth and sixth kind."""

SHELF, OTHER_SHELF = "SPS-1", "SPS-2"
"""Domains in which the bundled courses have no items."""

TWO_OF_FOUR = [
    {
        "id": "all",
        "title": text("All"),
        "cells": [
            {"domain": OTHER_SHELF, "cognitive": ["apply"], "kinds": ["multiple"], "draw": 1}
        ],
    }
]
"""One question that asks for exactly two of four options."""

RELEASE = {"result": "at_once", "detail": "domains", "answers": "never"}


def fill(site: Site) -> None:
    """Items of every kind on shelves of their own, beside whatever courses are loaded."""
    made = [item(kind, f"SPS-9{place:03d}", domain=SHELF) for place, kind in enumerate(KINDS[:-1])]
    made.append(item("case", "SPS-C901", domain=SHELF))
    made.append(item("multiple", "SPS-9100", domain=OTHER_SHELF, choose=2))
    with site.writing() as session:
        bank.load_items(session, made, source="browser tests", by=SYSTEM)


def define_exam(site: Site, number: int, **changes: Any) -> str:
    """Publish an exam with one question of each kind, in this order; return its slug."""
    slug = f"room-{number}"
    cells = [
        {"domain": SHELF, "cognitive": ["apply"], "kinds": [kind], "draw": 1} for kind in KINDS
    ]
    whole = {
        "id": f"GP-X9{number}",
        "slug": slug,
        "certificate": None,
        "sections": [{"id": "all", "title": text("All"), "cells": cells}],
        "navigation": {"order": "free", "shuffle_items": False, "shuffle_options": True},
        **changes,
    }
    content = {name: value for name, value in exam_content(**whole).items() if value is not None}
    with site.writing() as session:
        actions.define(session, content, course_code=None, state=ExamState.PUBLISHED, by=SYSTEM)
    return slug


def begin(site: Site, account: Account, slug: str, locale: str = "en") -> str:
    """Start an attempt from the browser that signed in last; return its public id."""
    with site.writing() as session, site.app.test_request_context():
        person = session.get_one(Person, account.id)
        opened = select(UserSession).where(UserSession.person_id == account.id)
        device = session.scalars(opened.order_by(UserSession.id.desc())).first()
        assert device is not None
        exam = session.scalars(select(Exam).where(Exam.slug == slug)).one()
        attempt = actions.start(
            session,
            exam,
            person,
            honour=actions.HONOUR_VERSION,
            locale=locale,
            device=device.token_hash,
        )
        return attempt.public_id


def stored(site: Site, public_id: str) -> dict[str, Any]:
    """The answers that count now, by question."""
    with site.reading() as session:
        return {
            name: row.value
            for name, row in queries.answers(session, _id(session, public_id)).items()
        }


def events(site: Site, public_id: str) -> list[ResponseEvent]:
    """Everything that arrived, oldest first."""
    with site.reading() as session:
        found = list(events_of(session, _id(session, public_id)))
        session.expunge_all()
        return found


def attempt_of(site: Site, public_id: str) -> Attempt:
    with site.reading() as session:
        found = session.scalars(select(Attempt).where(Attempt.public_id == public_id)).one()
        session.expunge_all()
        return found


def key(site: Site, public_id: str) -> dict[str, Any]:
    """The right answer to every question of a paper."""
    with site.reading() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.public_id == public_id)).one()
        slots = paper.load(attempt.paper)
        items = bank_queries.parsed_versions(session, {slot.version_id for slot in slots})
        return {
            slot.item: marking.key_response(paper.part_of(items[slot.version_id], slot.child))
            for slot in slots
        }


def sit(site: Site, account: Account, slug: str, right: int | None = None) -> str:
    """A whole attempt with this many right answers (None: all); return its public id."""
    public_id = begin(site, account, slug)
    answers = list(key(site, public_id).items())[:right]
    with site.writing() as session, site.app.test_request_context():
        attempt = session.scalars(select(Attempt).where(Attempt.public_id == public_id)).one()
        for name, response in answers:
            answer(session, attempt, name, response)
        actions.close(session, attempt, by=attempt.candidate)
    return public_id


def end_in(site: Site, public_id: str, seconds: float, grace: float = 10) -> None:
    """Move the deadline of a running attempt to shortly from now."""
    with site.writing() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.public_id == public_id)).one()
        attempt.deadline = clock.now() + timedelta(seconds=seconds)
        attempt.accept_until = attempt.deadline + timedelta(seconds=grace)


def end_sessions(site: Site, account: Account) -> None:
    """Sign a person out everywhere, as an administrator can."""
    with site.writing() as session:
        for opened in session.scalars(
            select(UserSession).where(
                UserSession.person_id == account.id, UserSession.ended_at.is_(None)
            )
        ):
            opened.ended_at = clock.now()


def _id(session: Any, public_id: str) -> int:
    return session.scalars(select(Attempt.id).where(Attempt.public_id == public_id)).one()
