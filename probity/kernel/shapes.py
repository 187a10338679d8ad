"""Base of every strict shape that files, forms and requests are read into."""

import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainValidator, StringConstraints
from pydantic_core import PydanticCustomError

LOCALES = ("en", "zh-Hans")

_WORD = re.compile(r"[^\W\d_]{2}")


def wrong(code: str, message: str, mend: str, **where: Any) -> PydanticCustomError:
    """Build the error for a broken rule: a stable code, what is wrong, and how to mend it."""
    return PydanticCustomError(code, "{message}", {"message": message, "mend": mend, **where})


def _text(value: object) -> dict[str, str]:
    if isinstance(value, str):
        if _WORD.search(value):
            raise wrong(
                "S05",
                "Words need a language.",
                'Write {en: "…", zh-Hans: "…"}. A bare value is for what is the same everywhere, such as 30%.',
            )
        return dict.fromkeys(LOCALES, value)
    if not isinstance(value, dict):
        raise wrong("S05", "A text is expected here.", 'Write {en: "…", zh-Hans: "…"}.')
    for locale, words in value.items():
        _check_locale(locale, words)
    if "en" not in value:
        raise wrong(
            "S08",
            "The English text is missing.",
            "English is required; other languages may follow.",
        )
    return dict(value)


def _check_locale(locale: object, words: object) -> None:
    if locale not in LOCALES:
        mend = (
            "A comma inside {…} ends the text: put the whole text in quotation marks."
            if words is None
            else f"Use one of {', '.join(LOCALES)}."
        )
        raise wrong("S06", f"`{locale}` is not a language of this site.", mend)
    if not isinstance(words, str) or not words.strip():
        raise wrong(
            "S07",
            f"The {locale} text is empty or not text.",
            "Write the words, in quotation marks if they hold a colon, or take the key out.",
        )


Text = Annotated[dict[str, str], PlainValidator(_text)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
Token = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Share = Annotated[str, StringConstraints(pattern=r"^\d+/[1-9]\d*$")]


class Shape(BaseModel):
    """Strict and closed: wrong types and unknown keys are refused."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
