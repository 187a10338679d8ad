"""Reading the fields of one Moodle XML question: texts with their files, numbers, answers."""

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from probity.exchange.formats.moodle.assembling import Question
from probity.exchange.formats.moodle.building import NOTHING, Answer, Refusal
from probity.exchange.found import Note
from probity.exchange.media import from_base64
from probity.exchange.shares import decimal, exact_share

PLUGIN_FILE = "@@PLUGINFILE@@/"
MOST_NAMESAKES = 20
TRUE = frozenset({"1", "true", "yes"})
BLANKS = re.compile(r"\s+")


class Fields:
    """One question element, and the question it is becoming."""

    def __init__(self, element: Any, question: Question) -> None:
        self.element, self.question = element, question
        self.taken: set[str] = set()
        self.used: set[str] = set()
        self.kept: dict[Any, str | None] = {}

    def all(self, tag: str) -> list[Any]:
        """The children with a tag; they count as read."""
        self.taken.add(tag)
        return list(self.element.findall(tag))

    def first(self, tag: str) -> Any:
        """The first child with a tag, or None."""
        found = self.all(tag)
        return found[0] if found else None

    def plain(self, tag: str) -> str:
        """The words of a child, with or without a `text` around them."""
        found = self.first(tag)
        return raw_of(found).strip() if found is not None else ""

    def flag(self, tag: str, *, default: bool) -> bool:
        """A truth value; what is not there is the default."""
        words = self.plain(tag).lower()
        return words in TRUE if words else default

    def grade(self) -> Decimal:
        """What the question is worth: one where the file does not say, or not as a number."""
        said = self.plain("defaultgrade")
        value = decimal(said or "1")
        if value is None:
            self.question.note(Note("changed", "points_changed", {"grade": said[:40]}))
        return Decimal(1) if value is None else value

    def words(self, tag: str) -> str:
        """A formatted text, as Markdown."""
        found = self.first(tag)
        return self.words_of(found) if found is not None else ""

    def words_of(self, element: Any, *, in_line: bool = False, form: str = "html") -> str:
        """The formatted text of an element, as Markdown, its files kept."""
        return self.to_words(raw_of(element), element, in_line=in_line, form=form)

    def to_words(self, raw: str, element: Any, *, in_line: bool = False, form: str = "html") -> str:
        """Words that come from an element, with the files that it carries."""

        def find(address: str, alt: str) -> str | None:
            return self.find(address, alt, element)

        return self.question.words(raw, element.get("format") or form, find, in_line=in_line)

    def find(self, address: str, _alt: str, element: Any) -> str | None:
        """The media file that an address means: one of the element's, of the question's, or data."""
        if address.startswith("data:"):
            return self.question.bag.add_address(address, "")
        if not address.startswith(PLUGIN_FILE):
            return None
        name = unquote(address.removeprefix(PLUGIN_FILE)).partition("?")[0]
        files = self.files.get(name, [])
        own = next((file for file in files[:MOST_NAMESAKES] if file.getparent() is element), None)
        return self.keep(own if own is not None else files[0]) if files else None

    @cached_property
    def files(self) -> dict[str, list[Any]]:
        """The files of the question, by their names and by their paths."""
        found: dict[str, list[Any]] = {}
        for file in self.element.iter("file"):
            name = file.get("name") or ""
            for key in {name, f"{file.get('path') or '/'}{name}".lstrip("/")}:
                found.setdefault(key, []).append(file)
        return found

    def keep(self, file: Any) -> str | None:
        """Take a file of the question in, once."""
        if file not in self.kept:
            self.kept[file] = self._keep(file)
        return self.kept[file]

    def _keep(self, file: Any) -> str | None:
        name = file.get("name") or "file"
        try:
            data = from_base64(file.text or "")
        except ValueError:
            self.question.note(Note("lost", "media_unreadable", {"name": name[:80]}))
            return None
        self.used.add(name)
        return self.question.bag.add(name, data)

    def answers(self, *, form: str = "moodle_auto_format") -> Iterator[Answer]:
        """The answers, in the order of the file."""
        for answer in self.all("answer"):
            feedback = answer.find("feedback")
            yield Answer(
                words=self.words_of(answer, in_line=True, form=form),
                raw=raw_of(answer).strip(),
                share=share_of(answer),
                why=self.words_of(feedback) if feedback is not None else "",
            )


def raw_of(element: Any) -> str:
    """The words of an element: those of its `text`, else its own."""
    inside = element.find("text")
    if inside is None:
        return str(element.text or "")
    return "".join(inside.itertext())


def share_of(answer: Any) -> Fraction:
    """What an answer earns. Raises Refusal where nobody can tell."""
    words = str(answer.get("fraction") or "0").strip()
    share = exact_share(words.removesuffix("%"))
    if share is None and words:
        raise Refusal("number_unreadable", number=words[:40])
    return NOTHING if share is None else share


def folded_name(words: str) -> str:
    """A name on one line."""
    return BLANKS.sub(" ", words).strip()
