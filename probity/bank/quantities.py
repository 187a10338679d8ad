"""Numbers of items: exact values, tolerances, units, points."""

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticKnownError

from probity.kernel.shapes import Shape, Share, Text, wrong

UNIT = re.compile(r"[^\d\s.,'+\-−–—_]")
LARGEST_DIGITS, LARGEST_EXPONENT = 18, 12
MOST_POINTS, POINT_DECIMALS = 10_000, 4
HALF = Fraction(1, 2)


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


def _points(value: int | Decimal) -> int | Decimal:
    number = Decimal(_exact(value))
    if number <= 0:
        raise PydanticKnownError("greater_than", {"gt": 0})
    if number > MOST_POINTS:
        raise PydanticKnownError("less_than_equal", {"le": MOST_POINTS})
    if number == number.to_integral_value():
        return int(number)
    plain = number.normalize()
    if -int(plain.as_tuple().exponent) > POINT_DECIMALS:
        raise wrong(
            "I18",
            f"Points have at most {POINT_DECIMALS} decimals.",
            "Write a number such as 2.5.",
        )
    return plain


Number = Annotated[int | Decimal, AfterValidator(_exact)]
Points = Annotated[int | Decimal, AfterValidator(_points)]


def plain(points: int | Decimal) -> int | str:
    """Points as JSON holds them: whole ones as a number, others as text."""
    return points if isinstance(points, int) else format(points, "f")


def exact(points: int | str) -> int | Decimal:
    """Points out of JSON."""
    return points if isinstance(points, int) else Decimal(points)


def in_words(points: Fraction) -> str:
    """Points as people read them: as a decimal where that is exact, else as a fraction."""
    scaled = points * 10**POINT_DECIMALS
    if scaled.denominator > 1:
        return str(points)
    return format((Decimal(scaled.numerator) / 10**POINT_DECIMALS).normalize(), "f")


class Tolerance(Shape):
    """How near a number must come: by a distance, a share, a range, or when both are rounded.

    `low` and `high` are a range of their own; `decimals` and `figures` round the number given and
    the number wanted to so many decimals or significant figures and want them equal.
    """

    absolute: Number | None = None
    relative: Share | None = None
    low: Number | None = Field(default=None, exclude_if=lambda value: value is None)
    high: Number | None = Field(default=None, exclude_if=lambda value: value is None)
    open_low: bool = Field(default=False, exclude_if=lambda value: not value)
    open_high: bool = Field(default=False, exclude_if=lambda value: not value)
    decimals: int | None = Field(
        default=None, ge=0, le=LARGEST_EXPONENT, exclude_if=lambda value: value is None
    )
    figures: int | None = Field(
        default=None, ge=1, le=LARGEST_DIGITS, exclude_if=lambda value: value is None
    )

    @model_validator(mode="after")
    def one(self) -> Self:
        ways = (self.absolute, self.relative, self.low, self.decimals, self.figures)
        if sum(way is not None for way in ways) != 1:
            raise wrong(
                "I06",
                "A tolerance is either absolute or relative, a range, or a rounding.",
                'Write {absolute: 0.01}, {relative: "1/100"}, {low: 1, high: 2},'
                " {decimals: 2} or {figures: 3}.",
            )
        if self.absolute is not None and self.absolute < 0:
            raise wrong("I06", "A tolerance cannot be below zero.", "Write {absolute: 0} or more.")
        if (self.low is None) != (self.high is None) or not _rising(self.low, self.high):
            raise wrong(
                "I06",
                "A range goes from `low` up to `high`.",
                "Write both, such as {low: 1, high: 2}.",
            )
        return self

    def holds(self, given: Fraction, answer: int | Decimal) -> bool:
        """Tell whether a number counts as the answer."""
        if self.low is not None and self.high is not None:
            low, high = Fraction(self.low), Fraction(self.high)
            above = given > low if self.open_low else given >= low
            return above and (given < high if self.open_high else given <= high)
        if self.decimals is not None:
            return _rounded(given, self.decimals) == _rounded(Fraction(answer), self.decimals)
        if self.figures is not None:
            return _figures(given, self.figures) == _figures(Fraction(answer), self.figures)
        return abs(given - Fraction(answer)) <= self.reach(answer)

    def reach(self, answer: int | Decimal) -> Fraction:
        """How far a number may lie from the answer and still count."""
        if self.absolute is not None:
            return Fraction(self.absolute)
        return abs(Fraction(answer)) * Fraction(self.relative or 0)

    def demand(self, answer: int | Decimal) -> None:
        """Refuse a range that leaves its own answer out."""
        if not self.holds(Fraction(answer), answer):
            raise wrong(
                "I06",
                f"The answer {answer} lies outside its own range.",
                "Let the range hold the answer.",
                at="tolerance",
            )


class Accepted(Shape):
    """Another number that counts, for all of the points or a share; its tolerance or the item's."""

    value: Number
    tolerance: Tolerance | None = None
    share: Share = "1/1"
    why: Text | None = None

    @model_validator(mode="after")
    def at_most_whole(self) -> Self:
        if Fraction(self.share) > 1:
            raise wrong(
                "I13", f"The share {self.share} is more than the whole.", 'Write "1/2" or "1/1".'
            )
        return self


class Unit(Shape):
    """A unit, other ways to write it, and other units with what one of them is worth."""

    code: str = Field(min_length=1)
    ask: bool = False
    accept: list[str] = Field(default_factory=list)
    factors: dict[str, Number] = Field(default={}, exclude_if=lambda value: not value)

    @model_validator(mode="after")
    def apart_from_digits(self) -> Self:
        for name in (self.code, *self.accept, *self.factors):
            if not UNIT.match(unicodedata.normalize("NFKC", name).strip()):
                raise wrong(
                    "I16",
                    f"The unit `{name}` begins like a number.",
                    "Begin a unit with a letter, a percent sign or ¥.",
                )
        if any(factor <= 0 for factor in self.factors.values()):
            raise wrong("I16", "A factor is more than nothing.", "Write {km: 1000}, for one.")
        return self

    @property
    def names(self) -> list[str]:
        return [self.code, *self.accept, *self.factors]


def _rising(low: int | Decimal | None, high: int | Decimal | None) -> bool:
    return low is None or high is None or low <= high


def _rounded(number: Fraction, decimals: int) -> Fraction:
    """Halves go up, as the exchange formats have it."""
    scale = Fraction(10) ** decimals
    return floor(number * scale + HALF) / scale


def _figures(number: Fraction, figures: int) -> Fraction:
    if not number:
        return number
    place = 0
    size = abs(number)
    while size >= Fraction(10) ** (place + 1):
        place += 1
    while size < Fraction(10) ** place:
        place -= 1
    return _rounded(number, figures - 1 - place)
