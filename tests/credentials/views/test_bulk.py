"""Withdrawing many certificates in the browser: two registrars, one list."""

import pytest

from probity.accounts.roles import Role
from probity.credentials import queries
from probity.credentials.rules import Status
from tests.factories.accounts import add_person


@pytest.fixture
def rena(session):
    return add_person(session, "rena@example.org", Role.REGISTRAR, name_latin="Rena Holt")


def prepared(visitor, certificate, **changes):
    given = {"exam": "0", "numbers": certificate.number, "reason": "The paper leaked"}
    return visitor.post("/studio/certificates/bulk/", {**given, **changes}).headers["Location"]


def test_one_prepares_another_starts(browse, session, certificate, rosa, rena, work):
    assert "None yet" in browse(rosa).get("/studio/certificates/bulk/").text
    address = prepared(browse(rosa), certificate)
    own = browse(rosa).get(address).text
    assert "A second registrar" in own
    assert "Revoke all of these?" not in own
    browse(rosa).post(f"{address}started", {}, expect=409)
    other = browse(rena)
    assert "You are the second person" in other.get(address).text
    other.post(f"{address}started", {})
    work()
    shown = other.get(address).text
    assert "1 of 1 decided" in shown
    assert queries.status_of(certificate) is Status.REVOKED
    assert "The paper leaked" in other.get("/studio/certificates/bulk/").text


def test_it_can_be_dropped(browse, certificate, rosa, rena):
    address = prepared(browse(rosa), certificate)
    browse(rosa).post(f"{address}cancelled", {})
    assert "nothing was withdrawn" in browse(rena).get(address).text
    browse(rena).post(f"{address}started", {}, expect=409)


def test_bad_numbers_are_named(browse, certificate, rosa):
    given = {"exam": "0", "numbers": "PRB-1999-000001\nhello", "reason": "x"}
    page = browse(rosa).post("/studio/certificates/bulk/", given, expect=409)
    assert 'href="#numbers"' in page.text
    assert "register: hello, PRB-1999-000001" in page.text
    assert "PRB-1999-000001\nhello</textarea>" in page.text
    browse(rosa).post("/studio/certificates/bulk/", {**given, "reason": ""}, expect=422)


@pytest.mark.parametrize("who", ["ada", "ivy", "otto", "vera", "root"])
def test_nobody_else_withdraws(request, browse, certificate, rosa, who):
    address = prepared(browse(rosa), certificate)
    visitor = browse(request.getfixturevalue(who))
    for act in ("started", "cancelled"):
        visitor.post(f"{address}{act}", {}, expect=403)
