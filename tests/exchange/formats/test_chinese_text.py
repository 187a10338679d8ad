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


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings_are_found(encoding):
    assert len(read(PLAIN, encoding).found) == 4


def test_a_question_without_an_answer_is_refused_with_its_line():
    found = read("1. 天空的颜色是什么\nA. 红\nB. 蓝\n").found[0]
    assert (found.refusal.code, found.refusal.where) == ("text_no_answer", "line 1")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_it_is_told_from_other_texts(end):
    assert FORM.sniff("题库.txt", PLAIN.replace("\n", end).encode())
    assert not FORM.sniff("a.txt", b"What?\nA. one\nB. two\nANSWER: A\n")
    assert not FORM.sniff("a.csv", PLAIN.encode())


def test_every_sign_may_be_of_full_width():
    text = "１．天空是什么颜色（　）\nＡ．红色\nＢ．蓝色\n答案：Ｂ\n２、质数有\nＡ．二　Ｂ．四　Ｃ．五\n"
    first, second = read(f"{text}答案：ＡＣ\n").found
    assert (keys(first), keys(second)) == (["b"], ["a", "c"])


@pytest.mark.parametrize(
    "text",
    [
        "1. 天空是什么颜色？ A. 红色 B. 蓝色 C. 绿色\n答案：B\n",
        "1. 天空是什么颜色？A.红色B.蓝色C.绿色\n答案：B\n",
        "1. 天空是什么颜色？\nA.红色B.蓝色C.绿色\n答案：B\n",
        "1. 天空是什么颜色？\nA 红色\nB 蓝色\nC 绿色\n答案：B\n",
        "1. 天空是什么颜色？\na. 红色 b. 蓝色 c. 绿色\n（答案：B）\n",
        "（1）天空是什么颜色？\n（A）红色\n（B）蓝色\n（C）绿色\n答案：B\n",
        "\u200b1.\u00a0天空是什么颜色？\n\u200bA.\u00a0红色\n\ufeffB. 蓝色\nC. 绿色\n\u200b答案：B\n",
    ],
)
def test_options_stand_on_one_line_or_without_signs(text):
    found = read(text).found[0]
    assert keys(found) == ["b"]
    assert [one["text"]["en"] for one in found.content["options"]] == ["红色", "蓝色", "绿色"]
    assert found.content["stem"]["en"] == "天空是什么颜色？"


def test_letters_without_options_are_no_word_to_write():
    found = read("1. 维生素A、B、C中哪个溶于油？\n答案：A\n2. 元素碳的符号\n答案：Co\n").found
    assert (found[0].refusal.code, found[0].where) == ("text_no_options", "line 1")
    assert found[1].kind == "short_text"


@pytest.mark.parametrize("number", ["1.2020年", "1、2020年", "1、3个", "第1题 3个"])
def test_a_question_may_begin_with_a_number(number):
    found = read(f"{number}说的是什么\nA. 红\nB. 蓝\n答案：B\n").found[0]
    assert keys(found) == ["b"]
    assert found.content["stem"]["en"] == f"{number.split('1')[1].lstrip('.、题 ')}说的是什么"


@pytest.mark.parametrize("text", ["1.5倍是多少", "1、2、3都对"])
def test_other_numbers_begin_no_question(text):
    assert [other.what for other in read(f"{text}\n").others] == ["line_outside"]


def test_numbered_statements_belong_to_their_question():
    text = "（1）正确的有\n（1）甲\n（2）乙\nA. 只有甲\nB. 只有乙\n答案：A\n（2）错误的有\nA. 丙\nB. 丁\n答案：B\n"
    first, second = read(text).found
    assert (keys(first), keys(second)) == (["a"], ["b"])
    assert "乙" in first.content["stem"]["en"]


def test_lists_of_answers_hold_stretches_and_follow_the_sections():
    one = "".join(f"{n}. 第{n}个问题\nA. 红\nB. 蓝\n" for n in (1, 2, 3))
    text = f"一、单选题\n{one}二、多选题\n{one}参考答案\n一、单选题\n1-3 ABA\n二、多选题：1.AB 2.AB 3.A\n"
    found = read(text).found
    assert [keys(one) for one in found] == [["a"], ["b"], ["a"], ["a", "b"], ["a", "b"], ["a"]]


def test_a_list_that_fits_two_sections_gives_no_answer():
    one = "1. 一个问题\nA. 红\nB. 蓝\n2. 又一个问题\nA. 红\nB. 蓝\n"
    found = read(f"一、单选题\n{one}二、多选题\n{one}参考答案：1.A 2.B\n").found
    assert [question.refusal.code for question in found] == ["text_no_answer"] * 4


def test_answers_in_brackets_may_be_several_and_named():
    found = read("1. 质数有（A、C）\nA. 二\nB. 四\nC. 五\n2. 天空是蓝的（答案：对）\n").found
    assert (keys(found[0]), found[1].content["answer"]) == (["a", "c"], True)
    assert [one.content["stem"]["en"] for one in found] == ["质数有（ ）", "天空是蓝的（ ）"]


def test_sections_need_no_number_and_traditional_signs_are_known():
    reading = read(
        "判斷題\n1. 地球是圓的\n答案：對\n（二）单选题：\n2. 选哪个\nA. 红\nB. 蓝\n答案：A\n"
    )
    assert [found.kind for found in reading.found] == ["true_false", "single"]
    assert [other.what for other in reading.others] == ["row_section"] * 2


@pytest.mark.parametrize(
    "text",
    [
        "（B）1、天空的颜色\nA. 红\nB. 蓝\n（ AB ）2、好看的颜色\nA. 红\nB. 蓝\n",
        """1. 天空的颜色\nA. 红\nB. 蓝\n我的答案：A:红;\n正确答案：B:蓝;
2. 好看的颜色\nA. 红\nB. 蓝\n你的答案：A 正确答案：A:红;B:蓝""",
    ],
)
def test_the_answer_stands_before_the_number_or_beside_what_was_given(text):
    found = read(text).found
    assert [keys(one) for one in found] == [["b"], ["a", "b"]]
    assert [one["text"]["en"] for one in found[0].content["options"]] == ["红", "蓝"]


def test_signs_before_statements_and_numbers_in_options():
    found = read(
        "（√）1. 地球是圆的\n(×)2、太阳是冷的\n3. 选哪一个\n(A) 1. 红\n(B) 2. 蓝\n答案：B\n"
    ).found
    assert [one.content.get("answer") for one in found] == [True, False, None]
    assert keys(found[2]) == ["b"]
