"""Withdrawing many: chosen by one person, started by another, each decided once."""

import pytest
from sqlalchemy import select

from probity.accounts.roles import Role
from probity.credentials import bulk, groups, jobs, progress, queries
from probity.credentials.bulk import Selection
from probity.credentials.models import Certificate, StatusChange
from probity.credentials.rules import BulkState, Outcome, Status
from probity.exams.models import Admission
from probity.kernel.errors import Refused
from probity.kernel.jobs import Job
from probity.ledger.models import LogCheckpoint
from tests.credentials.test_jobs import Interrupted, Killed, end_lease
from tests.factories.accounts import add_person
from tests.factories.credentials import pass_exam
from tests.factories.sittings import add_sitting, place_of


@pytest.fixture
def rena(session):
    return add_person(session, "rena@example.org", Role.REGISTRAR, name_latin="Rena Holt")


@pytest.fixture
def three(session, certifying, work, ada, bob):
    for person in (ada, bob, ada):
        pass_exam(session, certifying, person)
    work()
    return session.scalars(select(Certificate).order_by(Certificate.id)).all()


def statuses(certificates):
    return [queries.status_of(one) for one in certificates]


def test_all_of_an_exam_are_revoked_under_one_checkpoint(
    session, certifying, three, work, rosa, rena
):
    checkpoints = len(session.scalars(select(LogCheckpoint)).all())
    made = bulk.prepare(session, Selection(exam_id=certifying.id), reason="Leak", by=rosa)
    work()
    assert statuses(three) == [Status.VALID] * 3  # nothing before the second person
    bulk.start(session, made, by=rena)
    work()
    assert statuses(three) == [Status.REVOKED] * 3
    assert made.state is BulkState.DONE
    assert bulk.counts(session, made)[Outcome.DECIDED] == 3
    assert queries.unlogged(session, 9) == []
    assert {change.author_id for change in session.scalars(select(StatusChange))} == {rosa.id}
    after = len(session.scalars(select(LogCheckpoint)).all())
    assert 1 <= after - checkpoints <= 2  # the decisions, and the status lists


def test_all_of_a_sitting(session, certifying, work, ada, bob, rosa):
    certifying.admission = Admission.REGISTERED
    sitting = add_sitting(session, certifying, ada, title="Spring")
    attempt = pass_exam(session, certifying, ada)
    place_of(session, sitting, ada).attempt_id = attempt.id
    pass_exam(session, certifying, bob)
    work()
    assert groups.choices(session) == [(sitting.id, f"Spring ({sitting.opens_at:%Y-%m-%d})")]
    made = bulk.prepare(session, Selection(sitting_id=sitting.id), reason="Leak", by=rosa)
    assert [one.holder_id for one in bulk.examples(session, made)] == [ada.id]
    assert made.selection["sitting"] == sitting.id
    rows = [(one.sitting, one.passed, one.issued) for one in progress.by_exam(session)]
    assert sorted(rows, key=str) == [("Spring", 1, 1), (None, 1, 1)]


def test_a_list_of_numbers_and_one_that_is_withdrawn_already(session, three, work, rosa, rena):
    from probity.credentials import actions

    actions.revoke(session, three[0], reason="Before", by=rosa)
    typed = f"{three[0].number}\n {three[2].number.lower()} ;"
    made = bulk.prepare(session, Selection(numbers=typed), reason="Leak", by=rosa)
    bulk.start(session, made, by=rena)
    work()
    assert statuses(three) == [Status.REVOKED, Status.VALID, Status.REVOKED]
    found = bulk.counts(session, made)
    assert (found[Outcome.DECIDED], found[Outcome.UNCHANGED]) == (1, 1)
    assert three[0].changes[0].reason == "Before"


def test_a_crash_in_the_middle_repeats_nothing(
    app, session, certifying, three, work, rosa, rena, monkeypatch
):
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    made = bulk.prepare(session, Selection(exam_id=certifying.id), reason="Leak", by=rosa)
    bulk.start(session, made, by=rena)
    job = session.scalars(select(Job).where(Job.name == bulk.DO)).one()
    job.owner = "somebody"
    session.commit()
    dying = Interrupted(job.id, job.name, job.arguments, 1, job.owner)
    dying.left = 2
    with app.app_context(), pytest.raises(Killed):
        jobs.decide_many(dying, made.id)
    session.expire_all()
    assert statuses(three) == [Status.REVOKED, Status.REVOKED, Status.VALID]
    end_lease(session, dying)
    work()
    assert statuses(three) == [Status.REVOKED] * 3
    assert len(session.scalars(select(StatusChange)).all()) == 3


@pytest.mark.parametrize(
    ("selection", "reason"),
    [
        (Selection(), "selection"),
        (Selection(numbers="PRB-1999-000001"), "numbers"),
        (Selection(numbers="hello"), "numbers"),
        (Selection(exam_id=999), "selection"),
    ],
)
def test_what_chooses_nothing_says_why(session, three, rosa, selection, reason):
    with pytest.raises(Refused) as refused:
        bulk.prepare(session, selection, reason="Leak", by=rosa)
    assert refused.value.reason == reason


def test_it_takes_a_second_person_and_happens_once(session, three, rosa, rena):
    made = bulk.prepare(session, Selection(numbers=three[0].number), reason="x", by=rosa)
    with pytest.raises(Refused) as refused:
        bulk.start(session, made, by=rosa)
    assert refused.value.reason == "second-person"
    bulk.cancel(session, made, by=rosa)
    with pytest.raises(Refused) as refused:
        bulk.start(session, made, by=rena)
    assert refused.value.reason == "state"
