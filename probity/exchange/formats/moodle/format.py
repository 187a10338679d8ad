"""Moodle XML as one of the formats."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from probity.bank.marking import Mark
from probity.exchange import encoding
from probity.exchange.formats.moodle import reading, responding, writing
from probity.exchange.found import Content, Found, LoadMedia, Other, Source, Written

ROOT = re.compile(r"<quiz\s*/?>|<question\s+type\s*=")


class MoodleXml:
    """What Moodle exports and imports as XML."""

    name = "moodle-xml"

    def sniff(self, name: str, head: bytes) -> bool:  # noqa: ARG002
        """Tell whether a file may be Moodle XML: a quiz, or bare questions with a type."""
        text = encoding.text_of(head)
        first = re.search(r"<[A-Za-z]", text)
        return bool(first and ROOT.match(text, first.start()))

    def read(self, source: Source) -> Iterator[Found | Other]:
        """Give every question of a file. Raises Unreadable."""
        return reading.read(source)

    def respond(self, found: Found, response: Any) -> Any:
        """One of our responses for one in Moodle's terms."""
        return responding.respond(found, response)

    def native_score(self, found: Found, mark: Mark) -> Fraction:
        """What Moodle would give."""
        return responding.native_score(found, mark)

    def native_max(self, found: Found) -> Fraction:
        """What the question is worth in Moodle."""
        return responding.native_max(found)

    def write(self, items: Sequence[Content], load: LoadMedia) -> Written:
        """Make one file of items."""
        return writing.write(items, load)
