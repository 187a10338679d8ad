"""Exact shares out of the rounded decimals that files hold, and decimals out of shares."""

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction

NUMBER = re.compile(r"[+-]?(\d{1,12}(\.\d{0,12})?|\.\d{1,12})([eE][+-]?\d{1,2})?")
LARGEST_PARTS = {1: 12, 2: 12, 3: 24}
MOST_PARTS = 60
SHORTEST, LONGEST = 5, 7


def exact_share(percent: str) -> Fraction | None:
    """The share meant by a percentage: 33.33333 is a third, -16.66667 minus a sixth, 50 a half.

    A number without decimals is taken at its word. None where it is no number.
    """
    value = decimal(percent)
    if value is None:
        return None
    share = Fraction(value) / 100
    places = -int(value.as_tuple().exponent)
    if places < 1 or share.denominator <= MOST_PARTS:
        return share
    nearest = share.limit_denominator(LARGEST_PARTS.get(places, MOST_PARTS))
    is_rounded = abs(nearest - share) * 100 <= Fraction(1, 10**places)
    return nearest if is_rounded else share


def share_text(share: Fraction) -> str:
    """A share as items write it."""
    return f"{share.numerator}/{share.denominator}"


def percent_text(share: Fraction) -> str:
    """A percentage that gives the share again where that can be; as Moodle lists them."""
    percent = share * 100
    for places in range(SHORTEST + 1):
        if (percent * 10**places).denominator == 1:
            return _trimmed(_fixed(percent, places))
    short = _fixed(percent, SHORTEST)
    return short if exact_share(short) == share else _fixed(percent, LONGEST)


def is_lossless(share: Fraction) -> bool:
    """Tell whether `percent_text` gives this share again."""
    return exact_share(percent_text(share)) == share


def decimal(text: str) -> Decimal | None:
    """A number as files write it, a decimal comma included; None where it is none."""
    words = text.strip().replace("\u2212", "-")
    if "," in words and "." not in words:
        words = words.replace(",", ".")
    if not NUMBER.fullmatch(words):
        return None
    try:
        return Decimal(words)
    except InvalidOperation:
        return None


def number(value: Decimal | Fraction | int) -> int | str | None:
    """A number as items write it: whole, or a decimal as text; None where it is not finite."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return int(exact)
    twos_and_fives = exact.denominator
    places = 0
    while twos_and_fives % 10 == 0:
        twos_and_fives //= 10
        places += 1
    for prime in (2, 5):
        while twos_and_fives % prime == 0:
            twos_and_fives //= prime
            places += 1
    return None if twos_and_fives != 1 else _trimmed(_fixed(exact, places))


def _fixed(value: Fraction, places: int) -> str:
    """Rounded to so many decimals, halves away from nothing."""
    scaled = abs(value) * 10**places
    whole = int(scaled + Fraction(1, 2))
    digits = f"{whole:0{places + 1}d}"
    sign = "-" if value < 0 and whole else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
