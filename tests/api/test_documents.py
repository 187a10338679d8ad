"""What machines look up: the description of the API and the issuer's keys."""

import base64

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from probity.api import documents, openapi
from probity.api.shapes import Verification
from probity.credentials.proofs import multikey

BASE = "https://verify.probity.example"


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def references(value):
    if isinstance(value, dict):
        yield from ([value["$ref"]] if "$ref" in value else [])
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_the_description_is_complete_in_itself():
    described = openapi.describe(BASE)
    schemas = described["components"]["schemas"]
    for reference in references(described):
        assert reference.removeprefix("#/components/schemas/") in schemas
    assert set(schemas["Verification"]["properties"]) == set(Verification.model_fields)
    assert set(described["paths"]["/api/v1/verifications"]["post"]["responses"]) == {
        *("200", "400", "401", "413", "415", "429", "500", "503")
    }


def test_the_did_document_lists_every_key_for_assertions(made):
    described = documents.did_document("http://localhost:8000", made.trusted)
    assert described["id"] == "did:web:localhost%3A8000"
    (method,) = described["verificationMethod"]
    assert described["assertionMethod"] == [method["id"]]
    assert method["id"].endswith(f"#{made.facts.key_id}")
    assert multikey.to_key(method["publicKeyMultibase"]) == made.trusted[0].credential


def test_the_key_set_holds_all_keys_and_the_chain(made):
    okp, _log, curve = documents.jwk_set(made.trusted)["keys"]
    assert Ed25519PublicKey.from_public_bytes(decoded(okp["x"])) == made.trusted[0].credential
    numbers = ec.EllipticCurvePublicNumbers(
        int.from_bytes(decoded(curve["x"])), int.from_bytes(decoded(curve["y"])), ec.SECP256R1()
    )
    signer, authority = (
        x509.load_der_x509_certificate(base64.b64decode(der)) for der in curve["x5c"]
    )
    assert numbers.public_key() == signer.public_key()
    signer.verify_directly_issued_by(authority)


def test_the_documents_are_served(app, session, certificate):
    session.commit()
    client = app.test_client()
    did = client.get("/.well-known/did.json")
    assert did.json["verificationMethod"][0]["id"].endswith(certificate.key_id)
    assert did.headers["Access-Control-Allow-Origin"] == "*"
    assert len(client.get("/.well-known/jwks.json").json["keys"]) == 3
    assert client.get("/api/v1/openapi.json").json["openapi"] == "3.1.0"
