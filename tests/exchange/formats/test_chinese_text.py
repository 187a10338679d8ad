"""Numbered Chinese documents: options, answers wherever they stand, real characters."""

import pytest

from probity.exchange.formats import format_named
from probity.exchange.found import Source
from tests.factories.exchange import read_all

FORM = format_named("chinese-text")


def read(text, encoding="utf-8"):
    return read_all(FORM, Source("题库.txt", data=text.encode(encoding)))


def keys(found):
    return [one["id"] for one in found.content["options"] if one["correct"]]


PLAIN = """一、单选题
1. 天空是什么颜色( )
   A. 红色
   B. 蓝色
   C. 绿色
参考答案：B
解析：抬头看看。
----------------
2、下列哪些是质数？（  ）
A．二    B．四    C．五
【答案】AC
二、判断题
3. 地球是圆的。( )
答案：对
三、填空题
4. 一年有____个月。
答案：十二
"""


def test_questions_of_every_section_are_read():
    reading = read(PLAIN)
    assert [found.kind for found in reading.found] == [
        "single",
        "multiple",
        "true_false",
        "short_text",
    ]
    assert [other.what for other in reading.others] == ["row_section"] * 3
    first, second, third, _fourth = reading.found
    assert (keys(first), keys(second)) == (["b"], ["a", "c"])
    assert first.content["feedback"]["general"]["zh-Hans"] == "抬头看看。"
    assert third.content["answer"] is True


def test_the_answer_may_stand_in_the_brackets():
    found = read("1. 天空是（ B ）色的。\nA. 红\nB. 蓝\n").found[0]
    assert keys(found) == ["b"]
    assert "B" not in found.content["stem"]["en"]


def test_the_answers_may_stand_in_a_list_at_the_end():
    text = "1. 天空的颜色\nA. 红\nB. 蓝\n2. 草地的颜色\nA. 红\nB. 绿\n参考答案：1.B 2.B\n"
    reading = read(text)
    assert [keys(found) for found in reading.found] == [["b"], ["b"]]
    assert [other.what for other in reading.others] == ["answer_list"]


def test_true_and_false_offered_as_lines_are_no_part_of_the_question():
    found = read("1. 诚信重要。( )\n   true. 正确\n   false. 错误\n参考答案：true\n").found[0]
    assert (found.kind, found.content["answer"]) == ("true_false", True)
    assert "正确" not in found.content["stem"]["en"]


def test_radicals_become_characters():
    found = read("1. ⼯程的⽬的( )\n A. ⻓期\n B. ⻛险\n答案：A\n").found[0]
    assert found.content["stem"]["en"].startswith("工程的目的")
    assert [one["text"]["en"] for one in found.content["options"]] == ["长期", "风险"]
    assert "radicals_replaced" in [note.code for note in found.notes]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_found(encoding):
    assert len(read(PLAIN, encoding).found) == 4


def test_a_question_without_an_answer_is_refused_with_its_line():
    found = read("1. 天空的颜色是什么\nA. 红\nB. 蓝\n").found[0]
    assert (found.refusal.code, found.refusal.where) == ("row_no_answer", "line 1")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_it_is_told_from_other_texts(end):
    assert FORM.sniff("题库.txt", PLAIN.replace("\n", end).encode())
    assert not FORM.sniff("a.txt", b"What?\nA. one\nB. two\nANSWER: A\n")
    assert not FORM.sniff("a.csv", PLAIN.encode())
