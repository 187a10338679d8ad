"""The code on paper can be checked with the published key alone."""

import base64
import json
import random

import pytest
import segno

from probity.credentials.proofs import qr
from tests.factories.credentials import make_facts


@pytest.fixture(scope="module")
def private(press):
    return press.ring.private(press.current.id).credential


@pytest.fixture(scope="module")
def published(press):
    return {press.current.id: press.current.credential}


def test_the_summary_says_what_the_paper_says(press, private, published):
    facts = make_facts(press)
    summary = qr.read(qr.address(facts, private), published)
    assert (summary.number, summary.name_latin, summary.name_native) == (
        "PRB-2026-000123",
        "Lin Wei",
        "林蔚",
    )
    assert (summary.issued_on, summary.valid_until) == ("2026-11-22", "2029-11-21")
    assert summary.specimen is True


def test_a_long_name_is_cut_and_says_so(press, private, published):
    facts = make_facts(press, name_latin="Maria " * 30, name_native="李" * 100)
    summary = qr.read(qr.address(facts, private), published)
    assert summary.name_latin.endswith("…")
    assert len(summary.name_native.encode()) <= qr.NAME_BYTES
    assert set(summary.name_native) == {"李", "…"}


def test_a_summary_does_not_fit_another_address(press, private, published):
    text = qr.address(make_facts(press), private)
    moved = text.replace("/c/abc", "/c/abd")
    with pytest.raises(ValueError, match="not signed by the issuer"):
        qr.read(moved, published)


def test_other_keys_prove_nothing(press, private):
    with pytest.raises(ValueError, match="not signed by the issuer"):
        qr.read(qr.address(make_facts(press), private), {})


def test_changed_codes_are_never_accepted(press, private, published):
    rng = random.Random(11)
    text = qr.address(make_facts(press), private)
    start = text.index("/c/") + 3
    for _ in range(2000):
        signs = list(text)
        place = rng.randrange(start, len(signs))
        signs[place] = rng.choice([s for s in "abcXYZ2379-_=#é" if s != signs[place]])
        with pytest.raises(ValueError, match="not signed by the issuer"):
            qr.read("".join(signs), published)


def test_a_code_of_the_first_form_is_still_read(press, private, published):
    facts = make_facts(press)
    parts = [facts.key_id, facts.number, "Lin Wei", "林蔚", "GPP", "P", "2026-11-22", "2029-11-21", True]  # fmt: skip
    body = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    signed = private.sign(b"probity-qr/1\n" + facts.public_id.encode() + b"\n" + body) + body
    text = f"{facts.address}#{base64.urlsafe_b64encode(signed).decode().rstrip('=')}"
    assert qr.read(text, published) == qr.read(qr.address(facts, private), published)
    with pytest.raises(ValueError, match="not signed by the issuer"):
        qr.read(text[:-1] + ("A" if text[-1] != "A" else "B"), published)


def test_a_code_stays_small_enough_for_paper(press, private):
    """Modules on a side: 57 is version 10."""
    usual = segno.make(qr.parts_of(qr.address(make_facts(press), private)), error="m")
    longest = make_facts(press, name_latin="W" * 200, name_native="李" * 200)
    dense = segno.make(qr.parts_of(qr.address(longest, private)), error="m")
    assert usual.symbol_size(border=0)[0] <= 57
    assert dense.symbol_size(border=0)[0] <= 69
