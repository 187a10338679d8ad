"""Decisions about issued certificates: who, why, when, and which are open."""

import pytest
from sqlalchemy import select

from probity.audit.models import AuditEntry
from probity.credentials import actions, queries
from probity.credentials.rules import Decision, Status
from probity.kernel.errors import Refused


def test_a_revocation_keeps_reason_author_and_time_and_is_audited(session, certificate, rosa):
    change = actions.revoke(session, certificate, reason="  Exam rules\n breached ", by=rosa)
    assert (change.decision, change.reason) == (Decision.REVOKED, "Exam rules breached")
    assert change.author_id == rosa.id
    assert change.effective_at == change.decided_at
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.event == "certificate:revoked")
    ).one()
    assert (entry.subject, entry.actor_id) == (f"certificate/{certificate.id}", rosa.id)
    assert "Exam rules" not in str(entry.details)  # words may name people


def test_issuing_is_audited(session, certificate):
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.event == "certificate:issued")
    ).one()
    assert entry.details["sha256"] == certificate.sha256


def test_revoking_is_final(session, certificate, rosa):
    actions.revoke(session, certificate, reason="Once", by=rosa)
    for decide in (actions.revoke, actions.suspend, actions.reinstate):
        with pytest.raises(Refused) as refused:
            decide(session, certificate, reason="Again", by=rosa)
        assert refused.value.reason == "status"
    assert queries.status_of(certificate) == Status.REVOKED


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 501])
def test_a_decision_needs_a_reason_of_reasonable_length(session, certificate, rosa, reason):
    with pytest.raises(Refused) as refused:
        actions.revoke(session, certificate, reason=reason, by=rosa)
    assert refused.value.reason == "reason"
    assert queries.status_of(certificate) == Status.VALID


def test_only_what_is_suspended_can_be_reinstated(session, certificate, rosa):
    with pytest.raises(Refused):
        actions.reinstate(session, certificate, reason="Why not", by=rosa)
    actions.suspend(session, certificate, reason="Under review", by=rosa)
    actions.reinstate(session, certificate, reason="Nothing found", by=rosa)
    assert queries.status_of(certificate) == Status.VALID
    history = queries.history(session, certificate)
    assert [change.decision for change in history] == [Decision.SUSPENDED, Decision.REINSTATED]


def test_only_registrars_get_hold_of_a_certificate_to_decide(session, certificate, rosa, vera, ada):
    assert queries.lock_certificate(session, rosa, certificate.public_id) is certificate
    assert queries.lock_certificate(session, vera, certificate.public_id) is None
    assert queries.lock_certificate(session, ada, certificate.public_id) is None
