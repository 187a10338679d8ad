"""From the cells of one row to the content of one item, kind by kind."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from probity.exchange.formats.sheet import kinds
from probity.exchange.formats.sheet.headings import folded
from probity.exchange.formats.sheet.texts import Texts
from probity.exchange.found import Note

Content = dict[str, Any]
PARTS = re.compile(r"\s*(?:\||;|；|\n)\s*")
PAIR = re.compile(r"\s*(?:=>|->|→|＝|=)\s*")
SHARE = re.compile(r"^%\s*(\d{1,3}(?:\.\d+)?)\s*%\s*(.*)$", re.DOTALL)
NUMBER = re.compile(r"^[-+−]?\d[\d\s,]*(?:\.\d+)?(?:[eE][-+]?\d{1,3})?$|^[-+−]?\.\d+$")
RANGE = re.compile(r"^(-?\d+(?:\.\d+)?)\s*(?:\.\.|~|～)\s*(-?\d+(?:\.\d+)?)$")
GAP = re.compile(r"\[\[([a-z_0-9]+)\]\]")
BLANK = re.compile(r"_{2,}|（\s*）|\(\s*\)|【\s*】")
MOST_OPTIONS = 60
WHOLE = 100


class Refusal(Exception):
    """A row that cannot become an item: a code, the column at fault, and facts."""

    def __init__(self, code: str, column: int | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.column, self.facts = code, column, facts


@dataclass(slots=True)
class Asked:
    """What the cells of one row say, by meaning."""

    kind: str
    stem: str
    answer: str
    options: list[str]
    texts: Texts
    styles: Sequence[str]
    columns: Sequence[int] = ()
    stem_chinese: str = ""
    options_chinese: list[str] = field(default_factory=list)
    whys: Mapping[int, str] = field(default_factory=dict)
    scores: Mapping[int, str] = field(default_factory=dict)
    explanation: str = ""
    tolerance: str = ""
    unit: str = ""
    shares: str = ""
    penalty: Fraction = Fraction(0)
    credit: str = ""
    choices: int | None = None
    answer_column: int | None = None
    first_option: int | None = None
    points: Fraction | None = None
    notes: list[Note] = field(default_factory=list)

    def meant(self) -> list[int]:
        """The options that the answer names; letters and numbers are those of the columns."""
        offered = spread(self.options, self.columns)
        filled = [place for place, words in enumerate(offered) if words]
        for style in self.styles:
            found = kinds.places(self.answer, offered, style) or []
            if found and set(found) <= set(filled):
                return [filled.index(place) for place in found]
        return []

    def note(self, kind: Any, code: str, **facts: Any) -> None:
        self.notes.append(Note(kind, code, facts))


def build(asked: Asked) -> Content:
    """The content of an item, without what every kind has in common. Raises Refusal."""
    maker = _MAKERS.get(asked.kind)
    if maker is None:
        raise Refusal("row_kind_needs_more", kind=asked.kind)
    stem = asked.texts.text(asked.stem, asked.stem_chinese)
    return {"kind": asked.kind, "stem": stem, **maker(asked)}


def name_of(place: int) -> str:
    """The id of an option by its place: a to z, then a1, b1 …"""
    letter, turn = chr(ord("a") + place % 26), place // 26
    return f"{letter}{turn}" if turn else letter


def spread(options: Sequence[str], columns: Sequence[int]) -> list[str]:
    """The options at the places of their columns, nothing in those that are empty."""
    if len(columns) != len(options) or list(columns) != sorted(set(columns)):
        return list(options)
    offered = [""] * (max(columns, default=-1) + 1)
    for place, words in zip(columns, options, strict=True):
        offered[place] = words
    return offered


def number_of(words: str) -> Decimal | None:
    """A number as people write it; None if it is none."""
    plain = words.strip().replace("−", "-").replace("，", ",")
    if not NUMBER.match(plain):
        return None
    try:
        return Decimal(re.sub(r"[\s,]", "", plain))
    except InvalidOperation:
        return None


def written(number: Decimal | Fraction) -> int | str:
    """A number as content holds it: a whole one as int, others as text."""
    if isinstance(number, Fraction):
        number = Decimal(number.numerator) / Decimal(number.denominator)
    if number == number.to_integral_value():
        return int(number)
    return f"{number.normalize():f}"


def share_of(share: Fraction) -> str:
    return f"{share.numerator}/{share.denominator}"


def _single(asked: Asked) -> Content:
    chosen = _chosen(asked)
    if len(chosen) > 1:
        raise Refusal("row_two_keys", asked.answer_column, answer=asked.answer)
    content: Content = {"options": _options(asked, chosen)}
    if asked.penalty:
        wrong = share_of(-asked.penalty)
        entries = {one["id"]: "1/1" if one["correct"] else wrong for one in content["options"]}
        content |= {"credit": "mapping", "mapping": {"entries": entries, "lower": None}}
    return content


def _multiple(asked: Asked) -> Content:
    credit = asked.credit or "all_or_nothing"
    if not asked.credit:
        asked.note("kept", "credit_assumed")
    return {"options": _options(asked, _chosen(asked)), "credit": credit}


def _scored(asked: Asked) -> Content:
    """Options with points of their own: the points are what the best choice earns."""
    scores = {place: number_of(words) for place, words in asked.scores.items() if words}
    known = {place: Fraction(score) for place, score in scores.items() if score is not None}
    positive = sorted((score for score in known.values() if score > 0), reverse=True)
    if not positive:
        raise Refusal("row_no_score", asked.answer_column)
    most = len(positive) if not asked.choices else asked.choices
    best = sum(positive[:most], Fraction(0))
    asked.points = best
    if asked.choices == 1:
        right = {place for place, score in known.items() if score == best}
    else:
        right = {place for place, score in known.items() if score > 0}
    options = _options(asked, sorted(right))
    entries = {
        name_of(place): share_of(known.get(place, Fraction(0)) / best)
        for place in range(len(options))
    }
    content: Content = {"options": options, "credit": "mapping", "mapping": {"entries": entries}}
    if asked.kind == "multiple" and asked.choices and asked.choices >= len(right):
        content["choose"] = asked.choices
    return content


def _choice(asked: Asked) -> Content:
    if asked.scores and len([one for one in asked.scores.values() if one]) > 1:
        return _scored(asked)
    return _single(asked) if asked.kind == "single" else _multiple(asked)


def _true_false(asked: Asked) -> Content:
    answer = kinds.truth_of(asked.answer)
    if answer is None and asked.options:
        places = _chosen(asked)
        answer = kinds.truth_of(asked.options[places[0]])
    if answer is None:
        raise Refusal("row_no_truth", asked.answer_column, answer=asked.answer)
    if asked.penalty:
        asked.note("lost", "row_penalty", share=share_of(asked.penalty))
    content: Content = {"answer": answer}
    if asked.explanation:
        content["why_true"] = content["why_false"] = asked.texts.text(asked.explanation)
    return content


def _short_text(asked: Asked) -> Content:
    """The first answer and those that count as much; "%50%word" or a column of shares for less."""
    parts = [part for part in PARTS.split(asked.answer) if part]
    given = [part for part in PARTS.split(asked.shares) if part]
    accept: list[Content] = []
    for place, part in enumerate(parts):
        match = SHARE.match(part)
        share = Fraction(match[1]) / WHOLE if match else _share(given, place)
        words = match[2] if match else part
        if words and share:
            accept.append({"text": words, "share": share_of(min(share, Fraction(1)))})
        elif words:
            asked.note("lost", "answer_without_share", answer=words)
    if not accept:
        raise Refusal("row_no_answer", asked.answer_column)
    return {"accept": accept, **_why(asked)}


def _share(given: Sequence[str], place: int) -> Fraction:
    if place >= len(given):
        return Fraction(1)
    number = number_of(given[place].removesuffix("%"))
    if number is None:
        return Fraction(1)
    share = Fraction(number)
    return share / WHOLE if share > 1 or given[place].endswith("%") else share


def _numeric(asked: Asked) -> Content:
    between = RANGE.match(asked.answer.strip())
    answer = Decimal(between[1]) if between else number_of(asked.answer.split("|")[0])
    if answer is None:
        raise Refusal("row_no_number", asked.answer_column, answer=asked.answer)
    content: Content = {"answer": written(answer), "tolerance": {"absolute": 0}, **_why(asked)}
    tolerance = asked.tolerance.strip()
    if between:
        low, high = Decimal(between[1]), Decimal(between[2])
        content["answer"] = written((low + high) / 2)
        content["tolerance"] = {"low": written(low), "high": written(high)}
    elif tolerance.endswith("%") and number_of(tolerance[:-1]) is not None:
        share = Fraction(number_of(tolerance[:-1]) or 0) / WHOLE
        content["tolerance"] = {"relative": share_of(share)}
    elif number_of(tolerance) is not None:
        content["tolerance"] = {"absolute": written(abs(number_of(tolerance) or Decimal(0)))}
    elif tolerance:
        raise Refusal("row_no_number", None, answer=tolerance)
    if asked.unit:
        content["unit"] = {"code": asked.unit}
    return content


def _matching(asked: Asked) -> Content:
    """One pair a cell, `left => right`; a cell without a left side is a right side too many."""
    left: list[Content] = []
    right: dict[str, str] = {}
    pairs: dict[str, str] = {}
    for cell in asked.options:
        halves = PAIR.split(cell, maxsplit=1)
        if len(halves) != 2 or not halves[1]:  # noqa: PLR2004 - a pair
            raise Refusal("row_no_pair", asked.first_option, cell=cell)
        name = right.setdefault(halves[1], f"r{len(right) + 1}")
        if halves[0]:
            left.append({"id": f"l{len(left) + 1}", "text": asked.texts.text(halves[0])})
            pairs[left[-1]["id"]] = name
    pieces = [{"id": name, "text": asked.texts.text(words)} for words, name in right.items()]
    reuse = len(set(pairs.values())) < len(pairs)
    return {"left": left, "right": pieces, "pairs": pairs, "reuse_right": reuse}


def _ordering(asked: Asked) -> Content:
    steps = [
        {"id": name_of(place), "text": asked.texts.text(words)}
        for place, words in enumerate(asked.options)
    ]
    return {"steps": steps, **_why(asked)}


def _cloze(asked: Asked) -> Content:
    """Gaps as [[name]] in the text, one cell each: `name = right | also right`, or with `/`."""
    gaps = []
    for cell in asked.options:
        name, _, answers = cell.partition("=")
        gaps.append(_gap(asked, name.strip(), answers.strip()))
    if not gaps:
        raise Refusal("row_no_gaps", asked.first_option)
    text = asked.texts.text(asked.stem, asked.stem_chinese)
    if not asked.texts.markdown:
        text = {
            locale: words.replace(r"\[\[", "[[").replace(r"\]\]", "]]")
            for locale, words in text.items()
        }
    stem = {"en": "Fill in the gaps.", "zh-Hans": "请填空。"}
    return {"stem": stem, "text": text, "gaps": gaps}


def _gap(asked: Asked, name: str, answers: str) -> Content:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or not answers:
        raise Refusal("row_no_gap", asked.first_option, cell=f"{name} = {answers}")
    choices = [part.strip() for part in answers.split("/") if part.strip()]
    if len(choices) > 1:
        offered = [
            {"id": name_of(place), "text": asked.texts.text(words), "correct": not place}
            for place, words in enumerate(choices)
        ]
        return {"id": name, "choose": offered}
    accepted = [{"text": part} for part in PARTS.split(answers) if part]
    return {"id": name, "accept": accepted}


def _open(asked: Asked) -> Content:
    model = asked.answer or asked.explanation
    return {"model_answer": asked.texts.text(model)} if model else {}


def _why(asked: Asked) -> Content:
    return {"why": asked.texts.text(asked.explanation)} if asked.explanation else {}


def _chosen(asked: Asked) -> list[int]:
    """The options that the answer names."""
    if not asked.options:
        raise Refusal("row_no_options", asked.first_option)
    if not asked.answer:
        raise Refusal("row_no_answer", asked.answer_column)
    found = asked.meant()
    if not found:
        raise Refusal("row_answer_unknown", asked.answer_column, answer=asked.answer[:80])
    return found


def _options(asked: Asked, chosen: Sequence[int]) -> list[Content]:
    if len(asked.options) < 2:  # noqa: PLR2004 - a choice
        raise Refusal("row_one_option", asked.first_option)
    if len(asked.options) > MOST_OPTIONS:
        raise Refusal("row_many_options", asked.first_option, most=MOST_OPTIONS)
    made = []
    chinese = asked.options_chinese
    for place, words in enumerate(asked.options):
        other = chinese[place] if place < len(chinese) else ""
        option: Content = {
            "id": name_of(place),
            "text": asked.texts.text(words, other),
            "correct": place in chosen,
        }
        if asked.whys.get(place):
            option["why"] = asked.texts.text(asked.whys[place])
        made.append(option)
    return made


def kind_meant(asked: Asked, label: str) -> str:
    """The kind a row asks for: what its label says, as far as the cells agree."""
    kind = kinds.kind_of(label) if label else ""
    if label and not kind:
        raise Refusal("row_kind_unknown", None, kind=label)
    if kind in {"choice", ""}:
        return _kind_by_cells(asked, chosen_only=kind == "choice")
    if kind == "single" and folded(label) in {"mc", "mcq"}:
        return _kind_by_cells(asked, chosen_only=True)
    return kind


def _kind_by_cells(asked: Asked, *, chosen_only: bool) -> str:
    if asked.options and any(asked.scores.values()):
        return "single" if asked.choices == 1 else "multiple"
    if asked.options:
        return "multiple" if len(asked.meant()) > 1 else "single"
    if not chosen_only and kinds.truth_of(asked.answer) is not None:
        return "true_false"
    if GAP.search(asked.stem):
        return "cloze"
    return "short_text" if asked.answer and not chosen_only else "single"


_MAKERS: dict[str, Callable[[Asked], Content]] = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _true_false,
    "short_text": _short_text,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
    "essay": _open,
    "upload": _open,
}
