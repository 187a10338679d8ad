"""Files written by people: what is read, what is refused, and where it stands."""

from datetime import date
from decimal import Decimal

import pytest

from probity.kernel.yamlfile import LIMIT_BYTES, Place, Unreadable, decode, parse


def refusal(do, *arguments):
    with pytest.raises(Unreadable) as caught:
        do(*arguments)
    return caught.value


def test_values_are_read_as_yaml_1_2_and_numbers_stay_exact():
    data = parse(
        "a: no\nb: 010\nc: 1_000\nd: 0x1f\ne: 18.95\nf: -3\ng: 2015-03-01\nh: ~\ni: '5'\nj: true"
    ).data
    assert data == {
        "a": "no",
        "b": 10,
        "c": 1000,
        "d": 31,
        "e": Decimal("18.95"),
        "f": -3,
        "g": date(2015, 3, 1),
        "h": None,
        "i": "5",
        "j": True,
    }


def test_places_of_values_and_keys_are_kept():
    document = parse("items:\n  - id: x\n    options: [{id: a}, {id: b}]\n", first_line=2)
    assert document.place(("items", 0, "options", 1, "id")) == Place(4, 29)
    assert document.key_place(("items", 0, "options")) == Place(4, 5)
    assert document.place(("items", 0, "single", "options")) == Place(4, 14)
    assert document.place(("items", 0, "stem")) == Place(3, 5)
    assert document.place(("nothing",)) == Place(2, 1)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\na: 2", "Y02", 2),
        ("a: &x 1\nb: *x", "Y03", 1),
        ("a: !!python/object:os.system x", "Y03", 1),
        ("<<: {a: 1}", "Y03", 1),
        ("a: .nan", "Y04", 1),
        ("a: 2026-13-45", "Y04", 1),
        ("a: 2026-11-22T10:00:00Z", "Y04", 1),
        ("a: [b", "Y01", 1),
        ("a: b: c", "Y01", 1),
        ("? [a]\n: b", "Y01", 1),
        ("a: 1\n---\nb: 2", "Y01", 2),
        ("a: 1\nb: " + "[" * 3000, "Y06", 2),
        ("- " * 3000, "Y06", 1),
        ("[" * 30 + "]" * 30, "Y06", 1),
        ("a:\n\tb: 1", "Y05", 2),
        ("a: \ufffe", "Y01", 1),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text, code, line):
    error = refusal(parse, text)
    assert (error.code, error.place.line) == (code, line)
    assert error.message.endswith(".")
    assert error.mend.endswith(".")


def test_an_empty_document_holds_nothing():
    assert parse("").data is None


def test_text_is_decoded_and_line_ends_are_made_plain():
    assert decode("采购\r\nplain\n".encode()) == "采购\nplain\n"


@pytest.mark.parametrize(
    ("raw", "code", "place"),
    [
        ("x\n政府采购".encode("gbk"), "F01", Place(2, 1)),
        (b"\xff\xfea\x00", "F01", Place(1, 1)),
        (b"\xef\xbb\xbfformat: x", "F02", Place(1, 1)),
        (b"x" * (LIMIT_BYTES + 1), "F03", Place(1, 1)),
        (b"a\nb\x00c", "F05", Place(2, 2)),
    ],
)
def test_spoilt_files_are_refused(raw, code, place):
    error = refusal(decode, raw)
    assert (error.code, error.place) == (code, place)


def test_gbk_is_named_so_that_the_author_knows_what_to_do():
    assert "GBK" in refusal(decode, "政府采购".encode("gbk")).message
