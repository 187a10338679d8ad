from hypothesis import given
from hypothesis import strategies as st

from probity.bank.searching import search_text, terms
from tests.factories import bank


def test_words_and_pairs_of_characters_are_tokens():
    text = search_text({"id": "GPP-0001", "stem": {"en": "Who pays?", "zh-Hans": "谁付款"}})
    assert text == " gpp-0001 who pays 谁付 付款 款 "


def test_only_what_people_read_is_found():
    text = search_text(bank.content("single"))
    assert " which " in text
    assert " gp-004 " in text
    assert " in_review" not in text


def test_terms_hold_no_signs_of_the_index():
    asked = terms('Lamp 采购人 灯 %_\\ "AND" *')
    expected = [("lamp", True), ("采购", False), ("购人", False), ("灯", True), ("and", True)]
    assert asked == expected
    assert len(terms("word " * 100)) == 12
    assert len(terms("x" * 500)[0][0]) == 60


@given(st.text(alphabet="abc 采购人灯-%_", max_size=20))
def test_every_word_finds_its_own_text(words):
    tokens = search_text({"en": words}).split()
    for term, begins in terms(words):
        assert any(token.startswith(term) if begins else token == term for token in tokens)
