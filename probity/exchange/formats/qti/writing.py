"""One question of ours as an item of QTI 2.1."""

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from probity.exchange.formats.qti import making, making_gaps, making_kinds
from probity.exchange.formats.qti.making import Address, make
from probity.exchange.formats.qti.making_kinds import Made
from probity.exchange.formats.qti.model import OWN_TOOL
from probity.exchange.found import Note
from probity.exchange.xml import Element, name_of

IDENTIFIER = re.compile(r"[A-Za-z_][\w.\-]{0,60}")
MOMENTS = ("right", "partial", "wrong")
PEOPLE = frozenset({"essay", "upload"})

MAKERS: dict[str, Callable[[Made, dict[str, Any]], None]] = {
    "cloze": making_gaps.cloze,
    "essay": making_kinds.opened,
    "gap_match": making_kinds.gap_match,
    "hotspot": making_kinds.hotspot,
    "matching": making_kinds.matching,
    "matrix": making_kinds.matrix,
    "multiple": making_kinds.multiple,
    "numeric": making_gaps.numeric,
    "ordering": making_gaps.ordering,
    "short_text": making_gaps.short_text,
    "single": making_kinds.single,
    "true_false": making_kinds.true_false,
    "upload": making_kinds.opened,
}


def item_of(
    content: dict[str, Any], identifier: str, address: Address
) -> tuple[Element, list[Note]]:
    """The item as an element, and what QTI cannot say of it."""
    made = Made("SCORE", points_of(content), address)
    if content["kind"] == "case":
        _case(made, content)
    else:
        MAKERS[content["kind"]](made, content)
        _reasons(made, content)
    modal = _feedback(made, content)
    rules = make("responseProcessing", made.rules) if made.rules else None
    item = make(
        "assessmentItem",
        made.declarations,
        making.outcome("SCORE", "single", "float", "0"),
        making.outcome("MAXSCORE", "single", "float", making.plain_number(made.points)),
        _outcomes(content),
        make("itemBody", _blocks(made.body)),
        rules,
        modal,
        identifier=identifier,
        title=content.get("name") or identifier,
        adaptive=False,
        timeDependent=False,
        toolName=OWN_TOOL,
    )
    return _in_order(item), made.notes


def points_of(content: dict[str, Any]) -> Fraction:
    """The points of an item, of a case those of its parts."""
    if content["kind"] == "case":
        return sum((points_of(child) for child in content["items"]), Fraction(0))
    return Fraction(str(content.get("points", 1)))


def _in_order(item: Element) -> Element:
    """Response declarations come before outcomes."""
    order = ("responseDeclaration", "outcomeDeclaration")
    declared = [e for name in order for e in item if e.tag.endswith(f"}}{name}")]
    for place, element in enumerate(declared):
        item.insert(place, element)
    return item


def _blocks(parts: list[Any]) -> list[Any]:
    """Bare words in a body stand in a paragraph."""
    return [
        make("p", part) if isinstance(part, str) and part.strip() else part
        for part in parts
        if not isinstance(part, str) or part.strip()
    ]


def _case(made: Made, content: dict[str, Any]) -> None:
    """Parts with responses and scores of their own, which add up."""
    for document in content.get("material") or []:
        title = make("p", make("strong", made.text(document["title"], in_line=True)))
        made.body.append(make("div", title, made.text(document["text"]), class_="material"))
    terms = []
    for place, child in enumerate(content["items"]):
        part = Made(f"SCORE_{place + 1}", points_of(child), made.address)
        part.response = f"R{place + 1}"
        MAKERS[child["kind"]](
            part, {**child, "options": _bare(child)} if "options" in child else child
        )
        if child["kind"] == "true_false":
            _drop_reasons(part)
        made.declarations += part.declarations
        made.declarations.append(making.outcome(part.score, "single", "float", "0"))
        made.rules += part.rules
        made.notes += part.notes
        rubrics = [block for block in part.body if _is_rubric(block)]
        rest = [block for block in part.body if not _is_rubric(block)]
        made.body.append(make("div", _blocks(rest), class_="part"))
        made.body += rubrics
        if child["kind"] not in PEOPLE:
            terms.append(making.variable(part.score))
    if terms:
        made.rules.append(making.set_to("SCORE", make("sum", terms)))


def _is_rubric(block: Any) -> bool:
    """What markers read stands in the body itself and in no other element."""
    return not isinstance(block, str) and name_of(block) == "rubricBlock"


def _bare(child: dict[str, Any]) -> list[dict[str, Any]]:
    return [{k: v for k, v in option.items() if k != "why"} for option in child["options"]]


def _drop_reasons(part: Made) -> None:
    for block in part.body:
        for element in [] if isinstance(block, str) else list(block.iter()):
            if isinstance(element.tag, str) and element.tag.endswith("}feedbackInline"):
                element.getparent().remove(element)


def has_reasons(content: dict[str, Any]) -> bool:
    """Whether options say why they are right or wrong."""
    if content["kind"] == "true_false":
        return bool(content.get("why_true") or content.get("why_false"))
    return any(option.get("why") for option in content.get("options") or [])


def _reasons(made: Made, content: dict[str, Any]) -> None:
    """The reason of each option that was chosen is shown."""
    if has_reasons(content):
        made.rules.append(making.set_to("FEEDBACK", making.variable(made.response)))


def _outcomes(content: dict[str, Any]) -> list[Element]:
    found = []
    if content["kind"] != "case" and has_reasons(content):
        cardinality = "multiple" if content["kind"] == "multiple" else "single"
        found.append(making.outcome("FEEDBACK", cardinality, "identifier"))
    feedback = content.get("feedback") or {}
    if any(feedback.get(moment) for moment in MOMENTS):
        found.append(making.outcome("MOMENT", "single", "identifier"))
    if feedback.get("general"):
        found.append(making.outcome("GENERAL", "single", "identifier"))
    return found


def _feedback(made: Made, content: dict[str, Any]) -> list[Element]:
    """What is said after the answer, by the score."""
    feedback = content.get("feedback") or {}
    if any(feedback.get(moment) for moment in MOMENTS):
        made.rules.append(_moments(made))
    if feedback.get("general"):
        made.rules.append(making.set_to("GENERAL", making.base("identifier", "general")))
    return [
        make(
            "modalFeedback",
            made.text(feedback[name]),
            outcomeIdentifier="GENERAL" if name == "general" else "MOMENT",
            identifier=name,
            showHide="show",
        )
        for name in (*MOMENTS, "general")
        if feedback.get(name)
    ]


def _moments(made: Made) -> Element:
    score, zero = making.variable("SCORE"), making.base("float", "0")
    full = make("gte", score, making.base("float", making.plain_number(made.points)))
    some = make("gt", making.variable("SCORE"), zero)
    says = {name: making.set_to("MOMENT", making.base("identifier", name)) for name in MOMENTS}
    return make(
        "responseCondition",
        make("responseIf", full, says["right"]),
        make("responseElseIf", some, says["partial"]),
        make("responseElse", says["wrong"]),
    )
