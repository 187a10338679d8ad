"""The credential: every byte is covered by its proof, and nothing else passes."""

import copy
import json
import random
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from probity.credentials.facts import StatusRef, from_json, to_json
from probity.credentials.proofs import canonical, credential, multikey
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


def test_the_level_of_the_scheme_is_signed_too(document):
    assert credential.summary(document)["level"] == "Practitioner"
    del document["credentialSubject"]["achievement"]["alignment"]  # as issued before
    assert credential.summary(document)["level"] == ""


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
    rdfc, jcs = document["proof"]
    noted = {**jcs, "note": "x"}
    assert code(document | {"proof": [rdfc, noted]}, trusted) == "proof-mismatch"
    noted = {**rdfc, "note": "x"}
    assert code(document | {"proof": [noted, jcs]}, trusted) == "proof-rdfc-mismatch"


def test_flipped_bits_are_never_proven(made, trusted):
    rng = random.Random(7)
    original = bytearray(made.file.credential.encode())
    for _ in range(1000):
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
    assert code(stranger, trusted) == "proof-key-unknown"


@pytest.mark.parametrize(
    ("member", "value", "expected"),
    [
        ("cryptosuite", "eddsa-2027", "proof-kind"),
        ("proofPurpose", "authentication", "proof-kind"),
        ("verificationMethod", "did:web:evil.example#demo-2026-1", "proof-foreign"),
        ("verificationMethod", "did:web:localhost%3A8000#2020-1", "proof-key-unknown"),
        ("verificationMethod", 7, "proof-missing"),
        ("proofValue", "z0O", "proof-missing"),
        ("proofValue", None, "proof-missing"),
    ],
)
def test_odd_proofs_are_refused(document, trusted, member, value, expected):
    _rdfc, jcs = document["proof"]
    assert code(document | {"proof": {**jcs, member: value}}, trusted) == expected


def test_either_proof_alone_is_judged_by_what_it_covers(document, trusted):
    """Certificates from before the pair carry the second one alone, not as a list."""
    rdfc, jcs = document["proof"]
    assert credential.verify(document | {"proof": jcs}, trusted)
    assert credential.verify(document | {"proof": [jcs]}, trusted)
    assert credential.verify(document | {"proof": [jcs, rdfc]}, trusted)
    for alone in (rdfc, [rdfc]):
        assert code(document | {"proof": alone}, trusted) == "proof-jcs-missing"


def test_a_wrong_second_proof_is_not_passed_over(document, trusted):
    rdfc, jcs = document["proof"]
    assert code(document | {"proof": [rdfc, jcs, jcs]}, trusted) == "proof-many"
    assert code(document | {"proof": [jcs, jcs]}, trusted) == "proof-many"
    for member, value in (("proofValue", jcs["proofValue"]), ("created", "2020-01-01T00:00:00Z"), ("created", ["x"])):  # fmt: skip
        changed = {**rdfc, member: value}
        assert code(document | {"proof": [changed, jcs]}, trusted) == "proof-rdfc-mismatch"


def test_a_strangers_document_never_reaches_the_json_ld_processor(document, trusted, monkeypatch):
    seen = []
    monkeypatch.setattr(canonical, "quads", seen.append)
    document["credentialSubject"]["achievement"]["name"] = "x"
    assert code(document, trusted) == "proof-mismatch"
    assert seen == []


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


def test_the_same_facts_give_the_same_bytes(press, made):
    assert press.sign(made.facts, MADE_AT) == made.file.credential.encode()


def test_places_in_status_lists_are_stated_and_covered(press, trusted):
    lists = "http://localhost:8000/status"
    places = (StatusRef("revocation", f"{lists}/a", 94567), StatusRef("suspension", f"{lists}/b", 7))  # fmt: skip
    facts = make_facts(press, status=places)
    assert from_json(json.loads(json.dumps(to_json(facts)))) == facts
    document = credential.loads(press.sign(facts, MADE_AT))
    assert credential.verify(document, trusted)
    first, second = document["credentialStatus"]
    assert first == {
        "id": f"{lists}/a#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": f"{lists}/a",
    }
    assert second["statusPurpose"] == "suspension"
    assert code(document | {"credentialStatus": [first]}, trusted) == "proof-mismatch"


def test_facts_kept_before_there_were_lists_are_still_read(press):
    kept = to_json(make_facts(press))
    del kept["status"]
    assert from_json(kept).status == ()


def test_the_meaning_covers_every_value_too(document):
    """No context may leave out a member: what is left out would be unsigned for foreign verifiers."""
    bare = {name: value for name, value in document.items() if name not in {"proof", "@context"}}
    whole = canonical.quads(bare | {"@context": document["@context"]})
    for path in leaves(bare):
        changed = copy.deepcopy(bare)
        holder = changed
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = not holder[path[-1]] if path[-1] == "hashed" else "urn:x"
        try:
            found = canonical.quads(changed | {"@context": document["@context"]})
        except ValueError:
            continue  # no longer a credential at all
        assert found != whole, path


def test_the_options_of_a_proof_are_written_as_the_processor_would(document):
    rdfc = {name: value for name, value in document["proof"][0].items() if name != "proofValue"}
    whole = {"@context": document["@context"], **rdfc}
    assert canonical.options(rdfc) == canonical.quads(whole)
    for odd in ("a b", 'a"b', "a\\b", "a>b", "林"):
        with pytest.raises(ValueError, match="no proof of ours"):
            canonical.options({**rdfc, "verificationMethod": odd})


def test_no_context_is_ever_fetched():
    with pytest.raises(ValueError, match="not to be read as JSON-LD"):
        canonical.quads({"@context": "https://example.org/context", "name": "x"})
    with pytest.raises(ValueError, match="control characters"):
        canonical.quads({"@context": canonical.CREDENTIALS, "name": "a\tb"})


def test_the_processor_is_not_loaded_before_it_is_needed():
    """The web process starts without it."""
    code = "import sys, probity.wiring; sys.exit('pyld' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


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
