"""The description of the API in OpenAPI 3.1, made from the models that check it."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from probity.api.actions import QUOTA
from probity.api.shapes import (
    Batch,
    BatchAnswer,
    ByCredential,
    ByNumber,
    Problem,
    Usage,
    Verification,
    WatchEvents,
    WatchNews,
)

VERSION = "1.1"
MODELS: tuple[type[BaseModel], ...] = (
    *(Batch, BatchAnswer, ByNumber, ByCredential, Problem),
    *(Usage, Verification, WatchEvents, WatchNews),
)
_REFUSED = {
    400: "The request is not what this address takes.",
    401: "The key is missing, unknown, revoked or over.",
    404: "There is nothing at this address.",
    413: "More than 5 MB were sent.",
    415: "Neither JSON nor a form with a file was sent.",
    429: "The quota of the key is used up, or too many checks found nothing. See Retry-After.",
}
PROBLEMS = {
    "malformed": _REFUSED[400],
    "key": _REFUSED[401],
    "not-found": _REFUSED[404],
    "method-not-allowed": "The address exists, but not for this method.",
    "too-large": _REFUSED[413],
    "media-type": _REFUSED[415],
    "quota": "The quota of the key is used up for today (UTC).",
    "too-many": "Too many checks from your place found nothing. Wait, or use a key.",
    "unavailable": "The database is away for the moment. Try again.",
    "internal": "The failure is ours, and was noted.",
}
"""What `reason` may say, with its meaning; the page about the API explains each."""

_ALWAYS = (500, 503)
_LIMITS = {
    "RateLimit-Policy": "The quota of the key: q checks within w seconds.",
    "RateLimit": "What is left of it: r checks, for t seconds.",
}


def describe(base_url: str) -> dict[str, Any]:
    """The whole document."""
    _map, schemas = models_json_schema(
        [(model, "validation") for model in MODELS], ref_template="#/components/schemas/{model}"
    )
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Probity",
            "version": VERSION,
            "description": "Verification of certificates for programs. Without a key, checks that "
            "find nothing are limited by place. A key lifts that limit and has a quota instead: "
            f"{QUOTA} checks a day of UTC at first. No cookie is set, none is read.",
        },
        "servers": [{"url": base_url}],
        "paths": _paths(),
        "webhooks": {"watch": {"post": _webhook()}},
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": f"A key made on {base_url}/employer/keys/",
                }
            },
        },
    }


def _paths() -> dict[str, Any]:
    return {
        "/api/v1/verifications": {"post": _verify()},
        "/api/v1/verifications/batch": {"post": _batch()},
        "/api/v1/certificates/{public_id}": {"get": _status()},
        "/api/v1/usage": {"get": _usage()},
        "/api/v1/events": {"get": _events()},
        "/api/v1/openapi.json": {"get": _given("openapi", "This document", "application/json")},
        "/c/{public_id}": {"get": _document("page", "The public page", "text/html")},
        "/c/{public_id}.pdf": {"get": _document("pdf", "The signed PDF", "application/pdf")},
        "/c/{public_id}.json": {
            "get": _document("credential", "The Open Badges 3.0 credential", "application/json")
        },
        "/c/{public_id}/badge.svg": {
            "get": _document("badge", "The status as a small picture", "image/svg+xml")
        },
        "/.well-known/did.json": {
            "get": _given("did", "The issuer's DID document", "application/json")
        },
        "/.well-known/jwks.json": {
            "get": _given("jwks", "The issuer's public keys as a JWK set", "application/json")
        },
    }


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _answer(model: type[BaseModel], words: str) -> dict[str, Any]:
    headers = {
        name: {"description": said, "schema": {"type": "string"}} for name, said in _LIMITS.items()
    }
    return {"200": {"description": words, "headers": headers, "content": _json(_ref(model))}}


def _refusals(*codes: int) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": _ref(Problem)}}
    told = {str(code): {"description": _REFUSED[code], "content": problem} for code in codes}
    wait = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
    told["429"]["headers"] = {"Retry-After": wait}
    ours = {500: PROBLEMS["internal"], 503: PROBLEMS["unavailable"]}
    return told | {str(code): {"description": ours[code], "content": problem} for code in _ALWAYS}


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
        "description": "With a key it counts one check. A wrong name is answered as an unknown "
        "number. HTTP status 200 for every verdict.",
        "security": [{}, {"key": []}],
        "requestBody": {
            "required": True,
            "content": {
                **_json({"oneOf": [_ref(ByNumber), _ref(ByCredential)]}),
                "multipart/form-data": {"schema": file},
            },
        },
        "responses": {
            **_answer(Verification, "The verdict, whatever it is."),
            **_refusals(400, 401, 413, 415, 429),
        },
    }


def _batch() -> dict[str, Any]:
    return {
        "operationId": "verifyMany",
        "summary": "Verify up to 100 certificates by number and name",
        "description": "Each of them counts one check; if the quota does not suffice for all, none "
        "is made. For more rows hand in a table on the site.",
        "security": [{"key": []}],
        "requestBody": {"required": True, "content": _json(_ref(Batch))},
        "responses": {
            **_answer(BatchAnswer, "The answers in the order of the checks."),
            **_refusals(400, 401, 413, 415, 429),
        },
    }


def _status() -> dict[str, Any]:
    return {
        "operationId": "status",
        "summary": "The status of a certificate by its public id",
        "description": "The 26 signs behind /c/ in its address. With a key it counts one check.",
        "security": [{}, {"key": []}],
        "parameters": [_public_id()],
        "responses": {
            **_answer(Verification, "What the register says."),
            **_refusals(401, 404, 429),
        },
    }


def _usage() -> dict[str, Any]:
    return {
        "operationId": "usage",
        "summary": "How much of the key's quota is left",
        "description": "Costs nothing.",
        "security": [{"key": []}],
        "responses": {**_answer(Usage, "Today's use."), **_refusals(401, 429)},
    }


def _events() -> dict[str, Any]:
    after = {
        "name": "after",
        "in": "query",
        "description": "The id of the last event you have; without it, from the first.",
        "schema": {"type": "string", "pattern": "^[a-z2-7]{26}$"},
    }
    return {
        "operationId": "events",
        "summary": "News of the certificates on your watch list",
        "description": "What webhooks are sent, to be fetched instead, 100 at a time. Costs nothing.",
        "security": [{"key": []}],
        "parameters": [after],
        "responses": {
            **_answer(WatchEvents, "News, oldest first."),
            **_refusals(400, 401, 429),
        },
    }


def _webhook() -> dict[str, Any]:
    headers = {
        "Probity-Event": "The id of the event: the same news may come twice.",
        "Probity-Timestamp": "Seconds since 1970, when it was sent.",
        "Probity-Signature": "sha256= and the HMAC-SHA256 of timestamp, full stop and body, in hex.",
    }
    return {
        "operationId": "watchNews",
        "summary": "News of a watched certificate, sent to your address",
        "description": "Answer with any status from 200 to 299 within ten seconds.",
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": said,
                "schema": {"type": "string"},
            }
            for name, said in headers.items()
        ],
        "requestBody": {"required": True, "content": _json(_ref(WatchNews))},
        "responses": {"2XX": {"description": "Taken. Anything else is tried again."}},
    }


def _public_id() -> dict[str, Any]:
    return {
        "name": "public_id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": "^[a-z2-7]{26}$"},
    }


def _document(name: str, summary: str, kind: str) -> dict[str, Any]:
    return {
        **_given(name, summary, kind),
        "parameters": [_public_id()],
        "responses": {
            "200": {"description": summary, "content": {kind: {}}},
            "404": {"description": "There is no such certificate."},
            "429": {"description": "Too many addresses from your place led nowhere."},
        },
    }


def _given(name: str, summary: str, kind: str) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "security": [{}],
        "responses": {"200": {"description": summary, "content": {kind: {}}}},
    }
