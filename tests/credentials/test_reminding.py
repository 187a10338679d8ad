"""The chain of letters before and after the end, by time travel."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from probity.audit.models import AuditEntry
from probity.credentials import actions, reminding
from probity.credentials.models import Certificate, Reminder
from probity.credentials.rules import Decision
from probity.kernel import clock
from probity.kernel.jobs import Job, JobState, hasten
from probity.kernel.mail import Letter
from probity.kernel.work import writing
from tests.factories.credentials import pass_exam


@pytest.fixture
def travel(app, session, monkeypatch, work):
    """Go to the noon of so many days before the last day, and do the duties of that day."""
    zone = app.config["PROBITY"].timezone

    def go(certificate, days_left):
        day = certificate.valid_until - timedelta(days=days_left)
        moment = datetime.combine(day, time(12), zone)
        monkeypatch.setattr(clock, "now", lambda: moment)
        with app.app_context(), writing() as inner:
            hasten(inner, reminding.REMIND)
        work()
        letters = session.scalars(
            select(Letter).where(Letter.key.contains("/reminder/")).order_by(Letter.id)
        ).all()
        return [int(letter.key.rpartition("/")[2]) for letter in letters]

    return go


def test_the_whole_chain_each_letter_once(session, certificate, travel, ada):
    ada.locale = "zh-Hans"
    session.commit()
    assert travel(certificate, 91) == []
    assert travel(certificate, 90) == [90]
    assert travel(certificate, 75) == [90]
    assert travel(certificate, 60) == [90, 60]
    assert travel(certificate, 12) == [90, 60, 30]
    assert travel(certificate, 0) == [90, 60, 30, 0]
    assert travel(certificate, -29) == [90, 60, 30, 0]
    assert travel(certificate, -31) == [90, 60, 30, 0, -30]
    assert travel(certificate, -90) == [90, 60, 30, 0, -30]
    logged = select(AuditEntry).where(AuditEntry.event == "certificate:reminded")
    assert len(session.scalars(logged).all()) == 5


def test_an_installation_that_slept_sends_only_the_letter_of_today(certificate, travel):
    assert travel(certificate, 25) == [30]


@pytest.mark.parametrize("decision", [Decision.REVOKED, Decision.EXPIRED])
def test_a_withdrawn_certificate_gets_none(session, certificate, travel, rosa, decision):
    actions.decide(session, certificate, decision, reason="x", by=rosa)
    session.commit()
    assert travel(certificate, 30) == []


def test_a_renewed_certificate_gets_none_and_the_newer_one_its_own(
    session, certifying, travel, work, ada
):
    pass_exam(session, certifying, ada, closed_at=clock.now() - timedelta(days=100))
    pass_exam(session, certifying, ada)
    work()
    older, newer = session.scalars(select(Certificate).order_by(Certificate.valid_until)).all()
    assert travel(older, 60) == []
    assert travel(newer, 20) == [30]
    assert session.scalars(select(Reminder.certificate_id)).all() == [newer.id]


def test_a_crash_between_letters_repeats_none(app, session, certificate, travel, work):
    assert travel(certificate, 30) == [30]
    job = session.scalars(select(Job).where(Job.name == reminding.REMIND)).one()
    job.state, job.owner, job.run_at = JobState.QUEUED, None, job.created_at
    work()
    assert len(session.scalars(select(Reminder)).all()) == 1
