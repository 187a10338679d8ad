"""One item of QTI 1.2 on its way in, and what a place to write in accepts."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from html import escape
from typing import Any

from probity.exchange.formats.qti.blanks import Blank, halves, numbered, written
from probity.exchange.formats.qti.body import BLANK, Words, english
from probity.exchange.formats.qti.operators import rounded
from probity.exchange.formats.qti.terms import Table
from probity.exchange.formats.qti.tree import words as plain
from probity.exchange.formats.qti.values import number
from probity.exchange.formats.qti12.conditions import Scoring, words_for
from probity.exchange.formats.qti12.presentation import GAP, Fields, Place
from probity.exchange.xml import Element, name_of

MARK = re.compile(f"{GAP}([^{GAP}]*){GAP}")
MOST_WORDS = 200
NUMERIC = frozenset({"numerical_question", "numerical"})


@dataclass(slots=True)
class Draft:
    """What was read of an item."""

    content: dict[str, Any]
    table: Table
    base: Fraction = Fraction(0)
    best: Fraction = Fraction(1)
    is_scorable: bool = True
    runs: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    scoring: Scoring | None = None


@dataclass(slots=True)
class Reader:
    """One item on its way in."""

    item: Element
    presentation: Element
    words: Words
    places: list[Place]
    scoring: Scoring
    kind: str

    def stem(self, html: str) -> dict[str, str]:
        """The question; places to answer become blanks when words follow them."""
        text = MARK.sub(lambda _: BLANK if self.is_inline(html) else " ", html)
        made = self.words.block(text)
        if not made.strip():
            self.words.note("changed", "stem_missing")
            made = self.words.line(escape(self.item.get("title") or "")) or "?"
        return english(made)

    def is_inline(self, html: str) -> bool:
        """Whether words stand behind a place to answer."""
        behind = html.rpartition(GAP)[2]
        return bool(re.sub(r"<[^>]*>|&nbsp;|\s", "", behind)) and not self.places[0].is_choice


def kind_of(fields: Fields) -> str:
    """What the file calls the kind of an item."""
    return fields.get(
        "question_type",
        "cc_profile",
        "bbmd_questiontype",
        "respondusapi_qtype",
        "wct_questiontype",
        "qmd_itemtype",
        "qmd_questiontype",
    ).lower()


def fill(
    reader: Reader, response: str, native: Callable[[str], dict[str, list[str]]]
) -> tuple[dict[str, Any], Fraction, Fraction]:
    """What earns something in one place to write."""
    scoring = reader.scoring
    answer = scoring.answers[response]
    looks = list(words_for(scoring, response))
    texts = [plain(part) for part in looks if plain(part)][:MOST_WORDS]
    compares = any(
        name_of(part) != "varequal" and number(plain(part)) is not None for part in looks
    )
    answer.is_number = answer.is_number or compares or reader.kind in NUMERIC
    blank = Blank(response, answer.is_number, list(dict.fromkeys(texts)))
    blank.parts = any(name_of(part) == "varsubstring" for part in looks)
    base = scoring.score({})

    def attempt(text: str) -> Fraction:
        return scoring.score(native(text))

    if not answer.is_number:
        content, best = written(blank, attempt, base)
        return content, best, base
    for part in looks:
        value = number(plain(part))
        if value is not None:
            blank.points.append(value)
            blank.points += _around(part, value)
    content, best = numbered(blank, attempt, base)
    if not content["also"]:
        content.pop("also")
    return content, best, base


def _around(part: Element, value: Fraction) -> list[Fraction]:
    """Where rounding to the precision of a word changes."""
    figures, mode = number(part.get("precision")), (part.get("precisiontype") or "").lower()
    if figures is None or not mode:
        return []
    way = "decimalPlaces" if mode.startswith("decimal") else "significantFigures"
    return halves(rounded(value, way, int(figures)), way, int(figures))
