"""Badges dropped on the verify page: judged by what lies inside, and named rightly."""

import io
import json
import struct
import zlib

import pytest

from probity.credentials.checks import baked, intake
from probity.credentials.checks.contents import Problem
from probity.credentials.checks.intake import Kind
from probity.credentials.sharing import baking, picture

PICTURE, DRAWING = picture.png("LMP", 2026), picture.svg("LMP", 2026)
CREDENTIAL = json.dumps({"@context": [], "credentialSubject": {}})
HEAD = 33
"""Signature and first chunk of a PNG."""


def chunk(content: bytes, name: bytes = b"iTXt") -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))  # fmt: skip


def with_chunk(content: bytes, name: bytes = b"iTXt") -> bytes:
    return PICTURE[:HEAD] + chunk(content, name) + PICTURE[HEAD:]


def drawn(inside: str) -> bytes:
    return DRAWING.replace(">", f' xmlns:ob="{baked.NAMESPACE}">{inside}', 1).encode()


BAD = {
    "two credentials": (
        baking.into_png(baking.into_png(PICTURE, CREDENTIAL), CREDENTIAL),
        Problem.BADGE_SEVERAL,
    ),
    "two in a drawing": (
        drawn(f"<ob:credential>{CREDENTIAL}</ob:credential>" * 2),
        Problem.BADGE_SEVERAL,
    ),
    "compressed": (
        with_chunk(b"openbadgecredential\0\1\0\0\0" + zlib.compress(b"{}" * 10_000)),
        Problem.BADGE_BROKEN,
    ),
    "a bit flipped": (
        baking.into_png(PICTURE, CREDENTIAL).replace(b"credentialSubject", b"credentialSubjecu"),
        Problem.BADGE_BROKEN,
    ),
    "no text at all": (with_chunk(b"openbadgecredential\0\0\0"), Problem.BADGE_BROKEN),
    "cut off": (baking.into_png(PICTURE, CREDENTIAL)[: HEAD + 40], Problem.BADGE_BROKEN),
    "a token": (baking.into_png(PICTURE, "eyJhbGciOiJFZERTQSJ9.e30.AA"), Problem.BADGE_FOREIGN),
    "a token in a drawing": (drawn('<ob:credential verify="eyJhbG"/>'), Problem.BADGE_FOREIGN),
    "the older standard": (baking.into_png(PICTURE, "{}", old=True), Problem.BADGE_OLD),
    "an older assertion": (
        json.dumps({"@context": baked.OLD_CONTEXT, "type": "Assertion"}).encode(),
        Problem.BADGE_OLD,
    ),
    "its address only": (with_chunk(b"openbadges\0http://x", b"tEXt"), Problem.BADGE_OLD),
    "an older drawing": (
        DRAWING.replace(">", ' xmlns:o="http://openbadges.org"><o:assertion/>', 1).encode(),
        Problem.BADGE_OLD,
    ),
    "entities": (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>', Problem.BADGE_BROKEN),
    "just a picture": (PICTURE, Problem.PICTURE),
    "a broken picture": (PICTURE[:20], Problem.PICTURE),
    "just a drawing": (DRAWING.encode(), Problem.PICTURE),
    "no drawing": (b"<svg", Problem.PICTURE),
    "nothing inside": (drawn("<ob:credential>{}</ob:credential>"), Problem.JSON_FOREIGN),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_judged_has_a_name(case):
    data, problem = BAD[case]
    assert intake.sort(data).problem is problem


def test_a_picture_in_endless_pieces_ends():
    data = PICTURE[:HEAD] + chunk(b"", b"teXt") * (baked._MOST_CHUNKS + 1) + PICTURE[HEAD:]
    assert baked.take_out(data) is None


@pytest.mark.parametrize("data", [baking.into_png(PICTURE, CREDENTIAL), baking.into_svg(DRAWING, CREDENTIAL)])  # fmt: skip
def test_the_credential_inside_is_what_is_judged(data):
    handed = intake.sort(data)
    assert (handed.kind, handed.in_picture) == (Kind.CREDENTIAL, True)
    assert handed.document == json.loads(CREDENTIAL)


def dropped(browse, data: bytes, name: str = "badge.png"):
    return browse().post("/verify", {"file": (io.BytesIO(data), name)}, expect=200).text


def test_a_dropped_badge_is_judged_by_its_credential(browse, certificate):
    for data, name in (
        (baking.into_png(PICTURE, certificate.credential), "badge.png"),
        (baking.into_svg(DRAWING, certificate.credential), "badge.svg"),
    ):
        page = dropped(browse, data, name)
        assert "This certificate is valid" in page
        assert "Ada Lim" in page
        assert "The picture itself states nothing" in page


def test_tampered_badges_are_named_rightly(browse, certificate):
    renamed = certificate.credential.replace("Ada Lim", "Eve Lim")
    page = dropped(browse, baking.into_png(PICTURE, renamed))
    assert "This is not the file we issued" in page
    assert "Eve Lim" in page
    assert "Ada Lim" in page
    assert "The credential inside is not the one that was issued." in page
    # a badge that looks like another scheme's and year's: whose it is and for what is told
    page = dropped(browse, baking.into_png(picture.png("GPP", 2031), certificate.credential))
    assert "Lamp Practitioner" in page
    assert "Ada Lim" in page
    assert "rely on the name" in page
    foreign = json.loads(certificate.credential)
    foreign["id"] = "https://elsewhere.example/c/" + "a" * 26
    page = dropped(browse, baking.into_png(PICTURE, json.dumps(foreign)))
    assert "We have no such certificate" in page
    assert "Ada Lim" not in page
