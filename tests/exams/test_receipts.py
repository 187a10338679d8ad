"""Receipts: signed, checked by address or as JSON, in both formats."""

import json
from dataclasses import replace
from io import BytesIO

import pytest

from probity.exams import actions, presenting, receipts
from probity.exams.receipts import Receipt
from tests.factories.exams import add_exam, answer, items_of, start_attempt

FIRST = Receipt("attempt", "2026-01-05T12:00:00+00:00", "ab" * 32)
SECOND = replace(FIRST, ending="handed-in", answered="7")
SITE = "http://localhost:8000"


@pytest.mark.parametrize("receipt", [FIRST, SECOND])
def test_a_receipt_is_genuine_only_word_for_word(receipt):
    signature = receipts.sign("key", receipt)
    assert receipts.is_genuine("key", receipt, signature)
    assert not receipts.is_genuine("other key", receipt, signature)
    assert not receipts.is_genuine("key", receipt, "é")
    for name in ("attempt", "ended_at", "answers_sha256", "ending", "answered"):
        forged = replace(receipt, **{name: "x"})
        if (receipt.version, name) != (1, "answered"):  # format 1 does not state it
            assert not receipts.is_genuine("key", forged, signature), name


@pytest.mark.parametrize("receipt", [FIRST, SECOND])
def test_the_query_brings_a_receipt_back(receipt):
    address = receipts.query_of(receipt, "f00")
    query = dict(part.split("=", 1) for part in address.replace("%3A", ":").split("&"))
    query = {name: value.replace("%2B", "+") for name, value in query.items()}
    assert receipts.from_query("attempt", query) == (receipt, "f00")


@pytest.mark.parametrize("sent", [None, 7, [], {}, {"attempt": "a"}, {"signature": "s"}])
def test_what_is_no_receipt_is_told_apart(sent):
    assert receipts.from_json(sent) is None


@pytest.fixture
def closed(app, session, ada):
    attempt = start_attempt(session, add_exam(session), ada)
    answer(session, attempt, items_of(attempt)[0], None)
    actions.close(session, attempt, by=ada)
    session.commit()
    return attempt


def receipt_of(app, attempt):
    return presenting.receipt(attempt, app.config["SECRET_KEY"], SITE)


def test_an_empty_answer_is_not_counted(app, closed):
    written = receipt_of(app, closed)
    assert (written["version"], written["ending"], written["answered"]) == (2, "handed-in", 0)


def test_an_attempt_closed_before_format_2_keeps_its_receipt(app, session, browse, closed):
    closed.answered = None
    session.commit()
    written = receipt_of(app, closed)
    assert set(written) == {"attempt", "submitted_at", "answers_sha256", "signature", "check_at"}
    page = browse().get(written["check_at"].removeprefix(SITE)).text
    assert "Genuine" in page
    assert "Questions answered" not in page


def test_a_pasted_and_an_uploaded_receipt_are_checked(app, browse, closed):
    text = json.dumps(receipt_of(app, closed))
    visitor = browse()
    assert "Check a receipt" in visitor.get("/receipts/").text
    page = visitor.post("/receipts/", {"receipt": text}, expect=200).text
    assert "Genuine" in page
    assert "Handed in" in page
    file = (BytesIO(text.encode()), "receipt.json")
    assert "Genuine" in visitor.post("/receipts/", {"file": file}, expect=200).text
    forged = text.replace("handed-in", "time-over")
    assert "Not genuine" in visitor.post("/receipts/", {"receipt": forged}, expect=200).text


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "[" * 5000, "{}", '{"attempt": 1}', "x" * 20_000, "\x00"]
)
def test_garbage_is_no_receipt(browse, text):
    page = browse().post("/receipts/", {"receipt": text}, expect=422).text
    assert "This is no receipt" in page


def test_answers_decided_later_replace_the_receipt(app, session, browse, closed):
    address = receipt_of(app, closed)["check_at"].removeprefix(SITE)
    assert "Replaced" not in browse().get(address).text
    closed.answers_sha256 = "0" * 64
    session.commit()
    page = browse().get(address).text
    assert "Genuine" in page
    assert "Replaced by a later receipt" in page
