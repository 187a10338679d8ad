"""The description of the API in OpenAPI 3.1, made from the models that check it."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from probity.api.shapes import ByCredential, ByNumber, Problem, Verification

VERSION = "1"
_REFUSED = {
    400: "The body is not what this address takes.",
    413: "More than 5 MB were sent.",
    415: "Neither JSON nor a form with a file was sent.",
    429: "Too many checks found nothing; wait as long as Retry-After says.",
}


def describe(base_url: str) -> dict[str, Any]:
    """The whole document."""
    models: tuple[type[BaseModel], ...] = (ByNumber, ByCredential, Verification, Problem)
    _map, schemas = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Probity",
            "version": VERSION,
            "description": "Verification of certificates. No key, no cookie.",
        },
        "servers": [{"url": base_url}],
        "paths": {
            "/api/v1/verifications": {"post": _verify()},
            "/c/{public_id}.pdf": {"get": _document("The signed PDF", "application/pdf")},
            "/c/{public_id}.json": {
                "get": _document("The Open Badges 3.0 credential", "application/json")
            },
            "/.well-known/did.json": {"get": _keys("The issuer's DID document")},
            "/.well-known/jwks.json": {"get": _keys("The issuer's public keys as a JWK set")},
        },
        "components": {"schemas": schemas["$defs"]},
    }


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _verify() -> dict[str, Any]:
    file = {
        "type": "object",
        "required": ["file"],
        "additionalProperties": False,
        "properties": {"file": {"type": "string", "contentMediaType": "application/pdf"}},
    }
    return {
        "operationId": "verify",
        "summary": "Verify a certificate by number and name, by its file, or by its credential",
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"oneOf": [_ref(ByNumber), _ref(ByCredential)]}},
                "multipart/form-data": {"schema": file},
            },
        },
        "responses": {
            "200": {
                "description": "The verdict, whatever it is.",
                "content": {"application/json": {"schema": _ref(Verification)}},
            },
            **{str(code): _refusal(words) for code, words in _REFUSED.items()},
        },
    }


def _refusal(words: str) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": _ref(Problem)}}}


def _document(summary: str, kind: str) -> dict[str, Any]:
    return {
        "summary": summary,
        "parameters": [
            {
                "name": "public_id",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "pattern": "^[a-z2-7]{26}$"},
            }
        ],
        "responses": {
            "200": {"description": summary, "content": {kind: {}}},
            "404": {"description": "There is no such certificate."},
        },
    }


def _keys(summary: str) -> dict[str, Any]:
    content: dict[str, Any] = {"application/json": {}}
    return {"summary": summary, "responses": {"200": {"description": summary, "content": content}}}
