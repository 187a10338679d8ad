"""One QTI 2 or 3 item as one question of ours, or the reason why it cannot be one."""

from collections.abc import Callable
from copy import deepcopy
from fractions import Fraction
from typing import Any

from probity.exchange.formats.qti.body import (
    BLANK,
    Words,
    also_chinese,
    drop_rubrics,
    english,
    is_alone,
    is_chinese,
    joined,
    mark,
    readable,
    texts_in,
)
from probity.exchange.formats.qti.builders import BUILDERS, INLINE, OPEN_KINDS
from probity.exchange.formats.qti.cases import case_of
from probity.exchange.formats.qti.clozes import cloze_of
from probity.exchange.formats.qti.effort import Effort
from probity.exchange.formats.qti.gaps import one_blank
from probity.exchange.formats.qti.model import OWN_TOOL, Draft, Reader, interactions_in
from probity.exchange.formats.qti.parts import Context, Part
from probity.exchange.formats.qti.processing import Processing, maximum
from probity.exchange.formats.qti.proving import Proof
from probity.exchange.formats.qti.scoring import known_of, ours, points_for, settle
from probity.exchange.formats.qti.terms import Table, to_native
from probity.exchange.formats.qti.tree import drop, inner, kid, kids, number_of, verbatim
from probity.exchange.formats.qti.values import Native, NotOurs, read_declaration
from probity.exchange.xml import Element, name_of

BESIDES = frozenset({"endAttemptInteraction", "mediaInteraction"})
KIND_NAMES = {
    "associateInteraction": "matching",
    "choiceInteraction": "single",
    "drawingInteraction": "other",
    "extendedTextInteraction": "essay",
    "gapMatchInteraction": "gap_match",
    "graphicAssociateInteraction": "matching",
    "graphicGapMatchInteraction": "gap_match",
    "graphicOrderInteraction": "ordering",
    "hotspotInteraction": "hotspot",
    "hottextInteraction": "multiple",
    "inlineChoiceInteraction": "cloze",
    "matchInteraction": "matching",
    "orderInteraction": "ordering",
    "positionObjectInteraction": "hotspot",
    "selectPointInteraction": "hotspot",
    "sliderInteraction": "numeric",
    "textEntryInteraction": "short_text",
    "uploadInteraction": "upload",
}
MOST_EXCERPT = 4000


def kinds_of(root: Element) -> tuple[str, str]:
    """The kinds of interactions, for people to read, and the kind that the item would have."""
    found = interactions_in(root)
    return ", ".join(dict.fromkeys(map(name_of, found))), _likely_kind(root, found)


def _likely_kind(root: Element, interactions: list[Element]) -> str:
    """The kind that an item would have, also when it is refused."""
    found = [e for e in interactions if name_of(e) not in BESIDES]
    names = {name_of(element) for element in found}
    if len(found) > 1 and names <= INLINE:
        return "cloze"
    if len(found) != 1:
        return "other"
    declared = {d.get("identifier"): d for d in kids(root, "responseDeclaration")}
    response = declared.get(found[0].get("responseIdentifier"))
    kind = KIND_NAMES.get(next(iter(names)), "other")
    if response is not None and kind == "single" and response.get("cardinality") == "multiple":
        return "multiple"
    if response is not None and kind == "short_text":
        return "numeric" if response.get("baseType") in {"integer", "float"} else kind
    return kind


def read_item(
    root: Element, words: Words, prepare: Callable[[Element], None], effort: Effort | None = None
) -> Draft:
    """Read an item whose elements have the names of version 2. Raises NotOurs."""
    if (root.get("adaptive") or "").strip().lower() == "true":
        raise NotOurs("qti_adaptive")
    if kid(root, "templateProcessing") is not None or kid(root, "templateDeclaration") is not None:
        raise NotOurs("qti_templates")
    body = kid(root, "itemBody")
    if body is None:
        raise NotOurs("qti_no_body")
    prepare(body)
    rubrics = drop_rubrics(body)
    declared = {d.identifier: d for d in map(read_declaration, kids(root, "responseDeclaration"))}
    outcomes = {d.identifier: d for d in map(read_declaration, kids(root, "outcomeDeclaration"))}
    _set_besides_apart(body, words)
    context = Context(
        words,
        declared,
        is_own=root.get("toolName") == OWN_TOOL,
        is_only=len(interactions_in(body)) == 1,
    )
    processing = Processing(kid(root, "responseProcessing"), declared, outcomes, effort)
    reader = Reader(root, words, body, context, processing, outcomes, rubrics)
    draft = _draft(reader)
    draft.rubrics = [verbatim(block) for block in rubrics]
    draft.feedback = reader.left
    return draft


def _set_besides_apart(body: Element, words: Words) -> None:
    """Sound players stay as what they play; buttons that end an attempt go."""
    found = interactions_in(body)
    if all(name_of(element) in BESIDES for element in found):
        return
    for element in found:
        if name_of(element) == "endAttemptInteraction":
            words.note("lost", "qti_end_attempt")
            drop(element)
        elif name_of(element) == "mediaInteraction":
            element.tag = "div"


def _draft(reader: Reader) -> Draft:
    found = reader.interactions
    if not found:
        raise NotOurs("qti_no_interaction")
    responses = [element.get("responseIdentifier") for element in found]
    if len(set(responses)) < len(responses):
        raise NotOurs("qti_identifiers")
    names = {name_of(element) for element in found}
    refused = names - set(BUILDERS) - set(OPEN_KINDS) - INLINE - {"sliderInteraction"}
    if refused:
        raise NotOurs("qti_interaction", interactions=sorted(refused))
    if len(found) == 1 and names & set(OPEN_KINDS):
        return _open(reader, found[0])
    if names & set(OPEN_KINDS) and reader.processing.is_absent:
        return case_of(reader, found)
    _assume_key(reader)
    is_blank = names <= {"textEntryInteraction", "sliderInteraction"}
    if len(found) == 1 and is_blank and not _is_own_text(reader):
        return _blank(reader, found[0])
    if names <= INLINE:
        return cloze_of(reader, found)
    if len(found) == 1:
        return _block(reader, found[0])
    return case_of(reader, found)


def _is_own_text(reader: Reader) -> bool:
    """Whether an export of ours says that this is a text with a gap."""
    parts = {child.get("class") for child in reader.body}
    return reader.context.is_own and {"stem", "text"} <= parts


def _assume_key(reader: Reader) -> None:
    """Without any processing the declared key is what there is: it must be wholly met."""
    processing = reader.processing
    if not processing.is_absent:
        return
    answered = [d for d in reader.context.declared.values() if d.correct]
    if len(answered) != 1 or len(reader.interactions) != 1:
        raise NotOurs("qti_no_processing")
    processing.template = "match"
    processing.only = answered[0].identifier
    reader.words.note("changed", "qti_assumed_key")


def _open(reader: Reader, interaction: Element) -> Draft:
    """An essay or a file: shown, kept, and marked by people."""
    kind = OPEN_KINDS[name_of(interaction)]
    content: dict[str, Any] = {"kind": kind, "stem": english(stem_of(reader, [interaction]))}
    lines = number_of(interaction, "expectedLines")
    if lines and 0 < lines <= 1000:  # noqa: PLR2004 - what an item can hold
        content["lines"] = lines
    types = (interaction.get("type") or "").split()
    if kind == "upload" and types:
        content["accept_types"] = types
    declared = reader.context.declared.get(interaction.get("responseIdentifier") or "")
    if declared is not None and declared.correct and declared.base == "string":
        content["model_answer"] = english(reader.words.line(escaped(declared.correct[0])))
    best = maximum(reader.outcomes)
    best = best if best and best > 0 else Fraction(1)
    if not reader.processing.is_absent and reader.processing.rules:
        reader.words.note("kept", "qti_by_people")
    table: Table = {"form": "text", "response": interaction.get("responseIdentifier") or ""}
    content["points"] = points_for(best)
    return Draft(content, table, Fraction(0), best, is_scorable=False)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _blank(reader: Reader, interaction: Element) -> Draft:
    content, table, proof = one_blank(interaction, reader.context, reader.processing)
    content["stem"] = english(stem_of(reader, [interaction]))
    reader.feedback(None, content)
    return _finished(content, table, proof)


def _finished(content: dict[str, Any], table: Table, proof: Proof) -> Draft:
    content["points"] = points_for(proof.best)
    return Draft(content, table, proof.base, proof.best)


def _block(reader: Reader, interaction: Element) -> Draft:
    part = BUILDERS[name_of(interaction)](interaction, reader.context)
    proof = settle(part, reader.processing.score, known_of(part, reader.processing))
    part.content["stem"] = english(stem_of(reader, [interaction], part.prompt))
    reader.feedback(part, part.content, _native_key(part, proof))
    return _finished(part.content, part.table, proof)


def _native_key(part: Part, proof: Proof) -> Native:
    if part.kind == "ordering":
        return to_native(part.table, [step["id"] for step in part.content["steps"]])
    if part.table["form"] == "points":
        return {part.declared.identifier: part.declared.correct or []}
    return to_native(part.table, ours(part, proof.key))


def stem_of(reader: Reader, interactions: list[Element], prompt: str = "") -> str:
    """The words around an interaction, with its prompt where it stood."""
    body = deepcopy(reader.body)
    twins = interactions_in(body)
    places = [reader.interactions.index(element) for element in interactions]
    for place, twin in enumerate(twins):
        if place not in places:
            continue
        if name_of(twin) in {"textEntryInteraction", "inlineChoiceInteraction"}:
            mark(twin, "" if is_alone(twin) else BLANK)
        elif name_of(twin) in OPEN_KINDS or name_of(twin) == "sliderInteraction":
            _leave_prompt(twin)
        else:
            mark(twin, "\ue002")
    text = reader.words.block(inner(readable(body, reader.words)))
    text = joined(
        *(part.strip() for part in text.replace("\ue002", f"\n\n{prompt}\n\n").split("\n\n"))
    )
    if not text.strip():
        reader.words.note("changed", "stem_missing")
        text = reader.words.line(escaped(reader.root.get("title") or "")) or "?"
    return text


def _leave_prompt(interaction: Element) -> None:
    """Of an interaction that is all prompt, keep the prompt."""
    for child in list(interaction):
        if name_of(child) == "prompt":
            child.tag = "div"
        else:
            drop(child)
    interaction.text = None
    interaction.tag = "div"


def with_common(draft: Draft, root: Element) -> dict[str, Any]:
    """The content with what every kind has."""
    content = draft.content
    title = " ".join((root.get("title") or "").split())
    if title:
        content["name"] = title[:500]
    content.setdefault("competency", "")
    content.setdefault("cognitive", "")
    if is_chinese(texts_in(content)):
        content = also_chinese(content)
    return content
