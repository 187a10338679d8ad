"""Which encoding a text file has."""

import pytest

from probity.exchange import encoding
from probity.exchange.found import Limits, Source, Unreadable
from probity.exchange.sentences import say

CHINESE = "采购人应当在什么时候发布中标公告？\nA. 七日内\nB. 三十日内\n"


@pytest.mark.parametrize(
    ("words", "name", "shown"),
    [
        (CHINESE, "gbk", "gb18030"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8"),
        (CHINESE, "utf-16", "utf-16"),
        ("採購人應當在何時公告？限額以上者", "big5", "big5"),
        ("What is “naïve”?", "cp1252", "cp1252"),
        ("Größe", "latin-1", "cp1252"),
        ("plain words in a row", "utf-16-le", "utf-16-le"),
        ("plain words in a row", "utf-16-be", "utf-16-be"),
    ],
)
def test_the_encoding_is_found(words, name, shown):
    assert encoding.decode(words.encode(name)) == (words, shown)


def test_lines_of_a_large_file_are_read_one_at_a_time(tmp_path):
    path = tmp_path / "large.txt"
    path.write_bytes(b"plain\n" * 60_000 + CHINESE.encode("gbk") * 3)
    source = Source("large.txt", path=path)
    lines = list(encoding.lines(source))
    assert lines[0] == "plain"
    assert lines[-1] == "B. 三十日内"
    assert source.encoding == "gb18030"


def test_a_line_without_end_is_refused():
    source = Source("x.txt", data=b"a" * 5000, limits=Limits(most_question_bytes=1000))
    with pytest.raises(Unreadable) as refusal:
        list(encoding.lines(source))
    assert "line" in say(refusal.value.note)


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(data):
    with pytest.raises(Unreadable) as refusal:
        list(encoding.lines(Source("x.txt", data=data)))
    assert refusal.value.note.code == "file_empty"
