"""The description of the API arranged for a page that people read."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

EXAMPLES: Mapping[str, str] = {
    "verify": """curl -s {base}/api/v1/verifications \\
  -H 'Content-Type: application/json' \\
  -d '{{"number": "PRB-2026-000123", "name": "Lin Wei"}}'""",
    "verifyMany": """curl -s {base}/api/v1/verifications/batch \\
  -H "Authorization: Bearer $PROBITY_KEY" \\
  -H 'Content-Type: application/json' \\
  -d '{{"checks": [{{"number": "PRB-2026-000123", "name": "Lin Wei"}}]}}'""",
    "status": "curl -s {base}/api/v1/certificates/PUBLIC_ID",
    "usage": """curl -s {base}/api/v1/usage -H "Authorization: Bearer $PROBITY_KEY\"""",
    "events": """curl -s {base}/api/v1/events -H "Authorization: Bearer $PROBITY_KEY\"""",
}
"""A call for each operation that people try out; `{base}` is the site."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing a program can ask for."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    keyed: str
    parameters: list[tuple[str, str]]
    takes: list[tuple[str, str]]
    answers: list[tuple[str, str, str]]
    example: str


def operations(document: Mapping[str, Any]) -> list[Operation]:
    """Every operation in the order of the document, webhooks last."""
    base = document["servers"][0]["url"]
    found = [*document["paths"].items(), *document["webhooks"].items()]
    return [
        _operation(path, method, told, base)
        for path, methods in found
        for method, told in methods.items()
    ]


def shapes(document: Mapping[str, Any]) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Every shape: its name, what it is, and its members as (name, type, meaning)."""
    return [
        (name, schema.get("description", ""), list(_members(schema)))
        for name, schema in document["components"]["schemas"].items()
    ]


def type_of(schema: Mapping[str, Any]) -> str:
    """The type of a member in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    for joined in ("anyOf", "oneOf"):
        if joined in schema:
            return " | ".join(type_of(one) for one in schema[joined])
    if "enum" in schema:
        return " | ".join(json.dumps(one) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"[{type_of(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or "any")


def _members(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, told in schema.get("properties", {}).items():
        yield name, type_of(told), told.get("description", "")


def _operation(path: str, method: str, told: Mapping[str, Any], base: str) -> Operation:
    body = told.get("requestBody", {}).get("content", {})
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        description=told.get("description", ""),
        keyed=_keyed(told.get("security", [])),
        parameters=[
            (one["name"], one.get("description", "")) for one in told.get("parameters", [])
        ],
        takes=[(kind, _body(one["schema"])) for kind, one in body.items()],
        answers=[
            (code, one["description"], ", ".join(_content(one)))
            for code, one in told["responses"].items()
        ],
        example=EXAMPLES.get(told["operationId"], "").format(base=base),
    )


def _keyed(security: list[dict[str, Any]]) -> str:
    if not any(security):
        return ""
    return "optional" if {} in security else "required"


def _body(schema: Mapping[str, Any]) -> str:
    if "properties" in schema:
        return ", ".join(schema["properties"])
    return type_of(schema)


def _content(answer: Mapping[str, Any]) -> Iterator[str]:
    for kind, one in answer.get("content", {}).items():
        yield type_of(one["schema"]) if "schema" in one else kind
