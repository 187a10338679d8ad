"""Shapes of the kinds answered by arranging: pairs, an order, gaps in a text."""

import re
from collections.abc import Mapping
from itertools import product
from typing import Literal, Self

from pydantic import Field, model_validator

from probity.bank.parts import Gap, Piece, Place, SignedShare, later, refuse_twins
from probity.bank.shapes_base import MOST_OPTIONS, Item, Mapped
from probity.kernel.markup import block_html
from probity.kernel.shapes import Text, Token, wrong

GAP = re.compile(r"\[\[([a-z_0-9]+)\]\]")


class Matching(Mapped):
    kind: Literal["matching"]
    stem: Text
    left: list[Piece] = Field(min_length=1, max_length=MOST_OPTIONS)
    right: list[Piece] = Field(min_length=1, max_length=MOST_OPTIONS)
    pairs: dict[Token, Token]
    reuse_right: bool = False
    credit: Literal["per_pair", "all_or_nothing", "mapping"] = "per_pair"

    @model_validator(mode="after")
    def whole(self) -> Self:
        refuse_twins(self.left, "left")
        refuse_twins(self.right, "right")
        left, right = [piece.id for piece in self.left], [piece.id for piece in self.right]
        demand_pairs(self.pairs, left, right)
        if not self.reuse_right and len(set(self.pairs.values())) < len(self.pairs):
            raise wrong(
                "I03",
                "One right side is used twice.",
                "Set `reuse_right: true` and say so in the stem, or change a pair.",
                at="pairs",
            )
        self.demand_mapping(self.credit, {" ".join(pair) for pair in product(left, right)})
        return self


class Ordering(Item):
    kind: Literal["ordering"]
    stem: Text
    steps: list[Piece] = Field(min_length=2, max_length=MOST_OPTIONS)
    why: Text | None = later(None)
    credit: Literal["adjacent_pairs", "positions", "distance", "all_or_nothing"] = "adjacent_pairs"

    @model_validator(mode="after")
    def distinct(self) -> Self:
        refuse_twins(self.steps, "steps")
        return self


class Cloze(Item):
    """Gaps to be filled by writing or choosing; `lower` is the least share, none is no floor."""

    kind: Literal["cloze"]
    stem: Text
    text: Text
    gaps: list[Gap] = Field(min_length=1, max_length=MOST_OPTIONS)
    credit: Literal["per_gap", "all_or_nothing"] = "per_gap"
    lower: SignedShare | None = later("0/1")

    @model_validator(mode="after")
    def gaps_match(self) -> Self:
        demand_gaps(self.text, [gap.id for gap in self.gaps])
        refuse_twins(self.gaps, "gaps")
        return self


class GapMatch(Mapped):
    """Gaps to be filled with pieces on offer."""

    kind: Literal["gap_match"]
    stem: Text
    text: Text
    gaps: list[Place] = Field(min_length=1, max_length=MOST_OPTIONS)
    choices: list[Piece] = Field(min_length=1, max_length=MOST_OPTIONS)
    pairs: dict[Token, Token]
    reuse: bool = False
    credit: Literal["per_gap", "all_or_nothing", "mapping"] = "per_gap"

    @model_validator(mode="after")
    def whole(self) -> Self:
        gaps, choices = [gap.id for gap in self.gaps], [choice.id for choice in self.choices]
        demand_gaps(self.text, gaps)
        refuse_twins(self.gaps, "gaps")
        refuse_twins(self.choices, "choices")
        demand_pairs(self.pairs, gaps, choices)
        if not self.reuse and len(set(self.pairs.values())) < len(self.pairs):
            raise wrong(
                "I03",
                "One choice is used twice.",
                "Set `reuse: true`, or change a pair.",
                at="pairs",
            )
        self.demand_mapping(self.credit, {" ".join(pair) for pair in product(gaps, choices)})
        return self


def demand_pairs(pairs: Mapping[str, str], left: list[str], right: list[str]) -> None:
    """Refuse pairs that leave one side out, or that name what is not there."""
    for lost in sorted((set(left) ^ set(pairs)) | (set(pairs.values()) - set(right))):
        raise wrong(
            "I03",
            f"`{lost}` is not on both ends of a pair.",
            f"Give each of {', '.join(sorted(left))}"
            f" one partner out of {', '.join(sorted(right))}.",
            at="pairs",
        )


def demand_gaps(text: Mapping[str, str], gaps: list[str]) -> None:
    """Refuse a text whose gaps are not those of the list, or cannot be drawn."""
    listed = sorted(gaps)
    for locale, words in text.items():
        found = sorted(GAP.findall(words))
        if found != listed:
            raise wrong(
                "I04",
                f"The {locale} text has the gaps {found}, the list has {listed}.",
                "Every gap id stands once in each language as [[id]] and once under `gaps`.",
                at=f"text.{locale}",
            )
        if sorted(GAP.findall(block_html(words))) != listed:
            raise wrong(
                "I04",
                f"A gap in the {locale} text stands inside a formula or a link.",
                "Move [[id]] out of the formula or the link.",
                at=f"text.{locale}",
            )
