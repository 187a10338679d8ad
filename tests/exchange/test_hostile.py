"""Files that mean harm, or are broken: refused or cleaned with a reason, in bounded memory."""

import resource
import subprocess
import sys
import time

import pytest

from probity.exchange import xml
from probity.exchange.formats import format_named
from probity.exchange.formats.moodle import multilang
from probity.exchange.found import MIB, Limits, Source, Unreadable
from probity.exchange.items import as_item
from probity.exchange.media import MediaBag, clean_svg, true_type
from probity.exchange.sentences import say
from probity.exchange.text import to_markdown
from probity.kernel.markup import block_html
from tests.factories.exchange import read_all

MOODLE, GIFT, AIKEN = map(format_named, ("moodle-xml", "gift", "aiken"))
BOMB = b"""<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><quiz><question type="essay"><name><text>&c;</text></name></question></quiz>"""
OUTSIDE = b"""<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz><question type="essay">
<name><text>&x;</text></name></question></quiz>"""
EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a>"
QUESTION = """<question type="truefalse"><name><text>N</text></name><questiontext format="html">
<text>{}</text></questiontext><answer fraction="100"><text>true</text></answer>
<answer fraction="0"><text>false</text></answer></question>"""


def moodle(data, **limits):
    return read_all(MOODLE, Source("x.xml", data=data, limits=Limits(**limits)))


@pytest.mark.parametrize("data", [BOMB, OUTSIDE, BOMB.decode().encode("utf-16")])
def test_entities_are_refused_before_they_grow(data):
    reading = moodle(data)
    assert reading.found == []
    assert [note.code for note in reading.problems] == ["xml_entities"]
    with pytest.raises(Unreadable):
        xml.parse(data)


def test_entities_behind_a_comment_are_refused():
    data = b"<!-- <quiz> -->" + BOMB.partition(b"?>")[2]
    assert [note.code for note in moodle(data).problems] == ["xml_entities"]


def test_a_harmless_doctype_is_read():
    data = (
        f'<!DOCTYPE quiz SYSTEM "http://example.invalid/q.dtd"><quiz>{QUESTION.format("q")}</quiz>'
    )
    assert [found.kind for found in moodle(data.encode()).found] == ["true_false"]


def test_a_truncated_file_gives_what_came_before_and_says_where_it_ends():
    whole = f"<quiz>{QUESTION.format('one')}{QUESTION.format('two')}</quiz>".encode()
    reading = moodle(whole[:-60])
    assert [found.content["stem"]["en"] for found in reading.found] == ["one"]
    assert reading.problems[0].code == "xml_broken"
    assert reading.problems[0].where.startswith("line ")


def test_deep_nesting_is_refused():
    data = b"<quiz>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</quiz>"
    assert moodle(data).problems[0].code in {"xml_too_deep", "xml_broken"}
    with pytest.raises(Unreadable):
        xml.parse(data)


def test_deeply_nested_html_is_read_in_time():
    inside = "&lt;b&gt;&lt;div&gt;" * 3000 + "deep"
    found = moodle(f"<quiz>{QUESTION.format(inside)}</quiz>".encode()).found
    assert "deep" in found[0].content["stem"]["en"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030", "cp1252"])
def test_a_wrong_declaration_does_no_harm(encoding):
    words = "naïve" if encoding == "cp1252" else "采购人应当公开招标的数额标准是什么"
    text = f'<?xml version="1.0" encoding="UTF-8"?><quiz>{QUESTION.format(words)}</quiz>'
    reading = moodle(text.encode(encoding))
    assert reading.problems == []
    assert reading.found[0].content["stem"]["en"] == words


def shown(thing):
    """Every text of an item as HTML."""
    if isinstance(thing, dict):
        return "".join(shown(value) for key, value in thing.items() if key != "foreign")
    if isinstance(thing, list):
        return "".join(map(shown, thing))
    return str(block_html(thing)) if isinstance(thing, str) else ""


def test_scripts_are_taken_out_of_every_field_of_moodle():
    evil = EVIL.replace("<", "&lt;")
    text = f"<text>{evil}x</text>"
    data = f"""<quiz><question type="multichoice"><name>{text}</name><questiontext>{text}</questiontext>
    <generalfeedback>{text}</generalfeedback><correctfeedback>{text}</correctfeedback>
    <hint>{text}</hint><tags><tag>{text}</tag></tags>
    <answer fraction="100">{text}<feedback>{text}</feedback></answer><answer>{text}</answer>
    </question></quiz>"""
    found = moodle(data.encode()).found[0]
    assert as_item(found.content)
    assert "scripts_removed" in [note.code for note in found.notes]
    texts = {key: value for key, value in found.content.items() if key not in {"name", "tags"}}
    for sign in ("script", "onerror=", "javascript:", "<img", "<a "):
        assert sign not in shown(texts)
    assert "<script" not in shown(found.content)  # names and tags are no HTML


def test_scripts_are_taken_out_of_gift():
    evil = EVIL.replace("=", "\\=").replace(":", "\\:")
    found = read_all(GIFT, Source("x", data=f"[html]{evil}?{{={evil}a ~b#{evil}}}".encode())).found[
        0
    ]
    assert "scripts_removed" in [note.code for note in found.notes]
    assert "alert" not in shown(found.content)


def test_a_drawing_loses_its_scripts():
    drawing = b"""<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script>
    <a href="javascript:alert(1)"><rect width="1" height="1"/></a><foreignObject/></svg>"""
    cleaned, was_active = clean_svg(drawing)
    assert was_active
    assert b"alert" not in cleaned
    assert b"foreignObject" not in cleaned
    assert b"rect" in cleaned


@pytest.mark.parametrize("data", [b"<html><script>x</script></html>", b"MZ\x90\x00", b"", BOMB])
def test_files_that_nobody_should_open_are_left_out(data):
    bag = MediaBag(Limits())
    assert bag.add("../../etc/picture.png", data) is None
    assert bag.notes
    assert say(bag.notes[0])


def test_a_file_has_the_type_that_its_bytes_show():
    assert true_type(b"\x89PNG\r\n\x1a\n<script>") == ("image/png", "png")
    bag = MediaBag(Limits())
    assert bag.add("..\\..\\evil.html", b"\x89PNG\r\n\x1a\n") == "evil.png"
    assert bag.add("evil.svg", b"\x89PNG\r\n\x1a\n1") == "evil-2.png"


def test_large_files_and_questions_are_refused():
    assert (
        moodle(b"<quiz>" + b" " * 99 + b"</quiz>", most_bytes=50).problems[0].code
        == "file_too_large"
    )
    many = f"<quiz>{QUESTION.format('q') * 3}</quiz>".encode()
    assert moodle(many, most_questions=2).problems[0].code == "too_many_questions"
    long = Source("x", data=b"a\n" * 900, limits=Limits(most_question_bytes=600))
    assert read_all(GIFT, long).problems[0].code == "question_too_large"


COSTLY = {
    "formulas": lambda: to_markdown("\\(" * 100_000),
    "emphasis": lambda: to_markdown("<b>x</b>" * 15_000),
    "languages": lambda: multilang.split('<span lang="en" class="multilang">' * 10_000),
    "braces": lambda: read_all(GIFT, Source("x", data=b"a {\n\nx\n\n" * 3000)),
    "answers": lambda: read_all(GIFT, Source("x", data=b"a {" + b"=x" * 100_000 + b"}")),
    "options": lambda: read_all(AIKEN, Source("x", data=b"q\n" + b"A) x\n" * 50_000)),
    "pictures": lambda: moodle(
        b'<quiz><question type="essay"><questiontext><text>'
        + b'&lt;img src="@@PLUGINFILE@@/a"&gt;' * 2000
        + b"</text>"
        + b'<file name="x" encoding="base64">eA==</file>' * 2000
        + b"</questiontext></question></quiz>"
    ),
}
"""Texts that a careless reader would go through again and again."""


@pytest.mark.parametrize("name", COSTLY)
def test_reading_takes_time_in_proportion(name):
    before = time.process_time()
    COSTLY[name]()
    assert time.process_time() - before < 4


def crowded(count):
    return b"<questestinterop>" + b"<item a='1'/>" * count + b"</questestinterop>"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("qti-1.2", crowded(340_000), "xml_crowded"),
        ("moodle-xml", b"<quiz><a>%s</a></quiz>" % (b"x" * 10_000_001), "xml_broken"),
        ("gift", b"a{=b}" + b"c" * (4 * MIB + 1), "line_too_long"),
        ("chinese-text", "1. 问\n".encode() * 20_002, "too_many_questions"),
        ("csv", b'Question,Answer\n"' + b"a " * 200_000, "csv_broken"),
    ],
)
def test_what_would_not_fit_into_memory_is_refused(name, data, code):
    reading = read_all(format_named(name), Source("file", data=data))
    assert [note.code for note in reading.problems] == [code]
    assert say(reading.problems[0])


def test_a_text_beyond_the_parser_is_named_as_such():
    reading = moodle(b"<quiz><a>%s</a></quiz>" % (b"x" * 10_000_001))
    assert "more than 10 MB" in say(reading.problems[0])


def test_dense_tags_become_words():
    words, notes = to_markdown("<b>a</b>" * 1500)
    assert [note.code for note in notes] == ["html_as_words"]
    assert "a" in words


MANY = """
import resource, sys
from pathlib import Path
from probity.exchange.formats import format_named
from probity.exchange.found import Source
form = format_named("gift")
list(form.read(Source("warm", data=b"a?{=b ~c}")))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
source = Source("many.gift", path=Path(sys.argv[1]))
count = sum(1 for _found in form.read(source))
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.slow
def test_a_stream_of_questions_needs_no_more_memory_than_one(tmp_path):
    path = tmp_path / "many.gift"
    path.write_bytes(
        b"".join(b"::Q%d::Which?{=one ~two ~three}\n\n" % place for place in range(3000))
    )
    ran = subprocess.run(
        [sys.executable, "-c", MANY, str(path)], capture_output=True, text=True, check=True
    )
    count, growth = map(int, ran.stdout.split())
    assert count == 3000
    assert growth < 10_000  # KiB
    assert resource.RUSAGE_SELF == 0


@pytest.mark.parametrize(
    ("name", "begins", "line"),
    [
        ("chinese-text", "1. 天空是什么颜色\n", "甲"),
        ("chinese-text", "1. 天空是什么颜色\nA. 红\n", "乙"),
        ("aiken", "What\n", "x"),
        ("aiken", "What\nA) x\n", "x"),
        ("aiken", "What\na) x\n", "x"),
    ],
)
def test_a_question_of_endless_lines_is_refused(name, begins, line):
    data = f"{begins}{f'{line}{chr(10)}' * 6000}".encode()
    reading = read_all(format_named(name), Source("x", data=data))
    assert [(note.code, note.where) for note in reading.problems] == [
        ("question_too_large", "line 1")
    ]


def test_categories_without_end_are_read_in_time():
    data = b"$CATEGORY: a\n" * 20_000 + b"Which? {T}\n"
    began = time.process_time()
    reading = read_all(GIFT, Source("x", data=data))
    assert time.process_time() - began < 2
    assert (len(reading.others), [found.folder for found in reading.found]) == (20_000, [("a",)])
