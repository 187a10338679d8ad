"""One question on its way into Moodle XML: its element, its files, what is lost."""

import base64
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lxml import etree

from probity.exchange.formats.moodle import multilang
from probity.exchange.found import Content, LoadMedia, Note, Unreadable
from probity.exchange.shares import is_lossless, number, percent_text
from probity.exchange.text import to_html
from probity.exchange.xml import parse

PLUGIN_FILE = "@@PLUGINFILE@@/"
FORMAT = "moodle-xml"


class Sheet:
    """A question element that is being filled in."""

    def __init__(self, item: Content, kind: str, load: LoadMedia) -> None:
        self.item, self.load = item, load
        self.element = etree.Element("question", type=kind)
        self.notes: list[Note] = []
        foreign = item.get("foreign") or {}
        self.is_at_home = foreign.get("format") == FORMAT
        self.foreign = foreign if self.is_at_home else {}
        self.data: dict[str, Any] = self.foreign.get("data") or {}

    def note(self, code: str, **facts: Any) -> None:
        """Say once what the format cannot hold."""
        note = Note("lost", code, facts)
        if note not in self.notes:
            self.notes.append(note)

    def plain(self, tag: str, words: object, parent: Any = None) -> Any:
        """An element with words alone."""
        element = etree.SubElement(self.element if parent is None else parent, tag)
        element.text = str(words)
        return element

    def wrapped(self, tag: str, words: str, parent: Any = None) -> Any:
        """An element with words in a `text`."""
        element = etree.SubElement(self.element if parent is None else parent, tag)
        etree.SubElement(element, "text").text = words
        return element

    def formatted(
        self, tag: str, text: Mapping[str, str] | None, parent: Any = None, *, in_line: bool = False
    ) -> Any:
        """An element with a text as HTML, and the files that it shows."""
        element = etree.SubElement(self.element if parent is None else parent, tag)
        element.set("format", "html")
        self.put_html(element, text, in_line=in_line)
        return element

    def put_html(
        self, element: Any, text: Mapping[str, str] | None, *, in_line: bool = False
    ) -> None:
        """The words of a text, and its files after them."""
        names: list[str] = []
        html = self.html(text, names, in_line=in_line) if text else ""
        self.put_raw(element, html, names)

    def put_raw(self, element: Any, html: str, names: list[str]) -> None:
        """HTML that is finished, and the files that it names."""
        etree.SubElement(element, "text").text = (
            etree.CDATA(html) if "]]>" not in html and html else html
        )
        for name in dict.fromkeys(names):
            self.file(element, name)

    def html(self, text: Mapping[str, str], names: list[str], *, in_line: bool = False) -> str:
        """A text as HTML, in both languages where it has them."""

        def address(name: str) -> str:
            names.append(name)
            return f"{PLUGIN_FILE}{name}"

        english = to_html(text["en"], address, in_line=in_line)
        if text.get("zh-Hans", text["en"]) == text["en"]:
            return english
        return multilang.join(english, to_html(text["zh-Hans"], address, in_line=in_line))

    def file(self, parent: Any, name: str) -> None:
        """One file, as Moodle carries it."""
        digest = next(
            (medium["sha256"] for medium in self.item.get("media", []) if medium["name"] == name),
            "",
        )
        try:
            data = self.load(digest)
        except (KeyError, FileNotFoundError):
            self.note("media_missing", name=name)
            return
        element = etree.SubElement(parent, "file", name=name, path="/", encoding="base64")
        element.text = base64.b64encode(data).decode()

    def answer(self, share: Fraction, words: str | None = None, why: Any = None) -> Any:
        """An answer with its share and, if given, plain words."""
        element = etree.SubElement(self.element, "answer", fraction=self.percent(share))
        if words is not None:
            element.set("format", "moodle_auto_format")
            etree.SubElement(element, "text").text = words
        if why:
            self.formatted("feedback", why, element)
        return element

    def percent(self, share: Fraction) -> str:
        """A share as Moodle writes it; one that has no such form is rounded, and noted."""
        if not is_lossless(share):
            self.note("share_rounded", share=str(share))
        return percent_text(share)

    def exact(self, value: Fraction) -> str:
        """A number in digits; what has none is rounded, and noted."""
        written = number(value)
        if written is None:
            self.note("number_rounded")
            return str(round(Decimal(value.numerator) / Decimal(value.denominator), 12))
        return str(written)

    def verbatim(self) -> dict[str, Any]:
        """What the question said besides when it came from Moodle, by tag."""
        found: dict[str, Any] = {}
        for words in self.data.get("elements", []):
            try:
                element = parse(str(words).encode())
            except Unreadable:
                self.note("elements_lost")
                continue
            found[f"{element.tag}{len(found)}" if element.tag in found else element.tag] = element
        return found

    def say(self, tag: str, value: object) -> None:
        """A setting, unless the file said the same in its own words."""
        said = self.verbatim().get(tag)
        if said is None or (said.text or "").strip() != str(value):
            self.plain(tag, value)

    def take_foreign(self) -> None:
        """Put in what the question said besides, but for what has been said by now."""
        known = {child.tag for child in self.element}
        for element in self.verbatim().values():
            if element.tag not in known or element.tag in {"hint", "answer"}:
                self.element.append(element)
