"""The nightly check finds each thing that does not agree, and tells staff once."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from probity.audit.models import AuditEntry
from probity.credentials import actions, checking, queries
from probity.credentials.alerts import log_keys
from probity.credentials.models import Certificate
from probity.kernel import clock, storage
from probity.kernel.jobs import Job, JobState, hasten
from probity.kernel.mail import Letter
from tests.factories.credentials import pass_exam


@pytest.fixture(autouse=True)
def _empty_storage(app):
    shutil.rmtree(app.config["PROBITY"].instance_dir / "files", ignore_errors=True)


@pytest.fixture
def look(app, session):
    """The kinds of problems that a check finds now."""

    def run():
        session.commit()
        with app.app_context():
            report = checking.run(log_keys(app.config["PROBITY"]), every_file=True)
        return sorted(one.kind for one in report.findings)

    return run


def test_all_is_well_after_an_issue(certificate, look):
    assert look() == []


def test_a_file_gone_or_changed(app, certificate, look):
    with app.app_context():
        data = storage.get(certificate.storage_key)
        storage.put(certificate.storage_key, data + b" ")
        assert look() == ["file-differs"]
        storage.delete(certificate.storage_key)
        assert look() == ["file-missing"]
        storage.put(certificate.storage_key, data)
    assert look() == []


def test_a_file_that_belongs_to_nothing(app, certificate, look):
    key = "certificates/2026/PRB-2026-000009-0123456789abcdef.pdf"
    with app.app_context():
        storage.put(key, b"%PDF")
        try:
            assert look() == ["file-without-certificate"]
        finally:
            storage.delete(key)


def thaw(session):
    """What only somebody with the database itself can do."""
    if session.get_bind().dialect.name == "sqlite":
        for table in ("certificate", "log_leaf"):
            session.execute(text(f"DROP TRIGGER freeze_{table}_update"))
    else:
        session.execute(text("SET session_replication_role = replica"))


@pytest.fixture
def freeze_again(session):
    yield
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET session_replication_role = origin"))


def test_leaf_and_receipt_that_do_not_fit(session, certificate, look, freeze_again):
    thaw(session)
    receipt = {**certificate.receipt, "index": certificate.receipt["index"] + 1}
    table = Certificate.__table__
    session.execute(table.update().where(table.c.id == certificate.id).values(receipt=receipt))
    subject = f"issue/{certificate.public_id}"
    session.execute(text("UPDATE log_leaf SET subject = 'gone' WHERE subject = :s"), {"s": subject})
    session.expire_all()
    assert look() == ["leaf-missing", "receipt-wrong"]


def test_a_status_list_and_a_log_that_do_not_follow(
    session, certificate, look, rosa, monkeypatch, work
):
    actions.revoke(session, certificate, reason="x", by=rosa)
    assert look() == []  # the lists and the log have an hour
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert look() == ["decision-not-logged", *["status-list-differs"] * 2]
    work()
    assert look() == []


def test_a_pass_without_certificate(session, certifying, work, ada, look, monkeypatch):
    attempt = pass_exam(session, certifying, ada, native="林😀")
    work()
    assert look() == []  # it may be on its way
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert look() == ["pass-without-certificate"]
    assert queries.certificate_of_attempt(session, attempt.id) is None


def test_staff_are_told_once_and_the_check_is_audited(
    app, session, certificate, work, rosa, root, ada
):
    with app.app_context():
        storage.delete(certificate.storage_key)
    for _ in range(2):
        hasten(session, checking.CHECK)
        work()
    job = session.scalars(select(Job).where(Job.name == checking.CHECK)).one()
    assert job.state is JobState.QUEUED
    assert ["file-missing", certificate.number] in job.progress["findings"]
    told = select(Letter.recipient).where(Letter.key.startswith("certificates/check/"))
    assert sorted(session.scalars(told)) == ["root@example.org", "rosa@example.org"]
    logged = select(AuditEntry).where(AuditEntry.event == "certificates:checked")
    assert [entry.details["problems"] >= 1 for entry in session.scalars(logged)] == [True, True]
