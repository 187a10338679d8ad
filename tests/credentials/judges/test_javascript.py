"""Verifiers of Digital Bazaar and of the Digital Credentials Consortium accept what we issue.

They run offline: every document they ask for is handed to them. The Consortium's resolves `did:web`
over the network alone, so it gets the same credential under a `did:key`.
"""

import copy
import fcntl
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from probity.api.documents import did_document
from probity.credentials.facts import StatusRef
from probity.credentials.lists import encoding
from probity.credentials.proofs import canonical, credential, multikey
from tests.factories.credentials import MADE_AT, make_facts

JS = Path(__file__).with_name("js")
DID = "https://www.w3.org/ns/did/v1"
MULTIKEY = "https://w3id.org/security/multikey/v1"
WRONG_NUMBER = "PRB-2026-000124"


@pytest.fixture(scope="session")
def judges(request):
    """A folder with the verifiers, installed once per machine and lock."""
    lock = (JS / "package-lock.json").read_bytes()
    folder = request.config.cache.mkdir(f"judges-{hashlib.sha256(lock).hexdigest()[:12]}")
    with (folder / ".lock").open("w") as waiting:
        fcntl.flock(waiting, fcntl.LOCK_EX)
        if not (folder / ".ready").exists():
            for file in ("package.json", "package-lock.json"):
                shutil.copy(JS / file, folder / file)
            command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"the JavaScript verifiers cannot be installed: {done.stderr[-300:]}")
            (folder / ".ready").touch()
    shutil.copy(JS / "judge.mjs", folder / "judge.mjs")
    return folder


def status_list(press, issuer, method, number, purpose, bits):
    """A signed list as the worker publishes it."""
    url = f"{press.settings.base_url}/status/{number}-{purpose}"
    unsigned = encoding.unsigned(url, issuer, purpose, encoding.encode(bits), MADE_AT)
    key = press.ring.private(press.current.id).credential
    return {url: credential.prove(unsigned, key, method, MADE_AT)}


def stated(press, number):
    lists = f"{press.settings.base_url}/status/{number}"
    places = StatusRef("revocation", f"{lists}-revocation", 94567), StatusRef("suspension", f"{lists}-suspension", 7)  # fmt: skip
    return credential.loads(press.sign(make_facts(press, status=places), MADE_AT))


def under_did_key(press, document):
    keys = press.ring.private(press.current.id)
    name = multikey.from_key(keys.public.credential)
    own = copy.deepcopy(document)
    own["issuer"]["id"] = f"did:key:{name}"
    return credential.prove(own, keys.credential, f"did:key:{name}#{name}", MADE_AT)


def altered(document):
    changed = copy.deepcopy(document)
    changed["credentialSubject"]["achievement"]["humanCode"] = WRONG_NUMBER
    return changed


def contexts():
    """Ours, and what the verifiers need to read the issuer's DID document."""
    found = {url: json.loads((canonical.FOLDER / file).read_text()) for url, file in canonical.FILES.items()}  # fmt: skip
    terms = {"id": "@id", "type": "@type"}
    security = "https://w3id.org/security#"
    method = {"@id": f"{security}assertionMethod", "@type": "@id", "@container": "@set"}
    key = {"@id": f"{security}publicKeyMultibase", "@type": f"{security}multibase"}
    found[DID] = {"@context": {**terms, "assertionMethod": method}}
    found[MULTIKEY] = {"@context": {**terms, "Multikey": f"{security}Multikey", "publicKeyMultibase": key}}  # fmt: skip
    return found


@pytest.fixture(scope="session")
def verdicts(press, judges):
    """Every case goes to one process."""
    valid, revoked = stated(press, 1), stated(press, 2)
    own = did_document(press.settings.base_url, [press.ring.private(press.current.id).public])
    did, method = own["id"], f"{own['id']}#{press.current.id}"
    twin = under_did_key(press, stated(press, 3))
    revoked_twin = under_did_key(press, stated(press, 4))
    key, key_method = twin["issuer"]["id"], twin["proof"][0]["verificationMethod"]
    documents = {did: own, **{m["id"]: {"@context": MULTIKEY, **m} for m in own["verificationMethod"]}}  # fmt: skip
    for number, issuer, by, bits in ((1, did, method, []), (2, did, method, [94567]), (3, key, key_method, []), (4, key, key_method, [94567])):  # fmt: skip
        documents |= status_list(press, issuer, by, number, "revocation", bits)
        documents |= status_list(press, issuer, by, number, "suspension", [7] if number == 1 else [])  # fmt: skip
    cases = {
        **{name: {"judge": "digitalBazaar", "credential": case} for name, case in (("valid", valid), ("altered", altered(valid)), ("revoked", revoked))},
        **{f"{name}-twin": {"judge": "consortium", "credential": case} for name, case in (("valid", twin), ("altered", altered(twin)), ("revoked", revoked_twin))},
    }  # fmt: skip
    given = {"contexts": contexts(), "documents": documents, "cases": cases, "now": MADE_AT.isoformat()}  # fmt: skip
    done = subprocess.run(["node", "judge.mjs"], cwd=judges, input=json.dumps(given), capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_digital_bazaar_verifies_both_proofs_and_reads_the_status(verdicts):
    found = verdicts["valid"]
    assert (found["verified"], found["proofs"], found["errors"]) == (True, 2, [])
    assert found["status"] == {"revocation": False, "suspension": True}


def test_digital_bazaar_sees_what_was_revoked(verdicts):
    assert verdicts["revoked"]["status"]["revocation"] is True


def test_digital_bazaar_refuses_what_was_altered(verdicts):
    found = verdicts["altered"]
    assert not found["verified"]
    assert any("Invalid signature" in words for words in found["errors"])


def test_the_consortium_accepts_it_and_reads_the_status(verdicts):
    log = verdicts["valid-twin"]["log"]
    assert (log["valid_signature"], log["revocation_status"], log["suspension_status"]) == (True, True, True)  # fmt: skip
    assert verdicts["revoked-twin"]["log"]["revocation_status"] is False


def test_the_consortium_refuses_what_was_altered(verdicts):
    assert verdicts["altered-twin"]["errors"] == ["invalid_signature: The signature is not valid."]
