"""Badges dropped on the verify page: judged by what lies inside, and named rightly."""

import io
import json
import struct
import subprocess
import sys
import zlib

import pytest

from probity.credentials import enquiries, sentences
from probity.credentials.checks import baked, intake, reading, sandbox
from probity.credentials.checks.contents import Problem, from_json
from probity.credentials.checks.intake import Kind
from probity.credentials.sharing import baking, picture
from probity.kernel import ratelimit
from probity.kernel.errors import TooMany
from probity.kernel.work import writing

PICTURE, DRAWING = picture.png("LMP", 2026), picture.svg("LMP", 2026)
CREDENTIAL = json.dumps({"@context": [], "credentialSubject": {}})
HEAD = 33
"""Signature and first chunk of a PNG."""


def chunk(content: bytes, name: bytes = b"iTXt") -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))  # fmt: skip


def with_chunk(content: bytes, name: bytes = b"iTXt") -> bytes:
    return PICTURE[:HEAD] + chunk(content, name) + PICTURE[HEAD:]


def judged(data: bytes) -> intake.Handed:
    """As it is handed in, with the reader in this process."""
    handed = intake.sort(data)
    if handed.kind is not Kind.BADGE or handed.problem:
        return handed
    return intake.opened(from_json(reading.read(data, {})))


def bomb(megabytes: int) -> bytes:
    """What unpacks to so many megabytes."""
    packer, block = zlib.compressobj(9), b" " * (1 << 20)
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
"""Entities that would grow to a billion words."""


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
        Problem.BADGE_PACKED,
    ),
    "a bomb": (with_chunk(b"openbadgecredential\0\1\0\0\0" + bomb(400)), Problem.BADGE_PACKED),
    "a bomb of the other kind": (
        with_chunk(b"openbadgecredential\0\0" + bomb(400), b"zTXt"),
        Problem.BADGE_PACKED,
    ),
    "in Latin-1": (with_chunk(b"openbadgecredential\0{}", b"tEXt"), Problem.BADGE_BROKEN),
    "no Unicode": (with_chunk(b"openbadgecredential\0\0\0\0\0{\xff}"), Problem.BADGE_BROKEN),
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
    "entities": (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>', Problem.BADGE_ENTITIES),
    "a billion laughs": (
        f'<!DOCTYPE svg [<!ENTITY l0 "ha">{LAUGHS}]><svg>&l9;</svg>'.encode(),
        Problem.BADGE_ENTITIES,
    ),
    "a file of the machine": (
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>',
        Problem.BADGE_ENTITIES,
    ),
    "entities from elsewhere": (
        b'<!DOCTYPE svg SYSTEM "http://127.0.0.1:9/x.dtd"><svg>&a;</svg>',
        Problem.BADGE_ENTITIES,
    ),
    "nested deeply": (
        b"<svg>" + b"<g>" * 100_000 + b"</g>" * 100_000 + b"</svg>",
        Problem.BADGE_DEEP,
    ),
    "very many parts": (b"<svg>" + b"<g/>" * 100_000 + b"</svg>", Problem.BADGE_COMPLEX),
    "endless pieces": (
        PICTURE[:HEAD] + chunk(b"", b"teXt") * (baked.MOST_CHUNKS + 1) + PICTURE[HEAD:],
        Problem.BADGE_COMPLEX,
    ),
    "a web page": (b"<!DOCTYPE html><p>Certificate<br></html>", Problem.BADGE_MALFORMED),
    "no encoding that there is": (
        b'<?xml version="1.0" encoding="x"?><svg/>',
        Problem.BADGE_MALFORMED,
    ),
    "huge": (DRAWING.encode() + b" " * 5_300_000, Problem.TOO_LARGE),
    "just a picture": (PICTURE, Problem.PICTURE),
    "a broken picture": (PICTURE[:20], Problem.PICTURE),
    "just a drawing": (DRAWING.encode(), Problem.PICTURE),
    "a drawing with a document type": (b'<!DOCTYPE svg PUBLIC "a" "b"><svg/>', Problem.PICTURE),
    "no drawing": (b"<svg", Problem.BADGE_MALFORMED),
    "nothing inside": (drawn("<ob:credential>{}</ob:credential>"), Problem.JSON_FOREIGN),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_judged_has_a_name_and_a_sentence(case):
    data, problem = BAD[case]
    assert judged(data).problem is problem
    assert str(sentences.PROBLEMS[problem])


@pytest.mark.parametrize("case", ["a bomb", "a billion laughs", "nested deeply", "very many parts"])
def test_the_sandbox_names_hostile_pictures_as_the_reader_does(case):
    data, problem = BAD[case]
    assert sandbox.read(data).problem is problem


def test_a_bomb_beside_the_credential_is_left_alone():
    data = baking.into_png(with_chunk(b"Comment\0\0" + bomb(100), b"zTXt"), CREDENTIAL)
    assert sandbox.read(data).credential == CREDENTIAL


@pytest.mark.parametrize("data", [baking.into_png(PICTURE, CREDENTIAL), baking.into_svg(DRAWING, CREDENTIAL)])  # fmt: skip
def test_the_credential_inside_is_what_is_judged(data):
    handed = intake.opened(sandbox.read(data))
    assert (handed.kind, handed.in_picture) == (Kind.CREDENTIAL, True)
    assert handed.document == json.loads(CREDENTIAL)


def test_who_takes_badges_in_loads_nothing_that_parses_them():
    """Neither now nor when one is handed in: the reader does, in a process of its own."""
    code = (
        "import sys; from probity.credentials.checks import intake, sandbox;"
        "intake.opened(sandbox.read(b'<svg/>'));"
        "print([name for name in ('PIL', 'lxml', 'pyexpat') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_who_guessed_too_often_starts_no_reader(app, session):
    sandbox.close()
    with app.app_context():
        for _ in range(enquiries.MOST_FAILURES):
            with writing() as unit:
                ratelimit.count(
                    unit, enquiries.LIMIT, "192.0.2.7", per_seconds=enquiries.WITHIN_SECONDS
                )
        with pytest.raises(TooMany):
            enquiries.check_upload(PICTURE, place="192.0.2.7")
    assert sandbox._kept == []


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
