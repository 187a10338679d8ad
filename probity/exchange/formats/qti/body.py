"""The words of an item: what stands around and inside its interactions, as our texts."""

import re
from collections.abc import Callable
from copy import deepcopy
from html import escape
from typing import Any

from lxml import etree

from probity.exchange.formats.qti.tree import drop, inner, kids, replace, within
from probity.exchange.found import MediaFile, Note
from probity.exchange.text import to_markdown
from probity.exchange.xml import Element, name_of

OPEN, SHUT = "\ue000", "\ue001"
MARK = re.compile(f"{OPEN}([a-z0-9_]+){SHUT}")
BLANK = "____"
CHINESE = re.compile("[一-鿿]")
LETTERS = re.compile(r"[^\W\d_]")

Text = dict[str, str]
FindFile = Callable[[str], MediaFile | None]
"""Gives the file behind an address in the item, or None when it did not come along."""

SEEN_BY_CANDIDATES = frozenset({"candidate", "testTaker"})
FEEDBACK = frozenset({"feedbackInline", "feedbackBlock"})
DROPPED = {
    "infoControl": "qti_info_control",
    "printedVariable": "qti_printed",
    "templateBlock": "qti_printed",
    "templateInline": "qti_printed",
    "positionObjectStage": "",
}


class Words:
    """Turns foreign markup into our texts; gathers the files they show and what is said."""

    def __init__(self, find: FindFile) -> None:
        self.find_file = find
        self.notes: list[Note] = []
        self.media: dict[str, MediaFile] = {}

    def block(self, html: str) -> str:
        return self._markdown(html, in_line=False)

    def line(self, html: str) -> str:
        return self._markdown(html, in_line=True)

    def element(self, element: Element, *, in_line: bool = True) -> str:
        """The text of what is in an element."""
        if not len(element):  # words alone, as most options are, need no copies to be read from
            return self._markdown(escape(element.text or "", quote=False), in_line=in_line)
        return self._markdown(inner(readable(element, self)), in_line=in_line)

    def note(self, kind: Any, code: str, **facts: Any) -> None:
        """Say a thing once."""
        note = Note(kind, code, facts)
        if note not in self.notes:
            self.notes.append(note)

    def name_of_file(self, address: str, _alt: str = "") -> str | None:
        """The media name of a file that came along."""
        found = self.find_file(address)
        if found is None or found.type.startswith("text/"):
            if address and "://" not in address:
                self.note("lost", "media_missing", name=address[:120])
            return None
        if getattr(self.find_file, "cleaned", None):
            self.note("lost", "scripts_removed")
        self.media[found.name] = found
        return found.name

    def _markdown(self, html: str, *, in_line: bool) -> str:
        text, notes = to_markdown(html, self.name_of_file, in_line=in_line)
        for note in notes:
            if note not in self.notes:
                self.notes.append(note)
        return MARK.sub(lambda found: f"[[{found[1]}]]", text)


def readable(element: Element, words: Words) -> Element:
    """A copy of an element in which objects are images and nothing stands for machines only."""
    copy = deepcopy(element)
    copy.tail = None
    for part in list(within(copy, "object", *DROPPED, *FEEDBACK)):
        name = name_of(part)
        if name == "object":
            _shown_object(part, words)
        elif name in FEEDBACK:
            drop(part)
        else:
            if DROPPED[name]:
                words.note("lost", DROPPED[name])
            drop(part)
    return copy


def _shown_object(part: Element, words: Words) -> None:
    """An image, a sound or a film by the name that HTML has for it."""
    kind = (part.get("type") or "").lower()
    address = part.get("data") or ""
    tag = {"image": "img", "audio": "audio", "video": "video"}.get(kind.partition("/")[0], "")
    if not tag and re.search(r"\.(png|jpe?g|gif|svg|webp)$", address, re.IGNORECASE):
        tag = "img"
    if tag:
        shown = etree.Element(tag, src=address, alt=" ".join(part.itertext()).strip())
        replace(part, shown)
    elif kind.startswith("text/html"):
        page = words.find_file(address)
        html = page.data.decode("utf-8", "replace") if page else ""
        shown = etree.Element("div")
        shown.text = " ".join(words.block(html).split()) if html else None
        if not html:
            words.note("lost", "media_missing", name=address[:120])
        replace(part, shown)


def drop_rubrics(body: Element) -> list[Element]:
    """Take out what is meant for markers and authors; it is kept verbatim, never shown."""
    found = []
    for block in list(within(body, "rubricBlock")):
        views = set((block.get("view") or "candidate").split())
        if not views & SEEN_BY_CANDIDATES:
            found.append(deepcopy(block))
            drop(block)
    return found


def mark(element: Element, text: str) -> Element:
    """Put words, or the mark of a gap, in the place of an element."""
    shown = etree.Element("span")
    shown.text = text
    replace(element, shown)
    return shown


def gap_mark(name: str) -> str:
    return f"{OPEN}{name}{SHUT}"


def is_alone(element: Element) -> bool:
    """Whether nothing but this element stands in its block, so that no blank is needed."""
    block = element.getparent()
    while block is not None and name_of(block) in {"span", "b", "i", "em", "strong", "label"}:
        block = block.getparent()
    if block is None:
        return True
    rest = deepcopy(block)
    return not "".join(rest.itertext()).strip() and not list(within(rest, "img", "math"))


def is_chinese(texts: list[str]) -> bool:
    """Whether most letters are Chinese."""
    whole = " ".join(texts)
    letters = len(LETTERS.findall(whole))
    return letters > 0 and len(CHINESE.findall(whole)) * 2 > letters


def english(words: str) -> Text:
    return {"en": words}


def texts_in(content: Any) -> list[str]:
    """All words of a content."""
    if isinstance(content, dict):
        if set(content) == {"en"} and isinstance(content["en"], str):
            return [content["en"]]
        return [text for value in content.values() for text in texts_in(value)]
    if isinstance(content, list):
        return [text for value in content for text in texts_in(value)]
    return []


def also_chinese(content: Any) -> Any:
    """The same content with each text under both languages."""
    if isinstance(content, dict):
        if set(content) == {"en"} and isinstance(content["en"], str):
            return {"en": content["en"], "zh-Hans": content["en"]}
        return {key: also_chinese(value) for key, value in content.items()}
    if isinstance(content, list):
        return [also_chinese(value) for value in content]
    return content


def prompt_of(interaction: Element, words: Words, *, in_line: bool = False) -> str:
    """The question that an interaction puts, if it does."""
    for prompt in kids(interaction, "prompt"):
        return words.element(prompt, in_line=in_line)
    return ""


def joined(*texts: str) -> str:
    """Paragraphs one below the other."""
    return "\n\n".join(text for text in texts if text.strip())
