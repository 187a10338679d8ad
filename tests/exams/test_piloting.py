"""Items on trial: asked like any other, never scored, shown in no result, kept for figures."""

from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from probity.bank import actions as bank
from probity.bank import queries as bank_read
from probity.bank.marking import key_response
from probity.bank.models import Item, ItemState, Place, Shelved
from probity.exams import actions, composing, paper, reporting
from probity.exams import queries as exams
from probity.exams.models import ExamState
from probity.kernel.permissions import SYSTEM
from probity.portal import score_report
from tests.factories.bank import item
from tests.factories.exams import answer, exam_content, start_attempt

SCORED, PILOTS = 6, 3


@pytest.fixture
def exam(session):
    """An exam of six secure items with three items on trial mixed in, of five there are."""
    items = [item("single", f"GPP-1{n:03d}", use="secure", status="approved") for n in range(10)]
    trial = [item("single", f"GPP-2{n:03d}", use="secure", status="approved") for n in range(5)]
    bank.load_items(session, [*items, *trial], source="test", by=SYSTEM)
    for row in session.scalars(select(Item).where(Item.ref.like("GPP-2%"))):
        row.state, row.live = ItemState.PILOT, None
        session.flush()
        shelved = session.scalars(select(Shelved).where(Shelved.item_id == row.id)).one()
        shelved.place = Place.PILOT
    session.flush()
    cells = [{"domain": "GPP-1", "cognitive": ["apply"], "draw": SCORED}]
    content = exam_content(
        demonstration=False,
        certificate=None,
        pilots=PILOTS,
        sections=[{"id": "all", "title": {"en": "All"}, "cells": cells}],
        release={"result": "at_once", "detail": "items", "answers": "never"},
    )
    made = actions.define(session, content, course_code="GP", state=ExamState.PUBLISHED, by=SYSTEM)
    session.flush()
    return made


def sit(session, exam, person, *, right):
    """Answer the scored questions right or not at all, those on trial the other way round."""
    attempt = start_attempt(session, exam, person)
    for slot in paper.load(attempt.paper):
        if slot.scored is right:
            question = bank_read.parsed_versions(session, [slot.version_id])[slot.version_id]
            answer(session, attempt, slot.item, key_response(question))
    actions.close(session, attempt, by=person)
    session.flush()
    return attempt


def test_items_on_trial_are_mixed_in(session, exam, ada):
    attempt = start_attempt(session, exam, ada)
    slots = paper.load(attempt.paper)
    assert sum(slot.scored for slot in slots) == SCORED
    assert sum(not slot.scored for slot in slots) == PILOTS
    assert [slot.item for slot in slots] == [f"q{n}" for n in range(1, SCORED + PILOTS + 1)]


def test_they_stand_anywhere_even_where_nothing_is_shuffled(session, exam):
    content = exams.content_of(exams.current_revision(session, exam))
    fixed = content.model_copy(
        update={"navigation": content.navigation.model_copy(update={"shuffle_items": False})}
    )
    places = {
        tuple(slot["scored"] for slot in composing.draw_paper(session, fixed, f"{seed}")["slots"])
        for seed in range(12)
    }
    assert len(places) > 4


def test_what_the_browser_gets_does_not_tell_them_apart(session, browse, exam, ada):
    attempt = start_attempt(session, exam, ada)
    visitor = browse(ada)
    page = visitor.get(f"/attempts/{attempt.public_id}/")
    told = visitor.get(f"/attempts/{attempt.public_id}/paper")
    items = told.json["items"]
    assert len(items) == SCORED + PILOTS
    assert len({frozenset(one) for one in items}) == 1
    for text in (page.text, told.text):
        assert "scored" not in text
        assert "pilot" not in text.lower()


def test_they_count_for_nothing_and_no_result_shows_them(session, exam, ada):
    attempt = sit(session, exam, ada, right=True)
    result = attempt.result
    assert (Fraction(result.earned), Fraction(result.possible)) == (SCORED, SCORED)
    assert result.domains == {"GPP-1": [str(SCORED), str(SCORED)]}
    shown = score_report.page(session, attempt, ada, ZoneInfo("UTC"))
    assert (shown["asked"], shown["answered"]) == (SCORED, SCORED)
    assert [row.number for row in shown["questions"]] == list(range(1, SCORED + 1))
    assert [row.questions for row in shown["rows"]] == [SCORED]


def test_right_answers_to_them_alone_earn_nothing(session, exam, ada):
    attempt = sit(session, exam, ada, right=False)
    assert Fraction(attempt.result.earned) == 0
    assert not attempt.result.passed


def test_their_marks_are_kept_for_figures(session, exam, ada):
    sit(session, exam, ada, right=False)
    (sitting,) = reporting.sittings(session, exam)
    assert len(sitting.marks) == SCORED
    assert list(sitting.pilots.values()) == [(1.0, 1.0)] * PILOTS
    assert sitting.share == 0


def test_a_demonstration_has_none(session, exam):
    content = exams.content_of(exams.current_revision(session, exam))
    shown = content.model_copy(update={"demonstration": True, "forms": []})
    from random import Random

    from probity.exams import piloting

    assert piloting.mix_in(session, shown, [], Random(1)) == []
