"""What may become of an item. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from probity.kernel.shapes import LOCALES

BETWEEN = re.compile("[,，、;；]")
FIRST_OWN_NUMBER = 5001
"""Items born in the browser are numbered from here; course files use the numbers below."""

LAST_NUMBER = 9_999_999


def may_become(before: str, after: str) -> bool:
    """Tell whether an item may move to another partition: what was public is never secret again."""
    return before == after or after != "secure"


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content in one fixed spelling."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def is_bilingual(content: Any) -> bool:
    """Tell whether every text of an item exists in every language."""
    if isinstance(content, dict):
        if "en" in content:
            return all(content.get(locale) for locale in LOCALES)
        return all(is_bilingual(inner) for inner in content.values())
    if isinstance(content, list):
        return all(is_bilingual(inner) for inner in content)
    return True


def prefix_of(domain: str) -> str:
    """The three capital letters that ids of this domain begin with."""
    letters = "".join(character for character in domain.upper() if "A" <= character <= "Z")
    return (letters + "ITM")[:3] if letters else "ITM"


def next_number(used: list[str]) -> int | None:
    """The next free number of its prefix after the ids in use; none when they are used up."""
    numbers = [int(digits) for ref in used if (digits := ref[4:]).isdigit()]
    number = max([FIRST_OWN_NUMBER - 1, *numbers]) + 1
    return number if number <= LAST_NUMBER else None


def listed_words(line: str) -> list[str]:
    """The words of a list that somebody typed in one line, with Western or Chinese commas."""
    return [word for part in BETWEEN.split(line) if (word := part.strip())]
