"""The shapes of course files: strict, closed, and the only place that says what a file may hold."""

# ruff: noqa: RUF012 - pydantic copies a default for every instance

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from probity.bank.parts import Basis, Document, refuse_twins
from probity.bank.shapes import AnyItem, Cognitive, Status, Tag
from probity.bank.shapes import Questions as Questions  # noqa: PLC0414 - part of the format
from probity.kernel.shapes import Shape, Share, Slug, Text, Token, wrong

FORMAT = "probity/1"
MOST_DEFINITION_WORDS = 30
MOST_FORMS = 20
MOST_PILOTS = 30
MOST_REFERENCES = 8

CourseId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,4}$")]
ModuleId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,4}-M\d{2}$")]
LessonId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,4}-M\d{2}-L\d{1,2}$")]
ExamId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,4}(-M\d{2})?-X\d{1,2}$")]
SchemeCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,6}$")]
InstrumentCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,9}$")]
LawRef = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,9}/\d+$")]
CompetencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}\d{2}$")]
DomainCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,6}-\d{1,2}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]
Level = Literal["F", "P", "X"]
Tool = Literal["calculator", "notes", "strike_out"]
Line = Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=True)]


class File(Shape):
    format: Literal["probity/1"]


class Course(File):
    id: CourseId
    slug: Slug
    formerly: list[Slug] = []
    title: Text
    summary: Text
    locales: list[Literal["en", "zh-Hans"]] = Field(min_length=1)
    certificate: SchemeCode | None = None
    level: Level
    requires: list[CourseId] = []
    authors: list[Line] = Field(min_length=1)
    licence: Line
    retired: list[str] = []


class PlannedLesson(Shape):
    id: LessonId
    title: Text
    outcomes: list[Text] = Field(min_length=1, max_length=6)
    minutes: int | None = Field(default=None, ge=5, le=45)


class Planned(File):
    """Lessons in preparation: shown by title until their files arrive."""

    lessons: list[PlannedLesson]


class Module(File):
    id: ModuleId
    title: Text
    opener: Text
    objectives: list[Text] = Field(min_length=1)
    competencies: list[CompetencyCode] = Field(min_length=1)
    requires: list[LessonId | ModuleId] = []
    quiz: ExamId | None = None


class Lesson(Shape):
    id: LessonId
    slug: Slug | None = None
    formerly: list[Slug] = []
    title: Line
    summary: Line
    minutes: int = Field(ge=5, le=45)
    competency: Tag
    outcomes: list[Line] = Field(min_length=2, max_length=5)
    legal_basis: list[Basis] = []
    sources: list[Line] = []
    authors: list[Line] = Field(min_length=1)
    reviewers: list[Line] = []
    status: Status


class Translation(Shape):
    id: LessonId
    locale: Literal["zh-Hans"]
    title: Line
    summary: Line
    outcomes: list[Line] = Field(min_length=2, max_length=5)
    translated_from: Digest
    translators: list[Line] = Field(min_length=1)
    reviewers: list[Line] = []
    status: Status


class Term(Shape):
    id: Slug
    formerly: list[Slug] = []
    term: Text
    definition: Text
    basis: list[LawRef] = []

    @model_validator(mode="after")
    def short(self) -> Self:
        words = len(self.definition["en"].split())
        if words > MOST_DEFINITION_WORDS:
            raise wrong(
                "S10",
                f"The definition has {words} words; a reader sees it in a small box.",
                f"Say it in {MOST_DEFINITION_WORDS} words or fewer.",
                at="definition.en",
            )
        return self


class Glossary(File):
    terms: list[Term]


class Instrument(Shape):
    code: InstrumentCode
    title: Text
    short: Text
    number: Text | None = None
    in_force: date
    text_of: date
    vouched_from: date


class Instruments(File):
    instruments: list[Instrument]


class Competency(Shape):
    code: CompetencyCode
    title: Text
    levels: list[Level] = Field(min_length=1)


class Domain(Shape):
    code: DomainCode
    title: Text
    competencies: list[CompetencyCode] = Field(min_length=1)


class Competencies(File):
    competencies: list[Competency]
    domains: list[Domain]


class Scheme(Shape):
    """A certificate that an exam may award."""

    code: SchemeCode
    title: Text
    level: Level
    standard: Text
    valid_years: int = Field(gt=0, le=20)
    renewal_days: int | None = Field(default=None, gt=0, le=366)
    summary: Text

    @model_validator(mode="after")
    def _renewal_lies_within_validity(self) -> Self:
        if self.renewal_days is not None and self.renewal_days >= self.valid_years * 365:
            raise ValueError("renewal_days must be shorter than the whole validity")
        return self


class Schemes(File):
    schemes: list[Scheme]


class Cell(Shape):
    domain: DomainCode
    competency: CompetencyCode | None = None
    cognitive: list[Cognitive] = Field(min_length=1)
    kinds: list[str] | None = None
    draw: int = Field(gt=0, le=500)


class Section(Shape):
    id: Token
    title: Text
    cells: list[Cell] = Field(min_length=1)
    minutes: int | None = Field(default=None, gt=0, le=600)


class Time(Shape):
    minutes: int = Field(gt=0, le=600)
    grace_seconds: int = Field(default=10, ge=0, le=60)


class Attempts(Shape):
    allowed: Annotated[int, Field(gt=0)] | Literal["unlimited"]
    cooling_off_hours: int = Field(default=0, ge=0)


class Cut(Shape):
    """What passing takes: a share of all points and, if `each_domain` says so, of each domain's."""

    share: Share
    each_domain: Share | None = None
    basis: Text


class Navigation(Shape):
    """How candidates move. Sections are sealed if it says so, or if one has a time of its own."""

    order: Literal["free", "forward_only"]
    sections: Literal["open", "sealed"] | None = None
    shuffle_items: bool = True
    shuffle_options: bool = True


class Release(Shape):
    result: Literal["at_once", "after_review", "on_date"]
    on: date | None = None
    detail: Literal["none", "domains", "items"]
    answers: Literal["never", "after_release"]

    @model_validator(mode="after")
    def dated(self) -> Self:
        if (self.result == "on_date") != (self.on is not None):
            raise wrong(
                "E05", "`on` belongs to `result: on_date`.", "Write both, or neither.", at="result"
            )
        return self


class Window(Shape):
    """When the exam may be begun; moments with a zone, such as ``2027-03-01T09:00+08:00``."""

    opens: str | None = None
    closes: str | None = None

    @model_validator(mode="after")
    def moments(self) -> Self:
        found = [self.moment(name) for name in ("opens", "closes")]
        if found[0] and found[1] and found[0] >= found[1]:
            raise wrong(
                "E06", "The window closes before it opens.", "Exchange the two.", at="closes"
            )
        return self

    def moment(self, name: str) -> datetime | None:
        value = getattr(self, name)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise wrong(
                "E06",
                f"`{value}` is not a moment with a zone.",
                'Write "2027-03-01T09:00+08:00", in quotation marks.',
                at=name,
            )
        return moment


def _is_empty(value: list[Any] | int) -> bool:
    """Left out of what is stored, so that an exam that says nothing of it stays the same."""
    return not value


class Exam(File):
    """An exam; `without` takes tools out of the room, `references` may be consulted in it.

    With `forms`, chosen in the studio, a paper is one of these approved forms instead of a draw by
    `cells`. `pilots` items on trial are mixed into every paper and never scored.
    """

    id: ExamId
    slug: Slug
    formerly: list[Slug] = []
    title: Text
    summary: Text | None = None
    honour: Text | None = None
    demonstration: bool = False
    certificate: SchemeCode | None = None
    window: Window | None = None
    prerequisites: list[LessonId] = []
    sections: list[Section] = Field(min_length=1)
    time: Time
    attempts: Attempts
    cut_score: Cut
    navigation: Navigation
    release: Release
    without: list[Tool] = Field(default=[], exclude_if=_is_empty)
    references: list[Document] = Field(default=[], max_length=MOST_REFERENCES, exclude_if=_is_empty)
    forms: list[Annotated[int, Field(gt=0)]] = Field(
        default=[], max_length=MOST_FORMS, exclude_if=_is_empty
    )
    pilots: int = Field(default=0, ge=0, le=MOST_PILOTS, exclude_if=_is_empty)

    @model_validator(mode="after")
    def told_apart(self) -> Self:
        refuse_twins(self.references, "references")
        return self

    @model_validator(mode="after")
    def passable(self) -> Self:
        for name in ("share", "each_domain"):
            share = getattr(self.cut_score, name)
            top, bottom = (int(part) for part in (share or "1/1").split("/"))
            if not 0 < top <= bottom:
                raise wrong(
                    "E07",
                    f"Nobody can reach a cut score of {share}, or everybody does.",
                    "Write a share above 0 and up to 1, such as 7/10.",
                    at=f"cut_score.{name}",
                )
        return self

    @model_validator(mode="after")
    def sealed(self) -> Self:
        """Open sections are at odds with whatever closes one."""
        timed = any(section.minutes for section in self.sections)
        if self.navigation.sections == "open" and (timed or self.navigation.order != "free"):
            why = (
                "A section with `minutes` is closed when its time is over"
                if timed
                else "With `order: forward_only` nobody goes back"
            )
            raise wrong(
                "E08",
                f"{why}, so sections cannot be open.",
                "Write `sections: sealed`, or leave `sections` out.",
                at="navigation.sections",
            )
        return self


FILES: dict[str, type[Shape]] = {
    "competencies": Competencies,
    "course": Course,
    "exam": Exam,
    "glossary": Glossary,
    "instruments": Instruments,
    "lesson": Lesson,
    "module": Module,
    "planned": Planned,
    "questions": Questions,
    "schemes": Schemes,
    "translation": Translation,
}
"""Every kind of file, by the name under which its JSON Schema is exported."""


def json_schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema of every file, for editors that complete and check while one types."""
    return {
        name: {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **shape.model_json_schema(),
        }
        for name, shape in FILES.items()
    }


__all__ = ["FILES", "FORMAT", "AnyItem", "json_schemas"]
