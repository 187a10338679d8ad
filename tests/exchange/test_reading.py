"""From files to candidates: what is kept of each, whatever lies in it."""

import io
import zipfile

import pytest

from probity.exchange import detect
from probity.exchange.completing import Choices, checked, completed, content_digest, likeness
from probity.exchange.found import MediaFile, Source
from probity.exchange.labels import sentence
from probity.exchange.reading import Candidate, Told, read_files, safe, with_media
from tests.factories.exchange import COLOURS, HEADINGS, PRIMES, ROWS, csv_of, workbook_of


def read(data, name="q.csv", **wanted):
    things = list(read_files([{"name": name, "key": "k", **wanted}], lambda _key: data))
    told = [one for one in things if isinstance(one, Told)]
    return [one.values for one in things if isinstance(one, Candidate)], told[0]


def packed(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


def test_files_are_numbered_through():
    data = csv_of(*ROWS)
    files = [{"name": "a.csv", "key": "a"}, {"name": "b.csv", "key": "b"}]
    things = list(read_files(files, lambda _key: data))
    numbers = [one.values["number"] for one in things if isinstance(one, Candidate)]
    assert numbers == list(range(6))
    assert [one.file for one in things if isinstance(one, Told)] == [0, 1]


def test_loose_files_in_an_archive_are_each_read():
    data = packed(a__csv=csv_of(*ROWS[:2]), b__xlsx=workbook_of(ROWS[0], ROWS[2]), c__bin=b"\x00?")
    rows, told = read(data, "all.zip")
    assert [row["where"] for row in rows] == ["a.csv: 2", "b.xlsx: Questions!2"]
    assert [(note["code"], note["where"]) for note in told.problems] == [
        ("format_unknown", "c.bin")
    ]


MOODLE = (
    b'<quiz><question type="truefalse"><name><text>n</text></name><questiontext format="html">'
    b'<text>Moon?</text></questiontext><answer fraction="100"><text>true</text></answer>'
    b'<answer fraction="0"><text>false</text></answer></question></quiz>'
)


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_without_a_workbook_is_read_as_well(packing):
    """What lies in it decides, not the first bytes of the archive."""
    files = {
        "a.gift": "::One:: what? {=a ~b}",
        "b/b.txt": "What is it?\nA. x\nB. y\nANSWER: A\n",
        "c.csv": csv_of(*ROWS[:2]),
        "d.xml": MOODLE,
        "readme.md": "Questions of last year.",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    rows, told = read(out.getvalue(), "all.zip")
    assert [row["where"].partition(":")[0] for row in rows] == [
        "a.gift",
        "b/b.txt",
        "c.csv",
        "d.xml",
    ]
    assert not any(row["is_refused"] for row in rows)
    assert [(note["code"], note["where"]) for note in told.problems] == [
        ("format_unknown", "readme.md")
    ]


def test_an_archive_in_which_nothing_can_be_read_says_so():
    rows, told = read(packed(photo__jpg=b"x" * 50), "all.zip")
    assert (rows, [note["code"] for note in told.problems]) == ([], ["format_unknown"])


def test_a_chosen_encoding_wins():
    data = csv_of(("Question", "A", "B", "Answer"), ("Größe?", "ja", "nein", "A"))
    rows, told = read(data.decode().encode("cp1252"), wanted_encoding="cp1252")
    assert (rows[0]["title"], told.facts["encoding"]) == ("Größe?", "cp1252")
    rows, told = read(b"\xff\xff\xff", wanted_encoding="gb18030")
    assert [note["code"] for note in told.problems] == ["encoding_broken"]


def test_an_empty_file_is_of_no_format():
    rows, told = read(b"  ")
    assert (rows, told.problems[0]["code"]) == ([], "format_unknown")


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("a.csv", csv_of(*ROWS), "csv"),
        ("a.txt", csv_of(*ROWS), "csv"),
        ("a.xlsx", workbook_of(*ROWS), "xlsx"),
        ("a.yaml", b"format: probity/1\nitems: []\n", "probity"),
        ("a.zip", packed(b__xlsx=workbook_of(*ROWS)), None),
        ("a.txt", b"Just some words.", None),
    ],
)
def test_formats_are_told_by_what_is_inside(name, data, form):
    found = detect.format_of(Source(name, data=data))
    assert (found and found.name) == form


def test_media_are_listed_with_their_digest():
    media = [MediaFile("a.png", b"abc", "image/png")]
    content = with_media({"media": [{"name": "a.png", "alt": {"en": "A"}}]}, media)
    assert content["media"][0]["size"] == 3
    assert content["media"][0]["alt"] == {"en": "A"}
    assert len(content["media"][0]["sha256"]) == 64


def test_nothing_unstorable_is_kept():
    assert safe({"a\x00": ["b\ud800", 1, None]}) == {"a": ["b", 1, None]}
    assert safe({"face": "😀"}) == {"face": "😀"}


def test_a_complaint_of_the_shape_becomes_a_refusal():
    row = (*COLOURS[:1], "single", "Which?", "x" * 10, "y", "", "A", "")
    rows, _told = read(csv_of((*HEADINGS, "Points"), (*row, "99999")))
    assert rows[0]["is_refused"]
    assert rows[0]["notes"][-1]["code"] == "content_unfit"


def test_what_the_file_says_wins_over_what_was_chosen():
    content = {"kind": "single", "domain": "LAW-1", "use": "practice_only", "tags": ["own"]}
    chosen = Choices(domain="GPP-1", use="practice", tags=("all",), competency="PR01.F")
    whole = completed(content, chosen, author="Ivy")
    assert (whole["domain"], whole["use"], whole["tags"]) == (
        "LAW-1",
        "practice_only",
        ["own", "all"],
    )
    assert (whole["competency"], whole["status"], whole["author"]) == ("PR01.F", "draft", "Ivy")


def test_parts_of_a_case_set_follow_it():
    part = {"kind": "true_false", "stem": {"en": "So?"}, "answer": True, "points": 1, "id": "OLD-1"}
    case = {"kind": "case", "title": {"en": "T"}, "material": [], "items": [part]}
    whole = completed(case, Choices(domain="GPP-1", use="practice_only"), author="Ivy")
    assert checked(whole).item is not None
    assert "id" not in whole["items"][0]
    assert whole["items"][0]["use"] == "practice_only"


def test_likeness_sees_words_and_not_their_order_or_name():
    first, second = (
        row["content"] for row in read(csv_of(HEADINGS, COLOURS, ("Q7", *COLOURS[1:])))[0]
    )
    assert likeness(first) == likeness(second)
    assert content_digest(first) == content_digest(second)
    turned = {**first, "options": list(reversed(first["options"]))}
    assert likeness(turned) == likeness(first)
    other = read(csv_of(HEADINGS, PRIMES))[0][0]["content"]
    assert likeness(other) != likeness(first)


def test_what_a_reader_did_not_foresee_ends_the_file_with_a_reason(monkeypatch):
    def fail(_sheet, _start):
        raise ZeroDivisionError

    monkeypatch.setattr("probity.exchange.formats.sheet.read_sheet", fail)
    rows, told = read(csv_of(*ROWS))
    assert rows == []
    assert [note["code"] for note in told.problems] == ["reader_failed"]


def test_more_questions_than_one_import_holds_are_named(monkeypatch):
    monkeypatch.setattr("probity.exchange.reading.MOST_QUESTIONS", 2)
    rows, told = read(csv_of(*ROWS))
    assert len(rows) == 2
    assert [note["code"] for note in told.problems] == ["questions_too_many"]


def test_what_is_no_question_is_listed_up_to_a_bound_and_said():
    data = b"$CATEGORY: a\n" * 2001
    rows, told = read(data, "x.gift")
    assert (rows, len(told.others)) == ([], 2000)
    assert [problem["code"] for problem in told.problems] == ["others_cut"]
    assert "2000" in sentence(told.problems[0])
    assert read(data[13:], "x.gift")[1].problems == []
