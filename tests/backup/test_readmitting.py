"""Certificates issued after the backup that was put back come in again from their files."""

import json
import shutil

import pytest
from sqlalchemy import inspect, select, update

from probity.accounts.roles import Role
from probity.audit.models import AuditEntry
from probity.backup import creating, reconciling, verifying
from probity.credentials import enquiries, queries
from probity.credentials.keyring.ring import ring_of
from probity.credentials.lists.models import StatusList, StatusPlace
from probity.credentials.models import Certificate, Reservation
from probity.exams.models import Exam
from probity.kernel import jobs, worker
from probity.kernel.errors import Refused
from probity.kernel.jobs import Job
from probity.kernel.work import reading, writing
from probity.ledger import actions as log
from probity.ledger import queries as entries
from probity.ledger.actions import Entry
from tests.backup.conftest import SECRET, quiet
from tests.credentials import tampering
from tests.factories.accounts import add_person
from tests.factories.credentials import pass_exam

HOLDER = "h3@example.org"
OWN = {"id", "attempt_id", "holder_id"}
"""Columns that say where a row stands in its own database."""


@pytest.fixture
def old(told, tmp_path):
    """The older backup on an empty machine; the third certificate was issued after it was made."""
    return told.open(told.restored(told.older, tmp_path))


@pytest.fixture
def late(told, tmp_path):
    """The file of the third certificate, as its holder kept it."""
    number = told.site.numbers()[-1]
    kept = tmp_path / "kept.pdf"
    shutil.copyfile(told.site.instance / "files" / told.site.files()[number], kept)
    return kept


def reconcile(site, *sources):
    with site.app.app_context():
        return reconciling.reconcile(
            [str(one) for one in sources], restored=True, nothing_since=False, tell=quiet
        )


def release(site):
    with site.app.app_context():
        reconciling.release(ring_of(site.app).log_signer(), "the bundle is complete")


def add_holder(site, **named):
    with site.app.app_context(), writing() as session:
        return add_person(session, HOLDER, Role.CANDIDATE, **named).id


def row(site, number):
    """What the register of a site says of a certificate."""
    with site.app.app_context(), reading() as session:
        found = session.scalars(select(Certificate).where(Certificate.number == number)).one()
        names = [column.key for column in inspect(Certificate).column_attrs]
        return {name: getattr(found, name) for name in names}


def log_size(site):
    with site.app.app_context(), reading() as session:
        return entries.size(session)


def test_a_lost_certificate_comes_back_as_it_was(told, old, late, say, tmp_path):
    number = told.site.numbers()[-1]
    add_holder(old)
    lost = say(old.app, "certificates", "readmit", late, "--holder", HOLDER)
    assert (lost.code, "does not hold its entry" in lost.text) == (1, True)
    assert "probity backup reconcile" in lost.text
    reconcile(old, told.bundle)
    size = log_size(old)
    tried = say(old.app, "certificates", "readmit", late, "--holder", HOLDER)
    assert (tried.code, "can be entered" in tried.text) == (0, True)
    assert number not in old.numbers()
    done = say(old.app, "certificates", "readmit", late, "--holder", HOLDER, "--enter")
    assert (done.code, "its pass is lost; entered" in done.text) == (0, True), done.text
    before, after = row(told.site, number), row(old, number)
    before["issued_at"] = before["issued_at"].replace(microsecond=0)  # as the log tells it
    assert {n: v for n, v in after.items() if n not in OWN} == {
        n: v for n, v in before.items() if n not in OWN
    }
    assert after["attempt_id"] is None
    assert (old.instance / "files" / after["storage_key"]).read_bytes() == late.read_bytes()
    assert log_size(old) == size, "the entry was there"
    with old.app.app_context(), reading() as session:
        told_of = select(AuditEntry.details).where(AuditEntry.event == "certificate:readmitted")
        noted = session.scalars(told_of).one()
    assert (noted["number"], noted["sha256"]) == (number, before["sha256"])
    again = say(old.app, "certificates", "readmit", late, "--holder", HOLDER, "--enter")
    assert (again.code, "has " + number + " already" in again.text) == (1, True)
    release(old)
    worker.run_pending(old.app)
    with old.app.app_context():
        answer = enquiries.check_upload(late.read_bytes(), place=None)
        assert (answer.status, answer.record.number) == ("valid", number)
        made = creating.create(old.app, tmp_path / "after.backup", SECRET, quiet)
    assert verifying.verify(made.path, SECRET).sound
    assert say(old.app, "certificates", "check", "--every-file").code == 0


def test_a_pass_that_is_known_is_not_certified_twice(told, old, late, say):
    number = told.site.numbers()[-1]
    person = add_holder(old, name_latin="Known Person")
    with old.app.app_context(), writing() as session:
        exam, holder = session.get_one(Exam, old.exam), session.get_one(Certificate, 1).holder
        assert holder.id != person
        issued = row(told.site, number)
        attempt = pass_exam(session, exam, holder, closed_at=issued["issued_at"])
        attempt_id, email = attempt.id, holder.email
    reconcile(old, told.bundle)
    ambiguous = say(old.app, "certificates", "readmit", late)
    assert (ambiguous.code, "2 accounts have the name" in ambiguous.text) == (1, True)
    done = say(old.app, "certificates", "readmit", late, "--holder", email, "--enter")
    assert (done.code, "its pass is known" in done.text) == (0, True), done.text
    assert row(old, number)["attempt_id"] == attempt_id
    release(old)
    with old.app.app_context(), writing() as session:
        for job in session.scalars(select(Job).where(Job.name == queries.ISSUE)):
            if job.state != "done":
                jobs.requeue(job)
    worker.run_pending(old.app)
    assert old.numbers() == told.site.numbers()


def other_number(session, stated):
    """Somebody else got the number after the backup was put back."""
    take_number(session, stated, "a" * 26)


def begun_replacement(session, stated):
    """It was to replace the first certificate; the number was taken before the backup was made."""
    take_number(session, stated, stated["public_id"])


def take_number(session, stated, public_id):
    first = session.scalars(select(Reservation)).first()
    year, serial = map(int, stated["number"].split("-")[1:])
    session.add(
        Reservation(
            attempt_id=first.attempt_id,
            replaces_id=session.get_one(Certificate, 1).id,
            public_id=public_id,
            year=year,
            serial=serial,
            holder_id=first.holder_id,
            facts=first.facts,
            made_at=first.made_at,
            credential=None,
            receipt=None,
            storage_key=None,
        )
    )


def other_place(session, stated):
    places = json.loads(stated["credential"])["credentialStatus"]
    list_id = int(places[0]["statusListCredential"].rpartition("/")[2].partition("-")[0])
    session.execute(update(StatusList).values(taken=StatusList.taken + 1))
    index = int(places[0]["statusListIndex"])
    session.add(StatusPlace(public_id="b" * 26, list_id=list_id, position=index))


def logged_since(session, stated):
    digest = stated["receipt"]["entry"]["digest"]
    log.let_go(session)
    body = {"v": 1, "type": "revoke", "digest": digest, "time": "2026-11-22T12:00:00Z"}
    log.append(session, [Entry("change/999", body)])


@pytest.mark.parametrize(
    ("happened", "words"),
    [
        (other_number, "was given to another certificate"),
        (begun_replacement, "to take the place of another certificate"),
        (other_place, "Its place in status list 1 was given to another"),
        (logged_since, "decisions about it that this register does not know: revoke"),
    ],
)
def test_what_happened_since_keeps_it_out(told, old, late, say, happened, words):
    number = told.site.numbers()[-1]
    add_holder(old)
    reconcile(old, told.bundle)
    with old.app.app_context(), writing() as session:
        happened(session, row(told.site, number))
    done = say(old.app, "certificates", "readmit", late, "--holder", HOLDER, "--enter")
    assert (done.code, words in done.text) == (1, True), done.text
    assert number not in old.numbers()
    assert not (old.instance / "files" / row(told.site, number)["storage_key"]).exists()


def test_a_pass_that_was_certified_again_has_no_second_certificate(told, old, late, say):
    number = told.site.numbers()[-1]
    reconcile(old, told.bundle)
    with old.app.app_context(), writing() as session:
        exam, holder = session.get_one(Exam, old.exam), session.get_one(Certificate, 1).holder
        pass_exam(session, exam, holder, closed_at=row(told.site, number)["issued_at"])
        email = holder.email
        log.let_go(session)
    worker.run_pending(old.app)
    assert old.numbers()[-1].endswith("-020001")
    done = say(old.app, "certificates", "readmit", late, "--holder", email, "--enter")
    assert (done.code, "has another certificate here" in done.text) == (1, True), done.text
    assert number not in old.numbers()


def test_what_does_not_prove_itself_is_refused(told, old, late, say, tmp_path):
    reconcile(old, told.bundle)
    add_holder(old)
    data = late.read_bytes()
    for name, made, words in (
        ("foreign.pdf", tampering.foreign_pdf(), "Nothing in this file was signed by this issuer"),
        ("painted.pdf", tampering.BYTES["painted over"](data), "Something was added after"),
        ("saved.pdf", tampering.BYTES["re-saved"](data), "The signature is gone"),
        ("empty.pdf", b"", "cannot be checked"),
        ("badge.svg", b"<svg/>", "cannot be checked"),
    ):
        (tmp_path / name).write_bytes(made)
        done = say(old.app, "certificates", "readmit", tmp_path / name, "--holder", HOLDER)
        assert (done.code, words in done.text) == (1, True), (name, done.text)
    known = old.instance / "files" / next(iter(old.files().values()))
    done = say(old.app, "certificates", "readmit", known, late)
    assert (done.code, "already" in done.text) == (1, True)
    nobody = say(old.app, "certificates", "readmit", late, "--holder", "no@example.org")
    assert (nobody.code, "There is no account" in nobody.text) == (1, True)
    assert say(old.app, "certificates", "readmit", late, known, "--holder", HOLDER).code == 2


def test_other_words_than_those_issued_are_not_entered(told, old, late, say, monkeypatch):
    """The courses say something else now: the register would state what nobody signed."""
    reconcile(old, told.bundle)
    add_holder(old)
    from probity.catalogue.models import CourseRevision

    with old.app.app_context(), writing() as session:
        for revision in session.scalars(select(CourseRevision)):
            schemes = [
                {**one, "standard": {**one["standard"], "en": "Another standard"}}
                for one in revision.content["schemes"]
            ]
            session.execute(
                update(CourseRevision)
                .where(CourseRevision.id == revision.id)
                .values(content={**revision.content, "schemes": schemes})
            )
    done = say(old.app, "certificates", "readmit", late, "--holder", HOLDER)
    assert (done.code, "(credentialSubject)" in done.text) == (1, True), done.text


def test_nothing_can_be_issued_in_its_place_while_the_pass_is_lost(told, old, late, say):
    from probity.credentials import correcting, replacing
    from probity.credentials.correcting import Wish
    from probity.kernel.permissions import SYSTEM

    reconcile(old, told.bundle)
    add_holder(old)
    assert say(old.app, "certificates", "readmit", late, "--holder", HOLDER, "--enter").code == 0
    with old.app.app_context(), reading() as session:
        found = queries.by_number(session, told.site.numbers()[-1])
        assert not replacing.is_open(session, found)
        with pytest.raises(Refused, match="the pass behind it is lost"):
            replacing.ask(session, found, reason="a spoilt file", by=SYSTEM)
        with pytest.raises(Refused, match="the pass behind it is lost"):
            correcting.ask(session, found, Wish("A B", None, "", "a.pdf", b"%PDF-"), by=SYSTEM)
