"""The shape of a blueprint as it is stored, and the specification it stands for."""

# ruff: noqa: RUF012 - pydantic copies a default for every instance

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from probity.assembly.rules import CASE, Cell, Information, Level, Measure, Specification
from probity.kernel.shapes import Shape, Text, wrong

COLUMNS: dict[str, tuple[str, ...]] = {
    "recall": ("remember", "understand"),
    "apply": ("apply",),
    "judge": ("analyse", "evaluate"),
}
PLACES = (*COLUMNS, CASE)
MEASURES = ("questions", "points")
MOST_FORMS = 8
MOST_QUESTIONS = 500
MOST_POINTS = 10_000

Number = Annotated[str, StringConstraints(pattern=r"^-?\d{1,6}(\.\d{1,4})?$")]
DomainCode = Annotated[str, StringConstraints(min_length=1, max_length=40)]
CompetencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}\d{2}(\.[FPX])?$")]


class Span(Shape):
    """From least to most; `most` None is without limit."""

    least: Number
    most: Number | None = None

    @model_validator(mode="after")
    def ordered(self) -> Self:
        if Fraction(self.least) < 0:
            raise wrong("B01", "A number below 0 makes no sense here.", "Write 0 or more.")
        if self.most is not None and Fraction(self.least) > Fraction(self.most):
            raise wrong(
                "B02", f"{self.least} is more than {self.most}.", "Exchange the two.", at="most"
            )
        return self

    @property
    def is_empty(self) -> bool:
        return self.most is not None and Fraction(self.most) == 0


class Row(Shape):
    """One domain: how much of each level, in which section; `case` counts sets."""

    domain: DomainCode
    section: int = Field(default=1, ge=1, le=12)
    cells: dict[Literal["recall", "apply", "judge", "case"], Span]


class Further(Shape):
    """A limit over whatever it names; what it leaves open is not asked for."""

    domain: DomainCode | None = None
    competency: CompetencyCode | None = None
    kinds: list[str] = []
    measure: Literal["questions", "points"] = "questions"
    span: Span


class Goal(Shape):
    theta: Number
    least: Number = "0"


class Target(Shape):
    wanted: Number
    off: Number


class Plan(Shape):
    """A blueprint: what every form holds, and how alike the forms are to be."""

    format: Literal["probity/blueprint/1"]
    title: Text
    demonstration: bool = False
    measure: Literal["questions", "points"] = "questions"
    rows: list[Row] = Field(min_length=1, max_length=60)
    further: list[Further] = Field(default=[], max_length=30)
    questions: Span | None = None
    points: Span | None = None
    forms: int = Field(default=1, ge=1, le=MOST_FORMS)
    overlap: int = Field(default=0, ge=0, le=MOST_QUESTIONS)
    exposure: int | None = Field(default=None, ge=1, le=1000)
    mean: Target | None = None
    spread: Target | None = None
    information: list[Goal] = Field(default=[], max_length=7)
    maximise: bool = False

    @model_validator(mode="after")
    def whole(self) -> Self:
        if not any(not span.is_empty for row in self.rows for span in row.cells.values()):
            raise wrong("B03", "Nothing is asked for.", "Fill at least one cell.", at="rows")
        if len({row.domain for row in self.rows}) < len(self.rows):
            raise wrong("B04", "A domain stands twice.", "Keep one row for each.", at="rows")
        if self.spread is not None and self.mean is None:
            raise wrong("B05", "A spread needs a mean.", "Write the mean too.", at="mean")
        if self.mean is not None and not 0 <= Fraction(self.mean.wanted) <= 1:
            raise wrong(
                "B06", "A mean is a share of candidates.", "Write 0 to 1, such as 0.65.", at="mean"
            )
        if self.maximise and not self.information:
            raise wrong(
                "B07",
                "No point is named.",
                "Name at least one point of the scale.",
                at="information",
            )
        return self

    @property
    def section_numbers(self) -> list[int]:
        return sorted({row.section for row in self.rows})


def control(domain: str, column: str) -> str:
    """Name of a cell: the control it is typed into, and how checks refer to it."""
    return f"{domain}/{column}"


def further_name(number: int) -> str:
    return f"further/{number}"


def specification_of(plan: Plan) -> Specification:
    """What the optimiser is asked for."""
    cells = [*_grid(plan), *_limits(plan)]
    return Specification(
        cells=tuple(cells),
        questions=_questions(plan),
        forms=plan.forms,
        points=_whole_span(plan.points, MOST_POINTS),
        mean=_level(plan.mean),
        spread=_level(plan.spread),
        information=tuple(
            Information(float(goal.theta), float(goal.least)) for goal in plan.information
        ),
        maximise=plan.maximise,
        overlap=plan.overlap,
        exposure=plan.exposure,
    )


def _grid(plan: Plan) -> Iterator[Cell]:
    for row in plan.rows:
        for column, span in row.cells.items():
            is_sets = column == CASE
            yield Cell(
                name=control(row.domain, column),
                domain=row.domain,
                levels=() if is_sets else COLUMNS[column],
                measure=Measure.SETS if is_sets else Measure(plan.measure),
                least=Fraction(span.least),
                most=None if span.most is None else Fraction(span.most),
            )


def _limits(plan: Plan) -> Iterator[Cell]:
    for number, one in enumerate(plan.further):
        yield Cell(
            name=further_name(number),
            domain=one.domain or "",
            competency=one.competency or "",
            kinds=tuple(one.kinds),
            measure=Measure(one.measure),
            least=Fraction(one.span.least),
            most=None if one.span.most is None else Fraction(one.span.most),
            content=False,
        )


def _questions(plan: Plan) -> tuple[int, int]:
    """The length of a form: as it is written, else what the grid adds up to."""
    if plan.questions is not None:
        low, high = _whole_span(plan.questions, MOST_QUESTIONS) or (Fraction(0), Fraction(0))
        return int(low), int(high)
    spans = [span for row in plan.rows for name, span in row.cells.items() if name != CASE]
    if plan.measure != "questions" or any(span.most is None for span in spans):
        return 1, MOST_QUESTIONS
    return (
        int(sum(Fraction(span.least) for span in spans)),
        int(sum(Fraction(span.most or 0) for span in spans)),
    )


def _whole_span(span: Span | None, most: int) -> tuple[Fraction, Fraction] | None:
    if span is None:
        return None
    return Fraction(span.least), Fraction(most if span.most is None else span.most)


def _level(target: Target | None) -> Level | None:
    return Level(float(target.wanted), float(target.off)) if target else None
