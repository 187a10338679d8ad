"""Bringing written answers and keys to the same form before they are compared."""

import re
import unicodedata
from collections.abc import Callable, Iterable

from probity.kernel.markup import is_wide

SPACES = re.compile(r"\s+")
WILD = re.compile(r"\\\*|\*")
ANY = "\ue000"
CLOSING = ")]}）】》」』%"


def normal(text: str, steps: Iterable[str]) -> str:
    """Apply the item's normalisers, always in the same order, whatever order the file lists."""
    wanted = set(steps)
    for name, step in _STEPS.items():
        if name in wanted:
            text = step(text)
    return text


def spellings(texts: Iterable[str], steps: Iterable[str]) -> set[str]:
    """All ways to write one key, normalised; a way of which nothing is left does not count."""
    wanted = list(steps)
    return {normal(text, wanted) for text in texts} - {""}


def fits(given: str, pattern: str, steps: Iterable[str]) -> bool:
    """Tell whether an answer fits a key in which `*` stands for any run of characters."""
    wanted = list(steps)
    key = normal(with_wildcards(pattern), wanted)
    if ANY not in key:
        return bool(key) and normal(given, wanted) == key
    first, *inner, last = key.split(ANY)
    words = normal(given, wanted)
    if len(words) < len(first) + len(last):
        return False
    if not (words.startswith(first) and words.endswith(last)):
        return False
    place, end = len(first), len(words) - len(last)
    for part in inner:
        place = words.find(part, place, end)
        if place < 0:
            return False
        place += len(part)
    return True


def with_wildcards(pattern: str) -> str:
    """The key with a sign of its own for each wildcard; a backslash makes a plain asterisk."""
    return WILD.sub(lambda found: "*" if len(found[0]) > 1 else ANY, pattern)


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    bare = "".join(character for character in apart if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", bare)


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character).startswith("P")


def _without_punctuation(text: str) -> str:
    return "".join(" " if _is_punctuation(character) else character for character in text)


def _without_end(text: str) -> str:
    bare = text.rstrip()
    while bare and _is_punctuation(bare[-1]) and bare[-1] not in CLOSING:
        bare = bare[:-1].rstrip()
    return bare


def _with_single_spaces(text: str) -> str:
    """One space for many, and none beside a Chinese character, where it means nothing."""
    parts = SPACES.split(text)
    joined = parts[0]
    for part in parts[1:]:
        touches = joined and part and (is_wide(joined[-1]) or is_wide(part[0]))
        joined += part if touches else f" {part}"
    return joined


_STEPS: dict[str, Callable[[str], str]] = {
    "nfkc": lambda text: unicodedata.normalize("NFKC", text),
    "accents": _without_accents,
    "case": str.casefold,
    "punctuation": _without_punctuation,
    "end_punctuation": _without_end,
    "spaces": _with_single_spaces,
    "trim": str.strip,
}
