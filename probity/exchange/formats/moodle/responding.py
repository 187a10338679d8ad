"""Responses in the terms of Moodle, GIFT and Aiken as responses in ours, and scores back."""

import html
import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from probity.bank.marking import Mark
from probity.exchange.found import Found
from probity.exchange.shares import decimal

TAG = re.compile(r"<[^>]*>")
EXPONENT = re.compile(r"[eE]")


class NotUnderstood(ValueError):
    """A native response that does not have the form of its question."""


def respond(found: Found, response: Any) -> Any:
    """One of our responses; raises NotUnderstood.

    Choices are indexes in the order of the file, pairs are [stem, answer], gaps a list of texts.
    """
    if response is None:
        return None
    return _WAYS[found.native["answering"]](found, response)


def native_max(found: Found) -> Fraction:
    """The grade that the question is worth."""
    return Fraction(found.native["max"])


def native_score(found: Found, mark: Mark) -> Fraction:
    """The share of the marks, in grades."""
    return mark.share * native_max(found)


def _choice(found: Found, response: Any) -> Any:
    given = response if isinstance(response, list) else [response]
    ids = [_at(found.native["ids"], index) for index in given]
    chosen = [identity for identity in ids if identity is not None]
    if (found.content or {})["kind"] == "single":
        if len(given) > 1:
            raise NotUnderstood("one option can be chosen")
        return chosen[0] if chosen else None
    return list(dict.fromkeys(chosen)) or None


def _order(found: Found, response: Any) -> Any:
    return [
        identity
        for identity in (_at(found.native["ids"], index) for index in response)
        if identity is not None
    ] or None


def _at(ids: Sequence[str | None], index: Any) -> str | None:
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(ids):
        raise NotUnderstood(f"there is no option {index}")
    return ids[index]


def _truth(_found: Found, response: Any) -> Any:
    if not isinstance(response, bool):
        raise NotUnderstood("true or false is expected")
    return response


def _text(_found: Found, response: Any) -> Any:
    if not isinstance(response, str):
        raise NotUnderstood("a text is expected")
    return response or None


def _number(_found: Found, response: Any) -> Any:
    text = str(response) if isinstance(response, int | float | Decimal) else response
    if not isinstance(text, str):
        raise NotUnderstood("a number is expected")
    return plain_number(text) or None


def plain_number(text: str) -> str:
    """A number without powers of ten, which Moodle reads and people do not write."""
    if EXPONENT.search(text):
        value = decimal(text)
        return text if value is None else format(value, "f")
    return text


def _pairs(found: Found, response: Any) -> Any:
    content = found.content or {}
    stems = [piece["id"] for piece in content["left"]]
    answers = {folded(raw): identity for raw, identity in found.native["answers"].items()}
    given: dict[str, str] = {}
    for pair in response:
        stem, answer = (pair[0], pair[1]) if len(pair) > 1 else ("", "")
        places = [
            place
            for place, (raw, _answer) in enumerate(found.native["pairs"])
            if folded(raw) == folded(stem) and stems[place] not in given
        ]
        right = answers.get(folded(answer))
        if not places or right is None:
            raise NotUnderstood(f"there is no pair {stem!r}, {answer!r}")
        twins = [place for place in places if content["pairs"][stems[place]] == right]
        given[stems[(twins or places)[0]]] = right
    return given or None


def _none(_found: Found, _response: Any) -> Any:
    raise NotUnderstood("there is no agreed way to write a response to this question")


def _gaps(found: Found, response: Any) -> Any:
    if not isinstance(response, list):
        raise NotUnderstood("a list of texts is expected")
    given: dict[str, Any] = {}
    for gap, value in zip(found.native["gaps"], response, strict=False):
        if value in ("", None):
            continue
        offered = gap.get("choices")
        if offered is None:
            given[gap["id"]] = plain_number(value) if gap.get("is_number") else value
            continue
        chosen = next((identity for raw, identity in offered if folded(raw) == folded(value)), None)
        if chosen is None:
            raise NotUnderstood(f"{value!r} is not offered")
        given[gap["id"]] = chosen
    return given or None


def folded(raw: str) -> str:
    """Text without tags and white space at its ends, so that HTML and its words are the same."""
    words = html.unescape(TAG.sub(" ", raw)) if "<" in raw or "&" in raw else raw
    return unicodedata.normalize("NFC", " ".join(words.split()))


_WAYS: dict[str, Callable[[Found, Any], Any]] = {
    "choice": _choice,
    "gaps": _gaps,
    "none": _none,
    "number": _number,
    "order": _order,
    "pairs": _pairs,
    "text": _text,
    "truth": _truth,
}
