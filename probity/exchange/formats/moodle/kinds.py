"""What each question type of Moodle becomes."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from probity.exchange.formats.moodle import building, clozes, dragging
from probity.exchange.formats.moodle.amounts import Amount
from probity.exchange.formats.moodle.amounts import numeric as numeric_body
from probity.exchange.formats.moodle.building import Body, Pair, Refusal, text
from probity.exchange.formats.moodle.fields import Fields, raw_of, share_of
from probity.exchange.found import Content, Note
from probity.exchange.shares import decimal, number

CREDITS = {
    "": "positions",
    "-1": "all_or_nothing",
    "ALL_OR_NOTHING": "all_or_nothing",
    "0": "positions",
    "ABSOLUTE_POSITION": "positions",
    "1": "adjacent_pairs",
    "RELATIVE_NEXT_EXCLUDE_LAST": "adjacent_pairs",
    "7": "distance",
    "RELATIVE_TO_CORRECT": "distance",
}
KPRIME_ROWS = 4


def choice(fields: Fields) -> Body:
    """Multichoice and multichoiceset."""
    is_set = fields.question.native_kind == "multichoiceset"
    is_single = not is_set and fields.flag("single", default=True)
    body = building.choice(list(fields.answers()), is_single=is_single)
    if is_set:
        fields.question.data["type"] = "multichoiceset"
        body.content.pop("mapping", None)
        body.content["credit"] = "all_or_nothing"
    body.content["shuffle"] = fields.flag("shuffleanswers", default=True)
    return body


def truth(fields: Fields) -> Body:
    """truefalse: the key is the answer with the larger share."""
    said = {answer.raw.lower(): answer for answer in fields.answers()}
    is_true, is_false = said.get("true"), said.get("false")
    if is_true is None and is_false is None:
        raise Refusal("no_key")
    best = max(said.values(), key=lambda answer: answer.share)
    if best.share <= 0:
        raise Refusal("no_key")
    return building.truth(
        best is is_true, is_true.why if is_true else "", is_false.why if is_false else ""
    )


def short(fields: Fields) -> Body:
    """Shortanswer."""
    keeps_case = fields.flag("usecase", default=False)
    return building.short(list(fields.answers()), keeps_case=keeps_case)


def numeric(fields: Fields) -> Body:
    """numerical, with its units."""
    amounts = []
    for answer in fields.all("answer"):
        raw = raw_of(answer).strip()
        value = decimal(raw)
        if value is None and raw != "*":
            raise Refusal("number_unreadable", number=raw[:40])
        reach = _reach(answer)
        feedback = answer.find("feedback")
        why = fields.words_of(feedback) if feedback is not None else ""
        amounts.append(Amount(value, reach, share_of(answer), why))
    if not amounts:
        raise Refusal("no_key")
    body = numeric_body(amounts)
    if any(note.code == "first_answer_counts" for note in body.notes):
        fields.question.data["answers"] = [
            [str(one.value), str(one.reach), str(one.share), one.why]
            for one in amounts
            if one.value is not None
        ]
    unit = _unit(fields)
    if unit:
        body.content["unit"] = unit
    return body


def _reach(answer: Any) -> Decimal:
    """How far beside a number still counts: nothing where the file does not say."""
    near = answer.find("tolerance")
    words = "".join(near.itertext()).strip() if near is not None else ""
    reach = decimal(words or "0")
    if reach is None:
        raise Refusal("number_unreadable", number=words[:40])
    return reach


def _unit(fields: Fields) -> Content | None:
    """The unit of the answer, and what others are worth; they stay in the file's own words too."""
    units = fields.element.find("units")
    if units is None:
        return None
    named: list[tuple[str, Decimal]] = []
    for unit in units.findall("unit"):
        name = (unit.findtext("unit_name") or "").strip()
        factor = decimal(unit.findtext("multiplier") or "1")
        if name and factor:
            named.append((name, factor))
    code = next((name for name, factor in named if factor == 1), "")
    if not code:
        return None
    content: Content = {"code": code}
    same = [name for name, factor in named if factor == 1 and name != code]
    factors = {name: number(1 / Fraction(factor)) for name, factor in named if factor != 1}
    if None in factors.values():
        fields.question.note(Note("lost", "unit_lost", {"unit": list(factors)}))
    content |= {"accept": same} if same else {}
    kept = {name: factor for name, factor in factors.items() if factor is not None}
    content |= {"factors": kept} if kept else {}
    grading = (fields.element.findtext("unitgradingtype") or "0").strip()
    if grading in {"1", "2"}:
        content["ask"] = True
        if decimal(fields.element.findtext("unitpenalty") or "0") != 1:
            fields.question.note(Note("changed", "unit_penalty"))
    return content


def matching(fields: Fields) -> Body:
    """Match and ddmatch."""
    pairs = []
    for part in fields.all("subquestion"):
        answer = part.find("answer")
        if answer is None:
            continue
        pairs.append(
            Pair(
                stem=fields.words_of(part, in_line=True),
                raw_stem=raw_of(part),
                answer=fields.words_of(answer, in_line=True, form="moodle_auto_format"),
                raw_answer=raw_of(answer),
            )
        )
    body = building.matching(pairs)
    body.content["shuffle"] = fields.flag("shuffleanswers", default=True)
    return body


def ordering(fields: Fields) -> Body:
    """ordering; how it is graded stays in the file's own words where we have no such way."""
    grading = (fields.element.findtext("gradingtype") or "").strip().upper()
    credit = CREDITS.get(grading)
    if credit is None:
        fields.question.note(Note("changed", "ordering_grading", {"grading": grading.lower()}))
    shown = (fields.element.findtext("selecttype") or "ALL").strip().upper()
    if shown not in {"ALL", "0"}:
        fields.question.note(Note("changed", "ordering_subset"))
    return building.ordering(list(fields.answers(form="html")), credit or "positions")


def multianswer(fields: Fields) -> Body:
    """cloze: the text holds the questions."""
    element = fields.first("questiontext")
    raw = raw_of(element) if element is not None else ""

    def to_words(piece: str) -> str:
        return fields.to_words(piece, element, in_line=True)

    marked, body, weight = clozes.cloze(raw, to_words)
    fields.question.grade = Decimal(weight)
    clozes.fill(body, fields.question, fields.to_words(marked, element))
    return body


def essay(fields: Fields) -> Body:
    """essay: kept for people to mark; a file instead of words where only a file is asked for."""
    form = fields.element.findtext("responseformat") or "editor"
    content: Content = {"kind": "upload" if form == "noinline" else "essay"}
    guide = fields.words("graderinfo")
    if guide:
        content["model_answer"] = text(guide)
    most = decimal(fields.element.findtext("maxwordlimit") or "")
    if most and 0 < most <= 100_000:  # noqa: PLR2004 - what an item may ask for
        content["max_words"] = int(most)
    lines = decimal(fields.element.findtext("responsefieldlines") or "")
    if lines and 0 < lines <= 1000 and form != "noinline":  # noqa: PLR2004
        content["lines"] = int(lines)
    list(fields.all("answer"))
    return Body(content, {"answering": "none"})


def kprime(fields: Fields) -> Body:
    """Kprime and mtf: a cross in each row."""
    columns = [_inner(column, "responsetext") for column in fields.all("column")]
    rows = fields.all("row")
    right = {
        (weight.get("rownumber"), weight.get("columnnumber"))
        for weight in fields.all("weight")
        if (share := decimal(weight.findtext("value") or "0")) and share > 0
    }
    names = building.identities(len(columns))
    content: Content = {
        "kind": "matrix",
        "rows": [
            {
                "id": f"r{place}",
                "text": text(fields.words_of(_inner(row, "optiontext"), in_line=True)),
            }
            for place, row in enumerate(rows, 1)
        ],
        "columns": [
            {"id": name, "text": text(fields.words_of(column, in_line=True))}
            for name, column in zip(names, columns, strict=True)
        ],
        "cells": [
            f"r{place} {name}"
            for place, row in enumerate(rows, 1)
            for number_, name in enumerate(names, 1)
            if (row.get("number") or str(place), str(number_)) in right
        ],
    }
    method = fields.plain("scoringmethod").lower()
    content["credit"] = "all_or_nothing" if method == "kprimeonezero" else "per_row"
    if method == "kprime":
        fields.question.note(Note("changed", "kprime_grading"))
    return Body(content, {"answering": "none"})


def _inner(element: Any, tag: str) -> Any:
    inside = element.find(tag)
    return element if inside is None else inside


def unknown(fields: Fields) -> Body:
    """A type that we have never heard of."""
    raise Refusal("kind_unknown", kind=fields.question.native_kind[:40] or "?")


def refused(code: str) -> Callable[[Fields], Body]:
    """A type that is no item of ours, with the reason."""

    def refuse(_fields: Fields) -> Body:
        raise Refusal(code)

    return refuse


KINDS: dict[str, Callable[[Fields], Body]] = {
    "calculated": refused("calculated"),
    "calculatedmulti": refused("calculated"),
    "calculatedsimple": refused("calculated"),
    "cloze": multianswer,
    "ddimageortext": refused("pieces_on_picture"),
    "ddmarker": dragging.markers,
    "ddmatch": matching,
    "ddwtos": dragging.words_into_text,
    "essay": essay,
    "gapselect": dragging.gap_select,
    "kprime": kprime,
    "match": matching,
    "matching": matching,
    "mtf": kprime,
    "multianswer": multianswer,
    "multichoice": choice,
    "multichoiceset": choice,
    "numerical": numeric,
    "ordering": ordering,
    "random": refused("random"),
    "randomsamatch": refused("random"),
    "shortanswer": short,
    "truefalse": truth,
}
