"""Numbered questions in Chinese documents: stem, lettered options, a line with the answer."""

import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from probity.bank.marking import Mark
from probity.exchange import encoding, language
from probity.exchange.formats.chinese_text.block import Block
from probity.exchange.formats.chinese_text.parsing import blocks
from probity.exchange.formats.chinese_text.radicals import modern
from probity.exchange.formats.sheet import building, kinds
from probity.exchange.formats.sheet.building import Asked, Refusal, name_of
from probity.exchange.formats.sheet.texts import Texts
from probity.exchange.found import (
    Format,
    Found,
    Note,
    Other,
    Source,
)

_QUESTION = re.compile(r"^\s*(?:第\s*)?[(（]?\d{1,4}\s*(?:[.、．)）]|题)", re.MULTILINE)
_ANSWER = re.compile(r"答案|解析[:：]")
_OPTION = re.compile(r"^\s*[A-Ha-hＡ-Ｈ]\s*[.、．:：)）]", re.MULTILINE)
_LETTERS = re.compile(r"[A-H](?:[\s,，、]*[A-H]){0,7}")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
LEAST_CHINESE = 20
OWN = frozenset({"text_no_answer", "text_no_options"})
"""Refusals that are said otherwise of a document than of a table."""

MOST_BLOCKS = 20_000
"""Questions and other lines; all are held until the list of answers at the end is read."""


class ChineseText:
    """Plain text as teachers keep it; the answer stands below, in brackets or in a list."""

    name = "chinese-text"

    def sniff(self, name: str, head: bytes) -> bool:
        if name.casefold().endswith((".csv", ".tsv", ".xml", ".gift")) or head[:1] in b"<PK{":
            return False
        text = encoding.text_of(head)
        if len(_CHINESE.findall(text)) < LEAST_CHINESE or not _QUESTION.search(text):
            return False
        return bool(_ANSWER.search(text) or _OPTION.search(text))

    def read(self, source: Source) -> Iterator[Found | Other]:
        source.dialect = "numbered"
        index = 0
        for block in blocks(encoding.lines(source), MOST_BLOCKS):
            if isinstance(block, Other):
                yield block
                continue
            yield _read(block, index)
            index += 1

    def respond(self, found: Found, response: Any) -> Any:
        """Turn places of options into their ids."""
        if found.kind not in {"single", "multiple"} or not isinstance(response, list):
            return response
        chosen = [name_of(int(place)) for place in response]
        return (chosen[0] if chosen else None) if found.kind == "single" else chosen

    def native_score(self, found: Found, mark: Mark) -> Fraction:  # noqa: ARG002
        return mark.earned

    def native_max(self, found: Found) -> Fraction:
        return Fraction(str((found.content or {}).get("points", 1)))


def _read(block: Block, index: int) -> Found:
    where = f"line {block.line}"
    found = Found(index, block.number, where, block.section, "other", excerpt=block.excerpt)
    texts = Texts()
    words = [block.stem, block.answer, block.explanation, *block.options]
    plain = [modern(one) for one in words]
    asked = Asked(
        kind="",
        stem=plain[0],
        answer=plain[1],
        options=plain[3:],
        texts=texts,
        styles=kinds.STYLES,
        explanation=plain[2],
    )
    try:
        found.kind = asked.kind = _kind(block, asked)
        content = building.build(asked)
    except Refusal as refusal:
        facts = {"row": block.line, "cell": where, **refusal.facts}
        code = f"text_{refusal.code.removeprefix('row_')}"
        found.refusal = Note("lost", code if code in OWN else refusal.code, facts, where)
        return found
    if asked.explanation and "why" not in content:
        content["feedback"] = {"general": texts.text(asked.explanation)}
    if plain != words:
        asked.note("changed", "radicals_replaced")
    found.content = {**content, "points": 1}
    found.notes = [*texts.notes, *asked.notes]
    if language.spread(found.content):
        found.notes.append(Note("changed", "language_chinese"))
    return found


def _kind(block: Block, asked: Asked) -> str:
    """What the section says, unless the number of letters says better."""
    if not asked.stem:
        raise Refusal("row_no_stem")
    labelled = kinds.kind_of(block.section) if block.section else ""
    counted = building.kind_meant(asked, "")
    if labelled in {"", "choice", "single", "multiple"} and asked.options:
        return "multiple" if "multiple" in {labelled, counted} else "single"
    if labelled and labelled != "choice":
        return labelled
    if not asked.options and not asked.answer:
        raise Refusal("row_no_answer")
    if not asked.options and _LETTERS.fullmatch(unicodedata.normalize("NFKC", asked.answer)):
        raise Refusal("row_no_options")
    return counted


FORMATS: dict[str, Format] = {"chinese-text": ChineseText()}
