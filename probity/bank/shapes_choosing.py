"""Shapes of the kinds answered by choosing: options, cells of a table, areas of a picture."""

from itertools import product
from typing import Literal, Self

from pydantic import Field, model_validator

from probity.bank.areas import Area, place_inside
from probity.bank.parts import MediaName, Option, Piece, later, refuse_twins
from probity.bank.shapes_base import MOST_OPTIONS, Item, Mapped
from probity.kernel.shapes import Text, wrong


class Single(Mapped):
    kind: Literal["single"]
    stem: Text
    options: list[Option] = Field(min_length=2, max_length=MOST_OPTIONS)
    credit: Literal["key", "mapping"] = later("key")

    @model_validator(mode="after")
    def one_key(self) -> Self:
        keys = [option.id for option in self.options if option.correct]
        if not keys or (len(keys) > 1 and not self.mapping):
            raise wrong(
                "I01",
                f"{len(keys)} options are marked correct ({', '.join(keys) or 'none'});"
                " a `single` item has exactly one.",
                "Leave `correct: true` on one option, or set `kind: multiple`.",
                at="options",
            )
        refuse_twins(self.options, "options")
        self.demand_mapping(self.credit, {option.id for option in self.options})
        return self


class Multiple(Mapped):
    kind: Literal["multiple"]
    stem: Text
    options: list[Option] = Field(min_length=2, max_length=MOST_OPTIONS)
    choose: int | None = None
    credit: Literal["right_minus_wrong", "per_option", "all_or_nothing", "mapping"] = (
        "right_minus_wrong"
    )

    @model_validator(mode="after")
    def keys(self) -> Self:
        keys = sum(option.correct for option in self.options)
        if not keys:
            raise wrong(
                "I02",
                "A `multiple` item has at least one correct option.",
                "Mark the options that are right.",
                at="options",
            )
        demand_choices(self.choose, keys, len(self.options))
        refuse_twins(self.options, "options")
        self.demand_mapping(self.credit, {option.id for option in self.options})
        return self


class TrueFalse(Item):
    kind: Literal["true_false"]
    stem: Text
    answer: bool
    why_true: Text | None = later(None)
    why_false: Text | None = later(None)


class Matrix(Mapped):
    """Rows and columns; `cells` are the right crosses, each written as "row column"."""

    kind: Literal["matrix"]
    stem: Text
    rows: list[Piece] = Field(min_length=1, max_length=MOST_OPTIONS)
    columns: list[Piece] = Field(min_length=2, max_length=MOST_OPTIONS)
    cells: list[str] = Field(min_length=1)
    per_row: Literal["one", "many"] = "one"
    credit: Literal["per_cell", "per_row", "all_or_nothing", "mapping"] = "per_cell"
    why: Text | None = None

    @model_validator(mode="after")
    def whole(self) -> Self:
        refuse_twins(self.rows, "rows")
        refuse_twins(self.columns, "columns")
        crosses = product((row.id for row in self.rows), (one.id for one in self.columns))
        known = {f"{row} {column}" for row, column in crosses}
        for lost in sorted(set(self.cells) - known):
            raise wrong(
                "I19",
                f"The cell `{lost}` is not in the table.",
                'Write a row and a column, such as "first yes".',
                at="cells",
            )
        rows = [cell.partition(" ")[0] for cell in self.cells]
        if len(set(self.cells)) < len(rows):
            raise wrong("I11", "A cell is listed twice.", "List each cell once.", at="cells")
        if self.per_row == "one" and len(set(rows)) < len(rows):
            raise wrong(
                "I19",
                "A row with one choice has two right cells.",
                "Leave one of them, or write `per_row: many`.",
                at="cells",
            )
        self.demand_mapping(self.credit, known)
        return self


class Hotspot(Mapped):
    """Areas of a picture, in its own pixels; where areas overlap, the first one listed counts."""

    kind: Literal["hotspot"]
    stem: Text
    image: MediaName
    width: int = Field(gt=0, le=20_000)
    height: int = Field(gt=0, le=20_000)
    areas: list[Area] = Field(min_length=1, max_length=MOST_OPTIONS)
    by: Literal["area", "point"] = "area"
    choose: int | None = None
    credit: Literal["right_minus_wrong", "per_option", "all_or_nothing", "mapping"] = (
        "all_or_nothing"
    )
    why: Text | None = None

    @model_validator(mode="after")
    def whole(self) -> Self:
        refuse_twins(self.areas, "areas")
        keys = [area for area in self.areas if area.correct]
        if not keys:
            raise wrong(
                "I20", "No area is correct.", "Mark at least one with `correct: true`.", at="areas"
            )
        demand_choices(self.choose, len(keys), None if self.by == "point" else len(self.areas))
        if self.image not in {medium.name for medium in self.media}:
            raise wrong(
                "I20",
                f"The picture `{self.image}` is not among the media of the item.",
                "List it under `media`.",
                at="image",
            )
        for area in keys:
            if self.by == "point" and place_inside(area, self.areas) is None:
                raise wrong(
                    "I20",
                    f"The area `{area.id}` lies wholly under an earlier one.",
                    "List it before the area that covers it.",
                    at="areas",
                )
        self.demand_mapping(self.credit, {area.id for area in self.areas})
        return self


def demand_choices(choose: int | None, keys: int, offered: int | None) -> None:
    """Refuse a limit on choices that the key itself breaks."""
    if choose is not None and (choose < keys or (offered and choose > offered)):
        raise wrong(
            "I12",
            f"The item asks for {choose} choices, but {keys} options are correct.",
            f"Write `choose: {keys}`, or take `choose` out.",
            at="choose",
        )
