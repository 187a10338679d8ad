"""Words of an item as search tokens: whole words of alphabets, pairs of Chinese characters."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from probity.kernel.shapes import LOCALES

RUNS = re.compile(r"[a-z0-9][a-z0-9\-]*|[\u3400-\u9fff]+")
SPOKEN = frozenset({*LOCALES, "id", "domain", "competency", "instrument", "article", "facts"})
MOST_TERMS = 12


def search_text(content: Any) -> str:
    """Everything an author may look for in an item, as tokens between spaces."""
    tokens = dict.fromkeys(token for words in _words(content) for token in _tokens(words))
    return f" {' '.join(tokens)} "


def search_patterns(query: str) -> list[str]:
    """LIKE patterns, all of which a search text must match; they hold no other wildcards."""
    patterns = []
    for run in RUNS.findall(_folded(query))[:MOST_TERMS]:
        if _is_chinese(run):
            patterns += [f"% {pair} %" for pair in _pairs(run)] if len(run) > 1 else [f"%{run}%"]
        else:
            patterns.append(f"% {run}%")
    return patterns


def _words(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _words(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner, key)
    elif isinstance(value, str) and key in SPOKEN:
        yield value


def _tokens(words: str) -> Iterator[str]:
    for run in RUNS.findall(_folded(words)):
        if _is_chinese(run):
            yield from _pairs(run)
        else:
            yield run


def _pairs(run: str) -> Iterable[str]:
    if len(run) == 1:
        return [run]
    return [run[place : place + 2] for place in range(len(run) - 1)]


def _folded(words: str) -> str:
    return unicodedata.normalize("NFKC", words).casefold()


def _is_chinese(run: str) -> bool:
    return not run[0].isascii()
