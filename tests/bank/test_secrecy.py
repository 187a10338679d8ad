import re

import pytest
from sqlalchemy import select

from probity.accounts.roles import Role
from probity.audit.models import AuditEntry
from probity.bank import actions, queries, reviewing
from probity.bank.models import Item
from probity.kernel.errors import Refused
from probity.kernel.permissions import SYSTEM
from tests.bank.pages import form_values
from tests.factories import bank
from tests.factories.accounts import add_person
from tests.factories.bank import add_item
from tests.factories.reviews import reviewer

URL = "/studio/items/GPP-0001"
WORDS = "Who keeps the secret lamps?"


@pytest.fixture
def writer(session):
    return add_person(session, "wanda@example.org", Role.ITEM_WRITER, name_latin="Wanda Writer")


@pytest.fixture
def secret(session):
    return add_item(session, use="secure", status="approved", stem=bank.text(WORDS))


def looks(session):
    query = select(AuditEntry).where(AuditEntry.event == "item:viewed").order_by(AuditEntry.id)
    return [(one.actor_id, one.subject, one.details["version"]) for one in session.scalars(query)]


PATHS = ["/", "/edit", "/versions/1", "/review", "/looks"]


@pytest.mark.parametrize("path", PATHS)
def test_a_secure_item_is_not_there_for_trainers(browse, ivy, secret, path):
    expected = 403 if path == "/review" else 404
    browse(ivy).get(f"{URL}{path}", expect=expected)


@pytest.mark.parametrize(
    "path", ["trials", "edit", "stages", "comments", "reviewers", "enemies", "filing"]
)
def test_nothing_can_be_done_to_it_either(session, browse, ivy, secret, path):
    browse(ivy).post(f"{URL}/{path}", {"act": "retire"}, expect=404)
    assert looks(session) == []


def test_lists_name_no_secure_words_and_searches_find_none(browse, ivy, writer, secret):
    assert "GPP-0001" not in browse(ivy).get("/studio/items/").text
    shown = browse(writer).get("/studio/items/?q=lamps").text
    assert "GPP-0001" in shown
    assert WORDS not in shown


def test_each_look_is_recorded_with_person_and_version(session, browse, writer, otto, secret):
    visitor = browse(writer)
    assert WORDS in visitor.get(f"{URL}/").text
    visitor.get(f"{URL}/versions/1")
    visitor.get(f"{URL}/edit")
    visitor.post(f"{URL}/trials", {"do": "key"}, expect=200)
    assert looks(session) == [(writer.id, f"item/{secret.id}", 1)] * 4
    page = browse(otto).get(f"{URL}/looks").text
    assert page.count("Wanda Writer") == 4
    visitor.get(f"{URL}/looks", expect=403)


def test_a_form_with_faults_is_a_look_too(session, browse, writer, secret):
    visitor = browse(writer)
    values = form_values(visitor.get(f"{URL}/edit").text)
    sent = {name: values.getlist(name) for name in values} | {"stem.en": ""}
    visitor.post(f"{URL}/edit", sent, expect=422)
    assert len(looks(session)) == 2


def test_public_items_leave_no_such_trace(session, browse, ivy):
    add_item(session)
    browse(ivy).get(f"{URL}/")
    assert looks(session) == []


def test_a_reviewer_sees_the_secure_items_assigned_and_no_others(session, browse, otto, secret):
    rita = reviewer(session)
    visitor = browse(rita)
    visitor.get(f"{URL}/", expect=404)
    reviewing.assign(session, secret, rita, by=otto)
    visitor = browse(rita)
    assert WORDS in visitor.get(f"{URL}/review").text
    assert looks(session) == [(rita.id, f"item/{secret.id}", 1)]
    assert "Nearly the same" not in visitor.get(f"{URL}/").text


def test_trainers_write_no_secure_items(session, ivy, writer):
    with pytest.raises(Refused, match="right to read them"):
        actions.create_item(session, bank.item(use="secure"), by=ivy)
    assert actions.create_item(session, bank.item(use="secure"), by=writer).ref == "GPP-0001"


def test_likeness_does_not_tell_of_secure_items(session, browse, ivy, writer, secret):
    add_item(session, ref="GPP-0002", stem=bank.text(WORDS))
    assert "GPP-0001" not in browse(ivy).get("/studio/items/GPP-0002/").text
    assert "GPP-0001" in browse(writer).get("/studio/items/GPP-0002/").text


def test_what_a_candidate_draws_is_not_what_practice_shows(session, secret):
    add_item(session, ref="GPP-0002", use="practice_only", status="approved")
    shown = {ref for ref, _version in queries.practice_items(session)}
    assert shown == {"GPP-0002"}
    assert session.scalars(queries.items_visible_to(SYSTEM).order_by(Item.ref)).first() is secret


@pytest.mark.parametrize("path", ["/", "/edit", "/versions/1"])
def test_a_picture_of_the_screen_tells_who_took_it(browse, session, writer, secret, path):
    page = browse(writer).get(f"{URL}{path}", expect=200).text
    mark = page.partition('class="watermark"')[2].partition("</svg>")[0]
    assert "wanda@example.org" in mark
    assert re.search(r"GPP-0001 · \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", mark)
    add_item(session, id="GPP-0002")
    assert 'class="watermark"' not in browse(writer).get(f"/studio/items/GPP-0002{path}").text
