"""The page of the key sets: who sees it, who proposes, who approves, what comes of it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from probity.accounts.roles import Role
from probity.credentials.control.models import DualControl
from probity.credentials.keyring import lifecycle
from probity.credentials.proofs import keys
from probity.kernel import clock
from probity.kernel.jobs import Job, JobState
from tests.factories.accounts import add_person
from tests.factories.keys import make_keyring

HERE = "/studio/keys/"


@pytest.fixture(autouse=True)
def _in_2026():
    """The names of key sets hold the year."""
    with time_machine.travel("2026-11-22T09:00:00Z", tick=True):
        yield


@pytest.fixture
def ring(app, monkeypatch, tmp_path):
    """Keys of this test's own, which the pages and the worker use."""
    made = make_keyring(tmp_path / "instance")
    monkeypatch.setitem(app.config, "PROBITY", made.settings)
    monkeypatch.setitem(app.extensions, "probity-keyring", made)
    assert made.current.id == "demo-2026-1"
    return made


@pytest.fixture
def rene(session):
    return add_person(session, "rene@example.org", Role.REGISTRAR, name_latin="Rene Second")


def propose(visitor, act, key="demo-2026-1", expect=303, **form):
    data = {"reason": "It is time.", **form}
    return visitor.post(f"{HERE}{key}/proposals/{act}", data, expect=expect)


def only(session):
    session.expire_all()
    return session.scalars(select(DualControl)).one()


def states(ring):
    return {k.id: (k.signs, k.compromised is not None) for k in keys.published(ring.folder)}


def test_two_people_make_a_successor(session, ring, browse, work, rosa, rene):
    propose(browse(rosa), "key-rotation")
    proposal = only(session)
    page = browse(rene).get(HERE).text
    assert "It is time." in page
    assert "Rosa Diaz" in page
    browse(rene).post(f"{HERE}proposals/{proposal.id}/approvals")
    assert len(keys.published(ring.folder)) == 1, "the page itself makes no keys"
    work()
    assert ring.current.id == "demo-2026-2"
    assert only(session).executed_at is not None
    page = browse(rosa).get(HERE).text
    assert "Signs now" in page
    assert "Succeeded" in page
    assert ring.current.fingerprint in page


def test_two_people_give_a_set_up(session, ring, browse, work, rosa, root):
    since = (clock.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    propose(browse(rosa), "key-compromise", since=since)
    browse(root).post(f"{HERE}proposals/{only(session).id}/approvals")
    work()
    assert states(ring) == {"demo-2026-1": (False, True), "demo-2026-2": (True, False)}
    leaf = lifecycle.find(ring, "demo-2026-1").compromised.leaf
    assert f"before entry {leaf} is valid" in browse(rosa).get(HERE).text


def test_nobody_approves_their_own_proposal(session, ring, browse, rosa):
    propose(browse(rosa), "key-rotation")
    page = browse(rosa).get(HERE).text
    assert "/approvals" not in page
    answer = browse(rosa).post(f"{HERE}proposals/{only(session).id}/approvals", expect=409)
    assert "Somebody else has to approve it" in answer.text


def test_a_proposal_can_be_withdrawn_and_rejected(session, ring, browse, work, rosa, rene):
    for visitor in (rosa, rene):
        propose(browse(rosa), "key-rotation")
        last = session.scalars(select(DualControl).order_by(DualControl.id.desc())).first()
        browse(visitor).post(f"{HERE}proposals/{last.id}/rejections")
    page = browse(rosa).get(HERE).text
    assert "Withdrawn" in page
    assert "Rejected" in page
    assert session.scalar(select(Job).where(Job.key.startswith("control/"))) is None


@pytest.mark.parametrize(
    ("act", "form", "expect"),
    [
        ("key-retirement", {}, 409),
        ("key-compromise", {}, 409),
        ("key-compromise", {"since": "2100-01-01T00:00"}, 409),
        ("key-compromise", {"since": "yesterday"}, 422),
        ("key-rotation", {"reason": ""}, 422),
        ("key-rotation", {"reason": "x" * 501}, 422),
        ("key-explosion", {}, 404),
    ],
)
def test_what_makes_no_sense_is_refused(session, ring, browse, rosa, act, form, expect):
    propose(browse(rosa), act, expect=expect, **form)
    assert session.scalar(select(DualControl.id)) is None


def test_an_unknown_set_is_not_found(ring, browse, rosa):
    propose(browse(rosa), "key-rotation", key="1999-1", expect=404)


def test_auditors_see_keys_and_change_nothing(session, ring, browse, rosa, vera):
    propose(browse(rosa), "key-rotation")
    page = browse(vera).get(HERE).text
    assert not re.search(r'action="[^"]*/(proposals|approvals|rejections)', page)
    propose(browse(vera), "key-rotation", expect=403)
    browse(vera).post(f"{HERE}proposals/{only(session).id}/approvals", expect=403)


def test_others_see_nothing(ring, browse, ada, ivy):
    for person in (ada, ivy):
        browse(person).get(HERE, expect=403)


def test_a_proposal_of_another_kind_is_not_decided_here(session, ring, browse, rosa, rene):
    propose(browse(rosa), "key-rotation")
    only(session).kind = "something-else"
    browse(rene).post(f"{HERE}proposals/{only(session).id}/approvals", expect=404)


def test_what_cannot_be_carried_out_waits_for_a_person(session, ring, browse, work, rosa, rene):
    lifecycle.rotate(session, ring, "demo-2026-1", by=None)
    propose(browse(rosa), "key-retirement")
    proposal = only(session)
    with keys.locked(ring.folder):  # meanwhile the newer set is lost
        first = keys.published(ring.folder)[0]
        keys.store(ring.folder, (first,))
    browse(rene).post(f"{HERE}proposals/{proposal.id}/approvals")
    work()
    duty = session.scalars(select(Job).where(Job.key == f"control/{proposal.id}")).one()
    assert duty.state is JobState.ATTENTION
    assert "Make its successor first" in duty.message
    assert only(session).executed_at is None


def test_power_over_keys_needs_a_recent_sign_in(app, session, ring, browse, monkeypatch, rosa):
    """On a real site; a demonstration never asks."""
    made = replace(ring.settings, base_url="https://localhost.example")
    visitor = browse(rosa)
    assert made.demonstration is False
    monkeypatch.setitem(app.config, "PROBITY", made)
    with visitor.client.session_transaction() as cookie:
        cookie["fs_paa"] = (clock.now() - timedelta(hours=2)).timestamp()
    answer = propose(visitor, "key-rotation")
    assert answer.location.startswith("/account/verify")
    assert session.scalar(select(DualControl.id)) is None
