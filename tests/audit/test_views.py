"""The log as auditors read it."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import update

from probity.audit import actions
from probity.audit.events import AuditEvent
from probity.audit.models import AuditEntry
from probity.kernel import clock
from probity.kernel.pagination import PER_PAGE
from probity.kernel.permissions import SYSTEM

LOG = "/admin/audit/"


@pytest.fixture
def entries(session, ada, bob):
    for number, person in enumerate([ada, bob, SYSTEM]):
        actions.record(session, AuditEvent.ATTEMPT_STARTED, f"attempt/{number}", by=person)
    actions.record(session, AuditEvent.EXAM_CREATED, "exam/1", by=bob, items=40, code="<b>")
    session.flush()
    actions.seal(session)
    session.commit()


def shown(page):
    """Subjects of the rows of the page."""
    return re.findall(r'<a href="[^"]*[?]subject=[^"]*">([^<]+)</a>', page.text)


def test_auditors_and_administrators_read_the_log(browse, entries, vera, root):
    for person in (vera, root):
        page = browse(person).get(LOG)
        assert "attempt/0" in page.text
        assert "items=40" in page.text
        assert "code=&lt;b&gt;" in page.text


def test_nobody_else_does(browse, entries, ada, ivy, otto, rosa):
    for person in (ada, ivy, otto, rosa):
        browse(person).get(LOG, expect=403)
        browse(person).post("/admin/audit/checks", {}, expect=403)
    browse().get(LOG, expect=303)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("event=exam:created", ["exam/1"]),
        ("event=no:such", None),
        ("subject=exam/", ["exam/1"]),
        ("subject=%20attempt/1%20", ["attempt/1"]),
        ("subject=%25", []),
        ("subject=_xam", []),
        ("event=exam:created&subject=attempt", []),
        ("person=99999999999999999999", []),
        ("person=-1", []),
        ("person=x", None),
        ("page=999", None),
        ("page=-1", None),
        ("page=x", None),
    ],
)
def test_filters_narrow_the_list(browse, entries, vera, filters, found):
    visitor = browse(vera)
    everything = shown(visitor.get(LOG))
    assert {"exam/1", "attempt/0", "attempt/1", "attempt/2"} <= set(everything)
    page = visitor.get(f"{LOG}?{filters}")
    assert shown(page) == (everything if found is None else found)
    assert ("No entries" in page.text) == (found == [])


def test_entries_of_one_person_are_found(browse, entries, vera, bob):
    page = browse(vera).get(f"{LOG}?person={bob.id}&event=attempt:started")
    assert shown(page) == ["attempt/1"]
    assert f"Person {bob.id}" in page.text
    assert f'value="{bob.id}"' in page.text


def test_what_the_site_did_itself_is_said_so(browse, entries, vera):
    page = browse(vera).get(f"{LOG}?subject=attempt/2")
    assert "The site itself" in page.text


def test_a_long_log_has_pages_newest_first(browse, session, vera):
    for number in range(PER_PAGE + 3):
        actions.record(session, AuditEvent.ITEM_CREATED, f"item/{number:03}", by=SYSTEM)
    session.commit()
    visitor = browse(vera)
    first = visitor.get(f"{LOG}?event=item:created")
    assert shown(first)[0] == f"item/{PER_PAGE + 2:03}"
    assert len(shown(first)) == PER_PAGE
    assert "?event=item%3Acreated&amp;page=2" in first.text
    assert shown(visitor.get(f"{LOG}?event=item:created&page=2")) == [
        "item/002",
        "item/001",
        "item/000",
    ]


def test_the_chain_is_checked_on_demand(browse, entries, session, vera, work):
    visitor = browse(vera)
    assert "has not been checked yet" in visitor.get(LOG).text
    assert visitor.post("/admin/audit/checks").location == LOG
    work()
    page = visitor.get(LOG)
    assert "The chain is unbroken" in page.text
    session.execute(update(AuditEntry).where(AuditEntry.subject == "exam/1").values(actor_id=9))
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        visitor.post("/admin/audit/checks")
        work()
        page = visitor.get(LOG)
    assert "The chain is broken" in page.text


def test_the_log_is_read_in_chinese_too(browse, entries, vera):
    page = browse(vera).get(LOG, headers={"Accept-Language": "zh-CN"})
    assert '<html lang="zh-Hans">' in page.text


def test_events_are_named_subject_and_past_tense_in_alphabetical_order():
    values = [event.value for event in AuditEvent]
    assert values == sorted(values)
    for event in AuditEvent:
        subject, _, happened = event.value.partition(":")
        assert subject.islower()
        assert happened
        assert event.name == event.value.replace(":", "_").replace("-", "_").upper()
