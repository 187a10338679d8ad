"""Strict shapes, and texts in several languages."""

import pytest
from pydantic import ValidationError

from probity.kernel.shapes import LOCALES, Shape, Share, Slug, Text, Token, wrong


class Card(Shape):
    title: Text
    slug: Slug = "a"
    token: Token = "a"
    share: Share = "1/2"
    number: int = 1


def refusal(**values):
    with pytest.raises(ValidationError) as caught:
        Card(**values)
    (error,) = caught.value.errors()
    return error


def test_words_stand_under_their_language():
    words = {"en": "Bidder", "zh-Hans": "投标人"}
    assert Card(title=words).title == words
    assert Card(title={"en": "Bidder"}).title == {"en": "Bidder"}


@pytest.mark.parametrize("value", ["30%", "1/2", "a", "§ 5", "12:30", ""])
def test_what_holds_no_words_is_the_same_in_every_language(value):
    assert Card(title=value).title == dict.fromkeys(LOCALES, value)


@pytest.mark.parametrize(
    ("value", "code", "sentence"),
    [
        ("Bidder", "S05", "Words need a language."),
        ("投标", "S05", "Words need a language."),
        (7, "S05", "A text is expected here."),
        (None, "S05", "A text is expected here."),
        ({"zh-Hans": "投标人"}, "S08", "The English text is missing."),
        ({}, "S08", "The English text is missing."),
        ({"en": "a", "de": "b"}, "S06", "`de` is not a language of this site."),
        ({"en": "a", "zh": "b"}, "S06", "`zh` is not a language of this site."),
        ({"en": ""}, "S07", "The en text is empty or not text."),
        ({"en": " \n"}, "S07", "The en text is empty or not text."),
        ({"en": "a", "zh-Hans": 7}, "S07", "The zh-Hans text is empty or not text."),
    ],
)
def test_a_text_that_is_not_one_is_refused_with_its_code(value, code, sentence):
    error = refusal(title=value)
    assert (error["type"], error["msg"]) == (code, sentence)
    assert error["ctx"]["mend"]


def test_a_comma_that_ended_a_text_is_explained():
    """`{en: Goods, works}` is read by YAML as two keys, the second without a value."""
    error = refusal(title={"en": "Goods", "works": None})
    assert "put the whole text in quotation marks" in error["ctx"]["mend"]
    assert "Use one of en, zh-Hans." in refusal(title={"fr": "x"})["ctx"]["mend"]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"colour": "red"}, "extra_forbidden"),
        ({"number": "1"}, "int_type"),
        ({"number": True}, "int_type"),
        ({"slug": "Not-A-Slug"}, "string_pattern_mismatch"),
        ({"slug": "a--b"}, "string_pattern_mismatch"),
        ({"token": "a-b"}, "string_pattern_mismatch"),
        ({"share": "1/0"}, "string_pattern_mismatch"),
        ({"share": "0.5"}, "string_pattern_mismatch"),
    ],
)
def test_shapes_are_strict_and_closed(values, kind):
    assert refusal(title="1", **values)["type"] == kind


def test_a_shape_cannot_be_changed():
    with pytest.raises(ValidationError):
        Card(title="1").number = 2


def test_an_error_of_ours_carries_code_sentence_mending_and_more():
    error = wrong("X01", "Too {long}.", "Cut it.", key="title")
    assert (error.type, error.message()) == ("X01", "Too {long}.")
    assert error.context == {"message": "Too {long}.", "mend": "Cut it.", "key": "title"}
