"""Kinds answered by writing: a number, a short text, an essay or a file."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from probity.bank.kinds import numbers
from probity.bank.kinds.base import (
    FormData,
    Kind,
    MarkedByPeople,
    Order,
    Response,
    View,
    block,
    one_text,
    reason,
)
from probity.bank.parts import Accepted, Tolerance, Words
from probity.bank.shapes import Numeric, Open, ShortText
from probity.bank.spelling import fits, normal, spellings
from probity.kernel.i18n import gettext as _

MOST_SHORT, MOST_ESSAY = 500, 20_000


class NumericKind(Kind[Numeric]):
    def check(self, item: Numeric, response: Response) -> Response:  # noqa: ARG002
        return one_text(response, numbers.MOST_CHARACTERS)

    def share(self, item: Numeric, response: Response, locale: str) -> Fraction:
        reading = self._read(item, response, locale)
        if reading is None or (item.unit and item.unit.ask and not reading.has_unit):
            return Fraction(0)
        return best_number(
            _converted(item, reading),
            item.answer,
            item.tolerance,
            item.also,
            Fraction(item.share),
        )

    def key(self, item: Numeric) -> Response:
        number = written(item.answer)
        return f"{number} {item.unit.code}" if item.unit and item.unit.ask else number

    def view(self, item: Numeric, locale: str, order: Order) -> View:  # noqa: ARG002
        asks = bool(item.unit and item.unit.ask)
        unit = item.unit.code if item.unit and not asks else None
        return {"unit": unit, "asks_unit": asks, "decimals": item.decimals}

    def notes(self, item: Numeric, response: Response, locale: str) -> dict[str, Any]:
        unit = f" {item.unit.code}" if item.unit else ""
        notes = {"key": f"{written(item.answer)}{unit}", "why": reason(item.why, locale)}
        reading = self._read(item, response, locale) if response else None
        if response and reading is None:
            notes["hint"] = _("This could not be read as one number.")
        elif reading and item.unit and item.unit.ask and not reading.has_unit:
            notes["hint"] = _("The unit is missing.")
        if reading:
            hit = _remarked(item, _converted(item, reading))
            if hit:
                notes["trap"] = reason(hit, locale)
        return notes

    def read(self, view: View, form: FormData, name: str) -> Response:  # noqa: ARG002
        return form.get(name) or None

    @staticmethod
    def _read(item: Numeric, response: str, locale: str) -> numbers.Reading | None:
        units = item.unit.names if item.unit else []
        return numbers.read(response, units, locale)


class ShortTextKind(Kind[ShortText]):
    def check(self, item: ShortText, response: Response) -> Response:  # noqa: ARG002
        return one_text(response, MOST_SHORT)

    def share(self, item: ShortText, response: Response, locale: str) -> Fraction:  # noqa: ARG002
        return best_share(response, item.accept, item.normalise, wildcards=item.wildcards)

    def key(self, item: ShortText) -> Response:
        return whole_key(item.accept, wildcards=item.wildcards)

    def view(self, item: ShortText, locale: str, order: Order) -> View:  # noqa: ARG002
        return {"most_characters": MOST_SHORT}

    def notes(self, item: ShortText, response: Response, locale: str) -> dict[str, Any]:
        most = max(Fraction(key.share) for key in item.accept)
        keys = [key.text for key in item.accept if Fraction(key.share) == most]
        notes = {"key": " / ".join(keys), "why": reason(item.why, locale)}
        for hit in (*item.traps, *item.accept):
            found = matches(response or "", hit, item.normalise, wildcards=item.wildcards)
            if response and hit.why and found:
                notes["trap"] = block(hit.why, locale)
                break
        return notes

    def read(self, view: View, form: FormData, name: str) -> Response:  # noqa: ARG002
        return form.get(name) or None


class OpenKind(Kind[Open]):
    """Essays and files: kept and shown; people mark them."""

    def check(self, item: Open, response: Response) -> Response:  # noqa: ARG002
        return one_text(response, MOST_ESSAY)

    def share(self, item: Open, response: Response, locale: str) -> Fraction:  # noqa: ARG002
        raise MarkedByPeople(f"{item.id} is marked by people")

    def key(self, item: Open) -> Response:
        raise MarkedByPeople(f"{item.id} is marked by people")

    def view(self, item: Open, locale: str, order: Order) -> View:  # noqa: ARG002
        if item.kind == "essay":
            limits = {"max_words": item.max_words, "lines": item.lines}
            return {"most_characters": MOST_ESSAY, **limits}
        return {"accept_types": list(item.accept_types), "max_mib": item.max_mib}

    def notes(self, item: Open, response: Response, locale: str) -> dict[str, Any]:  # noqa: ARG002
        rubric = [
            {"html": block(criterion.text, locale), "points": criterion.points}
            for criterion in item.rubric
        ]
        why = block(item.model_answer, locale) if item.model_answer else None
        return {"rubric": rubric, "why": why}

    def read(self, view: View, form: FormData, name: str) -> Response:  # noqa: ARG002
        return form.get(name) or None


def written(number: int | Decimal) -> str:
    """A number in digits, never in powers of ten."""
    return format(number, "f") if isinstance(number, Decimal) else str(number)


def matches(given: str, key: Words, steps: Iterable[str], *, wildcards: bool = False) -> bool:
    """Tell whether an answer is one of the ways to write a key."""
    wanted = list(steps)
    if wildcards:
        return any(fits(given, text, wanted) for text in (key.text, *key.also))
    return normal(given, wanted) in spellings((key.text, *key.also), wanted)


def best_share(
    given: str, keys: Sequence[Words], steps: Iterable[str], *, wildcards: bool = False
) -> Fraction:
    """The share of the best key that matches; keys of every language count."""
    wanted = list(steps)
    shares = (
        Fraction(key.share) for key in keys if matches(given, key, wanted, wildcards=wildcards)
    )
    return max(shares, default=Fraction(0))


def whole_key(keys: Sequence[Words], *, wildcards: bool = False) -> str:
    """The first key that earns most; a sign that is no wildcard loses its backslash."""
    text = max(keys, key=lambda key: Fraction(key.share)).text
    return text.replace("\\*", "*") if wildcards else text


def best_number(
    given: Fraction,
    answer: int | Decimal,
    tolerance: Tolerance,
    also: Sequence[Accepted],
    whole: Fraction = Fraction(1),
) -> Fraction:
    """The share of the best number that this one comes near enough to."""
    shares = [
        Fraction(one.share) for one in also if (one.tolerance or tolerance).holds(given, one.value)
    ]
    if tolerance.holds(given, answer):
        shares.append(whole)
    return max(shares, default=Fraction(0))


def _converted(item: Numeric, reading: numbers.Reading) -> Fraction:
    """The number in the unit of the answer."""
    factors = item.unit.factors if item.unit else {}
    same = (factor for name, factor in factors.items() if numbers.is_unit(name, reading.unit))
    return reading.value * Fraction(next(same, 1))


def _remarked(item: Numeric, given: Fraction) -> Mapping[str, str] | None:
    """What is said about a number that is a trap, or that counts in part."""
    for trap in item.traps:
        if trap.why and item.tolerance.holds(given, trap.value):
            return trap.why
    for one in item.also:
        if one.why and (one.tolerance or item.tolerance).holds(given, one.value):
            return one.why
    return None
