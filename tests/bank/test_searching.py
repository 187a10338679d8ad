from hypothesis import given
from hypothesis import strategies as st

from probity.bank.searching import search_patterns, search_text
from tests.factories import bank


def test_words_and_pairs_of_characters_are_tokens():
    text = search_text({"id": "GPP-0001", "stem": {"en": "Who pays?", "zh-Hans": "谁付款"}})
    assert text == " gpp-0001 who pays 谁付 付款 "


def test_only_what_people_read_is_found():
    text = search_text(bank.content("single"))
    assert " which " in text
    assert " gp-004 " in text
    assert " in_review" not in text


def test_patterns_hold_no_wildcards_of_the_reader():
    assert search_patterns("Lamp 采购人 灯 %_\\") == ["% lamp%", "% 采购 %", "% 购人 %", "%灯%"]
    assert len(search_patterns("word " * 100)) == 12


@given(st.text(alphabet="abc 采购人灯-%_", max_size=20))
def test_every_word_finds_its_own_text(words):
    text = search_text({"en": words})
    for pattern in search_patterns(words):
        assert pattern.strip("%") in text
