"""What counts as a name, an address and a living session."""

import string
import unicodedata
from datetime import datetime, timedelta

NAME_LENGTH = 200
EMAIL_LENGTH = 254

SEEN_EVERY = timedelta(minutes=5)
"""How exactly `last_seen_at` is known: one write per session and this span."""

_BETWEEN_LETTERS = " -'.,()/\u2018\u2019\u2010\u2011\u00b7\u30fb\u3000"
_JOINERS = "\u200c\u200d"
_JOINED = ("ARABIC", "SYRIAC", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "TIBETAN", "MYANMAR", "KHMER", "MONGOLIAN")  # fmt: skip
"""Scripts in which an unseen joiner shapes the letter before it; elsewhere it only deceives."""

_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
"""Unicode calls these letters or marks, yet nothing is seen of them."""

_SCRIPTS = (
    ("HIRAGANA", "ja"),
    ("KATAKANA", "ja"),
    ("HANGUL", "ko"),
    ("CJK", "zh"),
    ("ARABIC", "ar"),
    ("CYRILLIC", "ru"),
    ("GREEK", "el"),
    ("HEBREW", "he"),
    ("THAI", "th"),
    ("DEVANAGARI", "hi"),
)


def is_latin(name: str) -> bool:
    """Tell whether a name uses Latin letters only, as machine-readable documents do."""
    return any(sign.isalpha() for sign in name) and all(map(_is_latin_sign, name))


def _is_latin_sign(sign: str) -> bool:
    if sign.isalpha():
        return unicodedata.name(sign, "").startswith(("LATIN", "MODIFIER LETTER"))
    return sign in _BETWEEN_LETTERS or unicodedata.category(sign) == "Mn" or sign in string.digits


def is_name(name: str) -> bool:
    """Tell whether this could be a name in some script: letters, nothing that hides or reorders."""
    signs = zip(name, f" {name}", strict=False)
    return any(sign.isalpha() for sign in name) and all(
        _is_name_sign(sign, before) for sign, before in signs
    )


def _is_name_sign(sign: str, before: str) -> bool:
    if sign in _JOINERS:
        return unicodedata.name(before, "").startswith(_JOINED)
    category = unicodedata.category(sign)
    return (
        (category[0] in "LM" and sign not in _BLANK) or category == "Nd" or sign in _BETWEEN_LETTERS
    )


def language_of(name: str) -> str:
    """The language tag for a name in its own script; `und` if the script does not tell."""
    words = [unicodedata.name(sign, "") for sign in name]
    for script, language in _SCRIPTS:
        if any(word.startswith(script) for word in words):
            return language
    return "und"


def session_limits(*, staff: bool) -> tuple[timedelta, timedelta]:
    """How long a session may be idle, and how long it may last at all."""
    if staff:
        return timedelta(hours=1), timedelta(hours=12)
    return timedelta(hours=12), timedelta(days=7)


def is_session_over(
    created_at: datetime, last_seen_at: datetime, now: datetime, *, staff: bool
) -> bool:
    """Tell whether a session that nobody ended has run out."""
    idle, lifetime = session_limits(staff=staff)
    return now - last_seen_at > idle or now - created_at > lifetime
