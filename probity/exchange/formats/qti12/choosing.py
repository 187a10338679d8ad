"""Kinds of QTI 1.2 that are answered by choosing: options, pairs, an order."""

from fractions import Fraction
from typing import Any

from probity.exchange.formats.qti.body import english
from probity.exchange.formats.qti.parts import Part, letter
from probity.exchange.formats.qti.proving import Known, Proof, Space
from probity.exchange.formats.qti.scoring import ours, put_credit, settle
from probity.exchange.formats.qti.terms import Table, to_native
from probity.exchange.formats.qti.values import Declaration, NotOurs
from probity.exchange.formats.qti12.conditions import is_sum, is_sum_of_choices
from probity.exchange.formats.qti12.presentation import GAP, Place, before, flow, right_blocks
from probity.exchange.formats.qti12.reader import Draft, Reader

TRUE_FALSE = frozenset({"true_false_question", "true/false", "cc.true_false.v0p1"})
TRUTHS = {"true": True, "false": False}


def choice(reader: Reader, place: Place) -> Draft:
    answer = place.answer
    ids, options = _options(reader, place)
    is_one = answer.cardinality == "Single"
    texts = [option["text"]["en"].strip().lower() for option in options]
    if is_one and reader.kind in TRUE_FALSE and sorted(texts) == ["false", "true"]:
        return _truth(reader, place, dict(zip(ids, texts, strict=True)))
    kind = "single" if is_one else "multiple"
    content: dict[str, Any] = {"kind": kind, "options": options}
    table: Table = {"form": "one" if is_one else "many", "response": answer.identifier, "ids": ids}
    space = Space([list(ids.values())], 1 if is_one else None)
    part = Part(kind, content, table, Declaration(answer.identifier), space)
    additive = not is_one and is_sum_of_choices(reader.scoring)
    proof = by_terms(part, reader) if additive else None
    if proof is None:
        proof = settle(part, reader.scoring.score, Known())
    content["stem"] = reader.stem(flow(reader.presentation) + place.title)
    if not _shuffles(place):
        content["shuffle"] = False
    draft = Draft(content, table, proof.base, proof.best)
    draft.runs = _runs(table, ids, options)
    return draft


def _runs(table: Table, ids: dict[str, str], options: list[Any]) -> dict[str, Any]:
    """Responses to look at for feedback: the key, none, and each single wrong option."""
    back = {ours: native for native, ours in ids.items()}
    key = [back[option["id"]] for option in options if option.get("correct")]
    runs: dict[str, Any] = {"key": {table["response"]: key}, "none": {}}
    for option in options:
        if not option.get("correct"):
            runs[f"option {option['id']}"] = {table["response"]: [back[option["id"]]]}
    return runs


def _shuffles(place: Place) -> bool:
    return any((e.get("shuffle") or "").lower() == "yes" for e in place.element.iter())


def _options(reader: Reader, place: Place) -> tuple[dict[str, str], list[Any]]:
    names = [name for name, _ in place.labels]
    if len(set(names)) < len(names) or "" in names:
        raise NotOurs("qti_identifiers")
    ids = {name: letter(n) for n, name in enumerate(names)}
    options = [
        {"id": ids[name], "text": english(reader.words.line(html) or name)}
        for name, html in place.labels
    ]
    return ids, options


def _truth(reader: Reader, place: Place, texts: dict[str, str]) -> Draft:
    ids = {name: TRUTHS[text] for name, text in texts.items()}
    table: Table = {"form": "truth", "response": place.answer.identifier, "ids": ids}
    content: dict[str, Any] = {"kind": "true_false"}
    declared = Declaration(place.answer.identifier)
    part = Part("true_false", content, table, declared, Space([["true", "false"]]))
    proof = settle(part, reader.scoring.score, Known())
    content["stem"] = reader.stem(flow(reader.presentation) + place.title)
    draft = Draft(content, table, proof.base, proof.best)
    key = next(name for name, value in ids.items() if value is content["answer"])
    wrong = next(name for name in ids if name != key)
    draft.runs = {"key": {place.answer.identifier: [key]}, "none": {}}
    draft.runs[f"option {texts[wrong]}"] = {place.answer.identifier: [wrong]}
    return draft


def by_terms(part: Part, reader: Reader) -> Proof:
    """Each choice adds on its own: one trial for each is enough."""
    scoring = reader.scoring
    least, scoring.least = scoring.least, None
    space = part.space or Space([])
    base = scoring.score({})
    entries = {
        element: scoring.score(to_native(part.table, ours(part, frozenset({element})))) - base
        for element in space.elements
    }
    scoring.least = least
    key: set[str] = set()
    for group in space.groups:
        earning = sorted(group, key=lambda element: -entries[element])
        for element in earning[: len(group) if space.most is None else space.most]:
            if entries[element] > 0:
                key.add(element)
    best = sum((entries[element] for element in key), Fraction(0))
    if best <= 0:
        raise NotOurs("qti_no_key")
    lower = None if least is None else min(Fraction(0), least - base)
    if lower is None and all(value >= 0 for value in entries.values()):
        lower = Fraction(0)
    proof = Proof(base, best, frozenset(key), entries=entries, lower=lower)
    put_credit(part, proof)
    return proof


def ordering(reader: Reader, place: Place) -> Draft:
    ids, steps = _options(reader, place)
    table: Table = {"form": "order", "response": place.answer.identifier, "ids": ids}
    content: dict[str, Any] = {"kind": "ordering", "steps": steps}
    part = Part("ordering", content, table, Declaration(place.answer.identifier))
    proof = settle(part, reader.scoring.score, Known())
    content["stem"] = reader.stem(flow(reader.presentation) + place.title)
    return Draft(content, table, proof.base, proof.best)


def matching(reader: Reader) -> Draft:
    """Each answer is a left piece; the labels they share are the right pieces."""
    rights = right_blocks(reader.presentation)
    labels: dict[str, str] = {}
    rows: dict[str, Any] = {}
    left = []
    for n, place in enumerate(reader.places):
        names = [name for name, _ in place.labels]
        by_place = rights and len(rights) == len(names)
        shown = rights if by_place else [html for _, html in place.labels]
        keys = [str(k) for k in range(len(names))] if by_place else names
        for key, html in zip(keys, shown, strict=True):
            labels.setdefault(key, html)
        row = letter(n)
        rows[row] = {
            "response": place.answer.identifier,
            "names": dict(zip(names, keys, strict=True)),
        }
        title = place.title or before(place)
        left.append({"id": row, "text": english(reader.words.line(title) or f"({n + 1})")})
    ids = {key: letter(n) for n, key in enumerate(labels)}
    for row in rows.values():
        row["ids"] = {name: ids[key] for name, key in row.pop("names").items()}
    right = [
        {"id": ids[key], "text": english(reader.words.line(html) or key)}
        for key, html in labels.items()
    ]
    many = any(place.answer.cardinality == "Multiple" for place in reader.places)
    return _settled_matching(reader, left, right, {"form": "rows", "rows": rows, "many": many})


def _settled_matching(reader: Reader, left: list[Any], right: list[Any], table: Table) -> Draft:
    groups = [
        [f"{row} {name}" for name in inner["ids"].values()] for row, inner in table["rows"].items()
    ]
    if table["many"]:
        content: dict[str, Any] = {
            "kind": "matrix",
            "rows": left,
            "columns": right,
            "per_row": "many",
        }
    else:
        content = {"kind": "matching", "left": left, "right": right, "reuse_right": True}
    space = Space(groups, None if table["many"] else 1)
    part = Part(content["kind"], content, table, Declaration(""), space)
    if is_sum(reader.scoring) and not table["many"]:
        proof = by_terms(part, reader)
    else:
        proof = settle(part, reader.scoring.score, Known())
    html = "".join(_stem_only(reader))
    content["stem"] = reader.stem(html)
    return Draft(content, table, proof.base, proof.best)


def _stem_only(reader: Reader) -> list[str]:
    """The question alone: what stands before the first left piece."""
    html = flow(reader.presentation)
    head = html.partition(GAP)[0]
    first = before(reader.places[0]) if not reader.places[0].title else ""
    return [head.removesuffix(first) if first and head.endswith(first) else head]
