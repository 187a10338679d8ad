"""Each of our kinds as interactions, declarations and rules of QTI 2.1."""

import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from probity.exchange.formats.qti import making
from probity.exchange.formats.qti.making import Address, make, markup
from probity.exchange.found import Note
from probity.exchange.xml import Element
from probity.kernel.markup import plain_text

IMAGE = re.compile(r"!\[([^\]]*)\]\(media:([^)]+)\)")
ZERO, ONE = Fraction(0), Fraction(1)
LONGEST_LABEL = 256


@dataclass(slots=True)
class Made:
    """What one question becomes: declarations, body, rules that set its score."""

    score: str
    points: Fraction
    address: Address
    declarations: list[Element] = field(default_factory=list)
    body: list[Any] = field(default_factory=list)
    rules: list[Element] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    response: str = "RESPONSE"

    def text(self, text: Any, *, in_line: bool = False) -> list[Any]:
        """A text in the language that every item has."""
        return markup((text or {}).get("en", ""), self.address, in_line=in_line)

    def words(self, text: Any) -> str:
        """A text without markup, for places that take words alone."""
        return plain_text((text or {}).get("en", ""))

    def stem(self, content: dict[str, Any]) -> None:
        self.body.extend(self.text(content.get("stem")))

    def declare(self, cardinality: str, kind: str, right: Any, mapping: Any = None) -> None:
        self.declarations.append(
            making.declaration(self.response, cardinality, kind, right, mapping)
        )

    def whole(self, expression: Element | None = None) -> None:
        """All of the points when the response is the key."""
        test = expression
        if test is None:
            pair = (making.variable(self.response), making.correct(self.response))
            test = make("match", *pair)
        self.rules.append(making.when(test, making.set_to(self.score, making.worth(self.points))))

    def mapped(self, scale: making.Scale, operator: str = "mapResponse") -> None:
        """What the mapping gives, nothing when nothing is answered."""
        value = scale.score(make(operator, identifier=self.response))
        empty = make("not", make("isNull", making.variable(self.response)))
        self.rules.append(making.when(empty, making.set_to(self.score, value)))


def picture_type(name: str) -> str:
    """The type of a picture, by its name."""
    return mimetypes.guess_type(name)[0] or "image/png"


def shares_of(content: dict[str, Any]) -> tuple[dict[str, Fraction], Any, Fraction]:
    """The entries, bounds and default of a mapping of ours."""
    mapping = content["mapping"]
    entries = {name: Fraction(share) for name, share in mapping["entries"].items()}
    default = Fraction(mapping.get("default", "0/1"))
    if not entries:  # a mapping of QTI has one entry at least
        things = content.get("options") or content.get("areas") or []
        entries = {things[0]["id"]: default} if things else {}
    lower = mapping.get("lower", "0/1")
    upper = mapping.get("upper", "1/1")
    bounds = (
        None if lower is None else Fraction(lower),
        None if upper is None else Fraction(upper),
    )
    return entries, bounds, default


def choices(made: Made, content: dict[str, Any]) -> list[Element]:
    """Options with their reasons inside."""
    found = []
    for option in content["options"]:
        inner = made.text(option["text"], in_line=True)
        if option.get("why"):
            inner.append(
                make(
                    "feedbackInline",
                    made.text(option["why"], in_line=True),
                    outcomeIdentifier="FEEDBACK",
                    identifier=option["id"],
                    showHide="show",
                )
            )
        found.append(make("simpleChoice", inner, identifier=option["id"]))
    return found


def single(made: Made, content: dict[str, Any]) -> None:
    made.stem(content)
    keys = [option["id"] for option in content["options"] if option.get("correct")]
    if content.get("mapping"):
        entries, bounds, default = shares_of(content)
        mapping, scale = making.mapping(entries, made.points, bounds, default)
        made.declare("single", "identifier", keys[:1], mapping)
        made.mapped(scale)
    else:
        made.declare("single", "identifier", keys)
        made.whole()
    made.body.append(_choice_interaction(made, content, choices(made, content), 1))


def _choice_interaction(
    made: Made, content: dict[str, Any], inner: list[Element], most: int
) -> Element:
    return make(
        "choiceInteraction",
        inner,
        responseIdentifier=made.response,
        shuffle=content.get("shuffle", True),
        maxChoices=most,
    )


def true_false(made: Made, content: dict[str, Any]) -> None:
    options = [
        {"id": "true", "text": {"en": "True"}, "why": content.get("why_true")},
        {"id": "false", "text": {"en": "False"}, "why": content.get("why_false")},
    ]
    made.stem(content)
    made.declare("single", "identifier", ["true" if content["answer"] else "false"])
    made.whole()
    shown = {"options": options, "shuffle": content.get("shuffle", True)}
    made.body.append(_choice_interaction(made, shown, choices(made, shown), 1))


def per_choice(
    made: Made, content: dict[str, Any], things: list[dict[str, Any]], kind: str
) -> None:
    """Key and credit of things of which several may be chosen."""
    keys = [thing["id"] for thing in things if thing.get("correct")]
    credit = content.get("credit", "right_minus_wrong" if kind == "multiple" else "all_or_nothing")
    if credit == "all_or_nothing":
        made.declare("multiple", "identifier", keys)
        made.whole()
        return
    default = ZERO
    bounds: Any = (ZERO, ONE)
    if credit == "mapping":
        entries, bounds, default = shares_of(content)
    elif credit == "per_option":
        part = Fraction(1, len(things))
        entries = {t["id"]: part if t.get("correct") else -part for t in things}
        bounds = (None, None)
    else:
        part = Fraction(1, len(keys))
        entries = {t["id"]: part if t.get("correct") else -part for t in things}
    mapping, scale = making.mapping(entries, made.points, bounds, default)
    made.declare("multiple", "identifier", keys, mapping)
    made.mapped(scale)
    if credit == "per_option":
        wrong = Fraction(len(things) - len(keys), len(things)) * made.points
        made.rules[-1][0].append(making.add_to(made.score, making.worth(wrong)))


def multiple(made: Made, content: dict[str, Any]) -> None:
    made.stem(content)
    per_choice(made, content, content["options"], "multiple")
    most = content.get("choose") or 0
    made.body.append(_choice_interaction(made, content, choices(made, content), most))


def pieces(made: Made, things: list[dict[str, Any]], name: str, most: int) -> list[Element]:
    return [
        make(name, made.text(t["text"], in_line=True), identifier=t["id"], matchMax=most)
        for t in things
    ]


def sides(
    made: Made, content: dict[str, Any], left: list[Element], right: list[Element], **at: Any
) -> None:
    made.body.append(
        make(
            "matchInteraction",
            make("simpleMatchSet", left),
            make("simpleMatchSet", right),
            responseIdentifier=made.response,
            shuffle=content.get("shuffle", True),
            maxAssociations=0,
            **at,
        )
    )


def by_pairs(made: Made, content: dict[str, Any], per: str, order: Callable[[str], str]) -> None:
    """Key and credit of pairs; `order` writes a pair as the format has it."""
    keys = [order(f"{left} {right}") for left, right in content["pairs"].items()]
    credit = content.get("credit", per)
    if credit == "all_or_nothing":
        made.declare("multiple", "directedPair", keys)
        made.whole()
        return
    bounds: Any = (ZERO, ONE)
    default = ZERO
    entries = {key: Fraction(1, len(keys)) for key in keys}
    if credit == "mapping":
        found, bounds, default = shares_of(content)
        entries = {order(name): share for name, share in found.items()}
    mapping, scale = making.mapping(entries, made.points, bounds, default)
    made.declare("multiple", "directedPair", keys, mapping)
    made.mapped(scale)


def matching(made: Made, content: dict[str, Any]) -> None:
    made.stem(content)
    by_pairs(made, content, "per_pair", lambda pair: pair)
    left = pieces(made, content["left"], "simpleAssociableChoice", 1)
    most = 0 if content.get("reuse_right") else 1
    sides(made, content, left, pieces(made, content["right"], "simpleAssociableChoice", most))


def matrix(made: Made, content: dict[str, Any]) -> None:
    made.stem(content)
    cells, credit = content["cells"], content.get("credit", "per_cell")
    rows = {cell.partition(" ")[0] for cell in cells}
    one = content.get("per_row", "one") == "one"
    if credit == "all_or_nothing":
        made.declare("multiple", "directedPair", cells)
        made.whole()
    else:
        part = Fraction(1, len(cells))
        entries, bounds, default = dict.fromkeys(cells, part), (ZERO, ONE), -part
        if credit == "mapping":
            entries, bounds, default = shares_of(content)
        elif credit == "per_row" and one and len(rows) == len(content["rows"]):
            default = ZERO
        elif credit == "per_row":
            made.notes.append(Note("changed", "qti_out_credit", {"credit": credit}))
        mapping, scale = making.mapping(entries, made.points, bounds, default)
        made.declare("multiple", "directedPair", cells, mapping)
        made.mapped(scale)
    left = pieces(made, content["rows"], "simpleAssociableChoice", 1 if one else 0)
    right = pieces(made, content["columns"], "simpleAssociableChoice", 0)
    sides(made, content, left, right, class_="match-tabular")


def gap_choice(made: Made, one: dict[str, Any], most: int) -> Element:
    """A piece of words, or of a picture."""
    image = IMAGE.fullmatch(one["text"].get("en", "").strip())
    if image is None:
        words = made.words(one["text"])
        return make("gapText", words, identifier=one["id"], matchMax=most)
    picture = make("object", image[1], data=made.address(image[2]), type=picture_type(image[2]))
    return make("gapImg", picture, identifier=one["id"], matchMax=most)


def gap_match(made: Made, content: dict[str, Any]) -> None:
    made.stem(content)
    by_pairs(made, content, "per_gap", lambda pair: " ".join(reversed(pair.split())))
    most = 0 if content.get("reuse") else 1
    gaps = {gap["id"]: make("gap", identifier=gap["id"]) for gap in content["gaps"]}
    text = making.with_gaps(made.text(content["text"]), gaps)
    making.in_paragraphs(text)
    made.body.append(
        make(
            "gapMatchInteraction",
            [gap_choice(made, one, most) for one in content["choices"]],
            text if text and not isinstance(text[0], str) else make("p", text),
            responseIdentifier=made.response,
            shuffle=content.get("shuffle", True),
        )
    )


def hotspot(made: Made, content: dict[str, Any]) -> None:
    made.stem(content)
    picture = make(
        "object",
        data=made.address(content["image"]),
        type=picture_type(content["image"]),
        width=content["width"],
        height=content["height"],
    )
    if content.get("by", "area") == "point":
        _pointed(made, content, picture)
        return
    per_choice(made, content, content["areas"], "hotspot")
    areas = [
        make(
            "hotspotChoice",
            identifier=area["id"],
            shape=area["shape"],
            coords=",".join(map(str, area["coords"])),
            hotspotLabel=area["label"]["en"][:LONGEST_LABEL],
        )
        for area in content["areas"]
    ]
    made.body.append(
        make(
            "hotspotInteraction",
            picture,
            areas,
            responseIdentifier=made.response,
            maxChoices=content.get("choose") or 0,
        )
    )


def _is_one(content: dict[str, Any], keys: list[str]) -> bool:
    """With one right area, all or nothing is what right minus wrong is."""
    return len(keys) == 1 and content.get("credit", "all_or_nothing") == "all_or_nothing"


def _pointed(made: Made, content: dict[str, Any], picture: Element) -> None:
    keys = [area["id"] for area in content["areas"] if area.get("correct")]
    entries = dict.fromkeys(keys, Fraction(1, len(keys)))
    bounds: Any = (ZERO, ONE)
    default = ZERO
    if content.get("mapping"):
        entries, bounds, default = shares_of(content)
    elif content.get("credit") == "right_minus_wrong" or _is_one(content, keys):
        default = -Fraction(1, len(keys))
        entries |= {a["id"]: default for a in content["areas"] if a["id"] not in keys}
    else:
        credit = content.get("credit", "all_or_nothing")
        made.notes.append(Note("changed", "qti_out_credit", {"credit": credit}))
    mapping, scale = making.mapping(entries, made.points, bounds, default)
    areas = make("areaMapping", **dict(mapping.attrib))
    for area in content["areas"]:
        value = entries.get(area["id"], default)
        coords = ",".join(map(str, area["coords"]))
        areas.append(
            make("areaMapEntry", shape=area["shape"], coords=coords, mappedValue=scale.value(value))
        )
    made.declare("multiple", "point", [], areas)
    made.mapped(scale, "mapResponsePoint")
    made.body.append(
        make(
            "selectPointInteraction",
            picture,
            responseIdentifier=made.response,
            maxChoices=content.get("choose") or 0,
        )
    )


def opened(made: Made, content: dict[str, Any]) -> None:
    """Essays and files: people mark them, by the rubric that stands in the item."""
    made.stem(content)
    is_essay = content["kind"] == "essay"
    made.declare("single", "string" if is_essay else "file", [])
    rubric = [
        make("p", made.text(criterion["text"], in_line=True), f" ({criterion['points']})")
        for criterion in content.get("rubric") or []
    ]
    if content.get("model_answer"):
        rubric.append(make("div", made.text(content["model_answer"])))
    if rubric:
        made.body.append(make("rubricBlock", rubric, view="scorer", use="scoring"))
    if is_essay:
        lines = content.get("lines")
        made.body.append(
            make("extendedTextInteraction", responseIdentifier=made.response, expectedLines=lines)
        )
    else:
        types = content.get("accept_types") or []
        made.body.append(
            make(
                "uploadInteraction",
                responseIdentifier=made.response,
                type=types[0] if len(types) == 1 else None,
            )
        )
