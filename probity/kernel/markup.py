"""The small Markdown of items and notes, turned into clean HTML: no raw HTML, no foreign address.

Pictures and links lead to `media:NAME` only; whoever shows the text puts real addresses in.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import unescape
from typing import Any

import nh3
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup, escape
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.dollarmath.index import math_inline_dollar

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
INLINE_TAGS = frozenset({"strong", "em", "code", "br", "img", "a"}) | MATH_TAGS
BLOCK_TAGS = INLINE_TAGS | frozenset(
    ["p", "ul", "ol", "li", "blockquote", "pre", "table", "thead", "tbody", "tr", "th", "td", "hr"]
)
ATTRIBUTES = {
    "math": {"display", "xmlns"},
    "table": {"class"},
    "*": {"class"},
    "ol": {"start"},
    "th": {"scope"},
    "img": {"src", "alt"},
    "a": {"href"},
}
InlineRule = Callable[[StateInline, bool], bool]
MEDIA = "media:"
_TAG = re.compile(r"<[^>]*>")
_PICTURE = re.compile(r'<img\b[^>]*?\balt="([^"]*)"[^>]*>')
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
    kept = nh3.clean(
        html, tags=set(tags), attributes=ATTRIBUTES, url_schemes={"media"}, link_rel=None
    )
    return Markup(kept)  # noqa: S704 - cleaned


@lru_cache(maxsize=8192)
def _inline(words: str) -> Markup:
    return clean(str(_MARKDOWN.renderInline(words.strip())), INLINE_TAGS)


@lru_cache(maxsize=4096)
def _block(words: str) -> Markup:
    return clean(str(_MARKDOWN.render(words)).strip(), BLOCK_TAGS)


@lru_cache(maxsize=4096)
def _plain(words: str) -> str:
    without_pictures = _PICTURE.sub(r"\1", _inline(words))
    return " ".join(unescape(_TAG.sub("", without_pictures)).split())


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


def _image(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """A picture of the item, or the words that stand for one from elsewhere."""
    token = tokens[index]
    alt = escape(self.renderInlineAsText(token.children or [], options, env))
    source = str(token.attrs.get("src", ""))
    return f'<img src="{escape(source)}" alt="{alt}">' if source.startswith(MEDIA) else str(alt)


def _only_own_links(state: StateCore) -> None:
    """Links that lead elsewhere go; their words stay."""
    for token in state.tokens:
        if not token.children:
            continue
        kept, own = [], False
        for child in token.children:
            if child.type == "link_open":
                own = str(child.attrs.get("href", "")).startswith(MEDIA)
            if own or child.type not in {"link_open", "link_close"}:
                kept.append(child)
        token.children = kept


def _math(_self: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    token = tokens[index]
    return mathml(token.content, block=token.type.startswith("math_block"))


def _formula_first(rule: InlineRule) -> InlineRule:
    """The plugin asks which character stands before a formula; before the first one stands none.

    Its index -1 would be the last character of the text: a digit or a backslash there would undo
    a formula at the beginning. A space after the text is neither, and nothing else reads it.
    """

    def guarded(state: StateInline, silent: bool) -> bool:
        if state.pos or not state.src.startswith("$"):
            return rule(state, silent)
        words = state.src
        state.src = f"{words} "
        try:
            return rule(state, silent)
        finally:
            state.src = words

    return guarded


def _build() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.disable(["heading", "lheading", "code", "autolink", "reference"])
    markdown.core.ruler.push("own_links", _only_own_links)
    markdown.add_render_rule("image", _image)
    markdown.use(dollarmath_plugin, allow_digits=False)
    formula = _formula_first(math_inline_dollar(allow_digits=False))
    markdown.inline.ruler.at("math_inline", formula)
    markdown.add_render_rule("softbreak", _softbreak)
    markdown.add_render_rule("table_open", _table_open)
    for cell in ("th_open", "td_open"):
        markdown.add_render_rule(cell, _cell_open)
    for kind in ("math_inline", "math_inline_double", "math_block", "math_block_label"):
        markdown.add_render_rule(kind, _math)
    return markdown


_MARKDOWN = _build()
