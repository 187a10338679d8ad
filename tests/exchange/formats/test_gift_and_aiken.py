"""GIFT and Aiken: what they can say, once each, and what becomes of it."""

from fractions import Fraction

import pytest

from probity.bank import marking
from probity.exchange.formats import format_named
from probity.exchange.found import Source
from probity.exchange.items import as_item
from tests.factories.exchange import read_all

GIFT, AIKEN = format_named("gift"), format_named("aiken")


@pytest.fixture(scope="module")
def reading(own_files):
    return read_all(GIFT, Source("x.gift", path=own_files / "every-type.gift"))


def gift(text):
    return read_all(GIFT, Source("x.gift", data=text.encode()))


def score(form, found, response):
    mark = marking.mark(as_item(found.content), form.respond(found, response))
    return form.native_score(found, mark)


def test_every_kind_of_question_is_read(reading):
    assert reading.problems == []
    kinds = [found.refusal.code if found.refusal else found.kind for found in reading.found]
    assert kinds == [
        "single", "multiple", "single", "true_false", "short_text", "numeric", "matching",
        "essay", "ordering", "cloze", "short_text", "braces", "single",
    ]  # fmt: skip
    assert [other.what for other in reading.others] == ["category", "description"]


def test_names_ids_tags_and_folders(reading):
    found = reading.found[0]
    assert (found.ref, found.folder) == ("Single: one", ("Thresholds", "Works = services"))
    assert found.content["tags"] == ["first", "second] one"]
    assert found.content["foreign"]["id"] == "G-1"
    assert found.content["stem"]["en"] == "Who is **buried** here?"
    assert found.content["options"][2]["text"]["en"] == "Jefferson {the third}"
    assert found.content["feedback"]["general"]["en"] == "Nobody is."


@pytest.mark.parametrize(
    ("place", "response", "earned"),
    [
        (0, [0], "1"),
        (0, [1], "1/3"),
        (1, [0, 1], "1"),
        (1, [0, 2], "0"),
        (2, [1], "1"),
        (3, True, "1"),
        (4, "OFFICER", "1"),
        (4, "clerk", "2/3"),
        (4, "nobody", "0"),
        (5, "20.5", "1"),
        (5, "24", "1/2"),
        (6, [["Open", "20 days"], ["Invited", "20 days"], ["Enquiry", "90 days"]], "2/3"),
        (8, [0, 1, 2], "1"),
        (9, ["publishes", "21"], "1"),
        (9, ["hides", "21"], "2/3"),
        (12, [0], "1"),
    ],
)
def test_responses_earn_what_the_file_says(reading, place, response, earned):
    assert score(GIFT, reading.found[place], response) == Fraction(earned)


def test_a_missing_word_leaves_a_blank(reading):
    assert reading.found[2].content["stem"]["en"] == r"Grant is \_\_\_\_\_ in his tomb."


def test_an_unescaped_hash_is_read_as_words_and_said(reading):
    found = reading.found[12]
    assert found.content["options"][0]["text"]["en"] == "#ff0000"
    assert "remark_as_answer" in [note.code for note in found.notes]


def test_blank_lines_inside_braces_are_bridged_and_said():
    reading = gift("One?{\n\n=a\n\n~b\n}\n\nTwo?{T}\n\nThree?{=a\n\n::Four::Four?{F}\n")
    assert [found.kind for found in reading.found] == [
        "single",
        "true_false",
        "other",
        "true_false",
    ]
    assert "blank_lines_inside" in [note.code for note in reading.found[0].notes]
    assert reading.found[2].refusal.code == "braces"
    assert reading.found[2].where == "line 10"


def test_pictures_travel_inside_addresses():
    dot = (
        "data\\:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQ"
        "DwAEhQGAhKmMIQAAAABJRU5ErkJggg\\=\\="
    )
    found = gift(f'[html]<img src\\="{dot}" alt\\="dot">?{{=a ~b}}').found[0]
    assert [file.type for file in found.media] == ["image/png"]
    data = found.media[0].data
    again = read_all(GIFT, Source("x", data=GIFT.write([found.content], lambda _sha: data).data))
    assert again.found[0].media == found.media
    assert again.found[0].content == found.content


def test_aiken_reads_letters_and_says_what_has_no_key(own_files):
    reading = read_all(AIKEN, Source("x.txt", path=own_files / "plain.aiken.txt"))
    kinds = [found.refusal.code if found.refusal else found.kind for found in reading.found]
    assert kinds == ["single", "single", "no_key"]
    assert score(AIKEN, reading.found[0], [1]) == 1
    assert score(AIKEN, reading.found[1], [1]) == 0
    assert reading.found[1].content["stem"]["en"] == "How long,\\\nat least?"
    assert reading.found[2].where == "line 14"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("A?\nA) x\nB) y\nANSWER: A\n", "aiken"),
        ("::Q::A?{=x ~y}\n", "gift"),
        ("Who?{=one =nobody}\n", "gift"),
        ("int main() {\n  return 0;\n}\n", None),
        ('{"a": 1}', None),
    ],
)
def test_text_files_are_told_apart(text, form):
    assert AIKEN.sniff("x.txt", text.encode()) is (form == "aiken")
    assert GIFT.sniff("x.txt", text.encode()) is (form == "gift")
    assert not GIFT.sniff("x.png", b"\x89PNG\r\n\x1a\n\x00\x00{=a}")
