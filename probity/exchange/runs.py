"""One run of inline Markdown, put together from words, marks, spaces and breaks."""

import re
from enum import Enum, auto

from probity.exchange.escaping import guarded, is_word
from probity.kernel.markup import is_wide


class Part(Enum):
    """What a part of a run is; OPEN and CLOSE carry their mark, such as `**`."""

    OPEN = auto()
    CLOSE = auto()
    WORDS = auto()
    SPACE = auto()
    BREAK = auto()


Parts = list[tuple[Part, str]]
GAPS = frozenset({Part.SPACE, Part.BREAK})
JOINER = "\u2060"
BREAKS = re.compile(r"(?:\\\n){2,}")
MARKS = frozenset({Part.OPEN, Part.CLOSE})


def joined(parts: Parts, *, in_line: bool) -> str:
    """The Markdown of a run; marks that Markdown would not take as marks are left out."""
    kept = _able(_tidy(parts))
    out: list[str] = []
    for kind, what in kept:
        if kind is Part.BREAK:
            if out and out[-1] == " ":
                out.pop()
            if not (in_line and out[-1:] == ["\\\n"]):
                out.append("\\\n")
        elif kind is not Part.SPACE or (out and out[-1] not in {" ", "\\\n"}):
            if out and _is_digit_beside_formula(out[-1], what):
                out.append(JOINER)
            out.append(what)
    while out and out[-1] in {" ", "\\\n"}:
        out.pop()
    text = "".join(out).strip(" \n")
    if text.startswith("$") and text[-1:].isdigit():
        text = JOINER + text  # the formula plugin looks from the first sign back to the last
    if in_line:
        return text
    has_marks = any(kind in MARKS for kind, _what in kept)
    return guarded(text if has_marks else BREAKS.sub("\n\n", text))


def _is_digit_beside_formula(before: str, after: str) -> bool:
    """A digit beside a dollar sign keeps Markdown from seeing a formula there."""
    ends = before.startswith("$") and after[:1].isdigit()
    return ends or (after.startswith("$") and before[-1:].isdigit())


def between(before: str, after: str, space: str) -> str:
    """What a stretch of white space in HTML means between two words."""
    if "\n" in space and before and after and is_wide(before) and is_wide(after):
        return ""
    return " "


def _tidy(parts: Parts) -> Parts:
    """Spaces outside of marks, where Markdown wants them; no empty marks, no breaks in front."""
    out: Parts = []
    for kind, what in parts:
        if kind in GAPS:
            place = len(out)
            while place and out[place - 1][0] is Part.OPEN:
                place -= 1
            if place:
                out.insert(place, (kind, what))
        elif kind is Part.CLOSE:
            place = len(out)
            while place and out[place - 1][0] in GAPS:
                place -= 1
            _cancel_or_add(out, place, (Part.OPEN, what), (kind, what))
        elif kind is Part.OPEN:
            _cancel_or_add(out, len(out), (Part.CLOSE, what), (kind, what))
        else:
            out.append((kind, what))
    return out


def _cancel_or_add(
    out: Parts, place: int, opposite: tuple[Part, str], part: tuple[Part, str]
) -> None:
    """`** **` means nothing, and `**a****b**` is one mark."""
    if place and out[place - 1] == opposite:
        del out[place - 1]
    else:
        out.insert(place, part)


def _able(parts: Parts) -> Parts:
    """Leave out pairs of marks that would show as asterisks where they stand."""
    before, after = _neighbours(parts), _neighbours(parts[::-1], last=True)[::-1]
    refused: set[int] = set()
    opened: list[int] = []
    for place, (kind, _what) in enumerate(parts):
        if kind is Part.OPEN:
            opened.append(place)
        elif kind is Part.CLOSE:
            start = opened.pop() if opened else place
            opens = _flanks(after[start], before[start])
            if start == place or not opens or not _flanks(before[place], after[place]):
                refused |= {start, place}
    refused |= set(opened)
    return [part for place, part in enumerate(parts) if place not in refused]


def _neighbours(parts: Parts, *, last: bool = False) -> list[str]:
    """For each part the nearest sign before it that is no mark."""
    signs: list[str] = []
    sign = " "
    for kind, what in parts:
        signs.append(sign)
        if kind not in MARKS:
            sign = (what[:1] if last else what[-1:]) if kind is Part.WORDS else " "
    return signs


def _flanks(inside: str, outside: str) -> bool:
    return not inside.isspace() and (is_word(inside) or not is_word(outside))
