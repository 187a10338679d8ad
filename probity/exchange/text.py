"""Foreign HTML as our Markdown, and our Markdown as HTML for others."""

import re
from collections.abc import Callable

from lxml import etree
from lxml import html as lxml_html

from probity.exchange.escaping import code_span, escaped, guarded, storable
from probity.exchange.foreign_html import WHITE, Container, FindMedia, Walk
from probity.exchange.found import Note
from probity.exchange.html_out import Address, html_of

__all__ = ["Address", "FindMedia", "plain_to_markdown", "to_html", "to_markdown"]


MOST_TAGS = 20_000
MOST_DENSE, LEAST_APART = 2_000, 6
"""So many tags, and fewer bytes than this from one to the next: nobody wrote that by hand."""

MARKED = re.compile(r"[<&\\]|\$\$|\[tex\]")
"""What makes a text more than plain words."""


def nothing(_address: str, _alt: str) -> str | None:
    """No file goes with the text."""
    return None


def to_markdown(
    html: str, find: FindMedia = nothing, *, in_line: bool = False
) -> tuple[str, list[Note]]:
    """Our Markdown for a piece of foreign HTML, and what was changed or lost on the way.

    `find` tells which media file an address means. `in_line` is for options and other pieces
    that are shown on one line: blocks become lines with breaks.
    """
    html = storable(html.strip()).replace("\x85", "\n").strip()
    if not html:
        return "", []
    if not MARKED.search(html):
        words = escaped(WHITE.sub(" ", html))
        return (words if in_line else guarded(words)), []
    tags = html.count("<")
    if tags > MOST_TAGS or (tags > MOST_DENSE and len(html) < LEAST_APART * tags):
        return plain_to_markdown(html, in_line=in_line), [Note("changed", "html_as_words")]
    walk = Walk(find, in_line=in_line)
    try:
        root = lxml_html.fragment_fromstring(html, create_parent="div", parser=_parser())
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return plain_to_markdown(html, in_line=in_line), [Note("changed", "html_as_words")]
    text = "\n\n".join(Container(walk).read(root)).strip()
    if not text and "<" in html and not walk.notes:  # the tags themselves are what is asked about
        walk.note("changed", "tags_shown", what="")
        text = code_span(html)
    return text, walk.notes


def plain_to_markdown(text: str, *, in_line: bool = False) -> str:
    """Our Markdown for text without any markup; lines stay lines."""
    lines = [line.strip() for line in storable(text).replace("\r\n", "\n").split("\n")]
    if in_line:
        return "\\\n".join(escaped(line) for line in lines if line)
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line:
            paragraphs[-1].append(guarded(escaped(line)))
        elif paragraphs[-1]:
            paragraphs.append([])
    return "\n\n".join("\\\n".join(lines) for lines in paragraphs if lines)


def to_html(
    text: str,
    address: Callable[[str], str] | None = None,
    *,
    in_line: bool = False,
    math: str = "tex",
) -> str:
    r"""HTML for a text in our Markdown.

    `address` gives the address of a media file by its name; `math` is `tex` (between `\(` and
    `\)`) or `mathml`.
    """
    return html_of(text, address or (lambda name: name), in_line=in_line, math=math)


def _parser() -> lxml_html.HTMLParser:
    return lxml_html.HTMLParser(
        no_network=True, remove_comments=True, remove_pis=True, encoding=None
    )
