"""The documents that candidates may consult in the room, as the exam form shows and reads them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from probity.catalogue.shapes import MOST_REFERENCES
from probity.exams.matrix import FormData
from probity.kernel.shapes import LOCALES

NAMES = ("title", "text")


@dataclass(slots=True)
class Written:
    """One document as an author typed it; `words` by (`title` or `text`, locale)."""

    id: str = ""
    words: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, name: str) -> dict[str, str]:
        """The title or the text in the languages in which it was written."""
        found = {locale: self.words.get((name, locale), "").strip() for locale in LOCALES}
        return {locale: words for locale, words in found.items() if words}


def read(form: FormData) -> list[Written]:
    """The documents of a submitted form."""
    typed = form.get("documents") or ""
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < len("100") else 0
    return [_read_one(form, place) for place in range(min(number, MOST_REFERENCES))]


def _read_one(form: FormData, place: int) -> Written:
    words = {
        (name, locale): form.get(control(place, name, locale)) or ""
        for name in NAMES
        for locale in LOCALES
    }
    return Written(form.get(f"d{place}-id") or "", words)


def show(content: Mapping[str, Any]) -> list[Written]:
    """The documents of a stored exam."""
    return [
        Written(
            one["id"],
            {(name, locale): words for name in NAMES for locale, words in one[name].items()},
        )
        for one in content.get("references") or ()
    ]


def press(documents: list[Written], command: str) -> None:
    """Do what a button asks: `document` adds one, `drop:1` takes the second away."""
    verb, _colon, number = command.partition(":")
    if command == "document" and len(documents) < MOST_REFERENCES:
        documents.append(Written())
    elif verb == "drop" and number.isascii() and number.isdecimal():
        del documents[int(number) : int(number) + 1]


def content_of(documents: Sequence[Written]) -> list[dict[str, Any]]:
    """The documents as an exam stores them; those in which nothing was written are left out."""
    written = [one for one in documents if any(one.words.values())]
    return [
        {"id": name, **{part: one.of(part) for part in NAMES}}
        for one, name in zip(written, _names(written), strict=True)
    ]


def _names(documents: Sequence[Written]) -> Iterator[str]:
    """An id for every document, given once and kept."""
    used: set[str] = set()
    given = {one.id for one in documents}
    fresh = (name for name in map("document_{}".format, count(1)) if name not in given)
    for one in documents:
        name = one.id if one.id and one.id not in used else next(fresh)
        used.add(name)
        yield name


def control(place: int, name: str, locale: str) -> str:
    return f"d{place}-{name}-{locale}"


def controls_of(documents: Sequence[Written]) -> dict[str, str]:
    """Every place of the stored documents, and the control where it is mended."""
    written = [place for place, one in enumerate(documents) if any(one.words.values())]
    found = {}
    for stored, place in enumerate(written):
        start = f"references.{stored}"
        found[start] = control(place, "title", LOCALES[0])
        for name in NAMES:
            found[f"{start}.{name}"] = control(place, name, LOCALES[0])
            found |= {f"{start}.{name}.{one}": control(place, name, one) for one in LOCALES}
    return found
