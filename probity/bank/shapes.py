"""The shapes of items: what a question file, a stored version or the editor may hold.

`parse_item` is structural: what can be shown and marked. Question files, and items before they
are used, must also meet the house standard: `shortcomings` says what is still missing.
"""

import json
from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from probity.bank.house import Problem, shortcomings_of
from probity.bank.parts import Document, refuse_twins
from probity.bank.shapes_arranging import GAP, Cloze, GapMatch, Matching, Ordering
from probity.bank.shapes_base import Cognitive, Item, ItemId, Mapped, State, Status, Tag, Use
from probity.bank.shapes_choosing import Hotspot, Matrix, Multiple, Single, TrueFalse
from probity.bank.shapes_writing import Numeric, Open, ShortText
from probity.kernel.shapes import Shape, Text

__all__ = [
    "GAP",
    "AnyItem",
    "Case",
    "Cloze",
    "Cognitive",
    "GapMatch",
    "Hotspot",
    "Item",
    "ItemId",
    "Mapped",
    "Matching",
    "Matrix",
    "Multiple",
    "Numeric",
    "Open",
    "Ordering",
    "Problem",
    "Questions",
    "ShortText",
    "Single",
    "State",
    "Status",
    "Tag",
    "TrueFalse",
    "Use",
    "dump_item",
    "parse_item",
    "shortcomings",
]

Child = Annotated[
    Single
    | Multiple
    | TrueFalse
    | Numeric
    | ShortText
    | Matching
    | Ordering
    | Cloze
    | GapMatch
    | Matrix
    | Hotspot
    | Open,
    Field(discriminator="kind"),
]


class Case(Item):
    kind: Literal["case"]
    title: Text
    material: list[Document] = Field(default=[], max_length=20)
    items: list[Child] = Field(min_length=1, max_length=60)

    @model_validator(mode="after")
    def distinct(self) -> Self:
        refuse_twins(self.material, "material")
        refuse_twins((self, *self.items), "items")
        return self


AnyItem = Annotated[
    Single
    | Multiple
    | TrueFalse
    | Numeric
    | ShortText
    | Matching
    | Ordering
    | Cloze
    | GapMatch
    | Matrix
    | Hotspot
    | Open
    | Case,
    Field(discriminator="kind"),
]


class Questions(Shape):
    """One file of questions; `defaults` is copied by the loader into items that lack a key."""

    format: Literal["probity/1"]
    defaults: dict[str, Any] = Field(default_factory=dict)
    items: list[AnyItem]

    @model_validator(mode="after")
    def to_standard(self) -> Self:
        found = [
            problem.under("items", place, item.kind).as_init()
            for place, item in enumerate(self.items)
            for problem in shortcomings(item)
        ]
        if found:
            raise ValidationError.from_exception_data("Questions", found)
        return self


def parse_item(content: dict[str, Any]) -> AnyItem:
    """Read a stored or submitted item; dates may be ISO text and decimals text."""
    return _ITEM.validate_json(json.dumps(content, default=str))


def dump_item(item: AnyItem) -> dict[str, Any]:
    """Write an item for storage; `parse_item` gives the same item back."""
    content: dict[str, Any] = item.model_dump(mode="json")
    return content


def shortcomings(item: AnyItem) -> list[Problem]:
    """What the house standard still misses; parts of a case set count too."""
    found = shortcomings_of(item)
    if isinstance(item, Case):
        for place, child in enumerate(item.items):
            found += [problem.under("items", place, child.kind) for problem in shortcomings(child)]
    return found


_ITEM: TypeAdapter[AnyItem] = TypeAdapter(AnyItem)
