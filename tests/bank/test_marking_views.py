"""What is shown: languages, line or block, units, gaps; and what a plain form sends back."""

from random import Random

import pytest
from werkzeug.datastructures import MultiDict

from probity.bank import marking
from tests.factories import bank


def test_texts_are_html_in_the_readers_language():
    item = bank.item("single", stem={"en": "A **bold** <b>x</b>", "zh-Hans": "**粗体**问题"})
    assert marking.candidate_view(item, "zh-Hans")["stem_html"] == "<strong>粗体</strong>问题"
    english = marking.candidate_view(item, "en")["stem_html"]
    assert english == "A <strong>bold</strong> &lt;b&gt;x&lt;/b&gt;"


def test_a_missing_translation_is_english_and_says_so():
    item = bank.item("single", stem={"en": "Only English"})
    html = marking.candidate_view(item, "zh-Hans")["stem_html"]
    assert html == '<span lang="en">Only English</span>'


@pytest.mark.parametrize("stem", ["One.\n\nTwo.", "- a\n- b", "| a |\n|---|\n| 1 |"])
def test_a_long_stem_is_not_a_line(stem):
    view = marking.candidate_view(bank.item("single", stem={"en": stem}), "en")
    assert not view["stem_is_line"]


def test_the_drawn_order_is_kept_and_shuffle_off_keeps_the_files_order():
    item = bank.item("single")
    order = marking.presentation_order(item, Random(3))
    view = marking.candidate_view(item, "en", order)
    assert [option["id"] for option in view["options"]] == order["options"]
    fixed = marking.presentation_order(bank.item("single", shuffle=False), Random(3))
    assert fixed["options"] == ["part", "whole", "none"]


def test_a_unit_is_shown_only_where_it_is_not_asked_for():
    unit = {"code": "CNY", "accept": ["元"]}
    shown = marking.candidate_view(bank.item("numeric", unit=unit), "en")
    assert (shown["unit"], shown["asks_unit"], shown["decimals"]) == ("CNY", False, 2)
    asked = marking.candidate_view(bank.item("numeric", unit={**unit, "ask": True}), "en")
    assert (asked["unit"], asked["asks_unit"]) == (None, True)


def test_a_cloze_is_its_parts_in_the_order_of_the_language():
    item = bank.item("cloze")
    gaps = lambda locale: [  # noqa: E731
        part["gap"] for part in marking.candidate_view(item, locale)["parts"] if "gap" in part
    ]
    assert gaps("en") == ["days", "who", "rate"]
    ways = {name: gap["by"] for name, gap in marking.candidate_view(item, "en")["gaps"].items()}
    assert ways == {"days": "number", "who": "writing", "rate": "choosing"}


def test_a_case_shows_its_material_and_items():
    view = marking.candidate_view(bank.item("case"), "en")
    assert [document["title"] for document in view["material"]] == ["Inbox", "Notice"]
    assert "<strong>Library</strong>" in view["material"][0]["html"]
    assert [child["kind"] for child in view["items"]] == ["single", "numeric", "matching"]
    assert view["points"] == 3


@pytest.mark.parametrize(
    ("kind", "form", "response"),
    [
        ("single", {"q": "whole"}, "whole"),
        ("single", {}, None),
        ("multiple", {"q": ["fees", "budget"]}, ["fees", "budget"]),
        ("true_false", {"q": "false"}, False),
        ("true_false", {}, None),
        ("numeric", {"q": "18.95"}, "18.95"),
        ("short_text", {"q": ""}, None),
        ("essay", {"q": "Five lines."}, "Five lines."),
        ("matching", {"q-fuel": "goods", "q-care": ""}, {"fuel": "goods"}),
        (
            "ordering",
            {
                "q": ["body", "money", "split", "limit"],
                "q-position-body": "2",
                "q-position-money": "1",
                "q-position-split": "4",
                "q-position-limit": "3",
            },
            ["money", "body", "limit", "split"],
        ),
        (
            "ordering",
            {"q": ["money", "body", "limit", "split"]},
            ["money", "body", "limit", "split"],
        ),
        ("ordering", {"q": ["body", "money"], "q-position-body": ""}, None),
        ("ordering", {}, None),
        ("cloze", {"q-days": "30", "q-rate": "ten"}, {"days": "30", "rate": "ten"}),
        ("case", {"q-GPP-8010": "whole"}, {"GPP-8010": "whole"}),
        ("case", {}, None),
    ],
)
def test_a_plain_form_gives_the_response(kind, form, response):
    item = bank.item(kind)
    view = marking.candidate_view(item, "en")
    read = marking.response_from_form(view, MultiDict(form), "q")
    assert read == response
    marking.check_response(item, read)


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("ordering", {"q-position-body": "1", "q-position-money": "1"}),
        ("ordering", {"q-position-body": "1"}),
        ("true_false", {"q": "maybe"}),
    ],
)
def test_a_half_filled_form_is_refused_in_words(kind, form):
    item = bank.item(kind)
    view = marking.candidate_view(item, "en")
    read = lambda: marking.response_from_form(view, MultiDict(form), "q")  # noqa: E731
    with pytest.raises(marking.BadResponse):
        marking.check_response(item, read())


def test_feedback_names_the_mistake_behind_a_trap():
    feedback = marking.feedback(bank.item("numeric"), "18", "en")
    assert "canary trap" in feedback["trap"]
    assert feedback["key"] == "18.95 CNY"
    assert marking.feedback(bank.item("numeric"), "x", "en")["hint"].endswith(".")
    asked = bank.item("numeric", unit={"code": "%", "ask": True}, traps=[])
    assert "unit" in marking.feedback(asked, "18.95", "en")["hint"]
    assert "canary trap" in marking.feedback(bank.item("short_text"), "canary trap", "en")["trap"]


def test_feedback_tells_why_for_each_part():
    options = marking.feedback(bank.item("single"), "part", "en")["options"]
    assert options["part"] == {"chosen": True, "correct": False, "why": "<p>canary reason</p>"}
    pairs = marking.feedback(bank.item("matching"), {"fuel": "works"}, "en")["pairs"]
    assert (pairs["fuel"]["right"], pairs["fuel"]["key"]) == (False, "Right goods")
    steps = marking.feedback(bank.item("ordering"), None, "en")
    assert [step["place"] for step in steps["steps"].values()] == [1, 2, 3, 4]
    gaps = marking.feedback(bank.item("cloze"), {"rate": "two"}, "en")["gaps"]
    assert (gaps["rate"]["share"], gaps["rate"]["key"], gaps["days"]["key"]) == ("0", "ten", "30")
    case = marking.feedback(bank.item("case"), {"GPP-8010": "whole"}, "en")
    assert case["items"]["GPP-8010"]["state"] == "right"
