"""What a design may say: colours that can be read, placeholders that exist, a layout's paper."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from probity.credentials.paper.design import BASES, LINES, PLACE, Design

PLACEHOLDERS = ("holder", "title", "issuer", "number", "issued", "valid", "level", "standard")
LEAST_CONTRAST = 4.5
"""Of WCAG 2.2 for text, against white paper."""

LONGEST_LINE = 160
MOST_SIGNATORIES = 3

_COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong: a code that picks the sentence, where, and what fills it."""

    code: str
    where: str
    what: str = ""


def flaws(design: Design) -> Iterator[Flaw]:
    """Everything that keeps a design from being used, in the order of the form."""
    if design.orientation not in BASES[design.base]:
        yield Flaw("orientation", "orientation")
    if not _COLOUR.fullmatch(design.accent):
        yield Flaw("colour", "accent", design.accent)
    elif (ratio := contrast(design.accent)) < LEAST_CONTRAST:
        yield Flaw("contrast", "accent", f"{ratio:.1f}")
    for line in LINES:
        for locale, words in design.words.get(line, {}).items():
            yield from _line_flaws(f"{line}-{locale}", words)
    if not design.words.get("heading", {}).get("en"):
        yield Flaw("heading", "heading-en")


def _line_flaws(where: str, words: str) -> Iterator[Flaw]:
    if len(words) > LONGEST_LINE:
        yield Flaw("long", where, str(LONGEST_LINE))
    for name in PLACE.findall(words):
        if name not in PLACEHOLDERS:
            yield Flaw("placeholder", where, "{" + name + "}")
    if any(sign in PLACE.sub("", words) for sign in "{}"):
        yield Flaw("brace", where)


def contrast(colour: str) -> float:
    """Contrast of a colour, such as #0b5068, against white."""
    return 1.05 / (_luminance(colour) + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]  # noqa: PLR2004 (sRGB)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
