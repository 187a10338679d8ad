"""The Markdown of lessons: what an author may write, checked against what it refers to.

CommonMark with tables, footnotes, dollar formulas and callouts, without HTML, pictures and
automatic links. `read_lesson` parses, checks and hands the tokens to `rendering`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from probity.bank.parts import Basis
from probity.bank.shapes import AnyItem
from probity.catalogue.fences import check_fences
from probity.catalogue.figures import Figure
from probity.catalogue.formulas import NotUnderstood, to_mathml
from probity.catalogue.problems import near
from probity.catalogue.shapes import Instrument, Term
from probity.catalogue.words import CALLOUTS

MOST_CHECKS = 3
DEEPEST_HEADING = 3
FOLLOW_ON = frozenset({"M05", "M06", "M07", "M14"})
"""Complaints that may only follow from a callout that was not closed."""

_ARGUMENTS = re.compile(r"\s*\w+\s*(?P<names>[^\"]*?)\s*(?:\"(?P<title>.*)\")?\s*")
_NOTE = re.compile(r"\[\^([^\]\s]+)\]")
_REACH = 60


@dataclass(frozen=True, slots=True)
class LessonLink:
    """Where a lesson of any course is read, and what it is called in each language."""

    address: str
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that the text of one lesson may refer to; `None` has errors of its own."""

    locale: str
    basis: Mapping[str, Basis]
    instruments: Mapping[str, Instrument]
    terms: Mapping[str, Term]
    lessons: Mapping[str, LessonLink]
    items: Mapping[str, AnyItem | None]
    parts: Mapping[str, str]
    figures: Mapping[str, Figure | None]
    held_back: frozenset[str] = frozenset()
    """Complaints that may only follow from a file that could not be read."""


Complain = Callable[[int, int, str, str, str], None]
"""Line and column in the body (from 0), code, message, mend."""


@dataclass(slots=True)
class Parsed:
    """The tokens of a lesson, its skeleton for the comparison with a translation, what it uses."""

    tokens: list[Token]
    environment: dict[str, Any]
    skeleton: list[tuple[str, int]] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)


def build_parser() -> MarkdownIt:
    """HTML is parsed only to be refused with its place; the cleaner drops it in any case."""
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    parser.disable(["lheading", "code", "autolink"])
    parser.use(footnote_plugin, inline=False)
    parser.use(dollarmath_plugin, allow_digits=False, allow_labels=False, double_inline=False)
    for name in CALLOUTS:
        container_plugin(parser, name)
    return parser


PARSER = build_parser()


def read_lesson(body: str, around: Surroundings, complain: Complain) -> Parsed:
    """Parse a lesson and complain about everything that is not in the dialect or not known."""
    lines = body.split("\n")
    is_orderly = check_fences(lines, complain)
    environment: dict[str, Any] = {}
    parsed = Parsed(PARSER.parse(body, environment), environment)
    reader = _Reader(lines, around, complain, parsed)
    reader.held_back = around.held_back | (frozenset() if is_orderly else FOLLOW_ON)
    reader.read()
    return parsed


class _Reader:
    def __init__(
        self, lines: list[str], around: Surroundings, complain: Complain, parsed: Parsed
    ) -> None:
        self.lines, self.around, self.complain, self.parsed = lines, around, complain, parsed
        self.callout, self.callout_line, self.pauses = "", 0, 0
        self.heading_level, self.sections = 1, 0
        self.held_back: frozenset[str] = frozenset()

    def read(self) -> None:
        for token in self.parsed.tokens:
            line = token.map[0] if token.map else self.callout_line
            handler = self.BLOCKS.get(token.type)
            if token.type.startswith("container_"):
                self.container(token, line)
            elif handler:
                handler(self, token, line)
            for child in token.children or []:
                self.inline(child, line)

    def error(self, line: int, needle: str, code: str, message: str, mend: str) -> None:
        """Complain where the needle stands in or after the line of the block."""
        if code in self.held_back:
            return
        for number in range(line, min(line + _REACH, len(self.lines))):
            column = self.lines[number].find(needle) if needle else -1
            if column >= 0:
                self.complain(number, column, code, message, mend)
                return
        self.complain(line, 0, code, message, mend)

    def note(self, what: str, line: int) -> None:
        self.parsed.skeleton.append((what, line))

    # -- blocks ---------------------------------------------------------------------------------

    def container(self, token: Token, line: int) -> None:
        name = token.type.split("_")[1]
        if token.nesting == 1:
            found = _ARGUMENTS.fullmatch(token.info)
            names = found["names"].split() if found else []
            token.meta = {"names": names, "title": (found["title"] or "") if found else ""}
            self.callout, self.callout_line, self.pauses = name, line, 0
            self.note(" ".join([":::", name, *names]), line)
            self.arguments(name, names, token, line)
            return
        if name == "case" and self.pauses != 1:
            self.error(
                self.callout_line,
                "::: case",
                "M05",
                "A case has one line `***` between the question and the reasoning.",
                "Put `***` on a line of its own where the reader should stop and think.",
            )
        self.callout = ""

    def arguments(self, name: str, names: list[str], token: Token, line: int) -> None:
        if name == "figure":
            self.figure(names, line)
        elif name == "check":
            self.checks(names, line)
        elif name == "law":
            for reference in names:
                self.cited(reference, line)
            if not names:
                message = "This callout does not say which article it is about."
                self.error(line, ":::", "L03", message, "Write `::: law GPL/7`.")
        elif name == "table" and not token.meta["title"]:
            self.uncaptioned(line)

    def figure(self, names: list[str], line: int) -> None:
        name = names[0] if names else ""
        if len(names) != 1 or name not in self.around.figures:
            self.error(
                line,
                name or ":::",
                "A03",
                f"assets/{name} does not exist." if name else "The figure has no name.",
                f"{near(name, self.around.figures)}Put the file into the course's assets folder.",
            )
        elif self.around.figures[name]:
            self.parsed.figures.append(name)

    def checks(self, names: list[str], line: int) -> None:
        if not 1 <= len(names) <= MOST_CHECKS:
            message = f"A check holds 1 to {MOST_CHECKS} items; this one has {len(names)}."
            self.error(line, ":::", "M13", message, "Write `::: check GPP-0101`.")
        for name in names:
            self.check(name, line)

    def check(self, name: str, line: int) -> None:
        item, whole = self.around.items.get(name), self.around.parts.get(name)
        if whole:
            message = f"{name} is a part of the case {whole}."
            self.error(line, name, "R12", message, f"Embed the whole case: `::: check {whole}`.")
            return
        if item is None:
            if name not in self.around.items:
                mend = f"{near(name, self.around.items)}Items are in questions/*.yaml."
                self.error(line, name, "R04", f"There is no item {name}.", mend)
            return
        self.parsed.checks.append(name)
        if item.use == "secure":
            message = f"{name} is secure and cannot stand in a lesson."
            self.error(line, name, "I09", message, "Embed a practice item.")
        elif item.status == "retired":
            message = f"{name} is retired."
            self.error(line, name, "R06", message, "Embed an item that is in use.")
        elif item.kind in {"essay", "upload"}:
            message = f"{name} is marked by people and cannot be checked here."
            self.error(line, name, "R07", message, "Embed an item that is marked at once.")

    def rule_line(self, token: Token, line: int) -> None:
        if self.callout == "case":
            self.pauses += 1
            token.type = "case_pause"
        else:
            mend = "Use a heading; `***` belongs into a case."
            self.error(line, "", "M14", "A line across the page is not part of the dialect.", mend)

    def heading(self, token: Token, line: int) -> None:
        level = int(token.tag[1])
        self.sections += 1
        token.attrSet("id", f"s{self.sections}")
        self.note(token.tag, line)
        if self.callout or level == 1 or level > min(DEEPEST_HEADING, self.heading_level + 1):
            self.error(
                line,
                "#",
                "M06",
                f"A heading of level {level} cannot stand here.",
                "The title comes from the front matter. Use ## for sections, ### below them,"
                " none inside callouts.",
            )
        self.heading_level = level

    def table(self, _token: Token, line: int) -> None:
        if self.callout != "table":
            self.uncaptioned(line)

    def uncaptioned(self, line: int) -> None:
        mend = 'Put it inside `::: table "What it shows"`.'
        self.error(line, "", "M07", "A table needs a caption.", mend)

    def raw_html(self, _token: Token, line: int) -> None:
        self.error(
            line,
            "<",
            "M04",
            "Raw HTML is not part of the dialect.",
            "Use Markdown or a callout; ask for a new callout if none fits.",
        )

    def formula_block(self, token: Token, line: int) -> None:
        self.formula(token, line, block=True)

    def formula(self, token: Token, line: int, *, block: bool = False) -> None:
        try:
            token.meta = {"mathml": to_mathml(token.content, block=block)}
        except NotUnderstood as error:
            token.meta = {"mathml": ""}
            self.error(
                line,
                "$",
                "M12",
                f"The formula ${token.content.strip()}$ is not understood: {error}.",
                r"Write plain TeX such as $\frac{a}{b}$; a price in dollars needs \$.",
            )

    BLOCKS: Mapping[str, Callable[["_Reader", Token, int], None]] = {
        "heading_open": heading,
        "hr": rule_line,
        "html_block": raw_html,
        "math_block": formula_block,
        "table_open": table,
    }

    # -- inside a line --------------------------------------------------------------------------

    def inline(self, token: Token, line: int) -> None:
        if token.type == "link_open":
            self.link(str(token.attrGet("href") or ""), line)
        elif token.type == "text":
            self.words(token.content, line)
        elif token.type == "html_inline":
            message = f"Raw HTML ({token.content}) is not part of the dialect."
            mend = "Use Markdown; write &lt; for the sign itself."
            self.error(line, token.content, "M04", message, mend)
        elif token.type == "image":
            mend = "Write `::: figure name.svg`, a caption, and `:::`."
            self.error(line, "![", "M08", "Pictures are set with the figure callout.", mend)
        elif token.type == "math_inline":
            self.formula(token, line)

    def words(self, text: str, line: int) -> None:
        if "**" in text:
            mend = "Move punctuation and quotation marks outside: “**要点**”, not **“要点”**后."
            self.error(line, "**", "M09", "These ** are not read as bold.", mend)
        if "](" in text or "<http" in text:
            needle = "](" if "](" in text else "<http"
            mend = "Write [words](https://…), term:…, law:… or lesson:…, without spaces."
            self.error(line, needle, "M11", "This is not read as a link.", mend)
        for found in _NOTE.finditer(text):
            mend = f"Add a line `[^{found[1]}]: …` at the end."
            self.error(line, found[0], "M10", f"The note {found[0]} has no text.", mend)

    def link(self, address: str, line: int) -> None:
        scheme, _, rest = address.partition(":")
        if scheme in {"term", "law", "lesson"}:
            self.note(address, line)
        if scheme == "term":
            self.term(rest, address, line)
        elif scheme == "law":
            self.cited(rest, line)
        elif scheme == "lesson":
            if rest not in self.around.lessons:
                mend = f"{near(rest, self.around.lessons)}Lessons are linked by id."
                self.error(line, address, "R02", f"There is no lesson {rest}.", mend)
        elif not address.startswith("https://"):
            message = f"A link cannot begin with `{scheme}:`." if scheme != address else ""
            mend = "Use https://…, term:…, law:… or lesson:…."
            self.error(line, address, "M11", message or f"`{address}` is not a link.", mend)

    def term(self, name: str, address: str, line: int) -> None:
        if name in self.around.terms:
            self.parsed.terms.append(name)
            return
        mend = f"{near(name, self.around.terms)}Terms are in glossary.yaml."
        self.error(line, address, "R03", f"The glossary has no term `{name}`.", mend)

    def cited(self, reference: str, line: int) -> None:
        if reference.partition("/")[0] not in self.around.instruments:
            mend = f"{near(reference.partition('/')[0], self.around.instruments, cutoff=0.3)}"
            mend += "Instruments are in _shared/instruments.yaml."
            message = f"The instrument in `{reference}` is not known."
            self.error(line, reference, "L01", message, mend)
        elif reference not in self.around.basis:
            self.error(
                line,
                reference,
                "L03",
                f"{reference} is cited but not in this lesson's legal_basis.",
                "Add it to the front matter of the English file, with the date you checked it,"
                " or correct the reference.",
            )


def compare(
    mine: Sequence[tuple[str, int]], original: Sequence[tuple[str, int]]
) -> tuple[str, str, int] | None:
    """Tell where two skeletons part: what stands here, what the original has, the line here."""
    for number in range(max(len(mine), len(original))):
        here = mine[number] if number < len(mine) else ("the end", -1)
        there = original[number] if number < len(original) else ("the end", -1)
        if here[0] != there[0]:
            return here[0], there[0], here[1]
    return None
