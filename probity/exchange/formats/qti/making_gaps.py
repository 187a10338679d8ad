"""Kinds that are answered by writing, and texts with gaps, as QTI 2.1."""

import re
from fractions import Fraction
from itertools import pairwise
from typing import Any

from probity.exchange.formats.qti import making
from probity.exchange.formats.qti.making import make
from probity.exchange.formats.qti.making_kinds import Made
from probity.exchange.found import Note
from probity.exchange.xml import Element

INNER_STAR = re.compile(r"(?<!\\)\*")


def short_text(made: Made, content: dict[str, Any]) -> None:
    made.stem(content)
    written(made, content, made.points, content.get("normalise"))
    made.body.append(make("p", make("textEntryInteraction", responseIdentifier=made.response)))


def written(made: Made, gap: dict[str, Any], points: Fraction, steps: Any) -> None:
    """Accepted words as a mapping; wildcards at both ends as parts of a text."""
    is_sensitive = steps is not None and "case" not in steps
    shares: dict[str, Fraction] = {}
    for entry in gap["accept"]:
        for text in (entry["text"], *(entry.get("also") or [])):
            share = Fraction(entry.get("share", "1/1"))
            shares[text] = max(share, shares.get(text, share))
    stars = {text for text in shares if gap.get("wildcards") and INNER_STAR.search(text)}
    key = next(text for text, share in shares.items() if share == 1)
    plain = {unstarred(text): share for text, share in shares.items() if text not in stars}
    mapping, scale = making.mapping(plain, points, caseSensitive=is_sensitive)
    made.declare("single", "string", [unstarred(key)], mapping if plain else None)
    if not stars:
        made.mapped(scale)
        return
    rules = []
    for text in sorted(stars, key=lambda star: shares[star]):
        if INNER_STAR.search(text[1:-1]) or not (text.startswith("*") and text.endswith("*")):
            made.notes.append(Note("changed", "qti_out_wildcard", {"text": text[:80]}))
        part = making.base("string", unstarred(text))
        test = make("substring", part, making.variable(made.response), caseSensitive=is_sensitive)
        value = making.worth(points * shares[text])
        rules.append(making.when(test, making.set_to(made.score, value)))
    for text, share in plain.items():
        part = making.base("string", text)
        pair = (making.variable(made.response), part)
        test = make("stringMatch", *pair, caseSensitive=is_sensitive)
        rules.append(making.when(test, making.set_to(made.score, making.worth(points * share))))
    made.rules.extend(rules)


def unstarred(text: str) -> str:
    return INNER_STAR.sub("", text).replace("\\*", "*")


def numeric(made: Made, content: dict[str, Any]) -> None:
    made.stem(content)
    if content.get("unit"):
        made.notes.append(Note("changed", "qti_out_unit", {"unit": content["unit"]["code"]}))
    numbers(made, {**content, "number": content["answer"]}, made.points)
    made.body.append(make("p", make("textEntryInteraction", responseIdentifier=made.response)))


def numbers(made: Made, gap: dict[str, Any], points: Fraction) -> None:
    """The accepted numbers, the one that earns most first."""
    main = gap.get("tolerance") or {"absolute": 0}
    accepted = [(gap["number"], main, Fraction(1))]
    for other in gap.get("also") or []:
        reach = other.get("tolerance") or main
        accepted.append((other["value"], reach, Fraction(other.get("share", "1/1"))))
    accepted.sort(key=lambda entry: -entry[2])
    made.declare("single", "float", [making.plain_number(Fraction(str(gap["number"])))])
    condition = make("responseCondition")
    for value, tolerance, share in accepted:
        name = "responseElseIf" if len(condition) else "responseIf"
        rule = making.set_to(made.score, making.worth(points * share))
        condition.append(make(name, is_near(made.response, value, tolerance), rule))
    made.rules.append(condition)


def is_near(response: str, value: Any, tolerance: dict[str, Any]) -> Element:
    """The test whether a number counts."""
    number = making.base("float", making.plain_number(Fraction(str(value))))
    given = making.variable(response)
    if tolerance.get("low") is not None:
        low = making.base("float", making.plain_number(Fraction(str(tolerance["low"]))))
        high = making.base("float", making.plain_number(Fraction(str(tolerance["high"]))))
        return make(
            "and",
            make("gt" if tolerance.get("open_low") else "gte", given, low),
            make("lt" if tolerance.get("open_high") else "lte", making.variable(response), high),
        )
    for name, mode in (("decimals", "decimalPlaces"), ("figures", "significantFigures")):
        if tolerance.get(name) is not None:
            rounding = {"roundingMode": mode, "figures": tolerance[name]}
            return make("equalRounded", number, given, **rounding)
    if tolerance.get("relative") is not None:
        reach = making.plain_number(Fraction(tolerance["relative"]) * 100)
        way = {"toleranceMode": "relative", "tolerance": f"{reach} {reach}"}
        return make("equal", number, given, **way)
    reach = making.plain_number(Fraction(str(tolerance["absolute"])))
    way = {"toleranceMode": "absolute", "tolerance": f"{reach} {reach}"}
    return make("equal", number, given, **way)


def ordering(made: Made, content: dict[str, Any]) -> None:
    made.stem(content)
    key = [step["id"] for step in content["steps"]]
    made.declare("ordered", "identifier", key)
    credit = content.get("credit", "adjacent_pairs")
    if credit == "all_or_nothing":
        made.whole()
    elif credit == "positions":
        for place, step in enumerate(key):
            share = made.points / len(key)
            made.rules.append(_plus(made, _stands(made, step, place), share))
    elif credit == "distance":
        _by_distance(made, key)
    else:
        _by_neighbours(made, key)
    steps = sorted(content["steps"], key=lambda step: step["id"])
    inner = [
        make("simpleChoice", made.text(s["text"], in_line=True), identifier=s["id"]) for s in steps
    ]
    shuffle = content.get("shuffle", True)
    made.body.append(
        make("orderInteraction", inner, responseIdentifier=made.response, shuffle=shuffle)
    )


def _stands(made: Made, step: str, place: int) -> Element:
    at = make("index", making.variable(made.response), n=place + 1)
    return make("match", at, making.base("identifier", step))


def _plus(made: Made, test: Element, value: Fraction) -> Element:
    return making.when(test, making.add_to(made.score, making.worth(value)))


def _by_neighbours(made: Made, key: list[str]) -> None:
    for first, second in pairwise(key):
        pairs = [
            make("and", _stands(made, first, place), _stands(made, second, place + 1))
            for place in range(len(key) - 1)
        ]
        made.rules.append(_plus(made, make("or", pairs), made.points / (len(key) - 1)))


def _by_distance(made: Made, key: list[str]) -> None:
    most = len(key) ** 2 // 2
    given = make("not", make("isNull", making.variable(made.response)))
    made.rules.append(_plus(made, given, made.points))
    for place, step in enumerate(key):
        for other in range(len(key)):
            if other != place:
                lost = -made.points * abs(other - place) / most
                made.rules.append(_plus(made, _stands(made, step, other), lost))


def cloze(made: Made, content: dict[str, Any]) -> None:
    """Each gap has a response of its own; their scores add up, or all must be right."""
    weights = {gap["id"]: Fraction(str(gap.get("weight", 1))) for gap in content["gaps"]}
    total = sum(weights.values(), Fraction(0))
    whole = content.get("credit", "per_gap") == "all_or_nothing"
    inlines: dict[str, Element] = {}
    for gap in content["gaps"]:
        points = Fraction(1) if whole else made.points * weights[gap["id"]] / total
        inlines[gap["id"]] = _gap(made, gap, points, content)
    if whole:
        tests = [
            make(
                "equal",
                making.variable(f"{made.score}_{name}"),
                making.base("float", 1),
                toleranceMode="exact",
            )
            for name in weights
        ]
        made.rules.append(
            making.when(make("and", tests), making.set_to(made.score, making.worth(made.points)))
        )
    else:
        terms = [making.variable(f"{made.score}_{name}") for name in weights]
        made.rules.append(making.set_to(made.score, make("sum", terms)))
    made.body.append(make("div", made.text(content["stem"]), class_="stem"))
    made.body.append(
        make("div", making.with_gaps(made.text(content["text"]), inlines), class_="text")
    )


def _gap(made: Made, gap: dict[str, Any], points: Fraction, content: dict[str, Any]) -> Element:
    """One gap: its declaration, its rules, and what stands in the text for it."""
    prefix = "" if made.response == "RESPONSE" else f"{made.response}_"
    own = Made(f"{made.score}_{gap['id']}", points, made.address)
    own.response = f"{prefix}{gap['id']}"
    inline = make("textEntryInteraction", responseIdentifier=own.response)
    if gap.get("choose"):
        shares = {one["id"]: _share(one) for one in gap["choose"] if _share(one)}
        mapping, scale = making.mapping(shares, points)
        key = next(one["id"] for one in gap["choose"] if one.get("correct"))
        own.declare("single", "identifier", [key], mapping)
        own.mapped(scale)
        inline = make(
            "inlineChoiceInteraction",
            [
                make("inlineChoice", own.words(one["text"]), identifier=one["id"])
                for one in gap["choose"]
            ],
            responseIdentifier=own.response,
            shuffle=content.get("shuffle", True),
        )
    elif gap.get("accept"):
        written(own, gap, points, gap.get("normalise"))
    else:
        numbers(own, gap, points)
    made.declarations += own.declarations
    made.declarations.append(making.outcome(own.score, "single", "float", "0"))
    made.rules += own.rules
    made.notes += own.notes
    return inline


def _share(one: dict[str, Any]) -> Fraction:
    if one.get("share"):
        return Fraction(one["share"])
    return Fraction(bool(one.get("correct")))
