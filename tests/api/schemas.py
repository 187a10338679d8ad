"""A checker for the part of JSON Schema that our description uses; unknown words are an error."""

import re
from datetime import date, datetime
from typing import Any

KNOWN = {
    *("$ref", "$defs", "anyOf", "oneOf", "const", "enum", "type", "properties", "required"),
    *("additionalProperties", "items", "title", "description", "default", "format", "pattern"),
    *("minLength", "maxLength", "minItems", "maxItems", "examples", "contentMediaType"),
}  # fmt: skip
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
    "number": (int, float),
}


def check(value: Any, schema: dict[str, Any], document: dict[str, Any], where: str = "") -> None:
    """Raise AssertionError if a value is not as the schema says, or says more than it names."""
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/components/schemas/")
        return check(value, document["components"]["schemas"][name], document, f"{where}/{name}")
    if "anyOf" in schema or "oneOf" in schema:
        fits = sum(_fits(value, one, document) for one in schema.get("anyOf") or schema["oneOf"])
        assert fits >= 1 if "anyOf" in schema else fits == 1, (where, value)
        return None
    if "enum" in schema:
        assert value in schema["enum"], (where, value)
    if "const" in schema:
        assert value == schema["const"], (where, value)
    if "type" in schema:
        assert isinstance(value, TYPES[schema["type"]]), (where, value)
        assert schema["type"] == "boolean" or not isinstance(value, bool), (where, value)
    _check_text(value, schema, where)
    _check_parts(value, schema, document, where)
    return None


def _fits(value: Any, schema: dict[str, Any], document: dict[str, Any]) -> bool:
    try:
        check(value, schema, document)
    except AssertionError:
        return False
    return True


def _check_text(value: Any, schema: dict[str, Any], where: str) -> None:
    if not isinstance(value, str):
        return
    assert len(value) >= schema.get("minLength", 0), where
    assert len(value) <= schema.get("maxLength", len(value)), where
    assert "pattern" not in schema or re.search(schema["pattern"], value), (where, value)
    if schema.get("format") == "date":
        date.fromisoformat(value)
    if schema.get("format") == "date-time":
        assert datetime.fromisoformat(value).tzinfo is not None, (where, value)


def _check_parts(value: Any, schema: dict[str, Any], document: dict[str, Any], where: str) -> None:
    if isinstance(value, list):
        assert len(value) <= schema.get("maxItems", len(value)), where
        for place, one in enumerate(value):
            check(one, schema.get("items", {}), document, f"{where}[{place}]")
    if isinstance(value, dict):
        named, more = schema.get("properties", {}), schema.get("additionalProperties")
        assert set(schema.get("required", ())) <= set(value), (where, value)
        for name, one in value.items():
            if name in named:
                check(one, named[name], document, f"{where}.{name}")
            elif isinstance(more, dict):
                check(one, more, document, f"{where}.{name}")
            else:
                assert more is True or not named, f"{where} does not name {name}"
