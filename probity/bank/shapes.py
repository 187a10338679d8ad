"""The shapes of items, strict: what a question file, a stored version or the editor may hold."""

import json
import re
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, TypeAdapter, model_validator

from probity.bank.parts import (
    LARGEST_EXPONENT,
    NORMALISE,
    Basis,
    Criterion,
    Document,
    FactId,
    Gap,
    Normaliser,
    Number,
    Option,
    Piece,
    Tolerance,
    Trap,
    Unit,
    Words,
    demand_whole,
    refuse_twins,
)
from probity.bank.spelling import spellings
from probity.kernel.markup import block_html
from probity.kernel.shapes import Shape, Text, Token, wrong

GAP = re.compile(r"\[\[([a-z_0-9]+)\]\]")

ItemId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-C?\d{3,4}$")]
Tag = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}\d{2}\.[FPX]$")]
Use = Literal["practice", "practice_only", "secure"]
Cognitive = Literal["remember", "understand", "apply", "analyse", "evaluate"]
Status = Literal["draft", "in_review", "approved", "retired"]


class Item(Shape):
    """What every kind has in common."""

    id: ItemId
    use: Use = "practice"
    domain: str = Field(min_length=1, max_length=40)
    competency: Tag
    cognitive: Cognitive
    expected_p: Number | None = None
    points: int = Field(default=1, gt=0, le=1000)
    shuffle: bool = True
    status: Status
    author: str = Field(min_length=1)
    reviewers: list[str] = Field(default_factory=list)
    facts: list[FactId] = Field(min_length=1)
    legal_basis: list[Basis] = Field(default_factory=list)
    sources: list[Text] = Field(default_factory=list)
    figure: str | None = None

    @model_validator(mode="after")
    def examinable(self) -> Self:
        for basis in self.legal_basis:
            if basis.confidence == "C":
                raise wrong(
                    "L02",
                    f"{basis.instrument}/{basis.article} has confidence C;"
                    " an item may rest on A or B only.",
                    "Have a legal reviewer tick the fact (then write B),"
                    " or teach it in a lesson instead.",
                )
        if self.expected_p is not None and not 0 <= self.expected_p <= 1:
            raise wrong(
                "I15",
                f"expected_p is {self.expected_p}; it is a share of candidates.",
                "Write a number from 0 to 1, such as 0.65.",
                at="expected_p",
            )
        return self


class Single(Item):
    kind: Literal["single"]
    stem: Text
    options: list[Option] = Field(min_length=3, max_length=5)

    @model_validator(mode="after")
    def one_key(self) -> Self:
        keys = [option.id for option in self.options if option.correct]
        if len(keys) != 1:
            raise wrong(
                "I01",
                f"{len(keys)} options are marked correct ({', '.join(keys) or 'none'});"
                " a `single` item has exactly one.",
                "Leave `correct: true` on one option, or set `kind: multiple`.",
                at="options",
            )
        refuse_twins(self.options, "options")
        return self


class Multiple(Item):
    kind: Literal["multiple"]
    stem: Text
    options: list[Option] = Field(min_length=4, max_length=8)
    choose: int | None = None
    credit: Literal["right_minus_wrong", "per_option", "all_or_nothing"] = "right_minus_wrong"

    @model_validator(mode="after")
    def keys(self) -> Self:
        keys = sum(option.correct for option in self.options)
        if not 2 <= keys < len(self.options):  # noqa: PLR2004 - "at least two" is the rule
            raise wrong(
                "I02",
                "A `multiple` item has at least two correct options and one wrong one.",
                "Mark more options, or set `kind: single`.",
                at="options",
            )
        if self.choose not in {None, keys}:
            raise wrong(
                "I12",
                f"The item asks for {self.choose} choices, but {keys} options are correct.",
                f"Write `choose: {keys}`, or take `choose` out.",
                at="choose",
            )
        refuse_twins(self.options, "options")
        return self


class TrueFalse(Item):
    kind: Literal["true_false"]
    stem: Text
    answer: bool
    why_true: Text
    why_false: Text


class Numeric(Item):
    kind: Literal["numeric"]
    stem: Text
    answer: Number
    tolerance: Tolerance
    unit: Unit | None = None
    decimals: int | None = Field(default=None, ge=0, le=LARGEST_EXPONENT)
    why: Text
    traps: list[Trap] = Field(default_factory=list)

    @model_validator(mode="after")
    def apart(self) -> Self:
        reach = self.tolerance.reach(self.answer)
        for place, trap in enumerate(self.traps):
            if abs(Fraction(trap.value) - Fraction(self.answer)) <= reach:
                raise wrong(
                    "I05",
                    f"The trap {trap.value} would be marked right"
                    f" (answer {self.answer}, tolerance {_shown(self.tolerance)}).",
                    "Narrow the tolerance or take the trap out.",
                    at=f"traps.{place}.value",
                )
        return self


class ShortText(Item):
    kind: Literal["short_text"]
    stem: Text
    accept: list[Words] = Field(min_length=1)
    normalise: list[Normaliser] = Field(default=list(NORMALISE))
    traps: list[Words] = Field(default_factory=list)
    why: Text

    @model_validator(mode="after")
    def whole(self) -> Self:
        demand_whole(self.accept, self.normalise)
        for place, trap in enumerate(self.traps):
            caught = spellings((trap.text, *trap.also), self.normalise)
            for key in self.accept:
                if caught & spellings((key.text, *key.also), self.normalise):
                    raise wrong(
                        "I05",
                        f"The trap `{trap.text}` would be marked right.",
                        "Take it out of `traps` or out of `accept`.",
                        at=f"traps.{place}.text",
                    )
        return self


class Matching(Item):
    kind: Literal["matching"]
    stem: Text
    left: list[Piece] = Field(min_length=3, max_length=8)
    right: list[Piece] = Field(min_length=2, max_length=10)
    pairs: dict[Token, Token]
    reuse_right: bool = False
    credit: Literal["per_pair", "all_or_nothing"] = "per_pair"

    @model_validator(mode="after")
    def whole(self) -> Self:
        refuse_twins(self.left, "left")
        refuse_twins(self.right, "right")
        left, right = {piece.id for piece in self.left}, {piece.id for piece in self.right}
        for lost in sorted((left ^ set(self.pairs)) | (set(self.pairs.values()) - right)):
            raise wrong(
                "I03",
                f"`{lost}` is not on both ends of a pair.",
                f"Give each of {', '.join(sorted(left))}"
                f" one partner out of {', '.join(sorted(right))}.",
                at="pairs",
            )
        if not self.reuse_right and len(set(self.pairs.values())) < len(self.pairs):
            raise wrong(
                "I03",
                "One right side is used twice.",
                "Set `reuse_right: true` and say so in the stem, or change a pair.",
                at="pairs",
            )
        return self


class Ordering(Item):
    kind: Literal["ordering"]
    stem: Text
    steps: list[Piece] = Field(min_length=3, max_length=8)
    why: Text
    credit: Literal["adjacent_pairs", "all_or_nothing"] = "adjacent_pairs"

    @model_validator(mode="after")
    def distinct(self) -> Self:
        refuse_twins(self.steps, "steps")
        return self


class Cloze(Item):
    kind: Literal["cloze"]
    stem: Text
    text: Text
    gaps: list[Gap] = Field(min_length=1, max_length=8)
    credit: Literal["per_gap", "all_or_nothing"] = "per_gap"

    @model_validator(mode="after")
    def gaps_match(self) -> Self:
        listed = sorted(gap.id for gap in self.gaps)
        for locale, words in self.text.items():
            found = sorted(GAP.findall(words))
            if found != listed:
                raise wrong(
                    "I04",
                    f"The {locale} text has the gaps {found}, the list has {listed}.",
                    "Every gap id stands once in each language as [[id]] and once under `gaps`.",
                    at=f"text.{locale}",
                )
            if sorted(GAP.findall(block_html(words))) != listed:
                raise wrong(
                    "I04",
                    f"A gap in the {locale} text stands inside a formula or a link.",
                    "Move [[id]] out of the formula or the link.",
                    at=f"text.{locale}",
                )
        refuse_twins(self.gaps, "gaps")
        return self


class Open(Item):
    """Kept, shown and marked by people; never scored by the machine."""

    kind: Literal["essay", "upload"]
    stem: Text
    rubric: list[Criterion] = Field(min_length=1)
    model_answer: Text | None = None
    accept_types: list[str] = Field(default_factory=list)
    max_mib: int = Field(default=10, gt=0, le=100)

    @model_validator(mode="after")
    def distinct(self) -> Self:
        refuse_twins(self.rubric, "rubric")
        return self


Child = Annotated[
    Single | Multiple | TrueFalse | Numeric | ShortText | Matching | Ordering | Cloze | Open,
    Field(discriminator="kind"),
]


class Case(Item):
    kind: Literal["case"]
    title: Text
    material: list[Document] = Field(min_length=1, max_length=4)
    items: list[Child] = Field(min_length=2, max_length=6)

    @model_validator(mode="after")
    def distinct(self) -> Self:
        refuse_twins(self.material, "material")
        refuse_twins((self, *self.items), "items")
        return self


AnyItem = Annotated[
    Single | Multiple | TrueFalse | Numeric | ShortText | Matching | Ordering | Cloze | Open | Case,
    Field(discriminator="kind"),
]


class Questions(Shape):
    """One file of questions; `defaults` is copied by the loader into items that lack a key."""

    format: Literal["probity/1"]
    defaults: dict[str, Any] = Field(default_factory=dict)
    items: list[AnyItem]


def parse_item(content: dict[str, Any]) -> AnyItem:
    """Read a stored or submitted item; dates may be ISO text and decimals text."""
    return _ITEM.validate_json(json.dumps(content, default=str))


def dump_item(item: AnyItem) -> dict[str, Any]:
    """Write an item for storage; `parse_item` gives the same item back."""
    content: dict[str, Any] = item.model_dump(mode="json")
    return content


def _shown(tolerance: Tolerance) -> str:
    return str(tolerance.absolute if tolerance.absolute is not None else tolerance.relative)


_ITEM: TypeAdapter[AnyItem] = TypeAdapter(AnyItem)
