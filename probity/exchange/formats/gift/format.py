"""GIFT as one of the formats."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from probity.bank.marking import Mark
from probity.exchange import encoding
from probity.exchange.formats.gift import reading, writing
from probity.exchange.formats.moodle import responding
from probity.exchange.found import Content, Found, LoadMedia, Other, Source, Written

TITLE = re.compile(r"^::.*?::", re.MULTILINE)
ANSWERS = re.compile(r"(?<!\\)\{\s*(?:[~=#>]|%|T|F|\}|[^{}<>\"':;]{1,80}\})")
CODE = re.compile(r"[;{]\s*$|^\s*(?:<\?xml|<!DOCTYPE|<html|\{\s*\"|\[\s*[\{\"])", re.MULTILINE)
NAMES = (".gift", ".gift.txt", ".txt")


class Gift:
    """Moodle's text format."""

    name = "gift"

    def sniff(self, name: str, head: bytes) -> bool:
        """Tell whether a file may be GIFT: answers in braces, or what only GIFT has."""
        text = encoding.text_of(head).lstrip()
        if name.lower().endswith((".gift", ".gift.txt")):
            return bool(text) and not text.startswith("<")
        if text[:1] in {"<", "{", "["} and not re.match(r"\[\w+\]", text):
            return False
        if TITLE.search(text) or re.search(r"^\$CATEGORY:", text, re.MULTILINE):
            return True
        return bool(ANSWERS.search(text)) and not CODE.search(text)

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
