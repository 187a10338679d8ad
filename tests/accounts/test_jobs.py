"""What ended long ago is deleted; what lives, or ended lately, stays."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from probity.accounts import actions, jobs, queries
from probity.accounts.models import Invitation, UserSession
from probity.accounts.roles import Role
from probity.audit.models import AuditEntry
from probity.kernel import clock
from probity.kernel.jobs import Job, ensure_periodic

LONG_AGO = timedelta(days=91)
LATELY = timedelta(days=89)


@pytest.fixture
def sweep(session, work):
    """Let the duty come as the worker does."""

    def run():
        ensure_periodic(session)
        work()

    return run


@pytest.fixture
def opened(session):
    """Open a session of somebody some time ago; let it end when told."""

    def make(person, ago, *, ended=False):
        with time_machine.travel(clock.now() - ago, tick=False):
            found, _token = actions.start_session(session, person)
            if ended:
                actions.end_session(session, found, by=person)
        return found

    return make


@pytest.fixture
def invited(session):
    """Invite an address some time ago; the link has been used at once or never."""

    def make(email, ago, *, used=False):
        with time_machine.travel(clock.now() - ago, tick=False):
            made, _token = actions.invite(
                session, email=email, name="New", roles=[Role.MARKER], by=None
            )
            if used:
                actions.accept_invitation(
                    session,
                    made,
                    password_hash="x",
                    name_latin="New",
                    name_native=None,
                    locale="en",
                )
        session.flush()
        return made

    return make


def ids(session, model):
    return set(session.scalars(select(model.public_id)))


def test_sessions_go_ninety_days_after_their_end_or_last_use(session, sweep, opened, ada):
    opened(ada, LONG_AGO, ended=True)
    opened(ada, LONG_AGO)
    kept = [opened(ada, LATELY, ended=True), opened(ada, LATELY), opened(ada, timedelta())]
    lately_ended = opened(ada, LONG_AGO)
    actions.end_session(session, lately_ended, by=ada)
    stay = {one.public_id for one in [*kept, lately_ended]}
    sweep()
    assert ids(session, UserSession) == stay


def test_who_is_signed_in_stays_signed_in(session, sweep, browse, opened, ada):
    opened(ada, LONG_AGO)
    visitor = browse(ada)
    sweep()
    visitor.get("/account/")
    assert len(queries.sessions_of(session, ada)) == 1


def test_invitations_go_ninety_days_after_use_or_expiry(session, sweep, invited):
    invited("used@example.org", LONG_AGO, used=True)
    invited("never@example.org", LONG_AGO + actions.INVITATION_LIFETIME)
    stay = {
        invited("used-lately@example.org", LATELY, used=True).public_id,
        invited("out-lately@example.org", LONG_AGO).public_id,
        invited("open@example.org", timedelta()).public_id,
    }
    sweep()
    assert ids(session, Invitation) == stay
    assert queries.find_person(session, "used@example.org"), "the account is not the invitation"


def test_the_audit_log_still_tells_of_them(session, sweep, opened, ada):
    gone = opened(ada, LONG_AGO, ended=True)
    subject = f"session/{gone.id}"
    sweep()
    told = select(AuditEntry.event).where(AuditEntry.subject == subject).order_by(AuditEntry.id)
    assert session.scalars(told).all() == ["session:started", "session:ended"]


def test_many_go_a_few_at_a_time(session, sweep, opened, ada, monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    for _number in range(4):
        opened(ada, LONG_AGO)
    assert actions.forget_sessions(session, 1) == 1
    sweep()
    assert session.scalar(select(func.count(UserSession.id))) == 0


def test_the_duty_comes_back_every_day(session, sweep):
    sweep()
    row = session.scalars(select(Job).where(Job.name == "accounts.sweep")).one()
    assert timedelta(hours=23) < row.run_at - clock.now() <= timedelta(days=1)
