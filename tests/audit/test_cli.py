"""`probity audit verify` for operators and scripts."""

import json

import pytest
from sqlalchemy import delete, select, update

from probity.audit import actions, queries
from probity.audit.events import AuditEvent
from probity.audit.models import AuditEntry, AuditSeal
from probity.kernel.permissions import SYSTEM


@pytest.fixture
def run(app, session):
    def invoke(*arguments, exit_code=0):
        session.commit()
        result = app.test_cli_runner().invoke(args=["audit", "verify", *arguments])
        session.expire_all()
        assert result.exit_code == exit_code, result.output
        return result.output

    return invoke


@pytest.fixture
def head(session):
    for number in range(3):
        actions.record(session, AuditEvent.EXAM_CREATED, f"exam/{number}", by=SYSTEM)
    session.flush()
    actions.seal(session)
    found = queries.head(session)
    return f"{found.position}:{found.hash}"


def test_a_whole_log_is_said_to_be_whole_with_its_head(run, head):
    assert run() == f"3 entries, none changed.\nHead, to note elsewhere: {head}\n"


def test_an_empty_log_is_whole(run):
    assert run().startswith("0 entries")


def test_a_changed_entry_is_one_sentence_and_a_failure(run, session, head):
    session.execute(update(AuditEntry).where(AuditEntry.subject == "exam/1").values(actor_id=9))
    told = run(exit_code=1)
    assert told.startswith("Error: The chain breaks at position 2 of 3: ")
    assert "Compare with a backup." in told


def test_a_noted_head_proves_that_the_log_was_not_cut_off(run, session, head):
    assert run("--noted", head).startswith("3 entries")
    session.execute(delete(AuditSeal).where(AuditSeal.position == 3))
    last = select(AuditEntry.id).where(AuditEntry.subject == "exam/2")
    session.execute(delete(AuditEntry).where(AuditEntry.id == last.scalar_subquery()))
    assert run().startswith("2 entries, none changed.")
    assert "Position 3 no longer has the noted hash" in run("--noted", head, exit_code=1)


@pytest.mark.parametrize("noted", ["7", "7:", ":abc", "x:abc", "-1:abc"])
def test_a_head_that_is_none_is_a_usage_error(run, noted):
    assert "Write the head as `probity audit verify` printed it" in run(
        "--noted", noted, exit_code=2
    )


def test_scripts_get_json_whatever_is_found(run, session, head):
    whole = {"sealed": 3, "broken": None, "head": head, "noted_head_found": None}
    assert json.loads(run("--json")) == whole
    assert json.loads(run("--json", "--noted", head)) == {**whole, "noted_head_found": True}
    session.execute(update(AuditEntry).where(AuditEntry.subject == "exam/0").values(actor_id=9))
    told = run("--json", "--noted", "1:00", exit_code=1).splitlines()[0]
    assert json.loads(told) == {**whole, "broken": 1, "noted_head_found": False}
