import pytest

from probity.bank import rules


@pytest.mark.parametrize(
    ("before", "after", "may"),
    [
        ("practice", "practice_only", True),
        ("practice_only", "practice", True),
        ("secure", "practice", True),
        ("secure", "secure", True),
        ("practice", "secure", False),
        ("practice_only", "secure", False),
    ],
)
def test_what_was_public_is_never_secret_again(before, after, may):
    assert rules.may_become(before, after) is may


def test_the_digest_does_not_depend_on_the_order_of_keys():
    assert rules.digest({"a": 1, "b": "采"}) == rules.digest({"b": "采", "a": 1})
    assert rules.digest({"a": 1}) != rules.digest({"a": "1"})


@pytest.mark.parametrize(
    ("content", "whole"),
    [
        ({"stem": {"en": "x", "zh-Hans": "y"}}, True),
        ({"stem": {"en": "x"}}, False),
        ({"options": [{"text": {"en": "x", "zh-Hans": ""}}]}, False),
        ({"points": 1, "facts": ["GP-001"]}, True),
    ],
)
def test_bilingual_means_every_text_in_every_language(content, whole):
    assert rules.is_bilingual(content) is whole


@pytest.mark.parametrize(
    ("domain", "prefix"), [("GPP-1", "GPP"), ("ece-2", "ECE"), ("A1", "AIT"), ("", "ITM")]
)
def test_ids_begin_with_the_letters_of_the_domain(domain, prefix):
    assert rules.prefix_of(domain) == prefix


@pytest.mark.parametrize(
    ("used", "number"),
    [
        ([], 5001),
        (["GPP-0102", "GPP-C001"], 5001),
        (["GPP-5001", "GPP-5004"], 5005),
        (["GPP-9999999"], None),
    ],
)
def test_items_of_the_browser_have_numbers_of_their_own(used, number):
    assert rules.next_number(used) == number


@pytest.mark.parametrize("typed", ["law, price;fees", "law，price、fees", " law ,, price；fees，"])
def test_lists_are_split_at_western_and_chinese_commas(typed):
    assert rules.listed_words(typed) == ["law", "price", "fees"]
