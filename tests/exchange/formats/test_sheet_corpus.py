"""Public tables and Chinese documents: every row is a question or has its reason."""

from collections import Counter

import pytest

from probity.bank.marking import key_response, mark
from probity.bank.shapes import parse_item
from probity.exchange.completing import Choices, completed
from probity.exchange.detect import format_of
from probity.exchange.found import Source
from probity.exchange.sentences import say
from tests.factories.exchange import read_all

BY_PEOPLE = {"essay", "upload"}
SHEETS = {
    "GonZiin+CSV-XMLMOODLE/quiz.csv": ({"single": 19, "true_false": 11}, {}),
    "LucasWolfgang+QAS-Editor/kahoot/kahoot.csv": ({"single": 5}, {}),
    "ProfessorSantiagoLopes+Moodle-Questions/Moodle-Q.xlsx": ({"single": 1}, {"row_no_stem": 4}),
    "apkirana+project_xlstoaiken/template.xlsx": ({"single": 3}, {}),
    "faithleysath+xxt-questions/题库.xlsx": ({"single": 138, "multiple": 152}, {}),
    "hunterhqm+Question-CSV-format/csv/sampleEssay.csv": ({"essay": 3}, {}),
    "hunterhqm+Question-CSV-format/csv/sampleMultichoice.csv": ({"single": 3, "multiple": 3}, {}),
    "hunterhqm+Question-CSV-format/csv/sampleShortanswer.csv": ({"short_text": 3}, {}),
    "hunterhqm+Question-CSV-format/csv/sampleTruefalse.csv": ({"true_false": 2}, {}),
    "netcan+baike_contest/题库.xlsx": ({"single": 299}, {"row_no_answer": 1}),
    "oat-sa+extension-tao-itemqti/templates/import/import.sample.csv": (
        {"single": 2, "multiple": 2},
        {},
    ),
}
"""Kinds and refusals of each file; docs/decisions/0025 says where the independent reader differs."""

LECTURES = {"01": (20, 3), "03": (18, 4), "05": (20, 3), "07": (22, 5), "09": (19, 9), "11": (19, 4),
            "13": (21, 5), "15": (23, 6)}  # fmt: skip
"""Questions, and how many of them are true or false."""


def read(path):
    source = Source(path.name, path=path)
    form = format_of(source)
    assert form is not None, path
    return form.name, read_all(form, source)


def items_of(reading):
    for found in reading.found:
        if found.content is not None:
            content = completed(found.content, Choices(), author="–")
            yield parse_item({**content, "id": "IMP-5001"})


@pytest.mark.parametrize("name", SHEETS)
def test_every_row_of_a_public_table_is_accounted_for(corpus, name):
    form, reading = read(corpus / "csv_xlsx" / name)
    assert form == name.rsplit(".", 1)[-1]
    kinds, refusals = SHEETS[name]
    assert Counter(found.kind for found in reading.found if found.content) == kinds
    assert Counter(found.refusal.code for found in reading.found if found.refusal) == refusals
    assert all(say(note) for found in reading.found for note in found.notes)
    for item in items_of(reading):
        if item.kind not in BY_PEOPLE:
            assert mark(item, key_response(item)).share == 1


@pytest.mark.parametrize("number", LECTURES)
def test_every_question_of_a_lecture_is_read(corpus, number):
    folder = corpus / "cn_text" / "TonyYu02+BUAA-Engineering-Ethics" / "raw"
    form, reading = read(next(folder.glob(f"第{number}讲*")))
    assert form == "chinese-text"
    questions, truths = LECTURES[number]
    kinds = Counter(found.kind for found in reading.found if found.content)
    assert (len(reading.found), kinds["true_false"]) == (questions, truths)
    assert len(list(items_of(reading))) == questions
    assert not reading.others


def test_the_right_answers_are_those_of_the_file(corpus):
    _form, reading = read(corpus / "csv_xlsx" / "faithleysath+xxt-questions" / "题库.xlsx")
    for found, item in zip(reading.found, items_of(reading), strict=True):
        letters = "".join("ABCDE"[n] for n, one in enumerate(item.options) if one.correct)
        assert found.excerpt.endswith(f"答案: {letters}")


def test_scores_of_options_follow_the_rules_of_tao(corpus):
    name = "oat-sa+extension-tao-itemqti/templates/import/import.sample.csv"
    first, second, third, fourth = items_of(read(corpus / "csv_xlsx" / name)[1])
    assert [item.points for item in (first, second, third, fourth)] == [1, 5, 15, 2]
    assert [mark(second, choice).earned for choice in "abcd"] == [0, 2, 5, 3]
    assert mark(third, ["a", "e"]).earned == 9
    assert mark(fourth, ["a", "c"]).earned == 1
