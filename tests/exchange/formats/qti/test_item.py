"""Items of QTI 2 and 3: what becomes of each interaction, and what is refused with its reason."""

from fractions import Fraction

import pytest

from probity.bank.marking import mark
from probity.exchange.formats import format_named
from tests.exchange.formats.qti.cases import MAP, choice, item, mapping, one, read, response, whole

QTI2 = format_named("qti-2.x")
SET = '<setOutcomeValue identifier="SCORE">{}</setOutcomeValue>'
ONE = '<baseValue baseType="float">1</baseValue>'
VARIABLE = '<variable identifier="RESPONSE"/>'
CORRECT = '<correct identifier="RESPONSE"/>'


def rules(*inner):
    return f"<responseProcessing>{''.join(inner)}</responseProcessing>"


def condition(test, value=ONE):
    return (
        f"<responseCondition><responseIf>{test}{SET.format(value)}</responseIf></responseCondition>"
    )


def test_one_of_several():
    found = one(item(choice("A", "B", "C"), response("B")))
    made = whole(found)
    assert made.kind == "single"
    assert [option.id for option in made.options if option.correct] == ["b"]
    assert made.stem == {"en": "Which?"}
    assert made.name == "A title"
    assert QTI2.respond(found, {"RESPONSE": ["B"]}) == "b"
    assert QTI2.native_max(found) == 1
    assert found.content["foreign"]["data"]["ids"]["ids"] == {"A": "a", "B": "b", "C": "c"}


def test_a_mapping_with_bounds_and_default():
    worth = mapping({"A": "2", "B": "1"}, lowerBound="0", upperBound="3", defaultValue="-1")
    body = choice("A", "B", "C", most=0)
    found = one(item(body, response("A", "B", cardinality="multiple", mapping=worth), MAP))
    made = whole(found)
    assert (made.kind, made.credit, made.points) == ("multiple", "mapping", 3)
    assert made.mapping.entries == {"a": "2/3", "b": "1/3", "c": "-1/3"}
    assert mark(made, ["a", "c"]).earned == 1
    assert QTI2.native_score(found, mark(made, ["a", "c"])) == 1


def test_even_shares_become_right_minus_wrong():
    worth = mapping({"A": "1", "B": "1"}, lowerBound="0", defaultValue="-1")
    body = choice("A", "B", "C", most=0)
    made = whole(one(item(body, response("A", "B", cardinality="multiple", mapping=worth), MAP)))
    assert made.credit == "right_minus_wrong"


def test_the_whole_or_nothing():
    body = choice("A", "B", "C", most=0)
    made = whole(one(item(body, response("A", "C", cardinality="multiple"))))
    assert made.credit == "all_or_nothing"
    assert mark(made, ["a"]).earned == 0
    assert mark(made, ["a", "c"]).earned == 1


def test_rules_that_are_spelled_out_are_proved():
    found = one(
        item(
            choice("A", "B"), response("A"), rules(condition(f"<match>{VARIABLE}{CORRECT}</match>"))
        )
    )
    assert whole(found).credit == "key"
    assert "responseCondition" in found.content["foreign"]["processing"]


def test_marks_for_wrong_answers_shift_the_scale():
    start = SET.format('<baseValue baseType="float">1</baseValue>')
    three = '<baseValue baseType="float">3</baseValue>'
    found = one(
        item(
            choice("A", "B"),
            response("A"),
            rules(start, condition(f"<match>{VARIABLE}{CORRECT}</match>", three)),
        )
    )
    made = whole(found)
    assert made.points == 2
    assert QTI2.native_score(found, mark(made, "b")) == 1
    assert QTI2.native_max(found) == 3


@pytest.mark.parametrize(
    ("tolerance", "right", "wrong"),
    [
        ('toleranceMode="absolute" tolerance="0.5 0.5"', ["9.5", "10.5"], ["9.4", "10.6"]),
        ('toleranceMode="relative" tolerance="10 10"', ["10", "9.1", "11"], ["8.9", "11.2"]),
        ('toleranceMode="exact"', ["10", "10.0"], ["10.01"]),
        (
            'toleranceMode="absolute" tolerance="1 1" includeLowerBound="false"',
            ["9.1", "11"],
            ["9"],
        ),
    ],
)
def test_tolerances(tolerance, right, wrong):
    body = '<p>How many?</p><p><textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    test = f"<equal {tolerance}>{CORRECT}{VARIABLE}</equal>"
    made = whole(one(item(body, response("10", base="float"), rules(condition(test)))))
    assert made.kind == "numeric"
    assert [mark(made, text).share for text in right] == [1] * len(right)
    assert [mark(made, text).share for text in wrong] == [0] * len(wrong)


def test_text_with_case_and_parts():
    worth = (
        '<mapping defaultValue="0"><mapEntry mapKey="York" mappedValue="1"/>'
        '<mapEntry mapKey="Kent" mappedValue="0.5" caseSensitive="false"/></mapping>'
    )
    body = '<p>Sun of <textEntryInteraction responseIdentifier="RESPONSE"/>!</p>'
    made = whole(one(item(body, response("York", base="string", mapping=worth), MAP)))
    assert made.kind == "short_text"
    assert "____" in made.stem["en"].replace("\\", "")
    shares = [mark(made, text).share for text in ("York", "york", "KENT", "x")]
    assert shares == [1, 0, Fraction(1, 2), 0]


def test_gaps_of_several_kinds_in_one_text():
    body = (
        '<p>Choose well.</p><p>Red is <inlineChoiceInteraction responseIdentifier="R1">'
        '<inlineChoice identifier="A">warm</inlineChoice><inlineChoice identifier="B">cold'
        "</inlineChoice></inlineChoiceInteraction>, sky <textEntryInteraction"
        ' responseIdentifier="R2"/>.</p>'
    )
    declared = response("A", name="R1") + response("blue", name="R2", base="string")
    add = "".join(
        "<responseCondition><responseIf>"
        f'<match><variable identifier="{name}"/><correct identifier="{name}"/></match>'
        f"{SET.format(f'<sum><variable identifier={chr(34)}SCORE{chr(34)}/>{ONE}</sum>')}"
        "</responseIf></responseCondition>"
        for name in ("R1", "R2")
    )
    found = one(item(body, declared, rules(add)))
    made = whole(found)
    assert (made.kind, made.points) == ("cloze", 2)
    assert made.stem == {"en": "Choose well."}
    assert made.text == {"en": "Red is [[g1]], sky [[g2]]."}
    given = QTI2.respond(found, {"R1": ["A"], "R2": ["green"]})
    assert mark(made, given).share == Fraction(1, 2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (item(choice("A", "B"), response("A")).replace('adaptive="false"', 'adaptive="true"'),
         "qti_adaptive"),
        (item(choice("A", "B"), response()), "qti_no_key"),
        (item(choice("A", "A"), response("A")), "qti_identifiers"),
        (item(choice("A", "B"), response("A"), rules(condition(
            f"<customOperator>{VARIABLE}</customOperator>"))), "qti_processing"),
        (item("<p>Only words.</p>", ""), "qti_no_interaction"),
        (item('<drawingInteraction responseIdentifier="RESPONSE"/>', response()), "qti_interaction"),
        (item(choice("A", "B"), "<templateDeclaration identifier='x'/>" + response("A")),
         "qti_templates"),
        (item(choice("A", "B"), response("A"), '<responseProcessing template="http://x/own"/>'),
         "qti_template"),
        (item(choice("A", "B", name="X"), response("A", name="Y") + response("B", name="Z")),
         "qti_undeclared"),
    ],
)  # fmt: skip
def test_what_we_cannot_hold_is_refused_with_its_reason(text, code):
    found = one(text)
    assert found.content is None
    assert found.refusal.code == code
    assert "<assessmentItem" in found.native["xml"]


def test_feedback_finds_its_place():
    inside = choice("A", "B", "C").replace(
        "Option B",
        'Option B<feedbackInline outcomeIdentifier="F" identifier="B">No.</feedbackInline>',
    )
    modal = (
        '<modalFeedback outcomeIdentifier="F" identifier="A" showHide="show">Well.</modalFeedback>'
        '<modalFeedback outcomeIdentifier="F" identifier="A" showHide="hide">Read on.</modalFeedback>'
    )
    tell = '<setOutcomeValue identifier="F"><variable identifier="RESPONSE"/></setOutcomeValue>'
    text = item(
        inside, response("A"), rules(condition(f"<match>{VARIABLE}{CORRECT}</match>"), tell)
    )
    text = text.replace("<outcome", '<outcomeDeclaration identifier="F" cardinality="single"'
                        ' baseType="identifier"/><outcome', 1)  # fmt: skip
    found = one(text.replace("</assessmentItem>", f"{modal}</assessmentItem>"))
    assert found.content["feedback"] == {"right": {"en": "Well."}, "wrong": {"en": "Read on."}}
    assert found.content["options"][1]["why"] == {"en": "No."}


def test_version_3_reads_alike():
    text = (
        '<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="i1"'
        ' title="T" adaptive="false" time-dependent="false"><qti-response-declaration'
        ' identifier="RESPONSE" cardinality="multiple" base-type="directedPair">'
        "<qti-correct-response><qti-value>A X</qti-value><qti-value>B Y</qti-value>"
        "</qti-correct-response></qti-response-declaration><qti-outcome-declaration"
        ' identifier="SCORE" cardinality="single" base-type="float"/><qti-item-body>'
        '<qti-match-interaction response-identifier="RESPONSE"><qti-prompt>Match.</qti-prompt>'
        "<qti-simple-match-set>"
        '<qti-simple-associable-choice identifier="A" match-max="1">a</qti-simple-associable-choice>'
        '<qti-simple-associable-choice identifier="B" match-max="1">b</qti-simple-associable-choice>'
        "</qti-simple-match-set><qti-simple-match-set>"
        '<qti-simple-associable-choice identifier="X" match-max="1">x</qti-simple-associable-choice>'
        '<qti-simple-associable-choice identifier="Y" match-max="1">y</qti-simple-associable-choice>'
        "</qti-simple-match-set></qti-match-interaction></qti-item-body>"
        '<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/'
        'match_correct.xml"/></qti-assessment-item>'
    )
    found = one(text, "3")
    made = whole(found)
    assert (made.kind, made.credit) == ("matching", "all_or_nothing")
    assert made.pairs == {"a": "a", "b": "b"}
    assert found.content["foreign"]["format"] == "qti-3.0"


def test_several_interactions_become_a_case_when_their_marks_add_up():
    declared = response("A", name="R1") + response("B", name="R2")
    body = "<p>Read this long text.</p>" + choice("A", "B", name="R1") + choice("A", "B", name="R2")
    add = "".join(
        f'<responseCondition><responseIf><match><variable identifier="{n}"/><correct identifier="{n}"/>'
        '</match><setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/>'
        f"{ONE}</sum></setOutcomeValue></responseIf></responseCondition>"
        for n in ("R1", "R2")
    )
    made = whole(one(item(body, declared, rules(add))))
    assert made.kind == "case"
    assert [child.kind for child in made.items] == ["single", "single"]
    both = "".join(
        f'<match><variable identifier="{n}"/><correct identifier="{n}"/></match>'
        for n in ("R1", "R2")
    )
    refused = one(item(body, declared, rules(condition(f"<and>{both}</and>"))))
    assert refused.refusal.code == "qti_not_additive"


def test_chinese_words_stand_under_both_languages():
    text = item(choice("A", "B").replace("Which?", "采购限额标准是多少？"), response("A"))
    text = text.replace("Option A", "一百万元").replace("Option B", "二百万元")
    assert one(text).content["stem"] == {
        "en": "采购限额标准是多少？",
        "zh-Hans": "采购限额标准是多少？",
    }


@pytest.mark.parametrize(
    ("name", "version", "kind"),
    [
        ("qti21-number.xml", "2", "numeric"),
        ("qti30-match.xml", "3", "matching"),
        ("canvas-matching.xml", "12", "matching"),
    ],
)
def test_our_own_files_are_read(own_files, name, version, kind):
    assert whole(one((own_files / name).read_bytes(), version)).kind == kind


def test_scripts_in_every_text_are_gone():
    evil = '<p>Hi<script>alert(1)</script><img src="x.png" onerror="alert(1)"/></p>'
    text = item(evil + choice("A", "B"), response("A"))
    text = text.replace("Option A", 'Go <a href="javascript:alert(1)">there</a>')
    found = one(text)
    assert "alert" not in str({k: v for k, v in found.content.items() if k != "foreign"})
    assert "scripts_removed" in {note.code for note in found.notes}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<assessmentItem><a></assessmentItem>", "xml_broken"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><assessmentItem/>', "xml_entities"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><assessmentItem/>', "xml_entities"),
        ("<assessmentItem>" + "<p>" * 220 + "</p>" * 220 + "</assessmentItem>", "xml_too_deep"),
        ("", "file_empty"),
    ],
)
def test_broken_and_hostile_xml_is_refused_with_its_line(text, code):
    reading = read(text)
    assert [note.code for note in reading.problems] == [code]
    assert not reading.found
