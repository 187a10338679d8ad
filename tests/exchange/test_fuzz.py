"""Any bytes, and real files with damage: read or refused, never another exception.

The formats of QTI have cases of their own in `formats/qti/test_fuzz.py`.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probity.bank.shapes import dump_item
from probity.exchange.formats import WRITERS, format_named
from probity.exchange.found import Limits, Source
from probity.exchange.inspecting import settle
from probity.exchange.sentences import say
from tests.exchange.fuzzing import damaged, damaged_inside, rounds
from tests.factories.bank import item
from tests.factories.exchange import csv_of, read_all

OWN = Path(__file__).parent / "files"
KINDS = ("single", "multiple", "true_false", "numeric", "short_text", "matching", "ordering")
CHINESE = """一、单选题
1. 天空是什么颜色( )
   A. 红色
   B. 蓝色
参考答案：B
解析：抬头看看。
2、下列哪些是质数？（  ）
A．二    B．四    C．五
【答案】AC
二、判断题
3. 地球是圆的。( )
答案：对
"""


def written(name):
    items = [dump_item(item(kind, f"GPP-{100 + n:04}")) for n, kind in enumerate(KINDS)]
    return format_named(name).write(items, lambda _sha: b"").data


SEEDS = {
    "moodle-xml": (OWN / "moodle-every-type.xml").read_bytes(),
    "gift": (OWN / "every-type.gift").read_bytes(),
    "aiken": (OWN / "plain.aiken.txt").read_bytes(),
    "chinese-text": CHINESE.encode(),
    "csv": written("csv"),
    "probity": written("probity"),
    "xlsx": written("xlsx"),
}
TOKENS = [b"{", b"}", b"~", b"=", b"#", b"->", b"%50%", b"::", b"\\", b"\n\n", b"<text>", b"</text>",
          b"<b>", b"&lt;", b"&amp;", b"]]>", b"<![CDATA[", b"100", b"-1e9", b"\xff\xfe", b"\x00",
          b"[[1]]", b"{1:MC:", b"ANSWER: A", b"A) ", b"NaN", b"fraction=", b"\xe9", "题".encode(),
          b'"', b",", b";", b"\t", b"- ", b"&a ", b"*a", b": ", b"!!python/none", b"format: probity/1",
          b'r="XFD1048576"', b'<c r="A1" t="s"><v>9</v></c>', b'count="-1"', "答案：".encode(),
          "（√）".encode(), b"1-2 AB 3.C", "我的答案：".encode()]  # fmt: skip
WHOLE = settings(max_examples=rounds(50), suppress_health_check=list(HealthCheck), deadline=None)


def judge(name, data):
    """Everything in it is an item, or refused in words; what came in goes out."""
    form = format_named(name)
    reading = read_all(form, Source("fuzz", data=data, limits=Limits(most_bytes=10**6)))
    for found in reading.found:
        settle(found)
        if found.refusal is not None:
            assert say(found.refusal)
        else:
            assert form.native_max(found) >= 0
        assert all(say(note) for note in found.notes)
    assert all(say(note) for note in reading.problems)
    kept = [found.content for found in reading.found if found.refusal is None]
    media = {medium["sha256"]: b"" for one in kept for medium in one.get("media", ())}
    if name in WRITERS:
        form.write(kept, media.__getitem__)


@pytest.mark.parametrize("name", sorted(SEEDS))
@WHOLE
@given(data=st.data())
def test_damaged_files_are_read_or_refused(name, data):
    make = damaged_inside if name == "xlsx" else damaged
    judge(name, data.draw(make(SEEDS[name], TOKENS)))


@pytest.mark.parametrize("name", sorted(SEEDS))
@WHOLE
@given(data=st.one_of(st.binary(max_size=300), st.lists(st.sampled_from(TOKENS)).map(b"".join)))
def test_any_bytes_are_read_or_refused(name, data):
    judge(name, data)


@pytest.mark.parametrize("name", ["chinese-text"])
@WHOLE
@given(
    st.text(alphabet="1234.、ABCD 题答案：对错\n一二()（）解析x１２Ａb√-年我;\u200b", max_size=200)
)
def test_any_lines_are_read_or_refused(name, text):
    judge(name, text.encode())


@pytest.mark.parametrize("name", ["csv"])
@WHOLE
@given(st.lists(st.lists(st.text(max_size=12), min_size=5, max_size=5), max_size=6))
def test_any_cells_are_read_or_refused(name, rows):
    headings = ("Kind", "Question", "Option A", "Option B", "Answer")
    judge(name, csv_of(headings, *(tuple(row) for row in rows)))
