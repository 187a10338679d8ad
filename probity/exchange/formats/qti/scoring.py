"""From what a file gives for responses to the key and credit of a part."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from probity.exchange.formats.qti import credit
from probity.exchange.formats.qti.blanks import share_of
from probity.exchange.formats.qti.parts import Part
from probity.exchange.formats.qti.pictures import spots
from probity.exchange.formats.qti.processing import Processing
from probity.exchange.formats.qti.proving import Chosen, Known, Proof, prove
from probity.exchange.formats.qti.terms import Unsayable, from_native, to_native
from probity.exchange.formats.qti.values import Mapping, Native, NotOurs, scalar

Run = Callable[[Native], Fraction]
POINT_SCALE, MOST_POINTS = 10_000, 10_000


def settle(part: Part, run: Run, known: Known) -> Proof:
    """Prove what a part gives and write key and credit into its content. Raises NotOurs."""
    if part.kind == "ordering":
        return _ordering(part, run, known)
    if part.space is None:
        raise NotOurs("qti_unproved")
    where = spots(part.content["areas"]) if part.table["form"] == "points" else {}

    def score(chosen: Chosen) -> Fraction:
        return run(to_native(part.table, ours(part, chosen, where)))

    proof = prove(part.space, score, known)
    put_credit(part, proof)
    return proof


def put_credit(part: Part, proof: Proof) -> None:
    """Write a proof into the content of its part."""
    content = part.content
    if part.kind == "single":
        credit.single(content, proof)
    elif part.kind == "true_false":
        credit.true_false(content, proof)
    elif part.kind == "multiple":
        credit.several(content, proof)
    elif part.kind == "hotspot":
        _hotspot(part, proof)
    elif part.kind == "matrix":
        credit.cells(content, proof)
    elif part.kind == "matching":
        credit.pairs(content, proof, "per_pair", [piece["id"] for piece in content["left"]])
    elif part.kind == "gap_match":
        credit.pairs(content, proof, "per_gap", [gap["id"] for gap in content["gaps"]])
    _fit_choose(content, proof)


def _fit_choose(content: dict[str, Any], proof: Proof) -> None:
    """A limit below the number of right ones says that any so many of them will do."""
    keys = [t for t in content.get("options", content.get("areas", [])) if t.get("correct")]
    if content.get("choose") and content["choose"] < len(keys):
        if len(proof.key) > content["choose"]:
            raise NotOurs("qti_choose")
        content.pop("choose")


def _hotspot(part: Part, proof: Proof) -> None:
    credit.several(part.content, proof, "areas")
    if part.content["by"] == "area":
        return
    areas = part.declared.areas or Mapping()
    entries = proof.entries
    listed = {a["id"]: e.value for a, e in zip(part.content["areas"], areas.areas, strict=True)}
    factor = next((entries[n] / v for n, v in listed.items() if v and n in entries), Fraction(0))
    if proof.all_or_nothing and len(proof.key) == 1:
        factor = proof.best / listed[next(iter(proof.key))]
        entries = {name: value * factor for name, value in listed.items()}
    elif proof.all_or_nothing:
        raise NotOurs("qti_not_additive")
    shares = Proof(proof.base, proof.best, proof.key, entries=entries)
    shares.lower = None if areas.lower is None else factor * areas.lower
    mapping = credit.mapping_of(shares)
    mapping["default"] = share_of(areas.default * factor, proof.best)
    part.content.update(credit="mapping", mapping=mapping)


def ours(part: Part, chosen: Chosen, where: dict[str, list[int]] | None = None) -> Any:
    """A set of choices as a response of ours."""
    form = part.table["form"]
    if not chosen:
        return None
    if form == "one":
        return next(iter(chosen))
    if form == "truth":
        return "true" in chosen
    if form == "points":
        return [(where or {})[name] for name in sorted(chosen)]
    if form in {"pairs", "cells", "rows"}:
        return _pairs(chosen, many=form == "cells" or bool(part.table.get("many")))
    return sorted(chosen)


def _pairs(chosen: Chosen, *, many: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for element in sorted(chosen):
        left, _, right = element.partition(" ")
        if many:
            found.setdefault(left, []).append(right)
        else:
            found[left] = right
    return found


def chosen_of(response: Any) -> Chosen:
    """A response of ours as a set of choices."""
    if response is None:
        return frozenset()
    if isinstance(response, bool):
        return frozenset({"true" if response else "false"})
    if isinstance(response, str):
        return frozenset({response})
    if isinstance(response, dict):
        return frozenset(
            f"{left} {right}"
            for left, rights in response.items()
            for right in (rights if isinstance(rights, list) else [rights])
        )
    return frozenset(response)


def known_of(part: Part, processing: Processing) -> Known:
    """What the declaration says of a part, in our terms."""
    declared = part.declared
    known = Known(frozenset(processing.uses(declared.identifier)))
    if part.table["form"] == "points":
        if not known.ways <= {"point", "null"}:
            raise NotOurs("qti_exact_point")
        areas = declared.areas or Mapping()
        names = [a["id"] for a in part.content["areas"]]
        values = [entry.value for entry in areas.areas]
        known.entries = dict(zip(names, values, strict=True))
        known.lower, known.upper = areas.lower, areas.upper
        return known
    try:
        native = {declared.identifier: declared.correct or []}
        known.key = chosen_of(from_native(part.table, native)) or None
    except Unsayable:
        known.key = None
    if declared.mapping is not None and part.space is not None:
        known.entries = _entries(part, declared.mapping)
        known.lower, known.upper = declared.mapping.lower, declared.mapping.upper
    return known


def _entries(part: Part, mapping: Mapping) -> dict[str, Fraction]:
    """What each choice is mapped to; what is not listed earns the default."""
    found: dict[str, Fraction] = {}
    for element in part.space.elements if part.space else []:
        native = to_native(part.table, ours(part, frozenset({element})))
        word = next(iter(native.values()))[0]
        value = scalar(word, part.declared.base)
        key = str(value).lower() if isinstance(value, bool) else str(value)
        hits = (e.value for e in mapping.entries if _is_key(key, e.key, e.is_case_sensitive))
        found[element] = next(hits, mapping.default)
    return found


def _is_key(word: str, key: str, is_case_sensitive: bool) -> bool:
    return word == key if is_case_sensitive else word.casefold() == key.casefold()


def _ordering(part: Part, run: Run, known: Known) -> Proof:
    ids = [step["id"] for step in part.content["steps"]]
    key = None
    try:
        native = {part.declared.identifier: part.declared.correct or []}
        key = from_native(part.table, native)
    except Unsayable:
        pass
    if known.ways <= {"match", "null"}:
        part.content["ways"] = True
    return credit.ordering(part.content, ids, lambda order: run(to_native(part.table, order)), key)


def points_for(best: Fraction) -> int | str:
    """The points of an item; what they cannot hold is scaled to one."""
    scaled = best * POINT_SCALE
    if best > MOST_POINTS or scaled.denominator != 1 or best <= 0:
        return 1
    return int(best) if best.denominator == 1 else str(float(best))
