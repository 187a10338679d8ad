"""The code on paper can be checked with the published key alone."""

import random

import pytest

from probity.credentials.proofs import keys, qr
from tests.factories.credentials import make_facts


@pytest.fixture(scope="module")
def private(press):
    return keys.load_private(press.folder, press.current).credential


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
        signs[place] = rng.choice([s for s in "abcXYZ019-_=#é" if s != signs[place]])
        with pytest.raises(ValueError, match="not signed by the issuer"):
            qr.read("".join(signs), published)
