"""What an exam lets its candidates see, and when."""

import json
import re

import pytest
from sqlalchemy import delete, select, update

from probity.bank.models import Item, Partition, Shelved
from probity.exams import actions, late, withholding
from probity.exams.models import Result
from tests.factories.exams import add_exam
from tests.factories.late import sit_with_late

CANARY = "canary"
"""The bank of the tests writes it into every key's reason."""


def policy(result="at_once", detail="domains", answers="never"):
    return {"result": result, "detail": detail, "answers": answers}


def sat(session, person, release, in_time=4):
    exam = add_exam(session, release=release)
    return sit_with_late(session, exam, person, in_time=in_time, late=0)


def look(browser, attempt):
    """The page without its header, and the JSON."""
    page = browser.get(f"/attempts/{attempt.public_id}/result").text
    facts = browser.get(f"/attempts/{attempt.public_id}/result.json").json
    return page, facts


@pytest.mark.parametrize("detail", ["none", "domains", "items"])
@pytest.mark.parametrize("answers", ["never", "after_release"])
def test_before_the_release_nothing_leaks(session, browse, ada, detail, answers):
    attempt = sat(session, ada, policy("after_review", detail, answers))
    page, facts = look(browse(ada), attempt)
    assert facts["status"] == "provisional"
    told = {name: value for name, value in facts.items() if value and name != "status"}
    assert told == {}
    assert CANARY not in page
    for words in ("Question by question", "Competency profile", "points", "Partly right"):
        assert words not in re.sub(r"[0-9a-zA-Z]{26,}", "", page.split("<main")[1]), words


def test_a_withheld_result_tells_the_reason_and_nothing_else(session, browse, ada, otto):
    attempt = sat(session, ada, policy("after_review", "items", "after_release"))
    withholding.withhold(session, attempt, "Your identity is <b>checked</b>.", by=otto)
    actions.release_results(session, attempt.exam, by=otto)
    session.commit()
    page, facts = look(browse(ada), attempt)
    assert facts["status"] == "withheld"
    assert not any(value for name, value in facts.items() if name != "status")
    assert "Your result is being withheld" in page
    assert "Your identity is &lt;b&gt;checked&lt;/b&gt;." in page
    assert CANARY not in page
    assert "Question by question" not in page


def test_items_tell_own_answers_and_points_without_keys(session, browse, ada, otto):
    attempt = sat(session, ada, policy("after_review", "items"))
    actions.release_results(session, attempt.exam, by=otto)
    session.commit()
    page, facts = look(browse(ada), attempt)
    assert facts["status"] == "released"
    states = [one["state"] for one in facts["items"]]
    assert states == ["right"] * 4 + ["empty"] * 8
    assert page.count("Your answer:") == 4
    assert "Show question 1" in page
    assert CANARY not in page
    assert "Right answer:" not in page


def test_answers_come_with_the_release_where_the_exam_says_so(session, browse, ada):
    attempt = sat(session, ada, policy("at_once", "items", "after_release"))
    page, _facts = look(browse(ada), attempt)
    assert "Show question 1 and the explanation" in page
    assert CANARY in page


def test_secure_questions_never_show_words_or_keys(session, browse, ada):
    attempt = sat(session, ada, policy("at_once", "items", "after_release"))
    session.execute(delete(Shelved))  # what is on the shelf keeps its partition
    session.execute(update(Item).values(partition=Partition.SECURE))
    page, facts = look(browse(ada), attempt)
    assert len(facts["items"]) == 12
    assert "Question by question" in page
    assert "Show question" not in page
    assert CANARY not in page


@pytest.mark.parametrize("detail", ["none", "domains"])
def test_what_the_exam_does_not_show_is_not_there(session, browse, ada, detail):
    page, facts = look(browse(ada), sat(session, ada, policy("at_once", detail)))
    assert facts["items"] == []
    assert "Question by question" not in page
    assert bool(facts["domains"]) == ("Competency profile" in page) == (detail == "domains")


def test_the_profile_says_how_sure_it_is(session, browse, ada):
    page, _facts = look(browse(ada), sat(session, ada, policy(), in_time=8))
    row = re.search(r'<tr><th scope="row">GPP-1.*?</tr>', page, re.DOTALL)[0]
    assert ">12<" in row
    assert "39–87%" in row
    assert "Not reached, but close" in row
    assert "fewer than 5 questions" in page


def test_a_domain_of_few_questions_is_not_judged(session, browse, ada):
    cells = [{"domain": "GPP-1", "competency": "PR01", "cognitive": ["apply"], "draw": 4}]
    sections = [{"id": "all", "title": {"en": "All", "zh-Hans": "全部"}, "cells": cells}]
    exam = add_exam(session, sections=sections)
    attempt = sit_with_late(session, exam, ada, in_time=4, late=0)
    page, _facts = look(browse(ada), attempt)
    row = re.search(r'<tr><th scope="row">GPP-1.*?</tr>', page, re.DOTALL)[0]
    assert "Too few questions to judge" in row


def test_the_candidate_reads_each_decision_on_late_answers(session, browse, ada, otto):
    exam = add_exam(session, release=policy("after_review"))
    attempt = sit_with_late(session, exam, ada, in_time=6, late=2)
    visitor = browse(ada)
    assert "2 answers arrived after the end and are waiting" in look(visitor, attempt)[0]
    late.decide(session, attempt, accepted=True, reason="The line was down.", by=otto)
    session.commit()
    page, _facts = look(visitor, attempt)
    assert "2 answers that arrived after the end were accepted" in page
    assert "The line was down." in page
    late.decide(session, attempt, accepted=False, reason="It was not.", by=otto)
    session.commit()
    page, _facts = look(visitor, attempt)
    assert "2 answers that arrived after the end were not accepted" in page
    assert "It was not." in page
    assert session.scalars(select(Result)).one().released_at is None


def test_the_receipt_is_a_file_that_the_site_checks(session, browse, ada, bob):
    attempt = sat(session, ada, policy())
    url = f"/attempts/{attempt.public_id}/receipt.json"
    reply = browse(ada).get(url)
    assert reply.json["answered"] == 4
    assert "/receipts/" in reply.json["check_at"]
    assert "attachment" in reply.headers["Content-Disposition"]
    checked = browse().post("/receipts/", {"receipt": json.dumps(reply.json)}, expect=200)
    assert "Genuine" in checked.text
    browse(bob).get(url, expect=404)
