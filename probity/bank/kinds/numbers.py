"""Reading numbers as people write them: full width, thousands, units, percent, 万 and 亿."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from babel import Locale, UnknownLocaleError

SPACES = re.compile(r"[\s_'’]+")
MINUS = str.maketrans({"−": "-", "–": "-", "—": "-"})
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
SPACED = re.compile(r"[+-]?\d{1,3}( \d{3})+(\.\d*)?")
SCALES = {"万": 10_000, "亿": 100_000_000}
MOST_CHARACTERS = 64


@dataclass(frozen=True, slots=True)
class Reading:
    """A number somebody wrote, and the unit that counts beside it, folded."""

    value: Fraction
    unit: str = ""

    @property
    def has_unit(self) -> bool:
        return bool(self.unit)


def read(words: str, units: Iterable[str] = (), locale: str = "en") -> Reading | None:
    """Read one number exactly, or nothing where it could mean two things or none."""
    if len(words) > MOST_CHARACTERS:
        return None
    text, unit = _without_unit(_folded(words), units)
    divisor = 1
    if text.endswith("%"):
        text, divisor = text[:-1].rstrip(), 100
    scale = 1
    if text and text[-1] in SCALES:
        scale, text = SCALES[text[-1]], text[:-1].rstrip()
    digits = _digits(text, decimal_comma=has_decimal_comma(locale))
    if digits is None:
        return None
    return Reading(Fraction(digits) * scale / divisor, unit)


def is_unit(name: str, found: str) -> bool:
    """Tell whether the unit of a reading is the one of this name."""
    return bool(found) and _folded(name) == found


@lru_cache(maxsize=64)
def has_decimal_comma(locale: str) -> bool:
    """Tell whether 1,5 means one and a half in this language."""
    try:
        symbols = Locale.parse(locale, sep="-").number_symbols
    except (UnknownLocaleError, ValueError):
        return False
    return bool(symbols["latn"]["decimal"] == ",")


def _folded(words: str) -> str:
    text = unicodedata.normalize("NFKC", words).translate(MINUS)
    return SPACES.sub(" ", text).strip().casefold()


def _without_unit(text: str, units: Iterable[str]) -> tuple[str, str]:
    """Take one unit off the end and one off the front, such as RMB 84,000元."""
    names = sorted({_folded(unit) for unit in units} - {""}, key=len, reverse=True)
    behind = next((name for name in names if text.endswith(name)), "")
    text = text.removesuffix(behind).rstrip()
    before = next((name for name in names if text.startswith(name)), "")
    return text.removeprefix(before).lstrip(), behind or before


def _digits(text: str, *, decimal_comma: bool) -> str | None:
    if decimal_comma:
        text = text.translate(str.maketrans(",.", ".,"))
    if PLAIN.fullmatch(text):
        return _trimmed(text)
    if GROUPED.fullmatch(text):
        return _trimmed(text.replace(",", ""))
    if SPACED.fullmatch(text):
        return _trimmed(text.replace(" ", ""))
    return None


def _trimmed(text: str) -> str:
    return text.rstrip(".") if text.endswith(".") else text
