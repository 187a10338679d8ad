"""Issuing: once and only once, whatever is interrupted."""

import hashlib
import shutil
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from probity.credentials import facts, issuing, jobs, queries
from probity.credentials.issuing import Planned
from probity.credentials.models import Certificate, NumberSeries, Reservation
from probity.credentials.press import press_of
from probity.exams import queries as exams
from probity.kernel import storage, worker
from probity.kernel.jobs import Job, JobState, LostLease
from probity.kernel.mail import Letter
from tests.factories.credentials import only_certificate, pass_exam
from tests.factories.exams import add_exam


def test_a_passed_attempt_becomes_a_registered_file(app, session, certifying, work, ada):
    attempt = pass_exam(session, certifying, ada, native="林薇")
    assert queries.certificate_of_attempt(session, attempt.id) is None  # nothing before the duty
    work()
    found = only_certificate(session)
    assert found.attempt_id == attempt.id
    assert found.number == f"PRB-{found.issued_on.year}-000001"
    assert (found.name_latin, found.name_native) == ("Ada Lim", "林薇")
    assert found.specimen  # BASE_URL is on loopback
    with app.app_context():
        data = storage.get(found.storage_key)
    assert hashlib.sha256(data).hexdigest() == found.sha256


def test_the_holder_is_told_once(session, certifying, work, ada):
    attempt = pass_exam(session, certifying, ada)
    work()
    letters = session.scalars(select(Letter).where(Letter.key == f"certificate/{attempt.id}")).all()
    assert [letter.recipient for letter in letters] == ["ada@example.org"]
    assert only_certificate(session).public_id in letters[0].text


def test_numbers_of_a_year_have_no_gap(session, certifying, work, ada, bob):
    for person in (ada, bob, ada):
        pass_exam(session, certifying, person)
    work()
    numbers = session.scalars(select(Certificate.number).order_by(Certificate.id)).all()
    assert [number[-6:] for number in numbers] == ["000001", "000002", "000003"]


@pytest.fixture(autouse=True)
def empty_storage(app):
    shutil.rmtree(app.config["PROBITY"].instance_dir / "files", ignore_errors=True)


def stored_files(app):
    """Keys of all certificate files."""
    root = app.config["PROBITY"].instance_dir / "files"
    return {str(path.relative_to(root)) for path in root.rglob("*.*")}


def hold(session, kind):
    """The issue, claimed by a worker of this kind."""
    job = session.scalars(select(Job).where(Job.name == queries.ISSUE)).one()
    job.owner = "somebody"
    session.commit()
    return kind(job.id, job.name, job.arguments, 1, job.owner)


def end_lease(session, held):
    session.expire_all()
    job = session.get_one(Job, held.job_id)
    job.owner, job.run_at = None, job.created_at


class Killed(BaseException):
    """The process ends here."""


class Interrupted(worker.Claim):
    """A claim whose worker dies as soon as it has committed a number of steps."""

    left = 0

    def step(self, **options):
        if self.left == 0:
            raise Killed
        self.left -= 1
        return super().step(**options)


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_killed_between_steps_and_run_again_makes_one_of_everything(
    app, session, certifying, work, ada, steps
):
    attempt = pass_exam(session, certifying, ada)
    dying = hold(session, Interrupted)
    dying.left = steps
    with app.app_context(), pytest.raises(Killed):
        jobs.issue(dying, attempt.id)
    end_lease(session, dying)
    work()
    found = only_certificate(session)
    assert session.scalars(select(NumberSeries.last)).all() == [1]
    assert session.scalar(select(func.count()).select_from(Reservation)) == 1
    told = select(func.count()).select_from(Letter).where(Letter.key.startswith("certificate/"))
    assert session.scalar(told) == 1
    assert stored_files(app) == {found.storage_key}


def test_a_worker_that_was_thought_dead_changes_nothing(app, session, certifying, work, ada):
    attempt = pass_exam(session, certifying, ada)
    late = hold(session, TakenOver)
    late.meanwhile = lambda: (end_lease(session, late), work())
    with app.app_context():
        with pytest.raises(LostLease):
            jobs.issue(late, attempt.id)
        found = only_certificate(session)
        assert hashlib.sha256(storage.get(found.storage_key)).hexdigest() == found.sha256
    assert stored_files(app) == {found.storage_key}


class TakenOver(worker.Claim):
    """A claim that loses its lease just before its last step, to a worker that finishes."""

    meanwhile = None

    def step(self, *, done=False, **options):
        if done:
            self.meanwhile()
        return super().step(done=done, **options)


def test_a_sign_without_glyph_stops_the_issue_with_its_sentence(session, certifying, work, ada):
    attempt = pass_exam(session, certifying, ada, native="林😀")
    work()
    (job,) = queries.stopped(session)
    assert job.state == JobState.ATTENTION
    assert job.key == f"certificate/{attempt.id}"
    assert "😀 (U+1F600)" in job.message
    assert session.scalar(select(func.count()).select_from(NumberSeries)) == 0  # no number is lost


def test_an_unknown_scheme_stops_the_issue_with_its_sentence(session, certifying, work, ada):
    exam = add_exam(session, certificate="NIX", id="GP-X8", slug="nix")
    pass_exam(session, exam, ada)
    work()
    assert "certificate scheme NIX" in queries.stopped(session)[0].message


def test_running_the_duty_after_the_fact_changes_nothing(app, session, certificate, work):
    job = session.scalars(select(Job).where(Job.name == queries.ISSUE)).one()
    job.state, job.owner, job.run_at = JobState.QUEUED, None, job.created_at
    work()
    assert only_certificate(session).id == certificate.id
    assert session.get_one(Job, job.id).state == JobState.DONE


def test_a_certificate_of_the_past_ends_in_the_past(app, session, certifying, ada):
    attempt = pass_exam(session, certifying, ada, closed_at=datetime(2024, 2, 28, 20, tzinfo=UTC))
    with app.app_context():
        award = exams.award_facts(session, attempt.id)
        press = press_of(app)
        scheme = {"title": {"en": "T"}, "summary": {"en": "S"}, "standard": {"en": "N"}}
        planned = issuing.draft(
            award, scheme | {"level": "P", "valid_years": 2}, press.settings, press.current.id
        )
    assert planned.issued_on.isoformat() == "2024-02-29"  # already the next day in Shanghai
    assert planned.valid_until.isoformat() == "2026-02-28"
    assert facts.from_json(facts.to_json(planned)) == planned


def test_those_that_wait_enter_the_log_together(session, certifying, work, ada, bob):
    for person in (ada, bob, ada, bob):
        pass_exam(session, certifying, person)
    work()
    issued = session.scalars(select(Certificate)).all()
    stated = {certificate.receipt["checkpoint"] for certificate in issued}
    assert len(issued) == 4
    assert len(stated) == 1  # one checkpoint covers all four


def test_a_reservation_that_is_not_logged_leaves_a_stolen_key(app, session, certifying, work, ada):
    attempt = pass_exam(session, certifying, ada)
    dying = hold(session, Interrupted)
    dying.left = 1
    with app.app_context(), pytest.raises(Killed):
        jobs.issue(dying, attempt.id)
    session.expire_all()
    (taken,) = session.scalars(select(Reservation))
    plan = Planned(attempt.id, ada.id, taken.year, facts.from_json(taken.facts))
    issuing.reserve(session, [plan], stolen={taken.facts["key_id"]}, key_id="other-1")
    assert taken.facts["key_id"] == "other-1"
