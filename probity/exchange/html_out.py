"""Our Markdown as plain HTML that other systems understand."""

from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from typing import Any

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

Address = Callable[[str], str]
MEDIA = "media:"


def html_of(text: str, address: Address, *, in_line: bool, math: str) -> str:
    """Render a text; pictures and files get the address that the format wants."""
    environment = {"address": address, "math": math}
    if in_line:
        return str(_markdown().renderInline(text.strip(), environment)).strip()
    return str(_markdown().render(text, environment)).strip()


@cache
def _markdown() -> MarkdownIt:
    """The dialect of items, with pictures and files."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.disable(["heading", "lheading", "code", "autolink", "reference"])
    markdown.use(dollarmath_plugin, allow_digits=False)
    markdown.validateLink = lambda url: url.startswith(MEDIA)  # type: ignore[method-assign]
    markdown.add_render_rule("image", _image)
    markdown.add_render_rule("link_open", _link)
    for kind in ("math_inline", "math_inline_double", "math_block", "math_block_label"):
        markdown.add_render_rule(kind, _math)
    return markdown


def _image(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    alt = self.renderInlineAsText(token.children or [], options, env)
    return f'<img src="{_address(token.attrs.get("src"), env)}" alt="{escape(alt)}">'


def _link(_self: Any, tokens: Sequence[Token], index: int, _options: Any, env: Any) -> str:
    return f'<a href="{_address(tokens[index].attrs.get("href"), env)}">'


def _address(link: Any, env: Any) -> str:
    return escape(env["address"](str(link or "").removeprefix(MEDIA)))


def _math(_self: Any, tokens: Sequence[Token], index: int, _options: Any, env: Any) -> str:
    token = tokens[index]
    is_block = token.type.startswith("math_block")
    tex = " ".join(token.content.split())
    if env["math"] == "mathml":
        return _mathml(tex, is_block=is_block)
    return (
        f"\\[{escape(tex, quote=False)}\\]\n" if is_block else f"\\({escape(tex, quote=False)}\\)"
    )


def _mathml(tex: str, *, is_block: bool) -> str:
    """MathML that carries its TeX along, so that it comes back as it was."""
    try:
        made = str(convert(tex, display="block" if is_block else "inline"))
    except Exception:  # noqa: BLE001 - the converter raises bare errors of many kinds
        words = f"<code>{escape(tex)}</code>"
        return f"<p>{words}</p>" if is_block else words
    opening, _, rest = made.partition(">")
    inside = rest.removesuffix("</math>")
    note = f'<annotation encoding="application/x-tex">{escape(tex, quote=False)}</annotation>'
    return f"{opening}><semantics>{inside}{note}</semantics></math>"
