"""A certificate issued anew by a registrar: same statement, other number, the old one gives way."""

import pytest
from sqlalchemy import select

from probity.credentials import actions, queries, replacing
from probity.credentials.models import Certificate
from probity.credentials.press import Press
from probity.credentials.rules import Status
from probity.kernel.errors import Refused

SAME = ("attempt_id", "holder_id", "name_latin", "name_native", "scheme", "title", "level")
DATES = ("issued_on", "valid_until", "ends_at")


def address(certificate):
    return f"/studio/certificates/{certificate.public_id}/replacement"


def newer_of(session, certificate):
    session.refresh(certificate)
    return queries.replacement(session, certificate)


def test_a_registrar_has_it_issued_anew(browse, session, certificate, rosa, work):
    entry = f"/studio/certificates/{certificate.public_id}/"
    assert "Issue it anew?" in browse(rosa).get(entry).text
    browse(rosa).post(address(certificate), {"reason": "The key was lost"})
    assert "Issue it anew?" not in browse(rosa).get(entry).text
    work()
    newer = newer_of(session, certificate)
    assert [getattr(newer, name) for name in SAME + DATES] == [
        getattr(certificate, name) for name in SAME + DATES
    ]
    assert newer.number[:9] == certificate.number[:9]
    assert int(newer.number[9:]) == int(certificate.number[9:]) + 1
    assert newer.sha256 != certificate.sha256
    statuses = [queries.status_of(one) for one in (certificate, newer)]
    assert statuses == [Status.SUPERSEDED, Status.VALID]
    (change,) = certificate.changes
    assert (change.reason, change.author_id) == ("The key was lost", rosa.id)
    work()
    assert len(session.scalars(select(Certificate)).all()) == 2


def test_once_only_and_only_while_it_is_valid(browse, session, certificate, rosa):
    browse(rosa).post(address(certificate), {"reason": ""}, expect=422)
    actions.suspend(session, certificate, reason="A question", by=rosa)
    session.commit()
    browse(rosa).post(address(certificate), {"reason": "x"}, expect=409)
    actions.reinstate(session, certificate, reason="Settled", by=rosa)
    session.commit()
    browse(rosa).post(address(certificate), {"reason": "x"})
    browse(rosa).post(address(certificate), {"reason": "x"}, expect=409)


def test_nobody_replaces_their_own(session, certificate, rosa):
    certificate.holder_id = rosa.id
    with session.no_autoflush, pytest.raises(Refused, match="Somebody else"):
        replacing.ask(session, certificate, reason="x", by=rosa)
    session.expire(certificate)


@pytest.mark.parametrize("who", ["ada", "ivy", "otto", "vera", "root"])
def test_nobody_else_replaces(request, browse, certificate, who):
    browse(request.getfixturevalue(who)).post(address(certificate), {"reason": "x"}, expect=403)


def test_one_that_is_revoked_before_its_turn_is_not_replaced(session, certificate, rosa, work):
    replacing.ask(session, certificate, reason="x", by=rosa)
    actions.revoke(session, certificate, reason="Fraud", by=rosa)
    work()
    assert newer_of(session, certificate) is None


def test_one_that_is_revoked_meanwhile_takes_the_new_one_along(
    session, certificate, rosa, work, monkeypatch
):
    sign = Press.sign

    def sign_late(press, facts, made_at):
        actions.revoke(session, certificate, reason="Fraud", by=rosa)
        session.commit()
        return sign(press, facts, made_at)

    monkeypatch.setattr(Press, "sign", sign_late)
    replacing.ask(session, certificate, reason="x", by=rosa)
    work()
    newer = newer_of(session, certificate)
    assert [queries.status_of(one) for one in (certificate, newer)] == [Status.REVOKED] * 2
    assert [change.reason for change in newer.changes] == ["Fraud"]
