"""Words of an item as search tokens: whole words of alphabets, pairs of Chinese characters."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from probity.kernel.shapes import LOCALES

RUNS = re.compile(r"[a-z0-9][a-z0-9\-]*|[\u3400-\u9fff]+")
SPOKEN = frozenset({*LOCALES, "id", "domain", "competency", "instrument", "article", "facts"})
MOST_TERMS = 12
MOST_TOKENS, LONGEST = 20_000, 60
"""PostgreSQL indexes no longer text and no longer word."""


def search_text(content: Any) -> str:
    """Everything an author may look for in an item, as tokens between spaces."""
    tokens = dict.fromkeys(token for words in _words(content) for token in _tokens(words))
    return f" {' '.join(islice(tokens, MOST_TOKENS))} "


def terms(query: str) -> list[tuple[str, bool]]:
    """The tokens that must all occur, each with whether it need only be the beginning of one."""
    found = []
    for run in RUNS.findall(_folded(query))[:MOST_TERMS]:
        if _is_chinese(run) and len(run) > 1:
            found += [(pair, False) for pair in _pairs(run)]
        else:
            found.append((run[:LONGEST], True))
    return found


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
            yield run[-1]  # so that each character begins a token and can be looked for alone
        else:
            yield run[:LONGEST]


def _pairs(run: str) -> Iterable[str]:
    if len(run) == 1:
        return [run]
    return [run[place : place + 2] for place in range(len(run) - 1)]


def _folded(words: str) -> str:
    return unicodedata.normalize("NFKC", words).casefold()


def _is_chinese(run: str) -> bool:
    return not run[0].isascii()
