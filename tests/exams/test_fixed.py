"""Exams whose papers are approved forms."""

from collections import Counter

import pytest

from probity.assembly import approving
from probity.assembly import queries as assembly
from probity.exams import actions, composing, fixed, paper, publishing
from probity.exams import queries as exams
from probity.exams.models import ExamState
from probity.kernel.errors import Refused
from tests.bank.pages import form_values
from tests.factories.accounts import add_person
from tests.factories.assembly import add_forms, approved, fill_bank
from tests.factories.exams import exam_content, sections_content, start_attempt


@pytest.fixture
def forms(session, ivy, otto):
    """Two approved forms that share nothing, of two sections each."""
    fill_bank(session, cases=3)
    return [approved(session, form, ivy, otto) for form in add_forms(session, ivy).forms]


@pytest.fixture
def exam(session, forms, ivy):
    content = exam_content(**sections_content(None, None), certificate=None)
    content |= {"forms": [form.id for form in forms]}
    made = actions.define(session, content, course_code="GP", state=ExamState.PUBLISHED, by=ivy)
    session.flush()
    return made


def candidates(session, number):
    return [add_person(session, f"c{one}@example.org") for one in range(number)]


def test_a_paper_is_one_of_the_forms_and_says_which(session, exam, forms, ada):
    attempt = start_attempt(session, exam, ada)
    stated = attempt.paper["form"]
    form = next(one for one in forms if one.id == stated["id"])
    assert stated["sha256"] == form.approval.sha256
    assert attempt.form_id == form.id
    slots = paper.load(attempt.paper)
    assert {slot.version_id for slot in slots} == {version for _s, _i, version in form.items}
    assert [slot.section for slot in slots] == ["part_1"] * 5 + ["part_2"] * 5


def test_forms_are_given_to_equally_many(session, exam):
    given = Counter(start_attempt(session, exam, one).form_id for one in candidates(session, 6))
    assert sorted(given.values()) == [3, 3]


def test_whoever_sits_again_gets_the_other_form(session, exam, ada):
    first = start_attempt(session, exam, ada)
    actions.close(session, first, by=ada)
    second = start_attempt(session, exam, ada)
    assert second.form_id != first.form_id


def test_many_papers_made_at_once_are_balanced(session, exam):
    revision = exams.current_revision(session, exam)
    given = fixed.used(session, exam.id)
    for _place in range(8):
        composing.make_ready(session, revision, frozenset(), None, given)
    assert sorted(given.values()) == [4, 4]


def test_the_same_seed_makes_the_same_paper(session, exam):
    content = exams.content_of(exams.current_revision(session, exam))
    first, second = (composing.draw_paper(session, content, "seed") for _ in range(2))
    assert first == second


def test_a_withdrawn_form_is_not_given_any_more(session, exam, forms, otto, ada):
    approving.withdraw(session, forms[0], "It leaked.", by=otto)
    session.flush()
    assert start_attempt(session, exam, ada).form_id == forms[1].id


def test_nobody_starts_when_no_form_is_in_use(session, exam, forms, otto, ada):
    for form in forms:
        approving.withdraw(session, form, "They leaked.", by=otto)
    session.flush()
    with pytest.raises(Refused) as refusal:
        start_attempt(session, exam, ada)
    assert refusal.value.reason == "forms"


def test_an_author_chooses_forms_on_the_page_of_the_exam(session, browse, forms, ivy):
    content = exam_content(**sections_content(None, None), certificate=None)
    exam = actions.define(session, content, course_code="GP", state=ExamState.DRAFT, by=ivy)
    session.flush()
    author, address = browse(ivy), f"/studio/exams/{exam.code}/paper"
    assert forms[0].approval.sha256[:12] in author.get(address).text
    author.post(address, {"base": "1", "source": "forms"}, expect=409)
    author.post(address, {"base": "1", "source": "forms", "forms": [str(forms[0].id)]})
    kept = exams.content_of(exams.current_revision(session, exam))
    assert kept.forms == [forms[0].id]
    author.get(f"/studio/exams/{exam.code}/")
    author.get(f"/studio/exams/{exam.code}/trial")
    author.get(f"/studio/exams/{exam.code}/edit")
    author.post(address, {"base": "2", "source": "drawn"})
    assert exams.content_of(exams.current_revision(session, exam)).forms == []


def test_an_exam_of_forms_is_edited_although_the_bank_could_not_draw_it(
    session, browse, exam, forms, ivy
):
    content = exams.current_revision(session, exam).content
    cells = [{**cell, "draw": 400} for cell in content["sections"][0]["cells"]]
    sections = [{**content["sections"][0], "cells": cells}, *content["sections"][1:]]
    actions.define(
        session,
        {**content, "sections": sections},
        course_code="GP",
        state=ExamState.PUBLISHED,
        by=ivy,
    )
    session.flush()
    author, address = browse(ivy), f"/studio/exams/{exam.code}"
    assert "cannot fill this blueprint" not in author.get(f"{address}/").text
    values = form_values(author.get(f"{address}/edit").text, "data-blueprint")
    values["minutes"] = "30"
    author.post(f"{address}/edit", {**values.to_dict(flat=False), "do": "save"})
    kept = exams.content_of(exams.current_revision(session, exam))
    assert (kept.time.minutes, kept.forms) == (30, [form.id for form in forms])
    copied = author.get(f"/studio/exams/new?from={exam.code}").text
    assert "cannot fill this blueprint" in copied


def test_a_form_that_does_not_suit_the_exam_is_refused(session, forms, ivy):
    content = exam_content(certificate=None)
    exam = actions.define(session, content, course_code="GP", state=ExamState.DRAFT, by=ivy)
    session.flush()
    for numbers, reason in (([forms[0].id], "sections"), ([999_999], "forms")):
        with pytest.raises(Refused) as refusal:
            publishing.choose_paper(session, exam, numbers, 0, base=1, by=ivy)
        assert refusal.value.reason == reason


def test_an_approval_that_was_tampered_with_is_never_given(session, exam, forms):
    content = exams.content_of(exams.current_revision(session, exam))
    kept = assembly.approvals(session, [forms[0].id])[0]
    session.expunge(kept)
    kept.content = {**kept.content, "items": kept.content["items"][1:]}
    assert not assembly.is_intact(kept)
    assert all(map(assembly.is_intact, assembly.approvals(session, content.forms)))
