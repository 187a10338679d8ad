"""Shapes of the kinds answered by writing: numbers, short texts, essays, files."""

from fractions import Fraction
from typing import Literal, Self

from pydantic import Field, model_validator

from probity.bank.parts import (
    NORMALISE,
    Criterion,
    Normaliser,
    Number,
    SignedShare,
    Trap,
    Words,
    demand_keys,
    later,
    refuse_twins,
)
from probity.bank.quantities import LARGEST_EXPONENT, Accepted, Tolerance, Unit
from probity.bank.shapes_base import Item
from probity.kernel.shapes import Text, wrong


class Numeric(Item):
    kind: Literal["numeric"]
    stem: Text
    answer: Number
    tolerance: Tolerance
    share: SignedShare = later("1/1")
    also: list[Accepted] = later([])
    unit: Unit | None = None
    decimals: int | None = Field(default=None, ge=0, le=LARGEST_EXPONENT)
    why: Text | None = later(None)
    traps: list[Trap] = Field(default_factory=list)

    @model_validator(mode="after")
    def inside(self) -> Self:
        self.tolerance.demand(self.answer)
        if not 0 < Fraction(self.share) <= 1:
            raise wrong("I13", f"The key has the share {self.share}.", 'Write "1/1".', at="share")
        return self


class ShortText(Item):
    kind: Literal["short_text"]
    stem: Text
    accept: list[Words] = Field(min_length=1)
    normalise: list[Normaliser] = Field(default=list(NORMALISE))
    wildcards: bool = later(default=False)
    traps: list[Words] = Field(default_factory=list)
    why: Text | None = later(None)

    @model_validator(mode="after")
    def whole(self) -> Self:
        demand_keys(self.accept, self.normalise, wildcards=self.wildcards)
        return self


class Open(Item):
    """Kept, shown and marked by people; never scored by the machine."""

    kind: Literal["essay", "upload"]
    stem: Text
    rubric: list[Criterion] = Field(default_factory=list)
    model_answer: Text | None = None
    accept_types: list[str] = Field(default_factory=list)
    max_mib: int = Field(default=10, gt=0, le=100)
    max_words: int | None = later(None, gt=0, le=100_000)
    lines: int | None = later(None, gt=0, le=1000)

    @model_validator(mode="after")
    def distinct(self) -> Self:
        refuse_twins(self.rubric, "rubric")
        return self
