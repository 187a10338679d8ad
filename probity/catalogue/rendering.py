"""Tokens of a lesson as blocks: clean HTML, and slots for figures and checks.

Authors' words never become markup of ours: tokens are rendered, the HTML is cleaned with a list of
allowed tags, and only then our own parts (formulas) are put in. Figures and checks are blocks of
their own, which a template turns into HTML.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import nh3
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from probity.catalogue import words
from probity.catalogue.figures import Figure
from probity.catalogue.markdown import PARSER, Parsed, Surroundings
from probity.kernel.icons import icon
from probity.kernel.markup import is_wide

Block = dict[str, Any]

_TAG_NAMES = (
    "p h2 h3 ul ol li strong em code pre a button blockquote br table caption thead tbody tr th td"
    " aside section details summary div sup span"
)
_TAGS = set(_TAG_NAMES.split())
_ATTRIBUTES = {
    "*": {"class", "id"},
    "a": {"href", "title", "aria-label"},
    "button": {"type", "data-term", "data-term-id", "lang"},
    "div": {"tabindex", "role", "aria-label"},
    "ol": {"start"},
    "span": {"data-slot", "lang"},
    "th": {"scope"},
}
_SLOT = re.compile(r'<span data-slot="(\d+)"></span>')
_OWN_BLOCKS = {"container_figure", "container_check"}


def render(parsed: Parsed, around: Surroundings) -> list[Block]:
    """The lesson as a list of blocks: `html`, `figure` or `check`."""
    renderer = LessonRenderer(around)
    blocks: list[Block] = []
    waiting: list[Token] = []
    tokens = parsed.tokens
    at = 0
    while at < len(tokens):
        name = tokens[at].type.rpartition("_")[0]
        if name not in _OWN_BLOCKS:
            waiting.append(tokens[at])
            at += 1
            continue
        end = next(n for n in range(at, len(tokens)) if tokens[n].type == f"{name}_close")
        _flush(waiting, renderer, parsed, blocks)
        block = _own_block(tokens[at : end + 1], renderer, parsed, around)
        if block:
            blocks.append(block)
        at = end + 1
    _flush(waiting, renderer, parsed, blocks)
    return blocks


def _flush(
    waiting: list[Token], renderer: "LessonRenderer", parsed: Parsed, blocks: list[Block]
) -> None:
    if waiting:
        blocks.append({"kind": "html", "html": renderer.clean(waiting, parsed.environment)})
        waiting.clear()


def _own_block(
    tokens: Sequence[Token], renderer: "LessonRenderer", parsed: Parsed, around: Surroundings
) -> Block | None:
    names = tokens[0].meta["names"]
    if tokens[0].type.startswith("container_check"):
        return {"kind": "check", "items": [name for name in names if name in parsed.checks]}
    figure = around.figures.get(names[0]) if names else None
    if figure is None:
        return None
    caption = renderer.clean(tokens[1:-1], parsed.environment)
    twin = around.figures.get(names[0].replace(".svg", ".narrow.svg"))
    return {"kind": "figure", "caption": caption, **_drawing(names[0], figure, twin)}


def _drawing(name: str, figure: Figure, twin: Figure | None) -> Block:
    """The drawing and, where there is one, its narrow twin."""
    return {
        "name": name,
        "title": figure.title,
        "description": figure.description,
        "wide": figure.markup,
        "narrow": twin.markup if twin else "",
    }


class LessonRenderer(RendererHTML):
    """HTML of the dialect; methods are called by the token types they are named after."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._slots: list[str] = []
        self._links: list[str] = []
        self._caption = ""
        self._has_section = False

    def clean(self, tokens: Sequence[Token], environment: EnvType) -> str:
        made = self.render(tokens, PARSER.options, environment)
        cleaned = nh3.clean(
            made,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            link_rel="noopener",
            url_schemes={"https"},
        )
        return _SLOT.sub(lambda found: self._slots[int(found[1])], cleaned).strip()

    def _slot(self, markup: str) -> str:
        self._slots.append(markup)
        return f'<span data-slot="{len(self._slots) - 1}"></span>'

    # -- callouts -------------------------------------------------------------------------------

    def _callout(self, token: Token, name: str, head: str = "") -> str:
        """A callout's title is a heading below a section; before the first one it is a line."""
        level, look = ("h3", "note__head") if self._has_section else ("p", "note__head strong")
        head = head or escape(token.meta["title"] or words.heading(name, self._around.locale))
        head = f"{self._slot(icon(words.ICONS[name]))}<span>{head}</span>"
        element = "section" if name == "case" else "aside"
        return f'<{element} class="note note--{name}"><{level} class="{look}">{head}</{level}>'

    def container_rule_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        return self._callout(tokens[idx], "rule")

    def container_example_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        return self._callout(tokens[idx], "example")

    def container_trap_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        return self._callout(tokens[idx], "trap")

    def container_case_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        return self._callout(tokens[idx], "case")

    def container_law_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        names, locale = tokens[idx].meta["names"], self._around.locale
        head = escape(self._citation(names))
        bases = [self._around.basis[name] for name in names if name in self._around.basis]
        if bases:
            date = min(basis.checked_on for basis in bases)
            checked = escape(words.phrase("checked", locale, date=date.isoformat()))
            head += f' <span class="note__date small muted">{checked}</span>'
        if any(basis.confidence == "C" for basis in bases):
            doubt = escape(words.phrase("unconfirmed", locale))
            head += f' <span class="badge badge--warn">{doubt}</span>'
        return self._callout(tokens[idx], "law", head)

    def _close_aside(self, *_: Any) -> str:
        return "</aside>\n"

    container_rule_close = container_example_close = container_trap_close = _close_aside
    container_law_close = _close_aside

    def case_pause(self, *_: Any) -> str:
        show = escape(words.phrase("reasoning", self._around.locale))
        return f'<details class="case__why"><summary>{show}</summary>'

    def container_case_close(self, *_: Any) -> str:
        return "</details></section>\n"

    def container_table_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        self._caption = escape(tokens[idx].meta["title"])
        return f'<div class="tablewrap" tabindex="0" role="region" aria-label="{self._caption}">'

    def container_table_close(self, *_: Any) -> str:
        return "</div>\n"

    # -- tables, headings, text -----------------------------------------------------------------

    def table_open(self, *_: Any) -> str:
        return f'<table class="table table--fit"><caption>{self._caption}</caption>'

    def th_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        return f'<th scope="col"{_number_class(tokens[idx])}>'

    def td_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        return f"<td{_number_class(tokens[idx])}>"

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, _env: EnvType
    ) -> str:
        self._has_section = True
        return self.renderToken(tokens, idx, options, _env)

    def softbreak(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """A line break between two Chinese characters is not a space."""
        before = tokens[idx - 1].content[-1:] if idx else ""
        after = tokens[idx + 1].content[:1] if idx + 1 < len(tokens) else ""
        joined = before and after and is_wide(before) and is_wide(after)
        return "" if joined else "\n"

    def math_inline(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        return self._slot(tokens[idx].meta["mathml"])

    def math_block(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        return f'<div class="formula">{self._slot(tokens[idx].meta["mathml"])}</div>\n'

    # -- links ----------------------------------------------------------------------------------

    def link_open(self, tokens: Sequence[Token], idx: int, *_rest: Any) -> str:
        address = str(tokens[idx].attrGet("href") or "")
        scheme, _, rest = address.partition(":")
        self._links.append("a")
        if scheme == "term" and rest in self._around.terms:
            self._links[-1] = "button"
            return self._term(rest)
        if scheme == "law":
            return f'<a class="lawref" href="#law-{escape(rest.replace("/", "-"))}">'
        if scheme == "lesson" and rest in self._around.lessons:
            link = self._around.lessons[rest]
            title = link.title.get(self._around.locale) or link.title["en"]
            return f'<a href="{escape(link.address)}" title="{escape(title)}">'
        return f'<a href="{escape(address)}">'

    def link_close(self, *_: Any) -> str:
        return f"</{self._links.pop()}>"

    def _term(self, name: str) -> str:
        definition = self._around.terms[name].definition
        shown = definition.get(self._around.locale) or definition["en"]
        return (
            f'<button type="button" class="term" data-term-id="{escape(name)}"'
            f' data-term="{escape(shown)}">'
        )

    def _citation(self, references: Sequence[str]) -> str:
        """All articles of one instrument together, in the order they are named."""
        articles: dict[str, list[str]] = {}
        for reference in references:
            code, _, article = reference.partition("/")
            articles.setdefault(code, []).append(article)
        named = [
            words.citation(self._short_name(code), found, self._around.locale)
            for code, found in articles.items()
        ]
        return words.joined(named, self._around.locale)

    def _short_name(self, code: str) -> Mapping[str, str]:
        instrument = self._around.instruments.get(code)
        return instrument.short if instrument else {"en": code}

    # -- footnotes ------------------------------------------------------------------------------

    def footnote_ref(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        number, again = tokens[idx].meta["id"] + 1, tokens[idx].meta.get("subId", 0)
        anchor = f"fnref{number}" + (f"-{again}" if again else "")
        return f'<sup><a href="#fn{number}" id="{anchor}">{number}</a></sup>'

    def footnote_block_open(self, *_: Any) -> str:
        return '<section class="footnotes"><ol>'

    def footnote_block_close(self, *_: Any) -> str:
        return "</ol></section>\n"

    def footnote_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        return f'<li id="fn{tokens[idx].meta["id"] + 1}">'

    def footnote_close(self, *_: Any) -> str:
        return "</li>\n"

    def footnote_anchor(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        number, again = tokens[idx].meta["id"] + 1, tokens[idx].meta.get("subId", 0)
        anchor = f"fnref{number}" + (f"-{again}" if again else "")
        label = escape(words.phrase("back", self._around.locale))
        return f' <a href="#{anchor}" aria-label="{label}">↩</a>'


def _number_class(token: Token) -> str:
    return ' class="num"' if "right" in str(token.attrs.get("style", "")) else ""
