"""The small Markdown of items and notes, turned into clean HTML: no raw HTML, links or images."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from html import unescape
from typing import Any

import nh3
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape
from mdit_py_plugins.dollarmath import dollarmath_plugin

MATH_TAGS = frozenset(
    [
        "math",
        "mrow",
        "mfrac",
        "mi",
        "mo",
        "mn",
        "msup",
        "msub",
        "msubsup",
        "msqrt",
        "mroot",
        "mtext",
        "mspace",
        "mtable",
        "mtr",
        "mtd",
        "mover",
        "munder",
        "munderover",
        "mstyle",
        "mpadded",
    ]
)
INLINE_TAGS = frozenset({"strong", "em", "code", "br"}) | MATH_TAGS
BLOCK_TAGS = INLINE_TAGS | frozenset(
    ["p", "ul", "ol", "li", "blockquote", "pre", "table", "thead", "tbody", "tr", "th", "td", "hr"]
)
ATTRIBUTES = {
    "math": {"display", "xmlns"},
    "table": {"class"},
    "*": {"class"},
    "ol": {"start"},
    "th": {"scope"},
}
_TAG = re.compile(r"<[^>]*>")
NUMBER_CELL = {"text-align:right": "num"}


def inline_html(words: str) -> Markup:
    """Render one line of text; what would be a block stays inside the line."""
    return _inline(words)


def block_html(words: str) -> Markup:
    """Render paragraphs, lists and tables."""
    return _block(words)


def plain_text(words: str) -> str:
    """The words alone, for places that take no markup, such as an option of a select."""
    return _plain(words)


def is_wide(character: str) -> bool:
    """Chinese, Japanese and full-width characters: a line break between two is no space."""
    return unicodedata.east_asian_width(character) in "WF"


def mathml(formula: str, *, block: bool = False) -> str:
    """MathML of a formula, or its source as code where it cannot be read."""
    try:
        return str(convert(formula, display="block" if block else "inline"))
    except Exception:  # noqa: BLE001 - the converter raises bare errors of many kinds
        return f"<code>{escape(formula)}</code>"


def clean(html: str, tags: Sequence[str] | frozenset[str]) -> Markup:
    """Keep the listed tags only; every other tag goes, its words stay."""
    return Markup(nh3.clean(html, tags=set(tags), attributes=ATTRIBUTES))  # noqa: S704 - cleaned


@lru_cache(maxsize=8192)
def _inline(words: str) -> Markup:
    return clean(str(_MARKDOWN.renderInline(words.strip())), INLINE_TAGS)


@lru_cache(maxsize=4096)
def _block(words: str) -> Markup:
    return clean(str(_MARKDOWN.render(words)).strip(), BLOCK_TAGS)


@lru_cache(maxsize=4096)
def _plain(words: str) -> str:
    return " ".join(unescape(_TAG.sub("", _inline(words))).split())


def _softbreak(_self: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    before = tokens[index - 1].content if index else ""
    after = tokens[index + 1].content if index + 1 < len(tokens) else ""
    joined = before and after and is_wide(before[-1]) and is_wide(after[0])
    return "" if joined else "\n"


def _table_open(*_: Any) -> str:
    return '<table class="table table--fit">\n'


def _cell_open(_self: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    token = tokens[index]
    kind = NUMBER_CELL.get(str(token.attrs.get("style", "")))
    scope = ' scope="col"' if token.tag == "th" else ""
    return f'<{token.tag}{scope} class="{kind}">' if kind else f"<{token.tag}{scope}>"


def _math(_self: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    token = tokens[index]
    return mathml(token.content, block=token.type.startswith("math_block"))


def _build() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.disable(["heading", "lheading", "code", "image", "autolink", "reference"])
    markdown.use(dollarmath_plugin, allow_digits=False)
    markdown.add_render_rule("softbreak", _softbreak)
    markdown.add_render_rule("table_open", _table_open)
    for cell in ("th_open", "td_open"):
        markdown.add_render_rule(cell, _cell_open)
    for kind in ("math_inline", "math_inline_double", "math_block", "math_block_label"):
        markdown.add_render_rule(kind, _math)
    return markdown


_MARKDOWN = _build()
