"""YAML files written by people: what is refused, where, and how to mend it."""

from datetime import date
from decimal import Decimal

import pytest

from probity.kernel.yamlfile import MAX_DEPTH, Place, Unreadable, decode, parse, place_of

FILE = """\
title: Goods
marks:
  - {share: 1/2, value: 0.5}
  - plain
day: 2026-11-22
"""


def refusal(text, **options):
    with pytest.raises(Unreadable) as caught:
        parse(text, **options)
    found = caught.value
    assert found.mend
    return found.code, str(found), (found.place.line, found.place.column)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("-1_000", -1000),
        ("0x1F", 31),
        ("0o17", 15),
        ("0.10", Decimal("0.10")),
        ("1_000.5", Decimal("1000.5")),
        ("2026-11-22", date(2026, 11, 22)),
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("null", None),
        ("~", None),
        ("'7'", "7"),
        ("12:30", "12:30"),
        ("=", "="),
        ("", None),
        ("[]", []),
        ("{}", {}),
    ],
)
def test_values_are_what_they_look_like(text, value):
    found = parse(text).data
    assert found == value
    assert type(found) is type(value)


def test_every_part_knows_its_place():
    document = parse(FILE)
    assert document.data["marks"] == [{"share": "1/2", "value": Decimal("0.5")}, "plain"]
    assert document.place(["marks", 0, "value"]) == Place(3, 25)
    assert document.key_place(["marks", 0, "value"]) == Place(3, 18)
    assert document.place(["marks", 1]) == document.key_place(["marks", 1]) == Place(4, 5)
    assert document.place([]) == Place(1, 1)


def test_places_of_a_part_inside_another_file_are_counted_from_there():
    assert parse(FILE, first_line=10).place(["day"]) == Place(14, 6)


def test_parts_of_a_location_that_stand_nowhere_are_skipped():
    document = parse(FILE)
    assert document.place(["marks", "function-wrap", 0, "value"]) == Place(3, 25)
    assert document.place(["nothing"]) == Place(1, 1)
    assert parse("").place(["nothing"]) == parse("").key_place(["nothing"]) == Place(1, 1)


@pytest.mark.parametrize(
    ("text", "code", "words", "place"),
    [
        ("a: 1\na: 2", "Y02", "`a` stands twice", (2, 1)),
        ("a: &x 1", "Y03", "anchor `&x`", (1, 4)),
        ("&x a: 1\n&x b: 2", "Y03", "anchor `&x`", (1, 1)),
        ("a: 1\n&x b: &x 2", "Y03", "anchor `&x`", (2, 1)),
        ("a: !!python/name:os 1", "Y03", "The tag", (1, 4)),
        ("a: !secret 1", "Y03", "`!secret`", (1, 4)),
        ("a: !!timestamp 2026-13-40", "Y04", "neither a plain number", (1, 4)),
        ("a: 2026-02-30", "Y04", "`2026-02-30` is neither", (1, 4)),
        ("a: .inf", "Y04", "`.inf` is neither", (1, 4)),
        ("a: .nan", "Y04", "`.nan` is neither", (1, 4)),
        ("a:\n\tb: 1", "Y05", "A tab stands here.", (2, 1)),
        ("a: b: c", "Y01", "mapping values are not allowed here", (1, 5)),
        ("a: 'open", "Y01", "YAML: ", (1, 9)),
        ("a: [1, 2", "Y01", "but got", (1, 9)),
        ("? [a]\n: 1", "Y01", "a key must be a word", (1, 3)),
        ("a: *x", "Y01", "x", (1, 4)),
        ("a: 1\n---\nb: 2", "Y01", "document", (2, 1)),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text, code, words, place):
    found = refusal(text)
    assert found[0] == code
    assert words in found[1]
    assert found[2] == place


def test_blocks_that_are_too_deep_are_refused():
    code, words, place = refusal("[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2))
    assert (code, f"more than {MAX_DEPTH} deep" in words) == ("Y06", True)
    assert place[0] == 1
    assert refusal("[" * 20_000, first_line=5)[0] == "Y06"
    nested = "".join(" " * level + "a:\n" for level in range(MAX_DEPTH + 3))
    assert refusal(nested)[::2] == ("Y06", (MAX_DEPTH + 2, MAX_DEPTH + 2))
    endless = "".join(" " * level + "a:\n" for level in range(1500))
    assert refusal(endless, first_line=5)[::2] == ("Y06", (5, 1))


def test_a_sign_that_yaml_does_not_allow_is_refused():
    assert refusal("a: \ufffe", first_line=5)[::2] == ("Y01", (5, 1))


def undecodable(raw):
    with pytest.raises(Unreadable) as caught:
        decode(raw)
    found = caught.value
    return found.code, found.message, (found.place.line, found.place.column)


def test_text_is_read_with_plain_line_ends():
    assert decode("a: é\r\nb: 投标\n".encode()) == "a: é\nb: 投标\n"


def test_files_that_an_editor_spoilt_are_refused():
    assert undecodable(b"\xef\xbb\xbfa: 1")[0] == "F02"
    assert undecodable(b"a" * 1_000_001)[0] == "F03"
    assert undecodable("a: 1\nb: 中文".encode("gb18030"))[::2] == ("F01", (2, 4))
    assert "looks like GBK" in undecodable("投标".encode("gb18030"))[1]
    assert undecodable(b"a: \xff\xff")[1] == "The file is not UTF-8 text."
    code, message, place = undecodable(b"a: 1\nb: \x07")
    assert (code, place) == ("F05", (2, 4))
    assert "U+0007" in message


def test_a_place_is_counted_from_one():
    assert place_of("ab\ncd", 0) == Place(1, 1)
    assert place_of("ab\ncd", 4) == Place(2, 2)
