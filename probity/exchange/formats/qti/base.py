"""What every format of the QTI family answers in the same way."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from probity.bank.marking import Mark
from probity.exchange.formats.qti.terms import Unsayable, from_native
from probity.exchange.found import Found, Other, Source
from probity.exchange.items import part_ids
from probity.exchange.xml import Element, parse, prepared

MOST_HEAD = 65_536


class QtiFormat:
    """Responses and scores go by the table and the proof that reading left with a question."""

    name = ""

    def respond(self, found: Found, response: Any) -> Any:
        """A response `{identifier: [values]}` as one of ours; what we cannot say is none."""
        table = found.native.get("table")
        if not table or not isinstance(response, Mapping):
            return None
        try:
            ours = from_native(table, response, part_ids(found.content or {}))
        except Unsayable:
            return None
        most = (found.content or {}).get("choose")
        return None if most and isinstance(ours, list) and len(ours) > most else ours

    def native_score(self, found: Found, mark: Mark) -> Fraction:
        """The outcome that the file's own processing would give."""
        base, best = self._ends(found)
        return base + mark.share * best

    def native_max(self, found: Found) -> Fraction:
        """What the best response earns."""
        base, best = self._ends(found)
        return base + best

    @staticmethod
    def _ends(found: Found) -> tuple[Fraction, Fraction]:
        return Fraction(found.native.get("base", "0")), Fraction(found.native.get("best", "0"))


def single_document(source: Source) -> Element:
    """The root of a file that is one document, with its encoding noted. Raises Unreadable."""
    data = source.whole()
    root = parse(data, source.limits)
    source.encoding = prepared(data)[1] if len(data) < MOST_HEAD else source.encoding or "utf-8"
    return root


def numbered(things: Iterator[Found | Other]) -> Iterator[Found | Other]:
    """Give each question its place in the file."""
    index = 0
    for thing in things:
        if isinstance(thing, Found):
            thing.index = index
            index += 1
        yield thing
