"""QTI 1.2 in its dialects."""

from fractions import Fraction

import pytest

from probity.bank.marking import mark
from probity.exchange.formats import format_named
from tests.exchange.formats.qti.cases import one, read, whole

QTI = format_named("qti-1.2")


def document(presentation, processing="", kind="", feedback="", points="2"):
    fields = f"<qtimetadatafield><fieldlabel>points_possible</fieldlabel><fieldentry>{points}</fieldentry></qtimetadatafield>"
    if kind:
        fields += f"<qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>{kind}</fieldentry></qtimetadatafield>"
    decvar = '<outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE"/></outcomes>'
    return (
        '<questestinterop><assessment title="Bank"><section title="Unit 1">'
        f'<item ident="i1" title="T"><itemmetadata><qtimetadata>{fields}</qtimetadata></itemmetadata>'
        f"<presentation><material><mattext texttype='text/html'>&lt;p&gt;Ask [a] and [b]&lt;/p&gt;"
        f"</mattext></material>{presentation}</presentation>"
        f"<resprocessing>{decvar}{processing}</resprocessing>{feedback}</item>"
        "</section></assessment></questestinterop>"
    )


def lid(name, *labels, cardinality="Single", title=""):
    shown = f"<material><mattext>{title}</mattext></material>" if title else ""
    inner = "".join(
        f'<response_label ident="{n}"><material><mattext>{words}</mattext></material></response_label>'
        for n, words in labels
    )
    return f'<response_lid ident="{name}" rcardinality="{cardinality}">{shown}<render_choice>{inner}</render_choice></response_lid>'


def when(test, value="100", action="Set", more="", **attributes):
    at = " ".join(f'{key}="{word}"' for key, word in attributes.items())
    return (
        f"<respcondition {at}><conditionvar>{test}</conditionvar>"
        f'<setvar action="{action}" varname="SCORE">{value}</setvar>{more}</respcondition>'
    )


def equal(value, name="r1"):
    return f'<varequal respident="{name}">{value}</varequal>'


ABC = (("x1", "One"), ("x2", "Two"), ("x3", "Three"))


def test_one_of_several_with_points_of_the_dialect():
    found = one(document(lid("r1", *ABC), when(equal("x2")), "multiple_choice_question"), "12")
    made = whole(found)
    assert (made.kind, made.points) == ("single", 2)
    assert QTI.native_max(found) == 100
    assert found.folder == ("Bank", "Unit 1")
    assert mark(made, QTI.respond(found, {"r1": ["x2"]})).earned == 2


def test_several_with_and_and_not_is_the_whole_or_nothing():
    test = f"<and>{equal('x1')}{equal('x3')}<not>{equal('x2')}</not></and>"
    body = lid("r1", *ABC, cardinality="Multiple")
    made = whole(one(document(body, when(test), "multiple_answers_question"), "12"))
    assert made.credit == "all_or_nothing"
    assert [option.id for option in made.options if option.correct] == ["a", "c"]


def test_several_that_add_and_subtract_are_a_mapping():
    adds = "".join(when(equal(n), v, "Add") for n, v in (("x1", "75"), ("x2", "-50"), ("x3", "25")))
    body = lid("r1", *ABC, cardinality="Multiple")
    found = one(document(body, adds), "12")
    made = whole(found)
    assert made.mapping.entries == {"a": "3/4", "b": "-1/2", "c": "1/4"}
    assert QTI.native_score(found, mark(made, ["a", "b"])) == 25


def test_true_and_false_by_the_word_of_the_file():
    body = lid("r1", ("t", "True"), ("f", "False"))
    made = whole(one(document(body, when(equal("f")), "true_false_question"), "12"))
    assert (made.kind, made.answer) == ("true_false", False)


def test_short_answers_are_alternatives_and_ignore_case():
    body = '<response_str ident="r1" rcardinality="Single"><render_fib/></response_str>'
    test = equal("Illinois") + equal("IL")
    made = whole(one(document(body, when(test), "short_answer_question"), "12"))
    assert [mark(made, text).share for text in ("illinois", "IL", "Ohio")] == [1, 1, 0]


@pytest.mark.parametrize(
    ("test", "right", "wrong"),
    [
        ('<vargte respident="r1">1</vargte><varlte respident="r1">2</varlte>', "1.5", "2.1"),
        ('<vargt respident="r1">1</vargt><varlt respident="r1">2</varlt>', "1.5", "2"),
        (f"<or>{equal('7')}<and><vargte respident='r1'>6</vargte></and></or>"
         .replace("</and>", "<varlte respident='r1'>8</varlte></and>"), "6", "8.5"),
    ],
)  # fmt: skip
def test_numbers(test, right, wrong):
    body = '<response_str ident="r1"><render_fib fibtype="Decimal"/></response_str>'
    made = whole(one(document(body, when(test), "numerical_question"), "12"))
    assert made.kind == "numeric"
    assert mark(made, right).share == 1
    assert mark(made, wrong).share == 0


def test_pairs_add_up():
    body = lid("l1", *ABC, title="Left") + lid("l2", *ABC, title="Other")
    adds = when(equal("x1", "l1"), "50", "Add") + when(equal("x3", "l2"), "50", "Add")
    found = one(document(body, adds, "matching_question"), "12")
    made = whole(found)
    assert (made.kind, made.pairs) == ("matching", {"a": "a", "b": "c"})
    assert mark(made, QTI.respond(found, {"l1": ["x1"], "l2": ["x1"]})).share == Fraction(1, 2)


def test_gaps_by_name():
    body = lid("response_a", ("y1", "red"), title="a") + lid(
        "response_b", ("y2", "blue"), title="b"
    )
    adds = when(equal("y1", "response_a"), "50", "Add") + when(
        equal("y2", "response_b"), "50", "Add"
    )
    found = one(document(body, adds, "fill_in_multiple_blanks_question"), "12")
    made = whole(found)
    assert made.text == {"en": "Ask [[g1]] and [[g2]]"}
    given = QTI.respond(found, {"response_a": ["y1"], "response_b": ["green"]})
    assert mark(made, given).share == Fraction(1, 2)


def test_an_order():
    inner = "".join(
        f'<response_label ident="{n}"><material><mattext>{w}</mattext></material></response_label>'
        for n, w in ABC
    )
    body = (
        '<response_lid ident="r1" rcardinality="Ordered"><render_extension><ims_render_object>'
        f"{inner}</ims_render_object></render_extension></response_lid>"
    )
    made = whole(one(document(body, when(equal("x2") + equal("x1") + equal("x3"))), "12"))
    assert made.kind == "ordering"
    assert [step.text["en"] for step in made.steps] == ["Two", "One", "Three"]


def test_feedback_by_option_and_by_outcome():
    shows = '<displayfeedback linkrefid="correct_fb"/>'
    says = "".join(
        f'<itemfeedback ident="{n}"><flow_mat><material><mattext>{w}</mattext></material></flow_mat></itemfeedback>'
        for n, w in (("correct_fb", "Yes."), ("x2_fb", "Two is even."))
    )
    found = one(document(lid("r1", *ABC), when(equal("x1"), more=shows), feedback=says), "12")
    assert found.content["feedback"]["right"] == {"en": "Yes."}
    assert found.content["options"][1]["why"] == {"en": "Two is even."}


@pytest.mark.parametrize(
    ("body", "processing", "kind", "code"),
    [
        (lid("r1", *ABC), "", "multiple_choice_question", "qti_no_processing"),
        (lid("r1", *ABC), when(equal("x1"), "0"), "", "qti_no_key"),
        (lid("r1", *ABC), when("<durgte respident='r1'>5</durgte>"), "", "qti_processing"),
        ('<response_str ident="r1"><render_fib/></response_str>', "", "calculated_question",
         "qti12_calculated"),
        (lid("r1", ("x1", "One"), ("x1", "Two")), when(equal("x1")), "", "qti_identifiers"),
    ],
)  # fmt: skip
def test_what_cannot_be_proved_is_refused_with_its_reason(body, processing, kind, code):
    found = one(document(body, processing, kind), "12")
    assert found.refusal.code == code
    assert found.refusal.where.startswith("line ")


def test_pages_to_read_are_no_questions():
    reading = read(document("", "", "text_only_question"), "12")
    assert not reading.found
    assert "description" in {other.what for other in reading.others}
