import pytest

from probity.bank import checklist, labels
from tests.factories import bank

CLEAN = {
    "stem": bank.text("A buyer receives two bids. What happens next?"),
    "options": bank.options("stop", "go_on", "ask", correct={"stop"}),
}


def codes(kind="single", **changes):
    base = CLEAN if kind == "single" else {}
    return {remark.code for remark in checklist.advice(bank.item(kind, **base, **changes))}


def texts(*words, correct=0):
    return [
        {"id": f"o{n}", "text": bank.text(word), "why": bank.why(), "correct": n == correct}
        for n, word in enumerate(words)
    ]


def with_options(*words, **more):
    item = bank.item("single", **{**CLEAN, "options": texts(*words)}, **more)
    return {remark.code for remark in checklist.advice(item)}


def with_stem(words, **more):
    item = bank.item("single", **{**CLEAN, "stem": words, **more})
    return {remark.code for remark in checklist.advice(item)}


def test_a_clean_item_has_no_remarks():
    assert codes() == set()


@pytest.mark.parametrize(
    ("code", "stem"),
    [
        ("negative", "Two bids arrive. Which step is not allowed?"),
        ("negative", "Two bids arrive. All of these follow EXCEPT"),
        ("focus", "Complaints?"),
        ("focus", "Which of the following is true?"),
        ("long_stem", "word " * 130),
        ("vague", "What does a buyer usually do after two bids?"),
    ],
)
def test_remarks_about_the_stem(code, stem):
    assert code in with_stem(bank.text(stem))


def test_a_negative_in_capitals_is_meant_and_a_fact_may_be_negative():
    assert "negative" not in with_stem(bank.text("Which step is **NOT** allowed next?"))
    assert "negative" not in with_stem(bank.text("It is not in the list. What happens next?"))


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("absolute", ("Samples are never allowed", "b", "c")),
        ("all_above", ("All of the above", "b", "c")),
        ("k_type", ("A and B", "b", "c")),
        ("longest_key", ("The buyer stops and writes down the reason", "It goes on", "It asks")),
        ("even_lengths", ("Short", "An option that is far longer than others", "Mid")),
        ("overlap", ("Under 10 days", "Under 20 days", "A month")),
        ("twins", ("The same.", "the same", "Else")),
        ("number_order", ("10", "30", "20")),
    ],
)
def test_remarks_about_options(code, options):
    assert code in with_options(*options)


def test_numbers_in_order_stand_still():
    assert "number_order" not in with_options("10 days", "20 days", "1,000 days", shuffle=False)
    assert "number_order" in with_options("10", "20", "30")


def test_the_longest_option_may_be_a_distractor():
    assert "longest_key" not in with_options("It stops", "The buyer goes on as it likes", "Other")
    multiple = {remark.code for remark in checklist.advice(bank.item("multiple"))}
    assert "longest_key" not in multiple


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("bilingual", {"why": {"en": "Only English"}}),
        ("law", {"legal_basis": [], "sources": []}),
        ("expected", {"expected_p": None}),
        ("expected", {"expected_p": "0.95"}),
        ("rounding", {"decimals": None}),
        ("traps", {"traps": []}),
    ],
)
def test_remarks_about_numbers_and_evidence(code, changes):
    assert code in codes("numeric", **changes)


def test_ids_that_tell_the_key_are_named():
    item = bank.item("single", options=bank.options("correct_one", "b", "c", correct={"b"}))
    assert checklist.Advice("telling_ids", "", {"words": "correct_one"}) in checklist.advice(item)


def test_remarks_about_a_part_name_it():
    part = bank.content("single", "GPP-0002", stem=bank.text("Why?"))
    case = bank.item("case", items=[part, bank.content("numeric", "GPP-0003")], expected_p=None)
    found = checklist.advice(case)
    assert checklist.Advice("expected") in found
    assert ("focus", "GPP-0002") in {(remark.code, remark.part) for remark in found}


@pytest.mark.parametrize("code", sorted(checklist.ALL))
def test_every_check_has_its_words(code):
    assert str(labels.CHECKS[code])
    assert labels.advice_sentence(code, {"words": "usually"}).endswith(".")
