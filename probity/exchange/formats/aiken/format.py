"""Aiken as one of the formats."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from probity.bank.marking import Mark
from probity.exchange import encoding
from probity.exchange.formats.aiken import reading, writing
from probity.exchange.formats.moodle import responding
from probity.exchange.found import Content, Found, LoadMedia, Other, Source, Written

KEY = re.compile(
    r"^\s*ANSWER[^\S\n]*[:：][^\S\n]*(?:[A-ZＡ-Ｚ](?:\W.*)?)?$", re.MULTILINE | re.IGNORECASE
)
OPTION = re.compile(r"^\s*[AＡ][).．）]", re.MULTILINE | re.IGNORECASE)


class Aiken:
    """Questions with one right option, as plain text."""

    name = "aiken"

    def sniff(self, name: str, head: bytes) -> bool:  # noqa: ARG002
        """Tell whether a file may be Aiken: options with letters and ANSWER lines."""
        text = encoding.text_of(head)
        return bool(KEY.search(text) and OPTION.search(text))

    def read(self, source: Source) -> Iterator[Found | Other]:
        """Give every question of a file. Raises Unreadable."""
        return reading.read(source)

    def respond(self, found: Found, response: Any) -> Any:
        """One of our responses for a list of option indexes."""
        return responding.respond(found, response)

    def native_score(self, found: Found, mark: Mark) -> Fraction:
        """One or nothing."""
        return responding.native_score(found, mark)

    def native_max(self, found: Found) -> Fraction:
        """Every question is worth one."""
        return responding.native_max(found)

    def write(self, items: Sequence[Content], load: LoadMedia) -> Written:
        """Make one file of items."""
        return writing.write(items, load)
