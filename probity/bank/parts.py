"""The pieces items are made of: options, keys, numbers, units, gaps, legal basis."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from probity.bank.spelling import spellings
from probity.kernel.shapes import Shape, Share, Text, Token, wrong

UNIT = re.compile(r"[^\d\s.,'+\-−–—_]")
LARGEST_DIGITS, LARGEST_EXPONENT = 18, 12

FactId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-\d{3}$")]
Normaliser = Literal["nfkc", "trim", "spaces", "case", "punctuation", "end_punctuation", "accents"]
NORMALISE: tuple[Normaliser, ...] = ("nfkc", "trim", "spaces", "case", "end_punctuation")


def _exact(value: int | Decimal) -> int | Decimal:
    number = Decimal(value)
    exponent = number.as_tuple().exponent
    long = len(number.as_tuple().digits) > LARGEST_DIGITS
    if long or not isinstance(exponent, int) or abs(exponent) > LARGEST_EXPONENT:
        raise wrong(
            "I14",
            f"A number has at most {LARGEST_DIGITS} digits.",
            "Write the number out, such as 84000 or 18.95.",
        )
    return value


Number = Annotated[int | Decimal, AfterValidator(_exact)]


class Basis(Shape):
    instrument: str
    article: str
    effective_from: date
    effective_to: date | None = None
    checked_on: date
    confidence: Literal["A", "B", "C"]
    facts: list[FactId] = Field(default_factory=list)


class Choice(Shape):
    id: Token
    text: Text
    correct: bool = False


class Option(Choice):
    why: Text


class Piece(Shape):
    id: Token
    text: Text
    why: Text | None = None


class Document(Shape):
    id: Token
    title: Text
    text: Text


class Trap(Shape):
    value: Number
    why: Text


class Words(Shape):
    text: str = Field(min_length=1)
    also: list[str] = Field(default_factory=list)
    share: Share = "1/1"
    why: Text | None = None

    @model_validator(mode="after")
    def at_most_whole(self) -> Self:
        if not 0 <= Fraction(self.share) <= 1:
            raise wrong(
                "I13", f"The share {self.share} is more than the whole.", 'Write "1/2" or "1/1".'
            )
        return self


class Criterion(Shape):
    id: Token
    text: Text
    points: int = Field(gt=0)


class Tolerance(Shape):
    absolute: Number | None = None
    relative: Share | None = None

    @model_validator(mode="after")
    def one(self) -> Self:
        if (self.absolute is None) == (self.relative is None):
            raise wrong(
                "I06",
                "A tolerance is either absolute or relative.",
                'Write {absolute: 0.01} or {relative: "1/100"}.',
            )
        if self.absolute is not None and self.absolute < 0:
            raise wrong("I06", "A tolerance cannot be below zero.", "Write {absolute: 0} or more.")
        return self

    def reach(self, answer: int | Decimal) -> Fraction:
        """How far a number may lie from the answer and still count."""
        if self.absolute is not None:
            return Fraction(self.absolute)
        return abs(Fraction(answer)) * Fraction(str(self.relative))


class Unit(Shape):
    code: str = Field(min_length=1)
    ask: bool = False
    accept: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def apart_from_digits(self) -> Self:
        for name in (self.code, *self.accept):
            if not UNIT.match(unicodedata.normalize("NFKC", name).strip()):
                raise wrong(
                    "I16",
                    f"The unit `{name}` begins like a number.",
                    "Begin a unit with a letter, a percent sign or ¥.",
                )
        return self


class Gap(Shape):
    id: Token
    choose: list[Choice] | None = Field(default=None, min_length=2)
    accept: list[Words] | None = Field(default=None, min_length=1)
    number: Number | None = None
    why: Text

    @model_validator(mode="after")
    def one(self) -> Self:
        if sum(way is not None for way in (self.choose, self.accept, self.number)) != 1:
            raise wrong(
                "I07",
                f"Gap `{self.id}` needs exactly one of choose, accept, number.",
                "Keep the one that says how the gap is answered.",
            )
        if self.choose and sum(choice.correct for choice in self.choose) != 1:
            raise wrong(
                "I01",
                f"Gap `{self.id}` must have exactly one correct choice.",
                "Mark one choice with `correct: true`.",
            )
        if self.choose:
            refuse_twins(self.choose, "choose")
        if self.accept:
            demand_whole(self.accept, NORMALISE)
        return self


def refuse_twins(things: Iterable[Any], at: str) -> None:
    """Refuse an id that stands twice in one list: a response could not tell them apart."""
    counted = Counter(thing.id for thing in things)
    for twin, times in counted.items():
        if times > 1:
            raise wrong(
                "I11", f"The id `{twin}` is used {times} times.", "Give each its own id.", at=at
            )


def demand_whole(keys: Sequence[Words], steps: Sequence[Normaliser]) -> None:
    """Refuse keys of which none earns the whole, or of which nothing is left to compare."""
    if all(Fraction(key.share) < 1 for key in keys):
        raise wrong(
            "I13", "No answer earns full marks.", 'Give one answer the share "1/1".', at="accept"
        )
    for key in keys:
        if not spellings([key.text], steps):
            raise wrong(
                "I13",
                f"Of the answer `{key.text}` nothing is left to compare.",
                "Write letters or digits, or take `punctuation` out of `normalise`.",
                at="accept",
            )
