"""Texts with gaps: what comes before the first gap is the question, the rest is the text."""

from copy import deepcopy
from typing import Any

from probity.exchange.formats.qti.body import BLANK, english, gap_mark, is_chinese, mark, readable
from probity.exchange.formats.qti.gaps import Gaps
from probity.exchange.formats.qti.model import Draft, Reader
from probity.exchange.formats.qti.scoring import points_for
from probity.exchange.formats.qti.tree import add_text, inner, within
from probity.exchange.xml import Element, name_of

ASK = "Fill in the gaps."
ASK_CHINESE = "填空。"
WRAPPERS = frozenset({"div", "blockquote", "section", "span"})


def cloze_of(reader: Reader, interactions: list[Element]) -> Draft:
    """An item whose interactions all stand in the lines of its text."""
    gaps = Gaps(interactions, reader.context, reader.processing)
    content, proof = gaps.settle()
    stem, text = split(reader.body, gaps, reader.words)
    if not stem:
        stem = ASK_CHINESE if is_chinese([text]) else ASK
        reader.words.note("changed", "stem_added")
    content["stem"], content["text"] = english(stem), english(text)
    reader.feedback(None, content)
    content["points"] = points_for(proof.best)
    return Draft(content, gaps.table, proof.base, proof.best)


def split(body: Element, gaps: Gaps, words: Any) -> tuple[str, str]:
    """The question and the text, both in our Markdown."""
    copy = deepcopy(body)
    _mark_gaps(copy, gaps)
    flow = readable(copy, words)
    parts = {child.get("class"): child for child in flow}
    if "stem" in parts and "text" in parts:
        return words.block(inner(parts["stem"])), words.block(inner(parts["text"]))
    only = flow
    while len(only) == 1 and name_of(only[0]) in WRAPPERS and not (only.text or "").strip():
        if (only[0].tail or "").strip():
            break
        only = only[0]
    before = deepcopy(only)
    cut = next((n for n, child in enumerate(only) if _has_gap(child)), 0)
    if _has_mark(only.text) or (only.text or "").strip():
        return "", words.block(inner(only))
    for child in list(before)[cut:]:
        before.remove(child)
    for child in list(only)[:cut]:
        add_text(only, 0, child.tail if _has_mark(child.tail) else None)
        only.remove(child)
    return words.block(inner(before)), words.block(inner(only))


def _mark_gaps(copy: Element, gaps: Gaps) -> None:
    for element in list(within(copy, "inlineChoiceInteraction", "textEntryInteraction")):
        response = element.get("responseIdentifier")
        if response in gaps.idle:
            mark(element, BLANK)
            continue
        for name, interaction in gaps.names.items():
            if interaction.get("responseIdentifier") == response:
                mark(element, gap_mark(name))


def _has_gap(child: Element) -> bool:
    return _has_mark("".join(child.itertext())) or _has_mark(child.tail)


def _has_mark(text: str | None) -> bool:
    return "\ue000" in (text or "")
