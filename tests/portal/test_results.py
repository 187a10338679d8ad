"""What a candidate reads after an exam, on the page and as JSON."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from probity.bank import actions as bank_actions
from probity.bank import marking
from probity.bank import queries as bank
from probity.exams import actions, paper, queries, supervision
from probity.exams.models import ExamState, Result
from tests.factories.bank import item
from tests.factories.catalogue import load_lamps
from tests.factories.credentials import (
    add_certifying_exam,
    only_certificate,
    pass_exam,
    share_fonts,
)
from tests.factories.exams import (
    add_exam,
    answer,
    exam_content,
    fill_bank,
    start_attempt,
    text,
)

HELD = {"result": "after_review", "detail": "domains", "answers": "never"}


def sit(session, exam, person, right=None):
    """One whole attempt with the first `right` questions answered well (None: all)."""
    attempt = start_attempt(session, exam, person)
    slots = paper.load(attempt.paper)
    parsed = bank.parsed_versions(session, {slot.version_id for slot in slots})
    for slot in slots[:right]:
        part = paper.part_of(parsed[slot.version_id], slot.child)
        answer(session, attempt, slot.item, marking.key_response(part))
    actions.close(session, attempt, by=person)
    session.commit()
    return attempt


def result_of(browser, attempt):
    return (
        browser.get(f"/attempts/{attempt.public_id}/result").text,
        browser.get(f"/attempts/{attempt.public_id}/result.json").json,
    )


@pytest.fixture
def exam(session):
    return add_exam(session)


def test_a_pass_shows_score_cut_score_and_receipt(session, exam, browse, ada):
    attempt = sit(session, exam, ada)
    page, facts = result_of(browse(ada), attempt)
    assert "You passed with 100%" in page
    assert "The cut score is 70%." in page
    assert "12 / 12" in page
    assert attempt.answers_sha256 in page
    assert facts["status"] == "released"
    assert facts["passed"] is True
    assert (facts["score"], facts["cut_score"]) == ("12/12", "7/10")
    assert facts["domains"] == [{"code": "GPP-1", "score": "12/12"}]
    assert facts["certificate"] == {"status": "issuing", "public_id": None, "number": None}
    assert "Being issued" in page


def test_the_address_of_the_receipt_checks_it(session, exam, browse, ada):
    attempt = sit(session, exam, ada, 1)
    page, _facts = result_of(browse(ada), attempt)
    address = page.split('href="http://localhost:8000/receipts/')[1].split('"')[0]
    checked = browse().get("/receipts/" + address.replace("&amp;", "&")).text
    assert "Genuine" in checked
    assert attempt.public_id in checked


def test_a_fail_says_what_is_needed_and_what_to_do(session, exam, browse, ada):
    page, facts = result_of(browse(ada), sit(session, exam, ada, 3))
    assert "You scored 25%; 70% is needed to pass" in page
    assert "2 attempts are left" in page
    assert 'href="/exams/short-exam/"' in page
    assert 'href="/practice/?domain=GPP-1"' in page
    assert facts["passed"] is False
    assert facts["certificate"] is None


@pytest.mark.parametrize(
    ("attempts", "sentence"),
    [
        ({"allowed": 1}, "No attempt is left"),
        ({"allowed": "unlimited"}, "You may try as often as you like"),
        ({"allowed": 2}, "1 attempt is left"),
        ({"allowed": 2, "cooling_off_hours": 24}, "Try the exam again later"),
    ],
)
def test_a_fail_tells_whether_one_may_try_again(session, browse, ada, attempts, sentence):
    exam = add_exam(session, attempts={"cooling_off_hours": 0, **attempts})
    page, _facts = result_of(browse(ada), sit(session, exam, ada, 0))
    assert sentence in page


def test_a_closed_exam_offers_no_further_attempt(session, exam, browse, ada):
    attempt = sit(session, exam, ada, 0)
    actions.set_state(session, exam, ExamState.CLOSED, by=ada)
    page, _facts = result_of(browse(ada), attempt)
    assert "Try the exam again" not in page
    assert 'href="/exams/short-exam/"' not in page


def test_domains_carry_their_titles_and_weak_ones_are_named(session, browse, ada, tmp_path):
    load_lamps(session, tmp_path)
    cells = [
        {"domain": domain, "cognitive": ["apply"], "kinds": ["single"], "draw": 1}
        for domain in ("GPP-1", "LMP-1")
    ]
    sections = [{"id": "all", "title": text("All"), "cells": cells}]
    content = {"sections": sections, "navigation": {"order": "free", "shuffle_items": False}}
    fill_bank(session)
    lamp = item("single", "LMP-0900", domain="LMP-1")
    bank_actions.load_items(session, [lamp], source="test", by=ada)
    exam = actions.define(session, exam_content(**content), course_code="LA", by=ada)
    page, facts = result_of(browse(ada), sit(session, exam, ada, 1))
    assert [row["score"] for row in facts["domains"]] == ["1/1", "0/1"]
    assert "Lamps 0%" in page
    assert 'href="/practice/?domain=LMP-1"' in page
    assert 'href="/practice/?domain=GPP-1"' not in page
    assert 'href="/courses/lamps/"' in page


@pytest.fixture
def strict(session, tmp_path, ada):
    """Two questions of two domains; half of the points are needed, and half of each domain's."""
    load_lamps(session, tmp_path)
    cells = [
        {"domain": domain, "cognitive": ["apply"], "kinds": ["single"], "draw": 1}
        for domain in ("GPP-1", "LMP-1")
    ]
    content = {
        "sections": [{"id": "all", "title": text("All"), "cells": cells}],
        "navigation": {"order": "free", "shuffle_items": False},
        "cut_score": {"share": "1/2", "each_domain": "1/2", "basis": text("For tests")},
    }
    fill_bank(session)
    lamp = item("single", "LMP-0900", domain="LMP-1")
    bank_actions.load_items(session, [lamp], source="test", by=ada)
    return actions.define(session, exam_content(**content), course_code="LA", by=ada)


def test_one_weak_domain_fails_where_each_must_be_reached(session, strict, browse, ada):
    page, facts = result_of(browse(ada), sit(session, strict, ada, 1))
    assert (facts["passed"], facts["score"], facts["each_domain"]) == (False, "1/2", "1/2")
    assert "You scored 50%, but not 50% in each domain" in page
    assert page.count("Below the 50% that each domain needs") == 1
    assert "Only the whole score decides." not in page


def test_who_reaches_each_domain_passes(session, strict, browse, ada):
    page, facts = result_of(browse(ada), sit(session, strict, ada))
    assert facts["passed"] is True
    assert "Below the 50% that each domain needs" not in page


def test_the_lobby_tells_what_each_domain_needs(session, strict, browse, ada):
    session.commit()
    assert "50% of the points, and 50% in each domain" in " ".join(
        browse(ada).get("/exams/short-exam/").text.split()
    )


def test_an_exam_may_keep_the_profile_to_itself(session, browse, ada):
    exam = add_exam(session, release={"result": "at_once", "detail": "none", "answers": "never"})
    page, facts = result_of(browse(ada), sit(session, exam, ada))
    assert facts["domains"] == []
    assert "Competency profile" not in page


def test_before_the_release_nothing_is_told(session, browse, ada):
    exam = add_exam(session, release=HELD)
    attempt = sit(session, exam, ada)
    page, facts = result_of(browse(ada), attempt)
    assert "Your result is not out yet" in page
    assert "12 / 12" not in page
    assert "100%" not in page
    assert facts["status"] == "provisional"
    assert all(facts[name] is None for name in ("passed", "score", "cut_score", "certificate"))
    assert attempt.answers_sha256 in page


def test_a_release_on_a_day_names_the_day(session, browse, ada):
    exam = add_exam(session, release={**HELD, "result": "on_date", "on": "2031-05-01"})
    page, _facts = result_of(browse(ada), sit(session, exam, ada))
    assert "It is released on" in page
    assert 'datetime="2031-05-01"' in page


def test_time_over_but_not_yet_swept_is_being_marked(session, exam, browse, ada):
    attempt = start_attempt(session, exam, ada)
    attempt.accept_until = queries.now(session) - timedelta(seconds=1)
    session.commit()
    page, facts = result_of(browse(ada), attempt)
    assert "Your exam is being marked" in page
    assert facts["status"] == "pending"
    assert "Fingerprint" not in page


def test_a_running_attempt_leads_back_to_the_room(session, exam, browse, ada):
    attempt = start_attempt(session, exam, ada)
    session.commit()
    reply = browse(ada).get(f"/attempts/{attempt.public_id}/result", expect=303)
    assert reply.location == f"/attempts/{attempt.public_id}/"


def test_late_answers_are_named_as_late(session, exam, browse, ada):
    attempt = start_attempt(session, exam, ada)
    attempt.deadline = attempt.accept_until = queries.now(session) - timedelta(seconds=1)
    session.flush()
    for seq, name in enumerate(["q1", "q2", "q2"]):
        answer(session, attempt, name, None, client="1" * 36, seq=seq)
    actions.close(session, attempt, by=ada)
    session.commit()
    page, _facts = result_of(browse(ada), attempt)
    assert "2 answers arrived after the end and are waiting for a decision" in page
    assert "by itself, when time was over" in page


def test_a_foreign_result_does_not_exist(session, exam, browse, ada, bob):
    attempt = sit(session, exam, ada)
    stranger = browse(bob)
    stranger.get(f"/attempts/{attempt.public_id}/result", expect=404)
    stranger.get(f"/attempts/{attempt.public_id}/result.json", expect=404)


def test_a_paper_worth_nothing_is_no_division_by_nothing(session, exam, browse, ada):
    attempt = sit(session, exam, ada, 0)
    result = session.scalars(select(Result)).one()
    result.possible = result.earned = "0"
    result.domains = {"GPP-1": ["0", "0"]}
    session.commit()
    page, facts = result_of(browse(ada), attempt)
    assert facts["percent"] == "0"
    assert "You scored 0%" in page


def test_an_issued_certificate_is_linked_with_its_number(
    app, session, browse, ada, work, request, tmp_path
):
    cache = request.config.cache.mkdir("certificate-fonts")
    share_fonts(app.config["PROBITY"].instance_dir, cache)
    attempt = pass_exam(session, add_certifying_exam(session, tmp_path), ada)
    work()
    certificate = only_certificate(session)
    page, facts = result_of(browse(ada), attempt)
    assert facts["certificate"] == {
        "status": "issued",
        "public_id": certificate.public_id,
        "number": certificate.number,
    }
    assert certificate.number in page
    assert f'href="/c/{certificate.public_id}"' in page
    assert f'href="/c/{certificate.public_id}.pdf"' in page
    assert "says SPECIMEN" in page


def test_who_was_ended_by_the_staff_reads_why(session, browse, ada, otto):
    attempt = start_attempt(session, add_exam(session), ada)
    supervision.end(session, attempt.id, "Used a telephone <b>", by=otto)
    session.commit()
    page, _facts = result_of(browse(ada), attempt)
    assert "The exam staff ended this attempt" in page
    assert "Used a telephone &lt;b&gt;" in page
