"""A proved scoring as the credit rule of one of our kinds."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import permutations
from typing import Any

from probity.exchange.formats.qti.blanks import share_of
from probity.exchange.formats.qti.proving import MOST_TRIALS, Proof
from probity.exchange.formats.qti.values import NotOurs

MOST_STEPS = 6


def mapping_of(proof: Proof) -> dict[str, Any]:
    """Our mapping: shares of what the best response earns."""
    best = proof.best
    entries = {name: share_of(value, best) for name, value in proof.entries.items() if value}
    return {
        "entries": entries,
        "default": "0/1",
        "lower": None if proof.lower is None else share_of(proof.lower, best),
        "upper": "1/1" if proof.upper is None else share_of(min(proof.upper, best), best),
    }


def is_even(proof: Proof, wrong: Fraction, lower: Fraction | None) -> bool:
    """Whether each right choice earns the same and each wrong one `wrong` times as much."""
    if proof.all_or_nothing:
        return False
    part = proof.best / len(proof.key)
    return (proof.lower == lower or (wrong == 0 and lower == 0)) and all(
        value == (part if name in proof.key else wrong * part)
        for name, value in proof.entries.items()
    )


def single(content: dict[str, Any], proof: Proof) -> None:
    """Key of one option; other options that earn something make it a mapping."""
    options = content["options"]
    entries = proof.entries
    if proof.all_or_nothing:
        entries = dict.fromkeys(proof.key, proof.best)
    best = [name for name, value in entries.items() if value == proof.best]
    for option in options:
        option["correct"] = option["id"] in best
    others = {name: value for name, value in entries.items() if value and name not in best}
    if len(best) > 1 or others:
        shares = Proof(proof.base, proof.best, proof.key, entries=entries)
        shares.lower = None if any(value < 0 for value in others.values()) else Fraction(0)
        content.update(credit="mapping", mapping=mapping_of(shares))


def true_false(content: dict[str, Any], proof: Proof) -> None:
    """Only one of the two may earn anything."""
    earning = [name for name, value in proof.entries.items() if value]
    if not proof.all_or_nothing and earning != list(proof.key):
        raise NotOurs("qti_wrong_scores")
    content["answer"] = "true" in proof.key


def several(content: dict[str, Any], proof: Proof, things: str = "options") -> None:
    """Key and credit of options or areas."""
    for thing in content[things]:
        thing["correct"] = thing["id"] in proof.key
    if proof.all_or_nothing:
        content["credit"] = "all_or_nothing"
    elif is_even(proof, Fraction(-1), Fraction(0)):
        content["credit"] = "right_minus_wrong"
    else:
        content.update(credit="mapping", mapping=mapping_of(proof))


def pairs(content: dict[str, Any], proof: Proof, per: str, left: list[str]) -> None:
    """Partners of the left side; a side without a partner does not fit."""
    content["pairs"] = {name: right for name, _, right in (e.partition(" ") for e in proof.key)}
    content["pairs"] = {name: content["pairs"][name] for name in left if name in content["pairs"]}
    if len(content["pairs"]) < len(left):
        raise NotOurs("qti_unpaired")
    if proof.all_or_nothing:
        content["credit"] = "all_or_nothing"
    elif is_even(proof, Fraction(0), Fraction(0)):
        content["credit"] = per
    else:
        content.update(credit="mapping", mapping=mapping_of(proof))


def cells(content: dict[str, Any], proof: Proof) -> None:
    """Right cells of a table, in its order."""
    content["cells"] = sorted(proof.key, key=_order_of(content))
    if proof.all_or_nothing:
        content["credit"] = "all_or_nothing"
    elif is_even(proof, Fraction(-1), Fraction(0)):
        content["credit"] = "per_cell"
    else:
        content.update(credit="mapping", mapping=mapping_of(proof))


def _order_of(content: Mapping[str, Any]) -> Any:
    rows = [row["id"] for row in content["rows"]]
    columns = [column["id"] for column in content["columns"]]

    def place(cell: str) -> tuple[int, int]:
        row, _, column = cell.partition(" ")
        return rows.index(row), columns.index(column)

    return place


def ordering(content: dict[str, Any], ids: list[str], score: Any, key: list[str] | None) -> Proof:
    """The order that earns most, and the rule by which other orders earn."""
    base = score(None)
    if len(ids) > MOST_STEPS:
        return _long_order(content, score, key, base)
    tried = {order: score(list(order)) - base for order in permutations(ids)}
    peak = max(tried.values())
    if peak <= 0:
        raise NotOurs("qti_no_key")
    first = next(order for order, value in tried.items() if value == peak)
    best = tuple(key) if key and tried.get(tuple(key)) == peak else first
    for credit, rule in _ORDER_RULES.items():
        if all(value == peak * rule(order, best) for order, value in tried.items()):
            content["credit"] = credit
            _set_steps(content, best)
            return Proof(base, peak, frozenset())
    raise NotOurs("qti_order_scores")


def _long_order(
    content: dict[str, Any], score: Any, key: list[str] | None, base: Fraction
) -> Proof:
    """Too many orders to try: only rules that compare with the declared order will do."""
    if not key or content.pop("ways", None) is None:
        raise NotOurs("qti_unproved")
    best = score(key) - base
    if best <= 0 or score(list(reversed(key))) != base:
        raise NotOurs("qti_no_key")
    content["credit"] = "all_or_nothing"
    _set_steps(content, tuple(key))
    return Proof(base, best, frozenset())


def _set_steps(content: dict[str, Any], order: tuple[str, ...]) -> None:
    content.pop("ways", None)
    steps = {step["id"]: step for step in content["steps"]}
    content["steps"] = [steps[name] for name in order]


def _adjacent(order: tuple[str, ...], key: tuple[str, ...]) -> Fraction:
    right = {(key[place], key[place + 1]) for place in range(len(key) - 1)}
    made = {(order[place], order[place + 1]) for place in range(len(order) - 1)}
    return Fraction(len(right & made), len(right))


def _positions(order: tuple[str, ...], key: tuple[str, ...]) -> Fraction:
    return Fraction(sum(a == b for a, b in zip(order, key, strict=True)), len(key))


def _distance(order: tuple[str, ...], key: tuple[str, ...]) -> Fraction:
    places = {name: place for place, name in enumerate(key)}
    moved = sum(abs(places[name] - place) for place, name in enumerate(order))
    return 1 - Fraction(moved, len(key) ** 2 // 2)


_ORDER_RULES: dict[str, Any] = {
    "all_or_nothing": lambda order, key: Fraction(order == key),
    "positions": _positions,
    "distance": _distance,
    "adjacent_pairs": _adjacent,
}


def cloze(
    content: dict[str, Any],
    score: Any,
    worths: Mapping[str, Mapping[str, Fraction]],
    *,
    is_additive: bool,
) -> Proof:
    """Prove that gaps add up. `worths` holds what each answer earns while the rest is empty."""
    base = score({})
    best = {gap: max(answers.values(), default=Fraction(0)) for gap, answers in worths.items()}
    if not is_additive and not _adds_up(score, worths, base):
        raise NotOurs("qti_not_additive")
    if any(value < 0 for answers in worths.values() for value in answers.values()):
        content["lower"] = None
    return Proof(base, sum(best.values(), Fraction(0)), frozenset(), entries=best)


def only_whole(
    score: Any,
    worths: Mapping[str, Mapping[str, Fraction]],
    accepted: Mapping[str, set[str]],
    base: Fraction,
) -> Proof:
    """Prove that only a response with every gap right earns anything."""
    best = Fraction(0)
    for response in _all(worths):
        value = score(response) - base
        is_right = len(response) == len(worths) and all(
            answer in accepted[gap] for gap, answer in response.items()
        )
        best = max(best, value)
        if (value > 0) != is_right or (is_right and value != best):
            raise NotOurs("qti_not_additive")
    if best <= 0:
        raise NotOurs("qti_no_key")
    return Proof(base, best, frozenset(), all_or_nothing=True)


def _all(worths: Mapping[str, Mapping[str, Fraction]]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = [{}]
    for gap, answers in worths.items():
        found = [{**rest, **more} for rest in found for more in ({}, *({gap: a} for a in answers))]
        if len(found) > MOST_TRIALS:
            raise NotOurs("qti_unproved")
    return found


def _adds_up(score: Any, worths: Mapping[str, Mapping[str, Fraction]], base: Fraction) -> bool:
    return all(
        score(response) - base == sum((worths[g][a] for g, a in response.items()), Fraction(0))
        for response in _all(worths)
    )
