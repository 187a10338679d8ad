"""The signature read from bytes: strict where generic readers are not."""

import random

import pytest

from probity.credentials.checks import container
from probity.credentials.checks.inspection import check_container
from tests.credentials import tampering


def test_a_genuine_file_is_intact_whole_and_canonical(made):
    found = container.find(made.data)
    assert (found.intact, found.whole, found.canonical) == (True, True, True)
    assert found.fingerprint == made.trusted[0].fingerprint
    assert container.claimed_length(made.data) == len(made.data)


@pytest.mark.parametrize(
    ("change", "intact", "whole", "canonical"),
    [
        ("bit in page", False, True, True),
        ("byte in padding", True, True, False),
        ("signature value", False, True, True),
        ("case of a digit", True, True, False),
        ("white space in padding", True, True, False),
        ("junk after the end", True, False, True),
        ("painted over", True, False, True),
        ("signed again", True, False, True),
        ("note added", True, False, True),
        ("language changed", True, False, True),
    ],
)
def test_each_change_shows_where_it_was_made(made, change, intact, whole, canonical):
    found = container.find(tampering.BYTES[change](made.data))
    assert (found.intact, found.whole, found.canonical) == (intact, whole, canonical)


def test_a_signature_with_a_key_of_another_kind_is_somebody_elses(made):
    found = container.find(tampering.signed_with_rsa(made.data))
    assert (found.intact, found.signer) == (False, "CN=Somebody")
    checks = {check.name: check.code for check in check_container(found, made.trusted)}
    assert checks["signer"] == "other-signer"


def test_a_file_without_signature_has_none(made):
    assert container.find(tampering.signature_stripped(made.data)) is None
    assert container.find(b"%PDF-1.7 %%EOF") is None


def test_any_single_changed_byte_outside_the_signature_is_seen(made):
    rng = random.Random(5)
    first, last = tampering.hole(made.data)
    for _ in range(1500):
        place = rng.randrange(len(made.data))
        if first <= place < last:
            continue
        found = container.find(tampering.flip(made.data, place))
        assert found is None or not (found.intact and found.whole and found.canonical)


def test_an_exchanged_certificate_beside_the_signature_is_seen(made):
    authority = made.trusted[0].authority.hex().upper().encode()
    place = made.data.index(authority) + len(authority) - 1
    changed = tampering.flip(made.data, place, ord("0" if made.data[place] != ord("0") else "1"))
    found = container.find(changed)
    assert (found.intact, found.whole, found.canonical) == (True, True, True)
    _signature, coverage, _signer = check_container(found, made.trusted)
    assert coverage.code == "hidden-in-signature"


@pytest.mark.parametrize(
    "ranges",
    ["[0 10 20 30]", "[0 999999999 999999999 1]", "[5 5 5 5]", "[ 0 0 0 0 ]", "[1 2 3]"],
)
def test_senseless_ranges_are_no_error(ranges):
    data = f"%PDF-1.7 /ByteRange {ranges} /Contents <3000> %%EOF".encode()
    found = container.find(data)
    assert found is None or not found.intact
