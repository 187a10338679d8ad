"""In which of our languages a text belongs that came without one."""

import re
from collections.abc import Iterator
from typing import Any

CHINESE = re.compile(r"[㐀-鿿]")
LETTER = re.compile(r"[^\W\d_]")
LEAST_CHINESE = 0.3


def is_chinese(words: str) -> bool:
    """Tell whether a text is mostly Chinese; a Chinese sign weighs as much as three letters."""
    chinese = len(CHINESE.findall(words))
    others = len(LETTER.findall(words)) - chinese
    return chinese > 0 and chinese >= LEAST_CHINESE * (chinese + others / 3)


def spread(content: dict[str, Any]) -> bool:
    """Give a question that is mostly Chinese both languages, in place; tells whether it was.

    English is required by the shape of an item, so the Chinese words stand there too.
    """
    texts = list(_texts(content))
    if not is_chinese(" ".join(text["en"] for text in texts)):
        return False
    for text in texts:
        text["zh-Hans"] = text["en"]
    return True


def _texts(thing: Any) -> Iterator[dict[str, str]]:
    if isinstance(thing, dict):
        if thing.keys() == {"en"} and isinstance(thing["en"], str):
            yield thing
            return
        for key, value in thing.items():
            if key != "foreign":
                yield from _texts(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from _texts(value)
