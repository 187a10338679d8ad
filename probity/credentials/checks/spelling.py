"""Signs in a name that nobody sees, and letters of other alphabets that look alike."""

import unicodedata
from collections.abc import Iterable
from itertools import zip_longest

_INVISIBLE = {"\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u180e", "\u3164", "\ufeff", "\uffa0"}  # fmt: skip
_JOINERS = {"\u200c", "\u200d"}
"""Written inside words of Persian and of Indian languages; beside other letters they only hide."""

_JOINING = ("ARABIC", "BENGALI", "DEVANAGARI", "GUJARATI", "GURMUKHI", "KANNADA", "MALAYALAM", "MONGOLIAN", "ORIYA", "SINHALA", "SYRIAC", "TAMIL", "TELUGU")  # fmt: skip
_ALIKE = {"ARMENIAN", "CHEROKEE", "COPTIC", "CYRILLIC", "GREEK", "LATIN", "LISU", "MATHEMATICAL"}


def invisible(text: str) -> list[str]:
    """Each invisible sign of a text once, as `U+200B`."""
    joins = any(_script(sign) in _JOINING for sign in text)
    found = dict.fromkeys(sign for sign in text if _is_invisible(sign, joins=joins))
    return [f"U+{ord(sign):04X}" for sign in found]


def mixed(text: str) -> list[str]:
    """Letters of a second alphabet inside one word, as `а (U+0430)`; Latin is the usual one."""
    found: dict[str, None] = {}
    for word in text.split():
        scripts = {sign: _script(sign) for sign in word if sign.isalpha()}
        alike = set(scripts.values()) & _ALIKE
        if len(alike) > 1:
            usual = "LATIN" if "LATIN" in alike else min(alike)
            found |= dict.fromkeys(s for s, name in scripts.items() if name in alike - {usual})
    return [f"{sign} (U+{ord(sign):04X})" for sign in found]


def is_lookalike(given: str, issued: str) -> bool:
    """Whether two texts differ only in letters of alphabets that borrow each other's shapes."""
    if given == issued:
        return False
    pairs = [(a, b) for a, b in zip_longest(given, issued, fillvalue="") if a != b]
    return all(a and b and _swapped(a, b) for a, b in pairs)


def is_hidden_change(given: str, issued: str) -> bool:
    """Whether two texts differ only in signs that nobody sees."""
    return given != issued and _visible(given) == _visible(issued)


def disguises(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """How texts that look the same were made to differ, as reasons; pairs are (given, issued)."""
    known = list(pairs)
    found = {
        "look-alike-letters": any(is_lookalike(*pair) for pair in known),
        "invisible-signs": any(is_hidden_change(*pair) for pair in known),
    }
    return tuple(name for name, so in found.items() if so)


def _visible(text: str) -> str:
    return "".join(sign for sign in text if not _is_invisible(sign, joins=False))


def _is_invisible(sign: str, *, joins: bool) -> bool:
    if sign in _JOINERS:
        return not joins
    return sign in _INVISIBLE or unicodedata.category(sign) == "Cf"


def _swapped(first: str, second: str) -> bool:
    scripts = {_script(first), _script(second)}
    return len(scripts) > 1 and scripts <= _ALIKE


def _script(sign: str) -> str:
    return unicodedata.name(sign, "").partition(" ")[0]
