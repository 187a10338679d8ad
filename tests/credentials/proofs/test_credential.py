"""The credential: every byte is covered by its proof, and nothing else passes."""

import copy
import json
import random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from probity.credentials.proofs import credential, multikey
from probity.credentials.proofs.credential import NotProven
from tests.factories.credentials import MADE_AT, make_facts


@pytest.fixture(scope="module")
def trusted(made):
    return {key.id: key.credential for key in made.trusted}


@pytest.fixture
def document(made):
    return json.loads(made.file.credential)


def code(document, keys):
    with pytest.raises(NotProven) as refused:
        credential.verify(document, keys)
    return refused.value.code


def test_a_genuine_credential_is_proven(document, trusted, made):
    assert credential.verify(document, trusted) == made.facts.key_id
    assert document["id"] == made.facts.address
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert document["validFrom"] == "2026-11-21T16:00:00Z"
    assert document["credentialSubject"]["identifier"][0]["identityHash"] == "Lin Wei (林蔚)"


def test_order_and_white_space_do_not_matter(document, trusted):
    turned = json.loads(json.dumps(dict(reversed(document.items()))))
    assert credential.verify(turned, trusted)
    assert credential.digest(turned) == credential.digest(document)


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))
    else:
        yield path


def test_any_changed_value_breaks_the_proof(document, trusted):
    paths = list(leaves(document))
    assert len(paths) > 25
    for path in paths:
        changed = copy.deepcopy(document)
        holder = changed
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = "x"
        assert code(changed, trusted)


def test_a_member_that_was_added_breaks_the_proof(document, trusted):
    assert code(document | {"evidence": []}, trusted) == "proof-mismatch"
    document["proof"]["note"] = "x"
    assert code(document, trusted) == "proof-mismatch"


def test_flipped_bits_are_never_proven(made, trusted):
    rng = random.Random(7)
    original = bytearray(made.file.credential.encode())
    for _ in range(2000):
        data = bytearray(original)
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        try:
            document = credential.loads(bytes(data).decode("utf-8", "replace").encode())
            credential.verify(document, trusted)
        except NotProven:
            continue
        assert document == json.loads(original)  # white space alone was hit


def test_a_proof_by_another_key_is_not_ours(press, trusted):
    forged = credential.build(make_facts(press), Ed25519PrivateKey.generate(), MADE_AT)
    assert code(forged, trusted) == "proof-mismatch"
    stranger = credential.build(
        make_facts(press, key_id="x"), Ed25519PrivateKey.generate(), MADE_AT
    )
    assert code(stranger, trusted) == "proof-missing"


@pytest.mark.parametrize(
    ("member", "value", "expected"),
    [
        ("cryptosuite", "eddsa-rdfc-2022", "proof-kind"),
        ("proofPurpose", "authentication", "proof-kind"),
        ("verificationMethod", "did:web:evil.example#demo-2026-1", "proof-foreign"),
        ("verificationMethod", 7, "proof-missing"),
        ("proofValue", "z0O", "proof-missing"),
        ("proofValue", None, "proof-missing"),
    ],
)
def test_odd_proofs_are_refused(document, trusted, member, value, expected):
    document["proof"][member] = value
    assert code(document, trusted) == expected


@pytest.mark.parametrize("proof", [None, [], "x", {}])
def test_a_missing_proof_is_refused(document, trusted, proof):
    assert code(document | {"proof": proof}, trusted) == "proof-missing"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "credential-malformed"),
        (b"[]", "credential-malformed"),
        (b"{" * 100_000, "credential-malformed"),
        (b'{"a": 1, "a": 2}', "credential-duplicate"),
        (b'{"x": {"a": 1, "a": 2}}', "credential-duplicate"),
        (b" " * (256 * 1024 + 1), "credential-large"),
    ],
)
def test_documents_that_cannot_be_read(data, expected):
    with pytest.raises(NotProven) as refused:
        credential.loads(data)
    assert refused.value.code == expected


def test_numbers_beyond_json_are_refused_not_raised(document, trusted):
    document["credentialSubject"]["big"] = 10**400
    assert code(document, trusted) == "proof-missing"


def test_what_a_person_would_compare(document):
    told = credential.summary(document)
    assert told["holder"] == "Lin Wei (林蔚)"
    assert told["number"] == "PRB-2026-000123"
    assert credential.summary({"credentialSubject": []})["holder"] == ""


def test_multikeys_are_read_as_written(trusted):
    (key,) = trusted.values()
    assert multikey.to_key(multikey.from_key(key)) == key
    assert multikey.decode(multikey.encode(b"\0\0\x01")) == b"\0\0\x01"
    for broken in ("", "x", "z0", "zz", multikey.from_key(key)[:-1]):
        with pytest.raises(ValueError, match=r"."):
            multikey.to_key(broken)
