"""The notation of gaps in a text, `{1:MULTICHOICE:=right#why~%50%half~wrong}`."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from probity.exchange.formats.moodle.amounts import Amount, gap
from probity.exchange.formats.moodle.building import (
    BETWEEN,
    MOST_OPTIONS,
    NOTHING,
    WHOLE,
    Answer,
    Body,
    Refusal,
    has_wildcard,
    identities,
    text,
    with_reason,
    without_escapes,
    words_accepted,
)
from probity.exchange.found import Content, Note
from probity.exchange.shares import decimal, exact_share, share_text

CHOOSING = frozenset(["MULTICHOICE", "MC", "MCV", "MCH", "MCS", "MCVS", "MCHS"])
CHOOSING |= {f"MULTICHOICE_{way}" for way in ("V", "H", "S", "VS", "HS")}
SEVERAL = frozenset(["MULTIRESPONSE", "MR", "MRH", "MRS", "MRHS"])
SEVERAL |= {f"MULTIRESPONSE_{way}" for way in ("H", "S", "HS")}
WRITING = frozenset(["SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"])
KEEPING_CASE = frozenset(["SHORTANSWER_C", "SAC", "MWC"])
NUMBERS = frozenset({"NUMERICAL", "NM"})
TYPES = CHOOSING | SEVERAL | WRITING | NUMBERS

OPENING = re.compile(r"\{\s*(\d{0,4})\s*:\s*([A-Z]+(?:_[A-Z]+)?)\s*:")
LIKE_ONE = re.compile(r"\{\s*\d{1,4}\s*:\s*([A-Za-z]+(?:_[A-Za-z]+)?)\s*:[^{}]*[=~%]")
FRACTION = re.compile(r"\s*(?:=|%(-?\d+(?:[.,]\d*)?)%)")
ESCAPED = re.compile(r"\\([}#~/\"\\=])")
SEPARATOR = re.compile(r"\\.|~", re.DOTALL)
REMARK = re.compile(r"\\.|(?<!&)(?<!&amp;)#", re.DOTALL)
ENDING = re.compile(r"\\.|\}", re.DOTALL)
FILL_IN = {"en": "Fill in the gaps.", "zh-Hans": "请填空。"}
LEFT, RIGHT = "\ue000", "\ue001"
MARKER = re.compile(f"{LEFT}(g\\d+){RIGHT}")

ToWords = Callable[[str], str]
"""Makes Markdown in one line of a piece of the file's text."""


@dataclass(frozen=True, slots=True)
class Part:
    """One gap as it stands in the text."""

    start: int
    end: int
    weight: int
    type: str
    inside: str


def parts_of(raw: str) -> Iterator[Part]:
    """The gaps of a text, in order."""
    place = 0
    while found := OPENING.search(raw, place):
        place = found.end()
        if found[2] not in TYPES:
            continue
        closing = next((end for end in ENDING.finditer(raw, place) if end[0] == "}"), None)
        if closing is None:
            return
        weight = int(found[1]) if found[1] else 1
        yield Part(found.start(), closing.end(), weight, found[2], raw[place : closing.start()])
        place = closing.end()


def has_gaps(raw: str) -> bool:
    """Tell whether a text holds gaps in this notation."""
    return next(parts_of(raw), None) is not None or LIKE_ONE.search(raw) is not None


def cloze(raw: str, to_words: ToWords) -> tuple[str, Body, int]:
    """The text with a marker for each gap, the gaps, and what they are worth together."""
    gaps: list[Content] = []
    native: list[dict[str, Any]] = []
    notes: list[Note] = []
    out: list[str] = []
    place = 0
    for part in parts_of(raw):
        if len(gaps) == MOST_OPTIONS:
            raise Refusal("too_many_options", most=MOST_OPTIONS)
        if not part.weight:
            raise Refusal("gap_without_weight")
        identity = f"g{len(gaps) + 1}"
        made, read, said = _gap(part, to_words)
        weight = {"weight": part.weight} if part.weight != 1 else {}
        gaps.append({"id": identity, **made, **weight})
        native.append({"id": identity, **read})
        notes.extend(note for note in said if note not in notes)
        out += [raw[place : part.start], LEFT, identity, RIGHT]
        place = part.end
    unread = LIKE_ONE.search("".join([*out, raw[place:]]))
    if unread:  # left in the text, it would show its answer
        if unread[1] in TYPES:
            raise Refusal("braces")
        raise Refusal("gap_kind_unknown", type=unread[1][:40])
    if not gaps:
        raise Refusal("no_gaps")
    content: Content = {"kind": "cloze", "gaps": gaps}
    shares = [choice.get("share", "") for gap in gaps for choice in gap.get("choose", ())]
    if any(share.startswith("-") for share in shares):
        content["lower"] = None
    body = Body(content, {"answering": "gaps", "gaps": native}, notes)
    return "".join([*out, raw[place:]]), body, sum(gap.get("weight", 1) for gap in gaps)


def with_gaps(markdown: str) -> str:
    """Markdown in which the markers are gaps."""
    return MARKER.sub(r"[[\1]]", markdown)


def stem_and_text(markdown: str) -> tuple[str, str]:
    """The paragraphs before the first gap are the stem; there may be none."""
    blocks = markdown.split("\n\n")
    first = next((place for place, block in enumerate(blocks) if MARKER.search(block)), 0)
    return "\n\n".join(blocks[:first]), with_gaps("\n\n".join(blocks[first:]))


def fill(body: Body, question: Any, markdown: str) -> None:
    """Put a text with markers for its gaps into an item."""
    parts = [stem_and_text(part) for part in markdown.split(BETWEEN)]
    stem, words = (BETWEEN.join(dict.fromkeys(side)) for side in zip(*parts, strict=True))
    if any(part.count("[[") < len(body.content["gaps"]) for _stem, part in parts):
        raise Refusal("gaps_lost")
    body.content["text"] = text(words)
    question.stem = stem or FILL_IN["en"]
    if not stem:
        body.content["stem"] = dict(FILL_IN)


def _gap(part: Part, to_words: ToWords) -> tuple[Content, dict[str, Any], list[Note]]:
    if part.type in SEVERAL:
        raise Refusal("gap_multiresponse")
    if part.type in NUMBERS:
        return _number_gap(part)
    answers = list(_answers(part.inside, to_words))
    if part.type in WRITING:
        accept, _traps, raw, notes = words_accepted(answers)
        if not accept or all("share" in key for key in accept):
            raise Refusal("no_key")
        wildcards = any(has_wildcard(key["text"]) for key in accept)
        steps = ["trim"] if part.type in KEEPING_CASE else ["trim", "case"]
        written: Content = {
            "accept": accept if wildcards else without_escapes(accept),
            "normalise": steps,
        }
        return written | ({"wildcards": True} if wildcards else {}), {"texts": raw}, notes
    return _choosing_gap(answers)


def _choosing_gap(answers: list[Answer]) -> tuple[Content, dict[str, Any], list[Note]]:
    kept = [answer for answer in answers if answer.words]
    if not any(answer.share >= 1 for answer in kept):
        raise Refusal("no_key")
    if len(kept) == 1:
        raise Refusal("one_option")
    choose = []
    for identity, answer in zip(identities(len(kept)), kept, strict=True):
        share = max(min(answer.share, WHOLE), -WHOLE)
        choice: Content = {"id": identity, "text": text(answer.words), "correct": share == 1}
        if share not in {WHOLE, NOTHING}:
            choice["share"] = share_text(share)
        choose.append(with_reason(choice, answer.why))
    offered = [[answer.raw, one["id"]] for answer, one in zip(kept, choose, strict=True)]
    return {"choose": choose}, {"choices": offered}, []


def _number_gap(part: Part) -> tuple[Content, dict[str, Any], list[Note]]:
    amounts: list[Amount] = []
    for answer in _answers(part.inside, lambda raw: raw):
        value, _, reach = answer.raw.partition(":")
        exact, near = decimal(value), decimal(reach or "0")
        if near is None or (exact is None and value.strip() != "*"):
            raise Refusal("number_unreadable", number=answer.raw[:40])
        amounts.append(Amount(exact, near, answer.share, answer.why))
    content, notes = gap(amounts)
    return content, {"is_number": True}, notes


def _answers(inside: str, to_words: ToWords) -> Iterator[Answer]:
    for alternative in _split(inside, SEPARATOR):
        found = FRACTION.match(alternative)
        share = NOTHING
        if found:
            share = exact_share(found[1]) or NOTHING if found[1] else WHOLE
        rest = alternative[found.end() :] if found else alternative
        pieces = _split(rest, REMARK, most=1)
        raw = ESCAPED.sub(r"\1", pieces[0]).strip()
        why = to_words(ESCAPED.sub(r"\1", pieces[1])) if len(pieces) > 1 else ""
        yield Answer(to_words(raw), html.unescape(raw), share, why)


def _split(words: str, pattern: re.Pattern[str], *, most: int = 0) -> list[str]:
    """Split at signs that no backslash stands before."""
    pieces: list[str] = []
    start = 0
    for found in pattern.finditer(words):
        if found[0].startswith("\\") or (most and len(pieces) == most):
            continue
        pieces.append(words[start : found.start()])
        start = found.end()
    return [*pieces, words[start:]]
