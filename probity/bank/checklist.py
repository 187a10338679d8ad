"""The item-writing checklist: what a reviewer would remark about an item. Pure, advice only."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from probity.bank import cues, rules
from probity.bank.shapes import AnyItem, Case, Multiple, Numeric, Single
from probity.kernel.markup import plain_text

LONGER, FACTOR, SHORTEST = 1.4, 2, 12
STEM_WORDS, STEM_CHARACTERS, LEAST_STEM = 120, 260, 20
HARDEST, EASIEST = 0.3, 0.9

NEGATIVE = re.compile(
    r"\b(which|what|who|whose|when|where)\b[^.?!]*\b(not|except|incorrect|untrue|wrong)\b[^.?!]*\?"
    r"|\bexcept:?$|不正确的|不属于|不包括|错误的是|除外的是",
    re.IGNORECASE,
)
ABSOLUTE = re.compile(
    r"\b(always|never|under no circumstances|without exception|absolutely|completely)\b"
    r"|一律|绝对|从不|永远|任何情况下",
    re.IGNORECASE,
)
VAGUE = re.compile(
    r"\b(often|usually|sometimes|frequently|generally|rarely)\b|通常|经常|往往|有时|很少",
    re.IGNORECASE,
)
ALL_ABOVE = re.compile(
    r"\b(all|none|any|both|neither) of the (above|following|other)|以上(都|均|皆)|上述(都|均|各项)",
    re.IGNORECASE,
)
K_TYPE = re.compile(
    r"^\(?[A-E1-5]\)?(, \(?[A-E1-5]\)?)* (and|or) \(?[A-E1-5]\)?( only)?\.?$"
    r"|^[A-E1-5]([和、与][A-E1-5])+$"
)
UNFOCUSED = re.compile(
    r"^which (one )?(of these|of the following)( statements?)? (is|are) (true|correct|right)\b"
    r"|^(下列|以下)(说法|表述|选项)(中)?[，,]?(正确|错误)的是",
    re.IGNORECASE,
)
TELLING = re.compile(r"(^|_)(correct|right|wrong|key|answer|distractor|true|false)(_|$|\d)")
NUMBER = re.compile(r"^\D{0,4}([\d,]+(?:\.\d+)?)\D{0,12}$")
OF_THE_WHOLE = frozenset({"law", "expected", "undecided"})
"""What a part of a case set need not say itself."""

SHORT_STEM = frozenset({"true_false", "cloze", "matching", "ordering", "gap_match", "matrix"})


@dataclass(frozen=True, slots=True)
class Advice:
    """One remark: which check, which part of the item (a child's id, or ""), and the words found."""

    code: str
    part: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def advice(item: AnyItem) -> list[Advice]:
    """Everything the checklist remarks; an empty list is a clean item."""
    if isinstance(item, Case):
        own = [Advice(name) for name in ("bilingual", "law", "expected") if _hits(name, item)]
        parts = [Advice(found.code, child.id, found.facts) for child in item.items
                 for found in advice(child) if found.code not in OF_THE_WHOLE]  # fmt: skip
        return [*own, *parts]
    found: list[Advice] = []
    for name in applicable(item):
        found.extend(Advice(name, facts=facts) for facts in _hits(name, item))
    return found


def applicable(item: AnyItem) -> list[str]:
    """The checks that make sense for this kind of item."""
    if isinstance(item, Case):
        return ["bilingual", "law", "expected"]
    names = list(EVERY)
    if isinstance(item, Single | Multiple):
        names += list(OF_OPTIONS)
    if isinstance(item, Numeric):
        names += list(OF_NUMBERS)
    return names


def _hits(name: str, item: AnyItem) -> list[dict[str, Any]]:
    return list(ALL[name](item))


def _both(texts: Mapping[str, str]) -> str:
    return "\n".join(plain_text(words) for words in texts.values())


def _found(pattern: re.Pattern[str], words: str) -> Iterator[dict[str, Any]]:
    if hit := pattern.search(words):
        yield {"words": hit.group(0)}


def _negative(item: Any) -> Iterator[dict[str, Any]]:
    stem = item.stem["en"]
    marked = "**NOT**" in stem or "**EXCEPT**" in stem
    if not marked and not any(cues.double_negative(item)):
        yield from _found(NEGATIVE, _both(item.stem))


def _focus(item: Any) -> Iterator[dict[str, Any]]:
    words = plain_text(item.stem["en"])
    if item.kind in SHORT_STEM:
        return
    if len(words) < LEAST_STEM or any(cues.of_stem(item, UNFOCUSED)):
        yield {}


def _long_stem(item: Any) -> Iterator[dict[str, Any]]:
    words = plain_text(item.stem["en"]).split()
    chinese = plain_text(item.stem.get("zh-Hans", ""))
    if len(words) > STEM_WORDS or len(chinese) > STEM_CHARACTERS:
        yield {"words": len(words)}


def _vague(item: Any) -> Iterator[dict[str, Any]]:
    texts = [item.stem, *(option.text for option in getattr(item, "options", ()))]
    yield from _found(VAGUE, "\n".join(_both(text) for text in texts))


def _bilingual(item: AnyItem) -> Iterator[dict[str, Any]]:
    if not rules.is_bilingual(item.model_dump(mode="json")):
        yield {}


def _law(item: AnyItem) -> Iterator[dict[str, Any]]:
    if not item.legal_basis and not item.sources:
        yield {}


def _expected(item: AnyItem) -> Iterator[dict[str, Any]]:
    if item.expected_p is None:
        yield {}
    elif not HARDEST <= item.expected_p <= EASIEST:
        yield {"value": str(item.expected_p)}


def _absolute(item: Any) -> Iterator[dict[str, Any]]:
    for option in item.options:
        yield from _found(ABSOLUTE, _both(option.text))


def _all_above(item: Any) -> Iterator[dict[str, Any]]:
    for option in item.options:
        yield from _found(ALL_ABOVE, _both(option.text))


def _k_type(item: Any) -> Iterator[dict[str, Any]]:
    for option in item.options:
        for words in option.text.values():
            yield from _found(K_TYPE, plain_text(words))


def _longest_key(item: Any) -> Iterator[dict[str, Any]]:
    """Only where the key stands out in a language: readers of that language would see it."""
    if not isinstance(item, Single):
        return
    for locale in item.stem:
        lengths = {o.correct: 0 for o in item.options}
        for option in item.options:
            size = len(plain_text(option.text.get(locale, "")))
            lengths[option.correct] = max(lengths[option.correct], size)
        if lengths[True] > max(SHORTEST, LONGER * lengths[False]):
            yield {"language": locale}
            return


def _even_lengths(item: Any) -> Iterator[dict[str, Any]]:
    sizes = [len(plain_text(option.text["en"])) for option in item.options]
    if max(sizes) > SHORTEST * FACTOR and max(sizes) > FACTOR * min(sizes):
        yield {"shortest": min(sizes), "longest": max(sizes)}


def _twins(item: Any) -> Iterator[dict[str, Any]]:
    texts = [plain_text(option.text["en"]).casefold().rstrip(".") for option in item.options]
    if len(set(texts)) < len(texts):
        yield {}


def _number_order(item: Any) -> Iterator[dict[str, Any]]:
    hits = [NUMBER.match(plain_text(option.text["en"])) for option in item.options]
    if all(hits):
        values = [float(hit.group(1).replace(",", "")) for hit in hits if hit]
        if item.shuffle or values != sorted(values):
            yield {}


def _telling_ids(item: Any) -> Iterator[dict[str, Any]]:
    for option in item.options:
        if TELLING.search(option.id):
            yield {"words": option.id}


def _rounding(item: Any) -> Iterator[dict[str, Any]]:
    if item.decimals is None and item.answer != int(item.answer):
        yield {}


def _traps(item: Any) -> Iterator[dict[str, Any]]:
    if not item.traps:
        yield {}


Check = Callable[[Any], Iterator[dict[str, Any]]]

EVERY: dict[str, Check] = {
    "negative": _negative,
    "double_negative": cues.double_negative,
    "trivia": cues.trivia,
    "law_gap": cues.law_gap,
    "focus": _focus,
    "long_stem": _long_stem,
    "vague": _vague,
    "bilingual": _bilingual,
    "law": _law,
    "expected": _expected,
}
OF_OPTIONS: dict[str, Check] = {
    "absolute": _absolute,
    "article": cues.article,
    "convergence": cues.convergence,
    "repeated": cues.repeated,
    "undecided": cues.undecided,
    "filler": cues.filler,
    "all_above": _all_above,
    "k_type": _k_type,
    "longest_key": _longest_key,
    "even_lengths": _even_lengths,
    "overlap": cues.overlap,
    "twins": _twins,
    "number_order": _number_order,
    "telling_ids": _telling_ids,
}
OF_NUMBERS: dict[str, Check] = {"rounding": _rounding, "traps": _traps}
ALL = EVERY | OF_OPTIONS | OF_NUMBERS
