"""A corrected name: asked with evidence, decided, issued anew; the old one gives way."""

import json

import pytest
from sqlalchemy import select

from probity.credentials import correcting, queries
from probity.credentials.correcting import Wish
from probity.credentials.models import Certificate, Correction
from probity.credentials.rules import CorrectionState, Status
from probity.kernel import storage
from probity.kernel.errors import Refused
from probity.kernel.mail import Letter
from probity.ledger import queries as log

EVIDENCE = b"%PDF-1.7 a passport"
WISH = Wish("Ada Limm", None, "A slip", "passport.pdf", EVIDENCE)


@pytest.fixture
def asked(app, session, certificate, ada):
    with app.app_context():
        found = correcting.ask(session, certificate, WISH, by=ada)
    session.commit()
    return found


def test_an_accepted_correction_issues_anew_and_supersedes_the_old(
    app, session, certificate, asked, rosa, work
):
    correcting.accept(session, asked, by=rosa)
    work()
    newer = queries.replacement(session, certificate)
    assert (newer.name_latin, newer.number[-6:]) == ("Ada Limm", "000002")
    same = ("title", "scheme", "standard", "issued_on", "valid_until", "ends_at", "attempt_id")
    assert [getattr(newer, one) for one in same] == [getattr(certificate, one) for one in same]
    assert queries.status_of(newer) is Status.VALID
    assert queries.status_of(certificate) is Status.SUPERSEDED
    assert newer.number in certificate.changes[-1].reason
    assert certificate.changes[-1].author_id == rosa.id
    assert json.loads(log.entry(session, f"change/{certificate.changes[-1].id}").entry)["type"] == (
        "supersede"
    )
    assert log.entry(session, f"issue/{newer.public_id}") is not None
    told = select(Letter.key).where(Letter.text.contains(newer.public_id))
    assert session.scalars(told).all() == [f"certificate/{newer.attempt_id}/{newer.number}"]


def test_running_it_again_issues_no_third(session, certificate, asked, rosa, work):
    correcting.accept(session, asked, by=rosa)
    work()
    session.execute(
        queries.Job.__table__.update()
        .where(queries.Job.name == queries.ISSUE)
        .values(state="queued", owner=None)
    )
    work()
    assert len(session.scalars(select(Certificate)).all()) == 2
    assert len(certificate.changes) == 1


def test_a_refused_correction_changes_nothing_and_says_why(
    app, session, certificate, asked, rosa, work
):
    with app.test_request_context():
        correcting.refuse(session, asked, reason="The document shows another name", by=rosa)
    work()
    assert session.scalars(select(Certificate)).all() == [certificate]
    assert queries.status_of(certificate) is Status.VALID
    letter = session.scalars(select(Letter).where(Letter.key.contains("correction"))).one()
    assert letter.recipient == "ada@example.org"
    assert "The document shows another name" in letter.text


def test_somebody_else_decides_and_only_once(session, asked, ada, rosa):
    with pytest.raises(Refused) as refused:
        correcting.accept(session, asked, by=ada)
    assert refused.value.reason == "own"
    correcting.accept(session, asked, by=rosa)
    with pytest.raises(Refused) as refused:
        correcting.accept(session, asked, by=rosa)
    assert refused.value.reason == "decided"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name_latin": "Ada Lim", "name_native": "林薇"}, "same"),
        ({"name_latin": "林薇"}, "name"),
        ({"name_native": "林\u202e薇"}, "name"),
        ({"evidence": b"MZ\x90\x00"}, "evidence"),
        ({"evidence": EVIDENCE + bytes(correcting.LARGEST)}, "evidence"),
    ],
)
def test_a_wish_that_cannot_be_met_says_why(app, session, certificate, ada, changes, reason):
    from dataclasses import replace

    with app.app_context(), pytest.raises(Refused) as refused:
        correcting.ask(session, certificate, replace(WISH, **changes), by=ada)
    assert refused.value.reason == reason
    assert session.scalars(select(Correction)).all() == []


def test_one_wish_at_a_time_and_the_document_is_kept(app, session, certificate, asked, ada):
    with app.app_context():
        assert storage.get(asked.storage_key) == EVIDENCE
        with pytest.raises(Refused) as refused:
            correcting.ask(session, certificate, WISH, by=ada)
    assert refused.value.reason == "waiting"
    assert asked.state is CorrectionState.WAITING
