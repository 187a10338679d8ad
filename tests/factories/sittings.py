"""Sittings of the short exam, people in them, and what people are entitled to."""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.exams import actions as exams
from probity.exams.models import Attempt, Exam
from probity.kernel import clock
from probity.kernel.permissions import SYSTEM
from probity.sittings import actions, admission, entitlements
from probity.sittings.models import Accommodation, Registration, Sitting, WindowRule
from probity.sittings.rules import Entitlement, Row, Span
from tests.factories.exams import device_of

ZONE = "Asia/Shanghai"
SITE = ZoneInfo("UTC")


def plan_of(**changes: Any) -> actions.Plan:
    """A sitting that opened an hour ago and closes in two; its end ends all attempts."""
    now = clock.now().replace(microsecond=0)
    what = {
        "title": "Spring sitting",
        "opens_at": now - timedelta(hours=1),
        "closes_at": now + timedelta(hours=2),
        "window_rule": WindowRule.END,
        "timezone": ZONE,
        "access_code": None,
        "networks": [],
        "authorise": False,
    }
    return actions.Plan(**{**what, **changes})


def add_sitting(session: Session, exam: Exam, *people: Person, **changes: Any) -> Sitting:
    """A planned sitting with these people in room A, from seat 1 on."""
    sitting = actions.plan(session, exam, plan_of(**changes), by=SYSTEM)
    rows = [Row(n, one.email, "A", str(n)) for n, one in enumerate(people, start=1)]
    done = actions.register(session, sitting, rows, by=SYSTEM)
    assert not done.problems
    session.flush()
    return sitting


def opening_in(**span: float) -> dict[str, datetime]:
    """The window of a sitting that opens after some time, for two hours."""
    opens_at = clock.now().replace(microsecond=0) + timedelta(**span)
    return {"opens_at": opens_at, "closes_at": opens_at + timedelta(hours=2)}


def place_of(session: Session, sitting: Sitting, person: Person) -> Registration:
    query = select(Registration).where(
        Registration.sitting_id == sitting.id, Registration.person_id == person.id
    )
    return session.scalars(query).one()


def visit(session: Session, person: Person, **changes: Any) -> admission.Visit:
    """A candidate at the door who has accepted the rules."""
    brought = {
        "honour": exams.HONOUR_VERSION,
        "locale": "en",
        "device": device_of(session, person),
        "address": "10.1.2.3",
        "zone": SITE,
    }
    return admission.Visit(**{**brought, **changes})


def start(session: Session, exam: Exam, person: Person, **changes: Any) -> Attempt:
    attempt = admission.start(session, exam, person, visit(session, person, **changes))
    session.flush()
    return attempt


def entitle(session: Session, person: Person, factor: str = "1", **changes: Any) -> Accommodation:
    """Grant somebody a time factor or whatever else is named."""
    valid = changes.pop("valid", Span(None, None))
    wanted = Entitlement(factor=Fraction(factor), **changes)
    granted = entitlements.grant(
        session, person, wanted, basis="Decision 12/2026", valid=valid, by=SYSTEM
    )
    session.flush()
    return granted
