"""What items of every kind have in common."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from probity.bank.parts import (
    MOST_MEDIA,
    Basis,
    FactId,
    Feedback,
    Foreign,
    Mapping,
    Medium,
    Number,
    later,
)
from probity.bank.quantities import Points
from probity.kernel.shapes import Shape, Text, wrong

MOST_OPTIONS = 60
MOST_TAGS, MOST_HINTS = 30, 10
ID_PATTERN = r"^[A-Z]{3}-C?\d{3,7}$"
COMPETENCY_PATTERN = r"^([A-Z]{2}\d{2}\.[FPX])?$"

ItemId = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Tag = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}\d{2}\.[FPX]$")]
Classified = Annotated[str, StringConstraints(pattern=COMPETENCY_PATTERN)]
Keyword = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
Use = Literal["practice", "practice_only", "secure"]
Cognitive = Literal["remember", "understand", "apply", "analyse", "evaluate"]
Status = Literal["draft", "in_review", "approved", "retired"]
State = Literal[
    "draft",
    "in_review",
    "approved",
    "pilot",
    "active",
    "suspended",
    "retired",
    "compromised",
]


class Item(Shape):
    """What every kind has in common; `name` and `tags` are the author's and never shown."""

    id: ItemId
    use: Use = "practice"
    domain: str = Field(min_length=1, max_length=40)
    competency: Classified
    cognitive: Literal["", "remember", "understand", "apply", "analyse", "evaluate"]
    expected_p: Number | None = None
    points: Points = 1
    shuffle: bool = True
    status: State
    author: str = Field(min_length=1)
    reviewers: list[str] = Field(default_factory=list)
    facts: list[FactId] = Field(default_factory=list)
    legal_basis: list[Basis] = Field(default_factory=list)
    sources: list[Text] = Field(default_factory=list)
    figure: str | None = None
    name: str = later("", max_length=500)
    tags: list[Keyword] = later([], max_length=MOST_TAGS)
    feedback: Feedback | None = later(None)
    hints: list[Text] = later([], max_length=MOST_HINTS)
    media: list[Medium] = later([], max_length=MOST_MEDIA)
    foreign: Foreign | None = later(None)

    @model_validator(mode="after")
    def sensible(self) -> Self:
        if self.expected_p is not None and not 0 <= self.expected_p <= 1:
            raise wrong(
                "I15",
                f"expected_p is {self.expected_p}; it is a share of candidates.",
                "Write a number from 0 to 1, such as 0.65.",
                at="expected_p",
            )
        names = [medium.name for medium in self.media]
        if len(set(names)) < len(names):
            raise wrong("I11", "Two media have one name.", "Give each its own name.", at="media")
        return self


class Mapped(Item):
    """A kind whose points may be handed out by a mapping."""

    mapping: Mapping | None = later(None)

    def demand_mapping(self, credit: str, names: set[str]) -> None:
        """Refuse a mapping without its policy, one missing, and one of things not on show."""
        if (credit == "mapping") != (self.mapping is not None):
            raise wrong(
                "I17",
                "A `mapping` and `credit: mapping` go together.",
                "Write both, or leave both out.",
                at="credit",
            )
        for lost in sorted(set(self.mapping.entries if self.mapping else ()) - names):
            raise wrong(
                "I17",
                f"The mapping names `{lost}`, which the item does not offer.",
                "Take it out, or write it as the item does.",
                at="mapping.entries",
            )
