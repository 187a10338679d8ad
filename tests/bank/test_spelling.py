import pytest
from hypothesis import given
from hypothesis import strategies as st

from probity.bank.parts import NORMALISE
from probity.bank.spelling import normal, spellings

ALL = ["nfkc", "trim", "spaces", "case", "punctuation", "end_punctuation", "accents"]


@pytest.mark.parametrize(
    ("words", "steps", "expected"),
    [
        ("  Procurement   Limit. ", NORMALISE, "procurement limit"),
        ("ＡＢＣ！", NORMALISE, "abc"),
        ("采购 限额　标准。", NORMALISE, "采购限额标准"),
        ("30%", NORMALISE, "30%"),
        ("Art. 2(1)", NORMALISE, "art. 2(1)"),
        ("pay-as-you-go", ["punctuation"], "pay as you go"),
        ("Café", ["accents"], "Cafe"),
        ("  kept  ", [], "  kept  "),
    ],
)
def test_normalisers(words, steps, expected):
    assert normal(words, steps) == expected


def test_a_spelling_of_which_nothing_is_left_does_not_count():
    assert spellings(["...", "limit"], NORMALISE) == {"limit"}


@given(st.text(max_size=30), st.lists(st.sampled_from(ALL), unique=True))
def test_the_order_of_the_list_does_not_matter(words, steps):
    assert normal(words, steps) == normal(words, sorted(steps))
