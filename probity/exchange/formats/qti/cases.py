"""Several interactions of one item: a case set whose parts earn marks of their own."""

from collections.abc import Callable
from copy import deepcopy
from fractions import Fraction
from itertools import product
from typing import Any

from probity.exchange.formats.qti.adding import is_sum
from probity.exchange.formats.qti.body import english, mark, prompt_of, readable
from probity.exchange.formats.qti.builders import BUILDERS, INLINE, OPEN_KINDS
from probity.exchange.formats.qti.gaps import one_blank
from probity.exchange.formats.qti.model import Draft, Reader
from probity.exchange.formats.qti.parts import Part
from probity.exchange.formats.qti.proving import MOST_TRIALS, Proof
from probity.exchange.formats.qti.scoring import known_of, ours, points_for, settle
from probity.exchange.formats.qti.terms import Table, to_native
from probity.exchange.formats.qti.tree import inner, number_of, within
from probity.exchange.formats.qti.tree import words as plain
from probity.exchange.formats.qti.values import NotOurs
from probity.exchange.xml import Element, name_of

MOST_PARTS = 60
LEAST_TEXT = 3


def case_of(reader: Reader, interactions: list[Element]) -> Draft:
    """An item with several interactions. Raises NotOurs when its marks do not add up."""
    if len(interactions) > MOST_PARTS:
        raise NotOurs("qti_many_parts")
    people = [i for i in interactions if name_of(i) in OPEN_KINDS]
    if people and len(people) < len(interactions) and not reader.processing.is_absent:
        raise NotOurs("qti_mixed_marking")
    children, tables, proofs = [], [], []
    for interaction in interactions:
        try:
            content, table, proof, part = _child(reader, interaction)
        except NotOurs as error:
            is_mute = error.code == "qti_no_key" and not people
            raise NotOurs("qti_not_additive") if is_mute else error from error
        children.append(content)
        tables.append(table)
        proofs.append((proof, part))
    if not people and not is_sum(reader.processing):
        _demand_sum(reader.processing.score, proofs)
    best = sum((proof.best for proof, _ in proofs), Fraction(0))
    base = reader.processing.score({}) if not people else Fraction(0)
    if sum((Fraction(str(child["points"])) for child in children), Fraction(0)) != best:
        raise NotOurs("qti_points")
    content = {
        "kind": "case",
        "title": english(reader.words.line(_title(reader.root))),
        "material": _material(reader, interactions),
        "items": children,
    }
    table = {"form": "children", "children": tables}
    return Draft(content, table, base, best, is_scorable=not people)


def _title(root: Element) -> str:
    return (root.get("title") or root.get("identifier") or "?").replace("<", "&lt;")


def _child(
    reader: Reader, interaction: Element
) -> tuple[dict[str, Any], Table, Proof, Part | None]:
    name = name_of(interaction)
    part: Part | None = None
    if name in OPEN_KINDS:
        content, table, proof = _open(interaction)
    elif name in {"textEntryInteraction", "sliderInteraction"}:
        content, table, proof = one_blank(interaction, reader.context, reader.processing)
    elif name == "inlineChoiceInteraction":
        part = BUILDERS["choiceInteraction"](interaction, reader.context)
        proof = settle(part, reader.processing.score, known_of(part, reader.processing))
        content, table = part.content, part.table
    else:
        part = BUILDERS[name](interaction, reader.context)
        proof = settle(part, reader.processing.score, known_of(part, reader.processing))
        content, table = part.content, part.table
    stem = part.prompt if part and part.prompt else _nearby(reader, interaction)
    content.update(stem=english(stem), points=points_for(proof.best), competency="", cognitive="")
    return content, table, proof, part


def _open(interaction: Element) -> tuple[dict[str, Any], Table, Proof]:
    content: dict[str, Any] = {"kind": OPEN_KINDS[name_of(interaction)]}
    lines = number_of(interaction, "expectedLines")
    if lines and lines > 0:
        content["lines"] = min(lines, 1000)
    table: Table = {"form": "text", "response": interaction.get("responseIdentifier") or ""}
    return content, table, Proof(Fraction(0), Fraction(1), frozenset())


def _nearby(reader: Reader, interaction: Element) -> str:
    """The words of the block in which an interaction stands, with a blank in its place."""
    prompt = prompt_of(interaction, reader.words)
    if prompt:
        return prompt
    place = reader.interactions.index(interaction)
    if name_of(interaction) in INLINE:
        block = interaction.getparent()
        while block is not None and name_of(block) in {
            "span",
            "b",
            "i",
            "strong",
            "em",
            "td",
            "tr",
        }:
            block = block.getparent()
        if block is not None and len(plain(block)) >= LEAST_TEXT:
            copy = readable(block, reader.words)
            for other in list(within(copy, *INLINE)):
                same = other.get("responseIdentifier") == interaction.get("responseIdentifier")
                mark(other, "[ ]" if same else "…")
            return str(reader.words.block(inner(copy))) or f"({place + 1})"
    return f"({place + 1})"


def _material(reader: Reader, interactions: list[Element]) -> list[dict[str, Any]]:
    """The words of the item, with numbers where its parts stood."""
    body = deepcopy(reader.body)
    twins = [e for e in body.iter() if name_of(e).endswith("Interaction")]
    for place, twin in enumerate(twins):
        mark(twin, f"({place + 1})" if len(interactions) == len(twins) else "")
    text = reader.words.block(inner(readable(body, reader.words)))
    if len(text.strip("()0123456789 \n")) < LEAST_TEXT:
        return []
    title = reader.words.line(_title(reader.root))
    return [{"id": "text", "title": english(title), "text": english(text)}]


def _demand_sum(score: Callable[[Any], Fraction], proofs: list[tuple[Proof, Part | None]]) -> None:
    """Try every combination of the parts' responses, or refuse when they are too many."""
    sets = []
    trials = 1
    for _, part in proofs:
        if part is None or part.space is None:
            raise NotOurs("qti_not_additive")
        trials *= part.space.size()
        if trials > MOST_TRIALS:
            raise NotOurs("qti_not_additive")
        natives = [to_native(part.table, ours(part, chosen)) for chosen in part.space.all()]
        sets.append([(native, score(native)) for native in natives])
    base = score({})
    for combination in product(*sets):
        whole = {name: values for native, _ in combination for name, values in native.items()}
        parts = sum((value - base for _, value in combination), Fraction(0))
        if score(whole) - base != parts:
            raise NotOurs("qti_not_additive")
