"""Files that mean harm, each made by one function in a folder that it is given."""

import io
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

MANY = 1_000_000
ROWS = 100_000
TEN_MB = 10_000_000
EVIL = "<script>alert(1)</script><a href='javascript:alert(1)'>x</a><img src=x onerror=alert(1)>"
CASES: dict[str, Callable[[Path], Path]] = {}


def unpacked(path: Path) -> int:
    """How many bytes there are to read: of an archive what its small entries unfold to."""
    size = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            return max(
                size, sum(min(e.file_size, 50 * e.compress_size) for e in archive.infolist())
            )
    except (zipfile.BadZipFile, OSError, ValueError):
        return size


def case(name: str) -> Callable[[Callable[[], Iterator[bytes]]], Callable[[], Iterator[bytes]]]:
    """Enter a file under its name: the pieces that a function gives, one after the other."""

    def enter(pieces: Callable[[], Iterator[bytes]]) -> Callable[[], Iterator[bytes]]:
        def make(folder: Path) -> Path:
            path = folder / name
            with path.open("wb") as file:
                file.writelines(pieces())
            return path

        CASES[name] = make
        return pieces

    return enter


def around(head: bytes, pieces: Iterator[bytes], tail: bytes) -> Iterator[bytes]:
    yield head
    yield from pieces
    yield tail


def zipped(files: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


@case("million.gift")
def million_gift() -> Iterator[bytes]:
    return (b"::Q%d::Which?{=one ~two ~three}\n\n" % n for n in range(MANY))


@case("million.aiken.txt")
def million_aiken() -> Iterator[bytes]:
    return (b"Which is %d?\nA. one\nB. two\nANSWER: B\n\n" % n for n in range(MANY))


@case("million-moodle.xml")
def million_moodle() -> Iterator[bytes]:
    one = b'<question type="essay"><questiontext><text>a</text></questiontext></question>'
    return around(b"<quiz>", (one for _ in range(MANY // 2)), b"</quiz>")


@case("million-qti12.xml")
def million_qti12() -> Iterator[bytes]:
    items = (b'<item ident="i%d"/>' % n for n in range(MANY))
    return around(b"<questestinterop>", items, b"</questestinterop>")


@case("empty-items-qti21.xml")
def empty_refs() -> Iterator[bytes]:
    refs = (b'<assessmentItemRef identifier="i%d" href="a.xml"/>' % n for n in range(MANY // 4))
    head = b'<assessmentTest xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"><testPart>'
    return around(head, refs, b"</testPart></assessmentTest>")


@case("rows.csv")
def rows_csv() -> Iterator[bytes]:
    rows = (b"N%d,single,How many in flock %d?,%d,none,A\r\n" % (n, n, n) for n in range(ROWS - 1))
    return around(b"ID,Kind,Question,Option A,Option B,Answer\r\n", rows, b"")


@case("too-many-rows.csv")
def too_many_rows() -> Iterator[bytes]:
    rows = (b"N%d,single,How many in flock %d?,%d,none,A\r\n" % (n, n, n) for n in range(MANY))
    return around(b"ID,Kind,Question,Option A,Option B,Answer\r\n", rows, b"")


@case("one-line.csv")
def one_line() -> Iterator[bytes]:
    return iter((b"Question,Answer\r\n", b"a," * (TEN_MB // 2)))


@case("open-quote.csv")
def open_quote() -> Iterator[bytes]:
    return iter((b'Question,Answer\r\n"', b"word, " * (TEN_MB // 6)))


SHEET_HEAD = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<sheetData>"
)
SHEET_FILES = {
    "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType='
    b'"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override'
    b' PartName="/xl/worksheets/sheet1.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    b'officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet '
    b'name="Questions" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    b'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def row_of(number: int, cells: list[bytes]) -> bytes:
    inner = b"".join(
        b'<c r="%s%d" t="inlineStr"><is><t>%s</t></is></c>' % (bytes((65 + place,)), number, cell)
        for place, cell in enumerate(cells)
    )
    return b'<row r="%d">%s</row>' % (number, inner)


def workbook(rows: Iterator[bytes]) -> bytes:
    sheet = SHEET_HEAD + b"".join(rows) + b"</sheetData></worksheet>"
    return zipped({**SHEET_FILES, "xl/worksheets/sheet1.xml": sheet})


@case("rows.xlsx")
def rows_xlsx() -> Iterator[bytes]:
    head = row_of(1, [b"ID", b"Kind", b"Question", b"Option A", b"Option B", b"Answer"])
    body = (
        row_of(n, [b"N%d" % n, b"single", b"How many in flock %d?" % n, b"%d" % n, b"none", b"A"])
        for n in range(2, ROWS + 1)
    )
    yield workbook(around(head, body, b""))


@case("wide.xlsx")
def wide() -> Iterator[bytes]:
    cells = b"".join(b"<c><v>%d</v></c>" % n for n in range(16_384))
    yield workbook(b'<row r="%d">%s</row>' % (n, cells) for n in range(1, 150))


@case("far-cells.xlsx")
def far_cells() -> Iterator[bytes]:
    yield workbook(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in (1, 1_048_576))


@case("long-text.xml")
def long_text() -> Iterator[bytes]:
    head = b'<quiz><question type="essay"><questiontext><text>'
    return iter((head, b"word " * (TEN_MB // 4), b"</text></questiontext></question></quiz>"))


@case("long-text-qti21.xml")
def long_text_qti() -> Iterator[bytes]:
    head = b'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="a"><itemBody><p>'
    return iter((head, b"word " * (TEN_MB // 4), b"</p></itemBody></assessmentItem>"))


@case("many-tags.xml")
def many_tags() -> Iterator[bytes]:
    head = b'<quiz><question type="essay"><questiontext format="html"><text><![CDATA['
    tail = b"]]></text></questiontext></question></quiz>"
    return iter((head, b"<b>" * (TEN_MB // 4), tail))


@case("tags-in-every-question.xml")
def tags_everywhere() -> Iterator[bytes]:
    words = b"<b>a</b>" * 2000
    one = (
        b'<question type="essay"><questiontext format="html"><text><![CDATA[%s]]></text>'
        b"</questiontext></question>" % words
    )
    return around(b"<quiz>", (one for _ in range(300)), b"</quiz>")


@case("attributes.xml")
def attributes() -> Iterator[bytes]:
    names = (b' a%d="1"' % n for n in range(300_000))
    return around(b"<quiz", names, b"></quiz>")


@case("deep.xml")
def deep() -> Iterator[bytes]:
    return iter((b"<quiz>" * (MANY // 2), b"</quiz>" * (MANY // 2)))


@case("entities.xml")
def entities() -> Iterator[bytes]:
    lines = [b'<!ENTITY a0 "ha">'] + [
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)
    ]
    return iter((b"<!DOCTYPE quiz [", *lines, b"]><quiz>&a9;</quiz>"))


@case("scripts.xml")
def scripts() -> Iterator[bytes]:
    text = b"<text><![CDATA[%s]]></text>" % EVIL.encode()
    one = (
        b'<question type="multichoice"><name>%s</name><questiontext format="html">%s</questiontext>'
        b'<answer fraction="100">%s</answer><answer>%s</answer></question>' % ((text,) * 4)
    )
    return around(b"<quiz>", (one for _ in range(5000)), b"</quiz>")


@case("braces.gift")
def braces() -> Iterator[bytes]:
    return iter((b"a{" * (TEN_MB // 4),))


@case("answers.gift")
def answers() -> Iterator[bytes]:
    return iter((b"Which?{", b"~a=b#c" * (TEN_MB // 8), b"}"))


@case("one-line.gift")
def one_line_gift() -> Iterator[bytes]:
    return iter((b"::a::", b"word " * (TEN_MB // 4), b"{T}"))


@case("lines.txt")
def lines() -> Iterator[bytes]:
    one = "1、天空是什么颜色（ ）\nA. 红\nB. 蓝\n答案：B\n".encode("gb18030")
    return (one for _ in range(200_000))


@case("items.yaml")
def items_yaml() -> Iterator[bytes]:
    one = b"  - {kind: true_false, stem: {en: It is so %d.}, answer: true}\n"
    return around(b"format: probity/1\nitems:\n", (one % n for n in range(50_000)), b"")


@case("nested.yaml")
def nested_yaml() -> Iterator[bytes]:
    return iter((b"format: probity/1\nitems: ", b"[" * MANY))


@case("aliases.yaml")
def aliases_yaml() -> Iterator[bytes]:
    lines = (
        b"b%d: &b%d [%s]\n" % (n, n, b", ".join([b"*b%d" % (n - 1)] * 9)) for n in range(1, 12)
    )
    return around(b"format: probity/1\nb0: &b0 [x]\n", lines, b"items: *b11\n")


@case("65000-entries.zip")
def entries() -> Iterator[bytes]:
    yield zipped({f"items/{n}.xml": b"<a/>" for n in range(65_000)}, zipfile.ZIP_STORED)


@case("20000-items.zip")
def items_zip() -> Iterator[bytes]:
    item = (
        b'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="a" title="a" '
        b'adaptive="false" timeDependent="false"><responseDeclaration identifier="R" cardinality="single" '
        b'baseType="identifier"><correctResponse><value>A</value></correctResponse></responseDeclaration>'
        b'<itemBody><choiceInteraction responseIdentifier="R" maxChoices="1"><simpleChoice identifier="A">'
        b'one</simpleChoice><simpleChoice identifier="B">two</simpleChoice></choiceInteraction></itemBody>'
        b'<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>'
        b"</assessmentItem>"
    )
    yield zipped(
        {"imsmanifest.xml": b"<manifest/>"} | {f"items/{n}.xml": item for n in range(19_990)}
    )


@case("bomb.zip")
def bomb() -> Iterator[bytes]:
    yield zipped({"imsmanifest.xml": b"<manifest/>", "a.xml": b"<a>" + bytes(200_000_000)})


@case("many-bombs.zip")
def many_bombs() -> Iterator[bytes]:
    inner = b"<assessmentItem>" + b"word " * 12_000_000
    one = {f"{n}.xml": inner for n in range(20)}
    yield zipped({"imsmanifest.xml": b"<manifest/>"} | one)


@case("slip.zip")
def slip() -> Iterator[bytes]:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("imsmanifest.xml", "<manifest/>")
        archive.writestr("../../../../tmp/evil.xml", "<a/>")
        link = zipfile.ZipInfo("link.xml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        name = zipfile.ZipInfo("x" * 8)
        archive.writestr(name, "<a/>")
    yield stream.getvalue().replace(b"x" * 8, "题库题.x".encode("gb18030"))


@case("polyglot.zip")
def polyglot() -> Iterator[bytes]:
    inner = zipped({"imsmanifest.xml": b"<manifest/>", "q.xml": b"<quiz/>"})
    return iter((b"PK\x03\x04<html><script>alert(1)</script>%PDF-1.7\n", inner))


@case("picture.gif.zip")
def picture() -> Iterator[bytes]:
    return iter((b"GIF89a;", zipped({"imsmanifest.xml": b"<manifest/>"}), b"<svg onload=alert(1)>"))
