"""Numeric answers: in Moodle the first that fits counts, in our items the best."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from probity.exchange.formats.moodle.building import WHOLE, Body, Refusal, with_reason
from probity.exchange.found import Content, Note
from probity.exchange.shares import number, share_text

MOST_ANSWERS = 60


@dataclass(frozen=True, slots=True)
class Amount:
    """One numeric answer; no value stands for any other number."""

    value: Decimal | None
    reach: Decimal
    share: Fraction
    why: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of numbers that earns a share; without bounds it is a value and its reach."""

    value: Fraction
    reach: Fraction
    share: Fraction
    why: str
    low: Fraction | None = None
    high: Fraction | None = None
    open_low: bool = False
    open_high: bool = False

    def tolerance(self) -> Content:
        """As an item writes it."""
        if self.low is None or self.high is None:
            return {"absolute": _written(self.reach)}
        ends = {"low": _written(self.low), "high": _written(self.high)}
        opened = {"open_low": self.open_low, "open_high": self.open_high}
        return ends | {name: True for name, is_open in opened.items() if is_open}


def numeric(amounts: Sequence[Amount]) -> Body:
    """A number; the best answer is the key, others count for their share."""
    if len(amounts) > MOST_ANSWERS:
        raise Refusal("too_many_options", most=MOST_ANSWERS)
    notes: list[Note] = []
    if any(amount.value is None and amount.share > 0 for amount in amounts):
        notes.append(Note("lost", "any_number"))
    if any(not 0 <= amount.share <= 1 for amount in amounts):
        notes.append(Note("changed", "share_clipped"))
    stretches = _stretches(amounts, notes)
    good = [stretch for stretch in stretches if stretch.share > 0]
    if not good:
        raise Refusal("no_key")
    key = max(good, key=lambda stretch: stretch.share)
    content: Content = {
        "kind": "numeric",
        "answer": _written(key.value),
        "tolerance": key.tolerance(),
    }
    content |= {} if key.share >= 1 else {"share": share_text(key.share)}
    content = with_reason(content, key.why)
    others = sorted(good, key=lambda stretch: -stretch.share)
    also = [_accepted(stretch) for stretch in others if stretch is not key]
    content |= {"also": also} if also else {}
    traps = [
        with_reason({"value": _written(stretch.value)}, stretch.why)
        for stretch in stretches
        if stretch.share <= 0 and stretch.why
    ]
    content |= {"traps": traps} if traps else {}
    return Body(content, {"answering": "number"}, notes)


def gap(amounts: Sequence[Amount]) -> tuple[Content, list[Note]]:
    """The same as a gap in a text, where one answer must earn the whole."""
    body = numeric(amounts)
    content = body.content
    if "share" in content:
        raise Refusal("no_key")
    found: Content = {"number": content["answer"], "tolerance": content["tolerance"]}
    return found | {name: content[name] for name in ("also", "why") if name in content}, body.notes


def _accepted(stretch: Stretch) -> Content:
    entry: Content = {"value": _written(stretch.value), "tolerance": stretch.tolerance()}
    whole = {} if stretch.share == 1 else {"share": share_text(stretch.share)}
    return with_reason(entry | whole, stretch.why)


def _stretches(amounts: Sequence[Amount], notes: list[Note]) -> list[Stretch]:
    """The answers as they stand, or cut where an earlier one would count for less."""
    named = [
        Stretch(Fraction(amount.value), abs(Fraction(amount.reach)), min(amount.share, WHOLE), amount.why)
        for amount in amounts
        if amount.value is not None
    ]  # fmt: skip
    if not any(
        before.share < after.share and abs(before.value - after.value) <= before.reach + after.reach
        for place, after in enumerate(named)
        for before in named[:place]
    ):
        return named
    notes.append(Note("changed", "first_answer_counts"))
    return [piece for place, stretch in enumerate(named) for piece in _cut(stretch, named[:place])]


def _cut(stretch: Stretch, before: Sequence[Stretch]) -> list[Stretch]:
    """What earlier answers leave of a stretch."""
    pieces = [(stretch.value - stretch.reach, False, stretch.value + stretch.reach, False)]
    for earlier in before:
        low, high = earlier.value - earlier.reach, earlier.value + earlier.reach
        left = [
            (a, open_a, *min((b, open_b), (low, True), key=_upper))
            for a, open_a, b, open_b in pieces
        ]
        right = [
            (*max((a, open_a), (high, True), key=_lower), b, open_b)
            for a, open_a, b, open_b in pieces
        ]
        pieces = [piece for piece in (*left, *right) if _is_stretch(*piece)]
    return [
        Stretch(
            _inside(stretch.value, low, open_low, high, open_high), Fraction(0), stretch.share,
            stretch.why, low, high, open_low, open_high,
        )
        for low, open_low, high, open_high in pieces
    ]  # fmt: skip


def _upper(end: tuple[Fraction, bool]) -> tuple[Fraction, int]:
    return end[0], -int(end[1])


def _lower(end: tuple[Fraction, bool]) -> tuple[Fraction, int]:
    return end[0], int(end[1])


def _is_stretch(low: Fraction, open_low: bool, high: Fraction, open_high: bool) -> bool:
    return low < high or (low == high and not open_low and not open_high)


def _inside(
    value: Fraction, low: Fraction, open_low: bool, high: Fraction, open_high: bool
) -> Fraction:
    above = value > low if open_low else value >= low
    below = value < high if open_high else value <= high
    return value if above and below else (low + high) / 2


def _written(value: Fraction) -> int | str:
    written = number(value)
    if written is None:
        raise Refusal("number_unreadable", number=str(value))
    return written
