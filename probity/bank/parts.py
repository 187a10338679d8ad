"""The pieces items are made of: options, keys, gaps, legal basis, and what goes with them."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from probity.bank.quantities import (
    LARGEST_DIGITS,
    LARGEST_EXPONENT,
    Accepted,
    Number,
    Tolerance,
    Unit,
)
from probity.bank.spelling import spellings, with_wildcards
from probity.kernel.shapes import Shape, Share, Text, Token, wrong

__all__ = ["LARGEST_DIGITS", "LARGEST_EXPONENT", "Accepted", "Number", "Tolerance", "Unit"]

MEDIA_NAME = r"\w[\w.\-]{0,119}"
MOST_MEDIA = 100

FactId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-\d{3}$")]
# pydantic's patterns unroll a counted repetition: as MEDIA_NAME this took each process 12 MB
MediaName = Annotated[str, StringConstraints(pattern=r"^\w[\w.\-]*$", max_length=120)]
SignedShare = Annotated[str, StringConstraints(pattern=r"^-?\d+/[1-9]\d*$")]
Normaliser = Literal["nfkc", "trim", "spaces", "case", "punctuation", "end_punctuation", "accents"]
NORMALISE: tuple[Normaliser, ...] = ("nfkc", "trim", "spaces", "case", "end_punctuation")


def later(default: Any, **limits: Any) -> Any:
    """A field that came later: left out of what is stored unless it says something.

    So an item without it keeps its stored form and its digest.
    """
    return Field(default=default, exclude_if=lambda value: value == default, **limits)


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
    why: Text | None = later(None)


class GapChoice(Choice):
    """One of the words offered in a gap; without a share the right one earns all of it."""

    share: SignedShare | None = later(None)
    why: Text | None = later(None)

    @model_validator(mode="after")
    def right_is_whole(self) -> Self:
        if self.share is None:
            return self
        share = Fraction(self.share)
        if share > 1 or (self.correct and share != 1):
            raise wrong(
                "I13",
                f"The choice `{self.id}` has the share {self.share}.",
                'A right choice earns "1/1", and none earns more.',
            )
        return self

    @property
    def earned(self) -> Fraction:
        return Fraction(self.share) if self.share else Fraction(self.correct)


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
    why: Text | None = later(None)


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


class Gap(Shape):
    """A gap in a text; `weight` is its part of the item's points beside the other gaps."""

    id: Token
    choose: list[GapChoice] | None = Field(default=None, min_length=2)
    accept: list[Words] | None = Field(default=None, min_length=1)
    number: Number | None = None
    why: Text | None = later(None)
    normalise: list[Normaliser] = later(list(NORMALISE))
    wildcards: bool = later(default=False)
    tolerance: Tolerance | None = later(None)
    also: list[Accepted] = later([])
    weight: Number = later(1, gt=0)

    @model_validator(mode="after")
    def one(self) -> Self:
        if sum(way is not None for way in (self.choose, self.accept, self.number)) != 1:
            raise wrong(
                "I07",
                f"Gap `{self.id}` needs exactly one of choose, accept, number.",
                "Keep the one that says how the gap is answered.",
            )
        if self.choose:
            refuse_twins(self.choose, "choose")
            if not any(choice.correct for choice in self.choose):
                raise wrong(
                    "I01",
                    f"Gap `{self.id}` has no correct choice.",
                    "Mark one choice with `correct: true`.",
                )
        if self.accept:
            demand_keys(self.accept, self.normalise, wildcards=self.wildcards)
        if self.number is not None and self.tolerance:
            self.tolerance.demand(self.number)
        return self


class Place(Shape):
    """A gap that is filled with one of the pieces on offer."""

    id: Token
    why: Text | None = None


class Medium(Shape):
    """A file shown with the item; texts refer to it as `media:NAME`."""

    name: MediaName
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    type: Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+\-]{1,80}$")]
    size: int = Field(ge=0)
    alt: Text | None = None


class Feedback(Shape):
    """What is said after the answer, whatever was chosen."""

    right: Text | None = None
    partial: Text | None = None
    wrong: Text | None = None
    general: Text | None = None


class Foreign(Shape):
    """What an imported item held that we have no place for: kept verbatim, and exported again."""

    format: str = Field(min_length=1, max_length=40)
    id: str = ""
    max: str | None = None
    data: Any = None
    processing: str | None = None


class Mapping(Shape):
    """What each choice earns, as shares of the item's points; the sum is kept inside bounds."""

    entries: dict[str, SignedShare]
    default: SignedShare = "0/1"
    lower: SignedShare | None = "0/1"
    upper: SignedShare | None = "1/1"

    @model_validator(mode="after")
    def bounded(self) -> Self:
        most = Fraction(self.upper) if self.upper else Fraction(1)
        least = Fraction(self.lower) if self.lower else Fraction(0)
        if not 0 < most <= 1 or least > 0:
            raise wrong(
                "I17",
                f"A mapping from {self.lower} to {self.upper} holds no sensible mark.",
                "Let `lower` be nothing or less, and `upper` more than nothing and at most 1/1.",
            )
        return self

    def share(self, chosen: Iterable[str]) -> Fraction:
        """Sum up what was chosen, then keep it inside the bounds."""
        default = Fraction(self.default)
        entries = {name: Fraction(share) for name, share in self.entries.items()}
        total = sum((entries.get(name, default) for name in chosen), Fraction(0))
        total = min(total, Fraction(self.upper) if self.upper else Fraction(1))
        return total if self.lower is None else max(total, Fraction(self.lower))


def refuse_twins(things: Iterable[Any], at: str) -> None:
    """Refuse an id that stands twice in one list: a response could not tell them apart."""
    counted = Counter(thing.id for thing in things)
    for twin, times in counted.items():
        if times > 1:
            raise wrong(
                "I11", f"The id `{twin}` is used {times} times.", "Give each its own id.", at=at
            )


def demand_keys(
    keys: Sequence[Words], steps: Sequence[Normaliser], *, wildcards: bool = False
) -> None:
    """Refuse keys of which none earns anything, or of which nothing is left to compare.

    That one earns the whole is the house standard: other systems have keys that none reaches.
    """
    if not any(Fraction(key.share) for key in keys):
        raise wrong("I13", "No answer earns anything.", 'Give one the share "1/1".', at="accept")
    for key in keys:
        text = with_wildcards(key.text) if wildcards else key.text
        if not spellings([text], steps):
            raise wrong(
                "I13",
                f"Of the answer `{key.text}` nothing is left to compare.",
                "Write letters or digits, or take `punctuation` out of `normalise`.",
                at="accept",
            )


def media_names(words: str) -> list[str]:
    """The media a text refers to."""
    return _MEDIA.findall(words)


_MEDIA = re.compile(rf"\]\(media:({MEDIA_NAME})\)")
