"""The texts of items: the small dialect without headings, callouts, notes, links and pictures."""

from collections.abc import Iterator
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from probity.catalogue.formulas import NotUnderstood, to_mathml
from probity.catalogue.problems import Report
from probity.catalogue.sources import Read
from probity.kernel.shapes import LOCALES

Path = tuple[str | int, ...]
Slip = tuple[str, str, str]

_PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")
_PARSER.disable(["lheading", "code", "autolink"]).use(
    dollarmath_plugin, allow_digits=False, allow_labels=False, double_inline=False
)
_REFUSED = {
    "heading_open": ("M06", "An item has no headings.", "Write **bold** words instead."),
    "html_block": ("M04", "Raw HTML is not part of the dialect.", "Write &lt; for the sign."),
    "html_inline": ("M04", "Raw HTML is not part of the dialect.", "Write &lt; for the sign."),
    "image": ("M08", "An item has no pictures in its text.", "Set `figure: name.svg`."),
    "link_open": ("M15", "An item has no links.", "Put the law into `legal_basis`."),
}


def check_wording(read: Read[Any], report: Report) -> None:
    """Complain about every text of an item that would not be shown as it was meant."""
    for path, text in _texts(read.value.model_dump(exclude_unset=True), ()):
        for slip in _slips(text):
            report.add(read.file, read.place(*path), *slip)


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text with where it stands, one for each language."""
    if isinstance(value, dict):
        is_text = LOCALES[0] in value and set(value) <= set(LOCALES)
        for key, inner in value.items():
            if is_text:
                yield (*path, key), inner
            else:
                yield from _texts(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*path, number))


def _slips(text: str) -> Iterator[Slip]:
    if any(line.lstrip().startswith(":::") for line in text.split("\n")):
        yield "M06", "An item has no callouts.", "Write plain paragraphs."
    for token in _PARSER.parse(text):
        for part in (token, *(token.children or ())):
            if part.type in _REFUSED:
                yield _REFUSED[part.type]
            elif part.type == "text" and "**" in part.content:
                mend = "Move punctuation outside: “**要点**”, not **“要点”**后."
                yield "M09", "These ** are not read as bold.", mend
            elif part.type in {"math_inline", "math_block"}:
                yield from _formula(part.content)


def _formula(formula: str) -> Iterator[Slip]:
    try:
        to_mathml(formula)
    except NotUnderstood as error:
        message = f"The formula ${formula.strip()}$ is not understood: {error}."
        yield "M12", message, r"Write plain TeX; a price in dollars needs \$."
