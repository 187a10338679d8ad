"""Codes and places in the reader's words; nothing of a program shows in a sentence."""

import pytest
from flask_babel import force_locale
from pydantic import ValidationError

from probity.bank.shapes import parse_item
from probity.exchange import labels
from probity.exchange.found import Note
from probity.exchange.sentences import SENTENCES, say
from probity.exchange.wording import place, unfit


@pytest.fixture
def chinese(app):
    with app.test_request_context("/"), force_locale("zh_Hans"):
        yield


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ("line 14", "line 14"),
        ("bank.gift: line 3", "bank.gift: line 3"),
        ("items/a.xml, line 7", "items/a.xml: line 7"),
        ("Questions!B7", "Questions!B7"),
        ("a <b>.xml: line 1", "a <b>.xml: line 1"),
        ("", ""),
    ],
)
def test_places_name_their_line(where, shown):
    assert place(where) == shown


def test_lists_are_parted_by_the_comma_of_the_reader():
    note = Note("lost", "fields_unheld", {"names": ["hints", "tags"]})
    assert say(note) == "The format has no place for: hints, tags."


@pytest.mark.usefixtures("chinese")
def test_chinese_readers_get_their_own_comma():
    note = Note("lost", "sheet_no_media", {"files": ["a.png", "b.png"]})
    assert "a.png、b.png" in say(note)


@pytest.mark.parametrize(
    ("code", "facts", "words"),
    [
        ("kind_unheld", {"kind": "gap_match"}, "Gaps filled with pieces"),
        ("credit_unheld", {"credit": "per_option"}, "A share for every option judged rightly"),
        ("normalise_unheld", {"steps": ["accents"]}, "Accents do not count"),
        ("ordering_grading", {"grading": "longest_ordered_subset"}, "the longest row of steps"),
        ("languages_lost", {"languages": ["fr", "x?"]}, "French, x?"),
        ("qti_interaction", {"interactions": ["drawingInteraction"]}, "answered by drawing"),
        ("xml_broken", {"reason": "cut"}, "it breaks off"),
        ("own_broken", {"yaml": "Y02"}, "a key stands twice in one block"),
        (
            "content_unfit",
            {"place": "single.options.0.text.zh-Hans", "words": ""},
            "(option 1, text, ",
        ),
        ("duplicate_in_file", {"where": "line 9"}, "(line 9)"),
    ],
)
def test_codes_are_put_into_words(code, facts, words):
    assert words in say(Note("lost", code, facts))


def test_what_a_content_lacks_is_said_as_the_editor_says_it():
    with pytest.raises(ValidationError) as caught:
        parse_item({"kind": "single", "id": "GPP-0001"})
    facts = unfit(caught.value)
    assert say(Note("lost", "content_unfit", facts)).endswith("Fill this in.")
    assert "content_unfit" in SENTENCES


def test_dialects_have_names():
    names = [labels.dialect(one) for one in ("canvas", "qti-2.1", "GIFT")]
    assert names == ["Canvas", "QTI 2.1", "GIFT"]
