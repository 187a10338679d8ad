"""The room without scripts: one form, saved as carefully as single answers."""

import json

import pytest

from probity.exams import queries
from probity.exams.models import Attempt, Outcome
from tests.exams.test_room_views import Candidate, keys
from tests.factories.exams import add_exam, events_of, text


@pytest.fixture
def candidate(session, browse, ada):
    cells = [
        {"domain": "GPP-1", "cognitive": ["apply"], "kinds": [kind], "draw": 1}
        for kind in ("single", "multiple", "ordering")
    ]
    add_exam(session, sections=[{"id": "all", "title": text("All"), "cells": cells}])
    return Candidate(browse(ada)).enter()


def of_kind(candidate, kind):
    """The question of a kind."""
    return next(item["item"] for item in candidate.paper["items"] if item["kind"] == kind)


def attempt_of(session):
    return session.query(Attempt).one()


def stored(session):
    saved = queries.answers(session, attempt_of(session).id)
    return {name: row.value for name, row in saved.items()}


def right_for(session, candidate, name):
    return keys(session, candidate.url.rsplit("/", 1)[1])[name]


def send(candidate, form, expect=303):
    return candidate.browser.post(f"{candidate.url}/answers", form, expect)


def test_what_did_not_change_is_not_saved_again(session, candidate):
    name = of_kind(candidate, "single")
    form = {name: right_for(session, candidate, name)}
    assert "saved=1&newer=0" in send(candidate, form).location
    reply = send(candidate, {**form, "versions": json.dumps({name: 1})})
    assert "saved=0&newer=0" in reply.location
    assert len(events_of(session, attempt_of(session).id)) == 1


def test_the_page_after_saving_says_so_and_knows_the_versions(candidate, session):
    name = of_kind(candidate, "single")
    location = send(candidate, {name: right_for(session, candidate, name)}).location
    page = candidate.browser.get(location).text
    assert "1 answer was saved." in page
    assert f"""name="versions" value='{{"{name}": 1}}'""" in page


def test_an_old_form_blanks_nothing_and_does_not_hand_in(session, candidate):
    name = of_kind(candidate, "single")
    right = right_for(session, candidate, name)
    candidate.save(name, right)
    reply = send(candidate, {"versions": "{}", "hand_in": "1"})
    assert "saved=0&newer=1" in reply.location
    assert stored(session) == {name: right}
    assert attempt_of(session).closed_at is None
    outcomes = {event.outcome for event in events_of(session, attempt_of(session).id)}
    assert outcomes == {Outcome.SAVED, Outcome.SUPERSEDED}
    assert "changed elsewhere meanwhile" in candidate.browser.get(reply.location).text


@pytest.mark.parametrize(
    "versions", ["", "{", "[]", "null", '{"q1": "1"}', '{"q1": -1, "q2": true}']
)
def test_forged_versions_count_as_a_fresh_form(session, candidate, versions):
    name = of_kind(candidate, "single")
    right = right_for(session, candidate, name)
    send(candidate, {name: right, "versions": versions})
    assert stored(session) == {name: right}


def test_what_cannot_be_an_answer_is_named_and_the_rest_is_saved(session, candidate):
    single, multiple = of_kind(candidate, "single"), of_kind(candidate, "multiple")
    right = right_for(session, candidate, single)
    form = {single: right, multiple: ["no-such-option"], "hand_in": "1"}
    page = send(candidate, form, expect=422).text
    assert "Some answers could not be saved" in page
    assert f'href="#{multiple}"' in page
    assert stored(session) == {single: right}
    assert attempt_of(session).closed_at is None


def test_handing_in_a_changed_form_marks_the_new_answer(session, candidate):
    name = of_kind(candidate, "single")
    right = right_for(session, candidate, name)
    question = next(item for item in candidate.paper["items"] if item["item"] == name)
    wrong = next(option["id"] for option in question["options"] if option["id"] != right)
    candidate.save(name, wrong)
    send(candidate, {name: right, "versions": json.dumps({name: 1}), "hand_in": "1"})
    assert attempt_of(session).result.marks[name] == ["1", "1"]


def test_after_the_end_a_form_leads_to_the_result(candidate):
    candidate.hand_in()
    assert send(candidate, {}).location.endswith("/result")
