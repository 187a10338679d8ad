"""From what a reader found to a whole item of the bank: what the file does not say is added."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from probity.bank.rules import digest
from probity.bank.shapes import AnyItem, parse_item
from probity.exchange.wording import unfit

Content = dict[str, Any]
PLACEHOLDER = "IMP-{}"
LAST_NUMBER = 9_999_999
UNSAID = ("facts", "reviewers", "legal_basis", "sources")
OWN = ("id", "status", "author", "foreign", "folder")
"""What does not count when two contents are compared."""

_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody chose for a whole import; the file wins where it says something itself."""

    domain: str = "Imported"
    competency: str = ""
    cognitive: str = ""
    use: str = "practice"
    tags: tuple[str, ...] = ()
    folder: str = ""
    changed: str = "version"
    duplicates: str = "skip"

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> "Choices":
        known = {name: held[name] for name in cls.__slots__ if name in held}
        known["tags"] = tuple(known.get("tags", ()))
        return cls(**known)

    def held(self) -> dict[str, Any]:
        """As JSON."""
        return {name: getattr(self, name) for name in self.__slots__} | {"tags": list(self.tags)}


@dataclass(slots=True)
class Whole:
    """A whole item, or what its shape complains of."""

    content: Content
    item: AnyItem | None = None
    complaint: dict[str, str] = field(default_factory=dict)


def completed(content: Content, choices: Choices, *, author: str) -> Content:
    """The content with everything that every item has, but without ids."""
    whole = _common(content, choices, author)
    whole["tags"] = list(dict.fromkeys([*content.get("tags", ()), *choices.tags]))[:30]
    if not whole["tags"]:
        del whole["tags"]
    if content.get("kind") == "case":
        whole["items"] = [
            {**_common(part, choices, author), "use": whole["use"], "domain": whole["domain"]}
            for part in content.get("items", ())
        ]
    return whole


def checked(content: Content) -> Whole:
    """Read completed content as an item, under ids that stand in for real ones."""
    numbered = {**content, "id": PLACEHOLDER.format(LAST_NUMBER)}
    if content.get("kind") == "case":
        numbered["items"] = [
            {**part, "id": PLACEHOLDER.format(LAST_NUMBER - place)}
            for place, part in enumerate(content["items"], start=1)
        ]
    try:
        return Whole(content, parse_item(numbered))
    except ValidationError as refusal:
        return Whole(content, None, unfit(refusal))
    except (ValueError, TypeError, KeyError) as error:
        return Whole(content, None, {"place": "?", "words": str(error)[:200]})


def identity(form: str, foreign: str) -> str:
    """By what the same question of the same source is known again; "" without a name."""
    return hashlib.sha256(f"{form}\n{foreign}".encode()).hexdigest() if foreign else ""


def content_digest(content: Content) -> str:
    """Everything an item says, whatever it is called."""
    return digest({name: value for name, value in content.items() if name not in OWN})


def likeness(content: Content) -> str:
    """The words alone, without signs and case: two items with the same ask the same."""
    words = "\n".join(_folded(words) for words in _words(content) if words.strip())
    return hashlib.sha256(words.encode()).hexdigest() if words else ""


def title_of(content: Content) -> str:
    """The question in one line, for lists."""
    text = content.get("stem") or content.get("title") or {}
    words = text.get("en", "") if isinstance(text, dict) else ""
    return " ".join(words.split())[:300]


def _common(content: Content, choices: Choices, author: str) -> Content:
    whole = {
        "use": choices.use,
        "competency": choices.competency,
        "cognitive": choices.cognitive,
        **{name: [] for name in UNSAID},
        **{name: value for name, value in content.items() if name not in {"id", "folder"}},
    }
    whole["domain"] = content.get("domain") or choices.domain
    whole["author"] = content.get("author") or author
    whole["status"] = "draft"
    return whole


def _words(content: Content) -> Iterator[str]:
    """The stem, and everything to choose from."""
    for name in ("title", "stem", "text"):
        yield from _english(content.get(name))
    for name in ("options", "left", "right", "steps", "choices", "rows", "columns", "items"):
        yield from sorted(_piece(one) for one in content.get(name) or ())


def _piece(part: Content) -> str:
    return " ".join([*_english(part.get("text")), *_english(part.get("stem"))])


def _english(text: Any) -> list[str]:
    return [text["en"]] if isinstance(text, dict) and isinstance(text.get("en"), str) else []


def _folded(words: str) -> str:
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", words).casefold())
