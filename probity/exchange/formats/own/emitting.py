"""YAML that people like to read and that our strict reader takes back as it was."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _/-]*[A-Za-z0-9]|[A-Za-z]")
RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
SHORT = 88
BRACKETS = re.compile(r"[\[\]{}]")
INVISIBLE = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff\U000e0000-\U0010ffff]")


def yaml_of(thing: Mapping[str, Any]) -> str:
    """The text of a file."""
    return "\n".join(_mapping(thing, 0)) + "\n"


def _mapping(thing: Mapping[str, Any], depth: int) -> Iterator[str]:
    for name, value in thing.items():
        yield from _entry(f"{'  ' * depth}{_scalar(str(name))}:", value, depth)


def _entry(lead: str, value: Any, depth: int) -> Iterator[str]:
    short = _short(value)
    if short is not None and len(lead) + len(short) < SHORT:
        yield f"{lead} {short}"
    elif isinstance(value, Mapping) and value:
        yield lead
        yield from _mapping(value, depth + 1)
    elif isinstance(value, list) and value:
        yield lead
        yield from _list(value, depth + 1)
    elif _is_block(value):
        yield f"{lead} |-"
        yield from (f"{'  ' * (depth + 1)}{line}" if line else "" for line in value.split("\n"))
    else:
        yield f"{lead} {_flow(value)}"


def _list(things: list[Any], depth: int) -> Iterator[str]:
    lead = "  " * depth + "- "
    for thing in things:
        short = _short(thing)
        if short is not None and len(lead) + len(short) < SHORT:
            yield f"{lead}{short}"
        elif isinstance(thing, Mapping) and thing:
            lines = list(_mapping(thing, depth + 1))
            yield lead + lines[0].lstrip()
            yield from lines[1:]
        elif isinstance(thing, list) and thing:
            yield lead.rstrip()
            yield from _list(thing, depth + 1)
        else:
            yield f"{lead}{_flow(thing)}"


def _short(value: Any) -> str | None:
    """Small things of scalars in one line."""
    if isinstance(value, Mapping):
        if any(isinstance(inner, (Mapping, list)) and inner for inner in value.values()):
            return None
        pairs = (f"{_scalar(str(name))}: {_flow(inner)}" for name, inner in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        if any(isinstance(inner, (Mapping, list)) and inner for inner in value):
            return None
        return f"[{', '.join(_flow(inner) for inner in value)}]"
    return None if _is_block(value) else _scalar(value)


def _flow(value: Any) -> str:
    if isinstance(value, (Mapping, list)):
        return "{}" if isinstance(value, Mapping) else "[]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    words = str(value)
    if PLAIN.fullmatch(words) and words.casefold() not in RESERVED:
        return words
    quoted = json.dumps(words, ensure_ascii=False)
    quoted = INVISIBLE.sub(_escaped, quoted)
    # brackets that do not close would look like endless nesting to a careful reader
    return BRACKETS.sub(_escaped, quoted) if not _is_balanced(words) else quoted


def _is_block(value: Any) -> bool:
    """Several lines that a block shows as they are."""
    if not isinstance(value, str) or "\n" not in value or not _is_balanced(value):
        return False
    lines = value.split("\n")
    odd = any(line != line.rstrip() or "\t" in line for line in lines)
    hidden = INVISIBLE.search(value) or any(sign < " " and sign != "\n" for sign in value)
    return not (odd or hidden or value[:1] in {" ", "\n"} or value.endswith("\n"))


def _is_balanced(words: str) -> bool:
    return not BRACKETS.search(words) or (
        words.count("[") == words.count("]") and words.count("{") == words.count("}")
    )


def _escaped(match: re.Match[str]) -> str:
    number = ord(match[0])
    if number > 0xFFFF:  # noqa: PLR2004 - what four digits can say
        return f"\\U{number:08x}"
    return f"\\u{number:04x}"
