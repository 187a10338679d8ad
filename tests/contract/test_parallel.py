"""Fifty calls at once have the effect of one, on both databases, over real HTTP."""

import uuid
from urllib.parse import urlencode

from sqlalchemy import func, select

from probity.audit.events import AuditEvent
from probity.audit.models import AuditEntry
from probity.exams.actions import HONOUR_VERSION
from probity.exams.models import Attempt, Result
from tests.browser import exams
from tests.contract.script import in_parallel

FIFTY = 50


def start(candidate, exam):
    return candidate.send(
        "POST",
        f"/exams/{exam}/attempts",
        urlencode({"honour": HONOUR_VERSION}),
        Content_Type="application/x-www-form-urlencoded",
        X_CSRFToken=candidate.token,
    )


def enter(candidate, exam):
    reply = start(candidate, exam)
    assert reply.status == 303, reply.body
    return reply.headers["Location"].strip("/").removeprefix("attempts/")


def count(site, query):
    with site.reading() as session:
        return session.scalar(query)


def test_fifty_starts_make_one_attempt_with_one_paper(site, candidate, exam):
    before = count(site, select(func.count()).select_from(Attempt))
    replies = in_parallel(FIFTY, lambda: start(candidate, exam))
    assert {reply.status for reply in replies} == {303}
    (room,) = {reply.headers["Location"] for reply in replies}
    assert count(site, select(func.count()).select_from(Attempt)) == before + 1
    papers = in_parallel(5, lambda: candidate.send("GET", f"{room}paper"))
    asked = {str(reply.json["items"]) for reply in papers}
    assert len(asked) == 1


def test_fifty_copies_of_one_save_are_one_save(site, candidate, exam):
    attempt = enter(candidate, exam)
    sheet = candidate.paper(attempt)
    save = {
        "client": str(uuid.uuid4()),
        "seq": 1,
        "item": sheet["items"][0]["item"],
        "base": 0,
        "response": sheet["items"][0]["options"][0]["id"],
        "at": "2026-03-02T09:00:00Z",
    }
    path, token = f"/attempts/{attempt}/responses", sheet["token"]
    replies = in_parallel(FIFTY, lambda: candidate.post(path, save, X_Attempt_Token=token))
    assert {reply.status for reply in replies} == {200}
    assert len({reply.body for reply in replies}) == 1
    assert set(replies[0].json) == {"seq", "version", "saved_at", "deadline", "notices"}
    assert [event.version for event in exams.events(site, attempt)] == [1]


def test_fifty_hand_ins_have_one_winner_and_one_receipt(site, candidate, exam):
    attempt = enter(candidate, exam)
    number = exams.attempt_of(site, attempt).id
    replies = in_parallel(FIFTY, lambda: candidate.post(f"/attempts/{attempt}/submission", {}))
    assert {reply.status for reply in replies} == {200}
    assert len({reply.body for reply in replies}) == 1
    closed = select(func.count()).where(
        AuditEntry.event == AuditEvent.ATTEMPT_CLOSED, AuditEntry.subject == f"attempt/{number}"
    )
    assert count(site, closed) == 1
    assert count(site, select(func.count()).where(Result.attempt_id == number)) == 1
