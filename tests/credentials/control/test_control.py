"""Two people: one proposes, another approves; nobody does both."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import exc, select, text

from probity.audit.models import AuditEntry
from probity.credentials.control import actions, queries
from probity.credentials.control.kinds import KINDS, Kind
from probity.credentials.control.rules import Verdict
from probity.kernel import clock
from probity.kernel.errors import Refused
from probity.kernel.permissions import SYSTEM, Permission

KIND = "blowing-up"


@pytest.fixture
def begun(monkeypatch):
    """A kind of its own; what it set going is in the list."""
    found = []
    kind = Kind(Permission.KEY_MANAGE, lambda _session, proposal: found.append(proposal.id))
    monkeypatch.setitem(KINDS, KIND, kind)
    return found


def propose(session, by, **changes):
    stated = {"kind": KIND, "subject": "thing/1", "reason": "It is old.", "payload": {"n": 1}}
    return actions.propose(session, **(stated | changes), by=by)


def refusal(act, *given, **named):
    with pytest.raises(Refused) as refused:
        act(*given, **named)
    return refused.value.reason


def events(session):
    query = select(AuditEntry.event).where(AuditEntry.subject.startswith("control/"))
    return list(session.scalars(query.order_by(AuditEntry.id)))


def test_another_person_approves_and_sets_it_going(session, begun, rosa, root):
    proposal = propose(session, rosa)
    assert queries.pending(session, {KIND}) == [proposal]
    assert begun == []
    actions.approve(session, queries.lock(session, root, proposal.id), by=root)
    assert begun == [proposal.id]
    assert queries.pending(session, {KIND}) == []
    assert (proposal.decided_by, proposal.verdict) == (root, Verdict.APPROVED)
    actions.executed(session, proposal.id)
    done_at = proposal.executed_at
    actions.executed(session, proposal.id)
    assert proposal.executed_at == done_at
    assert events(session) == ["control:proposed", "control:approved", "control:executed"]


def test_nobody_approves_what_they_proposed(session, begun, rosa):
    proposal = propose(session, rosa)
    assert refusal(actions.approve, session, proposal, by=rosa) == "second-person"
    assert begun == []
    cheat = text("UPDATE dual_control SET verdict = 'approved', decided_by_id = proposed_by_id")
    with pytest.raises(exc.IntegrityError), session.begin_nested():
        session.execute(cheat)


def test_the_installation_itself_is_no_second_person(session, begun, rosa):
    proposal = propose(session, rosa)
    assert refusal(actions.approve, session, proposal, by=SYSTEM) == "second-person"
    assert refusal(propose, session, SYSTEM, subject="thing/2") == "permission"
    assert begun == []


def test_both_need_the_permission(session, begun, rosa, ada, vera):
    assert refusal(propose, session, ada) == "permission"
    proposal = propose(session, rosa)
    assert queries.lock(session, vera, proposal.id) is None
    assert refusal(actions.approve, session, proposal, by=vera) == "permission"
    assert refusal(actions.reject, session, proposal, by=ada) == "permission"
    assert begun == []


def test_its_author_withdraws_it_and_others_reject_it(session, begun, rosa, root):
    first = actions.reject(session, propose(session, rosa), by=rosa)
    second = actions.reject(session, propose(session, rosa), by=root)
    assert [first.verdict, second.verdict] == [Verdict.WITHDRAWN, Verdict.REJECTED]
    assert refusal(actions.approve, session, second, by=root) == "over"
    assert begun == []
    with pytest.raises(ValueError, match="was not approved"):
        actions.executed(session, second.id)


def test_one_proposal_about_a_thing_is_open_at_a_time(session, begun, rosa, root):
    propose(session, rosa)
    assert refusal(propose, session, root) == "proposed"
    assert propose(session, root, subject="thing/2").id


def test_an_old_proposal_is_over_and_makes_room(session, begun, rosa, root):
    old = propose(session, rosa)
    with time_machine.travel(clock.now() + timedelta(days=7, minutes=1)):
        assert queries.pending(session, {KIND}) == []
        assert refusal(actions.approve, session, old, by=root) == "over"
        new = propose(session, root)
        assert old.verdict is Verdict.EXPIRED
        actions.approve(session, new, by=rosa)
    assert begun == [new.id]


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 501])
def test_a_reason_is_demanded(session, begun, rosa, reason):
    assert refusal(propose, session, rosa, reason=reason) == "reason"
