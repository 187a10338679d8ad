"""What a written answer is worth: every answer that the rules tell apart is tried once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from probity.bank.spelling import fits
from probity.exchange.formats.qti.operators import rounded
from probity.exchange.formats.qti.processing import Processing
from probity.exchange.formats.qti.values import Declaration, NotOurs, number, scalar
from probity.exchange.xml import Element, name_of

NOTHING_LIKE_IT = "\u0295 no such answer \u0294"
PLAIN = frozenset(
    {"match", "stringMatch", "mapResponse", "isNull", "member", "substring", "patternMatch"}
)
COMPARING = frozenset({"equal", "equalRounded", "gt", "gte", "lt", "lte"})
MOST_ANSWERS = 400
MOST_DIGITS = 18

Try = Callable[[str], Fraction]


@dataclass(slots=True)
class Blank:
    """A gap to be filled by writing, and the words and numbers that the rules know of."""

    identifier: str
    is_number: bool
    words: list[str] = field(default_factory=list)
    points: list[Fraction] = field(default_factory=list)
    parts: bool = False


def blank_of(identifier: str, declared: Declaration, processing: Processing) -> Blank:
    """Collect what the rules compare a response with. Raises NotOurs when they do more."""
    is_number = declared.base in {"integer", "float"}
    blank = Blank(identifier, is_number)
    words = [*(declared.correct or [])]
    if declared.mapping:
        words += [entry.key for entry in declared.mapping.entries]
    for rule in processing.rules:
        words += _literals(rule, is_number=is_number)
    for element in _looking_at(processing, declared.identifier):
        name = name_of(element)
        if name not in PLAIN | COMPARING | {"setOutcomeValue"}:
            raise NotOurs("qti_processing", what=name)
        blank.parts |= name == "substring" or element.get("substring") == "true"
        if name in COMPARING:
            blank.points += _edges(element, declared, processing)
    blank.words = list(dict.fromkeys(word for word in words if word))[:MOST_ANSWERS]
    found = (scalar(word, declared.base) for word in blank.words) if is_number else ()
    blank.points += [value for value in found if isinstance(value, Fraction)]
    if is_number and len(blank.points) > MOST_ANSWERS:
        raise NotOurs("qti_unproved")
    return blank


def _literals(rule: Element, *, is_number: bool) -> list[str]:
    """The values that stand in the rules and may be compared with such an answer."""
    numeric = {"integer", "float"}
    return [
        "".join(element.itertext()).strip()
        for element in rule.iter()
        if name_of(element) == "baseValue"
        and (element.get("baseType") in numeric) == is_number
        and element.get("baseType") != "boolean"
    ]


def _looking_at(processing: Processing, response: str) -> Iterable[Element]:
    for rule in processing.rules:
        for element in rule.iter():
            if name_of(element) == "variable" and element.get("identifier") == response:
                yield element.getparent()


def _edges(element: Element, declared: Declaration, processing: Processing) -> list[Fraction]:
    """The numbers at which a comparison may change its mind."""
    found: list[Fraction] = []
    spread = [number(part) for part in (element.get("tolerance") or "0").split()]
    figures = number(element.get("figures")) or Fraction(0)
    for centre in _operands(element, declared, processing):
        found.append(centre)
        for part in spread:
            if part is None:
                raise NotOurs("qti_processing", what="tolerance")
            found += [centre - part, centre + part]
            if element.get("toleranceMode") == "relative":
                share = part / 100
                found += [centre * (1 - share), centre * (1 + share), centre / (1 + share)]
                found += [centre / (1 - share)] if share != 1 else []
        if name_of(element) == "equalRounded":
            mode = element.get("roundingMode") or "significantFigures"
            found += halves(rounded(centre, mode, int(figures)), mode, int(figures))
    return found


def halves(value: Fraction, mode: str, figures: int) -> list[Fraction]:
    places = figures
    if mode == "significantFigures":
        if not value:
            return [value]
        size = Decimal(abs(value).numerator) / Decimal(abs(value).denominator)
        places = figures - 1 - size.adjusted()
    half = Fraction(1, 2) / Fraction(10) ** places
    return [value - half, value + half, value - half / 10, value + half / 10]


def _operands(element: Element, declared: Declaration, processing: Processing) -> list[Fraction]:
    found: list[Fraction] = []
    for child in element:
        name, identifier = name_of(child), child.get("identifier") or ""
        values: list[Any] = []
        if name == "baseValue":
            values = [number("".join(child.itertext()))]
        elif name == "correct":
            source = processing.responses.get(identifier, declared)
            values = [number(text) for text in source.correct or []]
        elif name == "variable" and identifier != declared.identifier:
            outcome = processing.outcomes.get(identifier)
            values = [number(text) for text in (outcome.default if outcome else None) or []]
        elif name != "variable":
            raise NotOurs("qti_processing", what=name)
        found += [value for value in values if value is not None]
    return found


def written(blank: Blank, attempt: Try, base: Fraction) -> tuple[dict[str, Any], Fraction]:
    """The accepted answers of a text gap, their shares, and the most that one earns."""
    if attempt(NOTHING_LIKE_IT) != base:
        raise NotOurs("qti_other_answers")
    worth = {word: attempt(word) - base for word in blank.words}
    folded = {word: _ignores_case(word, attempt) for word in worth}
    hits = {word: value for word, value in worth.items() if value}
    best = max(hits.values(), default=Fraction(0))
    if best <= 0:
        raise NotOurs("qti_no_key")
    if min(hits.values()) < 0:
        raise NotOurs("qti_minus_text")
    fold = all(folded[word] for word in hits)
    accept: list[dict[str, Any]] = []
    for word, value in sorted(hits.items(), key=lambda hit: -hit[1]):
        if fold and any(word.casefold() == entry["text"].casefold() for entry in accept):
            continue
        entry: dict[str, Any] = {"text": word, "share": share_of(value, best)}
        if folded[word] and not fold:
            entry["also"] = _cases(word, hits)
        accept.append(entry)
    content: dict[str, Any] = {
        "accept": accept,
        "normalise": ["trim", "case"] if fold else ["trim"],
    }
    if blank.parts:
        _as_parts(content, {word: attempt(_inside(word)) - base for word in worth}, worth)
    return content, best


def _inside(word: str) -> str:
    return f"xx {word} xx"


def _as_parts(
    content: dict[str, Any], inside: dict[str, Fraction], worth: dict[str, Fraction]
) -> None:
    """Answers that count also as a part of what is written become wildcards."""
    if not any(inside.values()):
        return
    content["wildcards"] = True
    best = max(worth.values())
    for entry in content["accept"]:
        word = entry["text"]
        star = "*" if inside[word] == worth[word] else ""
        ways = entry.get("also", [])
        ways[:] = [star + way.replace("*", "\\*") + star for way in ways]
        entry["text"] = star + word.replace("*", "\\*") + star
    tried = {**worth, **{_inside(word): value for word, value in inside.items()}}
    for given, value in tried.items():
        shares = (Fraction(e["share"]) for e in content["accept"] if _counts(given, e, content))
        if max(shares, default=Fraction(0)) * best != value:
            raise NotOurs("qti_processing", what="substring")


def _counts(given: str, entry: dict[str, Any], content: dict[str, Any]) -> bool:
    return any(
        fits(given, way, content["normalise"]) for way in (entry["text"], *entry.get("also", []))
    )


def _ignores_case(word: str, attempt: Try) -> bool:
    other = word.swapcase()
    return other != word and attempt(other) == attempt(word)


def _cases(word: str, hits: dict[str, Fraction]) -> list[str]:
    ways = dict.fromkeys((word.lower(), word.upper(), word.title(), word.capitalize()))
    return [way for way in ways if way != word and way not in hits]


def share_of(value: Fraction, best: Fraction) -> str:
    """A share of the whole as our files write it."""
    share = value / best
    return f"{share.numerator}/{share.denominator}"


@dataclass(slots=True)
class Stretch:
    """A stretch of numbers that are worth the same."""

    low: Fraction
    high: Fraction
    worth: Fraction
    open_low: bool = False
    open_high: bool = False


def numbered(blank: Blank, attempt: Try, base: Fraction) -> tuple[dict[str, Any], Fraction]:
    """The accepted numbers of a gap, with tolerances and shares, and the most one earns."""
    stretches = _stretches(sorted(set(blank.points)), attempt, base)
    best = max((stretch.worth for stretch in stretches), default=Fraction(0))
    if best <= 0:
        raise NotOurs("qti_no_key")
    wanted = [value for word in blank.words if (value := number(word)) is not None]
    full = [stretch for stretch in stretches if stretch.worth == best]
    main = next((s for s in full if any(_holds(s, value) for value in wanted[:1])), full[0])
    answer, tolerance = _tolerance(main, wanted)
    content: dict[str, Any] = {"number": answer, "tolerance": tolerance, "also": []}
    for stretch in stretches:
        if stretch is main:
            continue
        if stretch.worth < 0:
            raise NotOurs("qti_minus_text")
        number_of, reach = _tolerance(stretch, wanted)
        content["also"].append(
            {"value": number_of, "tolerance": reach, "share": share_of(stretch.worth, best)}
        )
    return content, best


def _holds(stretch: Stretch, value: Fraction) -> bool:
    above = value > stretch.low if stretch.open_low else value >= stretch.low
    return above and (value < stretch.high if stretch.open_high else value <= stretch.high)


def _stretches(points: list[Fraction], attempt: Try, base: Fraction) -> list[Stretch]:
    """Try every edge and one number between each two, and join what is worth the same."""
    if not points:
        return []
    for outside in (points[0] - 1, points[-1] + 1):
        if attempt(decimal_text(outside)) != base:
            raise NotOurs("qti_other_answers")
    found: list[Stretch] = []
    for place, edge in enumerate(points):
        worth = attempt(decimal_text(edge)) - base
        if found and found[-1].high == edge and found[-1].worth == worth:
            found[-1].open_high = False
        elif worth:
            found.append(Stretch(edge, edge, worth))
        if place + 1 == len(points):
            break
        after = points[place + 1]
        between = attempt(decimal_text((edge + after) / 2)) - base
        joins = bool(found) and found[-1].high == edge and not found[-1].open_high
        if between and joins and found[-1].worth == between:
            found[-1].high, found[-1].open_high = after, True
        elif between:
            found.append(Stretch(edge, after, between, open_low=True, open_high=True))
    return found


def _tolerance(stretch: Stretch, wanted: list[Fraction]) -> tuple[int | str, dict[str, Any]]:
    """The number of a stretch and how far around it counts."""
    inside = [value for value in wanted if _holds(stretch, value)]
    middle = (stretch.low + stretch.high) / 2
    answer = inside[0] if inside else middle
    if not stretch.open_low and not stretch.open_high and answer == middle:
        return exact(answer), {"absolute": exact(stretch.high - answer)}
    tolerance: dict[str, Any] = {"low": exact(stretch.low), "high": exact(stretch.high)}
    if stretch.open_low:
        tolerance["open_low"] = True
    if stretch.open_high:
        tolerance["open_high"] = True
    return exact(answer), tolerance


def exact(value: Fraction) -> int | str:
    """A number as our files hold it; one that never ends is cut where we stop counting."""
    if value.denominator == 1:
        return int(value)
    return decimal_text(value, 12)


def decimal_text(value: Fraction, places: int = 28) -> str:
    """Digits without powers of ten."""
    whole = round(value * 10**places)
    sign, digits = "-" if whole < 0 else "", str(abs(whole)).rjust(places + 1, "0")
    tail = digits[-places:].rstrip("0")
    return f"{sign}{digits[:-places]}.{tail}" if tail else f"{sign}{digits[:-places]}"
