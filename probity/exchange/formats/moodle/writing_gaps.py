"""Our kinds with gaps in a text as Moodle's: cloze, gapselect and ddwtos."""

import html
import re
from fractions import Fraction
from typing import Any

from lxml import etree

from probity.bank.shapes import GAP
from probity.exchange.formats.moodle.clozes import FILL_IN
from probity.exchange.formats.moodle.sheet import Sheet
from probity.exchange.formats.moodle.writing_kinds import around, written
from probity.exchange.found import Content
from probity.exchange.text import to_html

SPECIAL = re.compile(r"([}#~/\"\\])")
MOST_GROUPS = 20


def is_select(item: Content) -> bool:
    """Tell whether every gap is a plain choice, as gapselect has them."""
    gaps = item["gaps"]
    return all(
        gap.get("choose")
        and Fraction(str(gap.get("weight", 1))) == 1
        and not gap.get("why")
        and sum(bool(one.get("correct")) for one in gap["choose"]) == 1
        and not any(one.get("share") or one.get("why") for one in gap["choose"])
        for gap in gaps
    ) and len({_words(gap) for gap in gaps}) <= MOST_GROUPS  # fmt: skip


def gap_select(sheet: Sheet) -> None:
    """Gaps with lists: those with the same list are one group."""
    groups: dict[tuple[str, ...], int] = {}
    places: dict[tuple[int, str], int] = {}
    options: list[tuple[dict[str, str], int]] = []
    numbers: dict[str, int] = {}
    for gap in sheet.item["gaps"]:
        words = _words(gap)
        group = groups.setdefault(words, len(groups) + 1)
        for choice in gap["choose"]:
            place = (group, choice["text"]["en"])
            if place not in places:
                options.append((choice["text"], group))
                places[place] = len(options)
            if choice.get("correct"):
                numbers[gap["id"]] = places[place]
    _numbered(sheet, numbers)
    for text, group in options:
        option = etree.SubElement(sheet.element, "selectoption")
        _one_language(sheet, text)
        etree.SubElement(option, "text").text = to_html(text["en"], in_line=True)
        sheet.plain("group", group, option)


def words_into_text(sheet: Sheet) -> None:
    """gap_match: words to drag."""
    item = sheet.item
    if item.get("credit", "per_gap") != "per_gap":
        sheet.note("credit_unheld", credit=item["credit"])
    order = {choice["id"]: place for place, choice in enumerate(item["choices"], 1)}
    _numbered(sheet, {gap: order[choice] for gap, choice in item["pairs"].items()})
    for choice in item["choices"]:
        box = etree.SubElement(sheet.element, "dragbox")
        _one_language(sheet, choice["text"])
        etree.SubElement(box, "text").text = to_html(choice["text"]["en"], in_line=True)
        sheet.plain("group", 1, box)
        if item.get("reuse"):
            etree.SubElement(box, "infinite")


def cloze(sheet: Sheet) -> None:
    """Gaps of all kinds, written into the text."""
    item = sheet.item
    if item.get("credit", "per_gap") != "per_gap":
        sheet.note("credit_unheld", credit=item["credit"])
    weights = _weights(sheet)
    gaps = {
        gap["id"]: f"{{{weight}:{notation(sheet, gap)}}}"
        for gap, weight in zip(item["gaps"], weights, strict=True)
    }
    _text(sheet, gaps)


def _weights(sheet: Sheet) -> list[int]:
    """Whole weights that add up to the points, where there are such."""
    item = sheet.item
    weights = [Fraction(str(gap.get("weight", 1))) for gap in item["gaps"]]
    points = Fraction(str(item.get("points", 1)))
    scaled = [weight * points / sum(weights) for weight in weights]
    if any(weight.denominator != 1 for weight in scaled):
        sheet.note("points_of_gaps")
        scaled = weights
    if any(weight.denominator != 1 for weight in scaled):
        sheet.note("credit_unheld", credit="per_gap")
        return [1] * len(weights)
    return [int(weight) for weight in scaled]


def notation(sheet: Sheet, gap: Content) -> str:
    if gap.get("choose"):
        kind, answers = "MULTICHOICE", [
            (Fraction(one.get("share") or int(bool(one.get("correct")))), _html(sheet, one["text"]),
             one.get("why") or (gap.get("why") if one.get("correct") else None))
            for one in gap["choose"]
        ]  # fmt: skip
    elif gap.get("accept"):
        kind = "SHORTANSWER" if "case" in gap.get("normalise", ["case"]) else "SHORTANSWER_C"
        answers = [
            (Fraction(key.get("share", "1/1")), html.escape(written(words, gap), quote=False),
             key.get("why"))
            for key in gap["accept"]
            for words in (key["text"], *key.get("also", ()))
        ]  # fmt: skip
    else:
        kind, answers = "NUMERICAL", _numbers(sheet, gap)
    return f"{kind}:" + "~".join(
        _share(sheet, share) + SPECIAL.sub(r"\\\1", words) + _remark(sheet, why)
        for share, words, why in answers
    )


def _numbers(sheet: Sheet, gap: Content) -> list[tuple[Fraction, str, Any]]:
    exactly = {"absolute": 0}
    answers = []
    for one in [{**gap, "value": gap["number"], "share": "1/1"}, *(gap.get("also") or ())]:
        tolerance = one.get("tolerance") or gap.get("tolerance") or exactly
        middle, reach = around(sheet, one["value"], tolerance)
        words = f"{sheet.exact(middle)}:{sheet.exact(reach)}"
        answers.append((Fraction(one.get("share", "1/1")), words, one.get("why")))
    return sorted(answers, key=lambda answer: -answer[0])


def _share(sheet: Sheet, share: Fraction) -> str:
    if share == 1:
        return "="
    return f"%{sheet.percent(share)}%" if share else ""


def _remark(sheet: Sheet, why: Any) -> str:
    if not why:
        return ""
    return "#" + SPECIAL.sub(r"\\\1", _html(sheet, why))


def _html(sheet: Sheet, text: dict[str, str]) -> str:
    _one_language(sheet, text)
    return to_html(text["en"], in_line=True)


def _numbered(sheet: Sheet, numbers: dict[str, int]) -> None:
    _text(sheet, {gap: f"[[{number}]]" for gap, number in numbers.items()})


def _text(sheet: Sheet, gaps: dict[str, str]) -> None:
    """Stem and text in one, the gaps in their notation; Moodle counts gaps in one language only."""
    item = sheet.item
    _one_language(sheet, item["text"])
    names: list[str] = []
    shown = {"en": item["text"]["en"]}
    if item["stem"]["en"] != FILL_IN["en"]:
        shown["en"] = f"{item['stem']['en']}\n\n{shown['en']}"
    raw = GAP.sub(lambda found: gaps.get(found[1], found[0]), sheet.html(shown, names))
    element = etree.SubElement(sheet.element, "questiontext", format="html")
    sheet.put_raw(element, raw, names)


def _one_language(sheet: Sheet, text: dict[str, str]) -> None:
    if text.get("zh-Hans", text["en"]) != text["en"]:
        sheet.note("one_language")


def _words(gap: Content) -> tuple[str, ...]:
    return tuple(choice["text"]["en"] for choice in gap.get("choose") or ())
