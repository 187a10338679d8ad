"""Walking through foreign HTML: its blocks and lines as our Markdown, nothing else of it."""

import re
from collections.abc import Callable
from typing import Any

from probity.exchange import formulas
from probity.exchange.escaping import code_block, code_span, escaped, label
from probity.exchange.foreign_tables import table
from probity.exchange.foreign_tags import (
    ACTIVE,
    BLOCKS,
    CODE,
    EMBEDDED,
    MARKS,
    PLAIN_INLINE,
    SUBSCRIPT,
    SUPERSCRIPT,
)
from probity.exchange.found import Effect, Note
from probity.exchange.runs import Part, Parts, between, joined
from probity.exchange.xml import name_of

FindMedia = Callable[[str, str], str | None]
"""Gives the name of the media file behind an address (and its alternative text), or None."""

WHITE = re.compile(r"[ \t\r\n\f]+")
ADDRESS = re.compile(r"(https?://|mailto:)\S+$", re.IGNORECASE)
SCRIPTED = re.compile(r"[\s\x00-\x20]*(javascript|vbscript|data:text/html)", re.IGNORECASE)
DEEPEST = 60
LEAST_BLANK = 4


class Walk:
    """One text on its way into Markdown; `in_line` keeps it on one line, as options are."""

    def __init__(self, find: FindMedia, *, in_line: bool) -> None:
        self.find, self.in_line = find, in_line
        self.notes: list[Note] = []
        self.in_table = False
        self.depth = 0

    def note(self, kind: Effect, code: str, **facts: Any) -> None:
        """Say a thing once."""
        note = Note(kind, code, facts)
        if note not in self.notes:
            self.notes.append(note)


class Container:
    """The blocks inside one element."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.blocks: list[str] = []
        self.parts: Parts = []
        self.marks: list[str] = []

    def read(self, element: Any) -> list[str]:
        """Collect the blocks of an element."""
        self.collect(element)
        self.finish()
        return self.blocks

    def finish(self) -> None:
        """End a paragraph."""
        for mark in reversed(self.marks):
            self.parts.append((Part.CLOSE, mark))
        text = joined(self.parts, in_line=self.walk.in_line)
        if text:
            self.blocks.append(text)
        self.parts = [(Part.OPEN, mark) for mark in self.marks]

    def collect(self, element: Any) -> None:
        """Go through the words and children of an element, in order."""
        self.words(element.text)
        if self.walk.depth >= DEEPEST:
            self.words(" ".join(element.xpath(".//*//text()")))
            return
        self.walk.depth += 1
        for child in element:
            name = name_of(child).lower()
            if name:
                self.suspect(child, name)
                self.child(child, name)
            self.words(child.tail)
        self.walk.depth -= 1

    def suspect(self, element: Any, name: str) -> None:
        """Say it when something active was left out."""
        if name == "script" or any(
            str(key).lower().startswith("on") or SCRIPTED.match(value)
            for key, value in element.attrib.items()
        ):
            self.walk.note("lost", "scripts_removed")

    def child(self, element: Any, name: str) -> None:
        """One element: a block, something inside the line, or nothing."""
        if name in BLOCKS:
            if self.walk.in_line:
                self.flat(element, name)
            else:
                self.finish()
                self.block(element, name)
        elif name in MARKS:
            self.marked(element, MARKS[name], name)
        elif name in CODE:
            self.raw(code_span("".join(element.itertext())))
        elif name in EMBEDDED:
            self.walk.note("lost", "embedded_lost", what=name)
            if name in {"object", "canvas"}:
                self.collect(element)
        elif name not in ACTIVE:
            self.inline(element, name)

    def inline(self, element: Any, name: str) -> None:
        """An element inside the line that has its own way."""
        if name == "br":
            self.parts.append((Part.BREAK, ""))
        elif name in {"sub", "sup"}:
            self.script(element, name)
        elif name in {"img", "audio", "video"}:
            self.media(element, name)
        elif name == "math":
            self.math(element)
        elif name == "a":
            self.link(element)
        elif name == "q":
            self.words("“")
            self.collect(element)
            self.words("”")
        elif name in PLAIN_INLINE or ":" in name or "-" in name:
            self.collect(element)
        else:  # no tag of HTML: somebody wrote about code
            self.walk.note("changed", "tags_shown", what=name)
            self.raw(code_span(f"<{name}>"))
            self.collect(element)

    def words(self, text: str | None) -> None:
        """Words, and the formulas among them."""
        if not text:
            return
        place = 0
        for found in formulas.found_in(text):
            self.plain(text[place : found.start])
            self.formula(found.tex, display=found.is_displayed)
            place = found.end
        self.plain(text[place:])

    def plain(self, text: str) -> None:
        """Words alone, white space as HTML means it."""
        bare = text.strip(" \t\r\n\f")
        if text[:1].isspace() and text[:1] != "\xa0":
            self.parts.append((Part.SPACE, " "))
        if not bare:
            return
        if "\n" in bare:
            bare = WHITE.sub(lambda white: _white(bare, white), bare)
        else:
            bare = WHITE.sub(" ", bare)
        self.parts.append((Part.WORDS, escaped(bare, in_table=self.walk.in_table)))
        if text[-1:].isspace() and text[-1:] != "\xa0":
            self.parts.append((Part.SPACE, " "))

    def raw(self, markdown: str) -> None:
        """Markdown that is finished."""
        if markdown:
            self.parts.append((Part.WORDS, markdown))

    def marked(self, element: Any, mark: str, name: str) -> None:
        """Strong or stressed words; an underlined blank is a gap to write on."""
        text = "".join(element.itertext())
        if name == "u" and len(text) >= LEAST_BLANK and not text.strip():
            self.plain("_" * min(len(text), 20))
            return
        if mark in self.marks:
            self.collect(element)
            return
        self.marks.append(mark)
        self.parts.append((Part.OPEN, mark))
        self.collect(element)
        self.parts.append((Part.CLOSE, mark))
        self.marks.pop()

    def formula(self, tex: str, *, display: bool = False) -> None:
        """A formula in the line, or on lines of its own where there are lines."""
        if self.walk.in_table:
            tex = tex.replace("|", r"\vert ")
        if display and not self.walk.in_line and not self.walk.in_table:
            self.finish()
            block = formulas.display_formula(tex)
            self.blocks.extend([block] if block else [])
        else:
            self.raw(formulas.inline_formula(tex))

    def math(self, element: Any) -> None:
        """MathML."""
        tex = formulas.tex_of(element)
        if tex is None:
            self.walk.note("changed", "formula_as_words")
            self.plain(" ".join(element.itertext()))
            return
        self.formula(tex, display=element.get("display") == "block")

    def script(self, element: Any, name: str) -> None:
        """Raised or lowered words, in the characters that Unicode has for them."""
        text = "".join(element.itertext()).strip()
        signs = SUPERSCRIPT if name == "sup" else SUBSCRIPT
        if text and all(sign in signs for sign in text):
            self.raw("".join(signs[sign] for sign in text))
        elif text.isascii() and text.isalnum():
            self.raw(formulas.inline_formula(f"{'^' if name == 'sup' else '_'}{{{text}}}"))
        else:
            self.collect(element)

    def media(self, element: Any, name: str) -> None:
        """A picture or a sound that goes with the text."""
        equation = element.get("data-equation-content")
        if equation:
            self.formula(equation)
            return
        source = element.get("src") or next(
            (child.get("src") for child in element if child.get("src")), ""
        )
        alt = " ".join((element.get("alt") or element.get("title") or "").split())
        found = self.walk.find(source, alt) if source else None
        if found:
            words = label(alt, in_table=self.walk.in_table)
            sign = "!" if name == "img" else ""
            self.raw(f"{sign}[{words or (found if not sign else '')}](media:{found})")
            return
        shown = alt or source.rsplit("/", 1)[-1].partition("?")[0]
        if source.lower().startswith(("data:", "javascript:")):
            shown = alt or name
        self.walk.note("lost", "media_missing", name=shown[:80])
        self.plain(f"[{shown[:200] or name}]")

    def link(self, element: Any) -> None:
        """A file that goes with the text, or an address, which we show and do not link."""
        address = (element.get("href") or "").strip()
        words = " ".join("".join(element.itertext()).split())
        found = self.walk.find(address, words) if address and not address.startswith("#") else None
        if found:
            shown = label(words or found, in_table=self.walk.in_table)
            self.raw(f"[{shown}](media:{found})")
            return
        self.collect(element)
        if ADDRESS.match(address):
            self.walk.note("changed", "link_as_words")
            if address.removeprefix("mailto:") not in words:
                self.plain(f" ({address})")

    def block(self, element: Any, name: str) -> None:
        """A block in our Markdown."""
        if name in {"ul", "ol", "menu"}:
            self.blocks.append(self.items(element, ordered=name == "ol"))
        elif name == "pre":
            self.blocks.append(code_block("".join(element.itertext())))
        elif name == "table":
            self.blocks.extend(table(element, self.walk, self.cell))
        elif name == "hr":
            self.blocks.append("***")
        elif name == "blockquote":
            inside = "\n\n".join(Container(self.walk).read(element))
            self.blocks.append("\n".join(f"> {line}".rstrip() for line in inside.split("\n")))
        elif name in {"h1", "h2", "h3", "h4", "h5", "h6", "dt", "legend", "caption", "summary"}:
            self.marked(element, "**", name)
            self.finish()
        else:
            self.collect(element)
            self.finish()
        self.blocks = [block for block in self.blocks if block]

    def flat(self, element: Any, name: str) -> None:
        """A block where there is only one line: a break stands for its edges."""
        self.parts.append((Part.BREAK, ""))
        if name == "li":
            self.parts += [(Part.WORDS, "•"), (Part.SPACE, " ")]
        if name == "pre":
            for line in "".join(element.itertext()).strip("\n").split("\n"):
                self.raw(code_span(line))
                self.parts.append((Part.BREAK, ""))
        else:
            self.collect(element)
        self.parts.append((Part.BREAK, "") if name not in {"td", "th"} else (Part.SPACE, " "))

    def items(self, element: Any, *, ordered: bool) -> str:
        """A list; the items keep their blocks, indented."""
        lines: list[str] = []
        start = str(element.get("start") or "1")
        number = int(start) if start.isdecimal() and len(start) < 9 else 1  # noqa: PLR2004
        before = self.blocks[-1] if self.blocks else ""
        other = before.startswith(f"{number}. ") if ordered else before.startswith("- ")
        for child in element:
            blocks = Container(self.walk).read(child) if name_of(child) else []
            if not blocks:
                continue
            sign = f"{number}{')' if other else '.'}" if ordered else "+" if other else "-"
            indent = " " * (len(sign) + 1)
            is_tight = len(blocks) == 1 or blocks[1].startswith(("- ", "1. "))
            text = ("\n" if is_tight else "\n\n").join(blocks)
            shifted = "\n".join(f"{indent}{line}" if line else "" for line in text.split("\n"))
            lines.append(f"{sign} {shifted.lstrip()}")
            number += 1
        return "\n".join(lines)

    def cell(self, element: Any) -> str:
        """One cell of a table, on one line."""
        was_line, was_table = self.walk.in_line, self.walk.in_table
        self.walk.in_line = self.walk.in_table = True
        text = " ".join(Container(self.walk).read(element)).replace("\\\n", " ")
        self.walk.in_line, self.walk.in_table = was_line, was_table
        return text


def _white(text: str, white: re.Match[str]) -> str:
    return between(text[white.start() - 1], text[white.end()], white[0])
