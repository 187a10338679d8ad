"""One item of QTI 2 or 3 on its way in, and what was read of it."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from probity.exchange.formats.qti import feedback
from probity.exchange.formats.qti.body import Words
from probity.exchange.formats.qti.parts import Context, Part
from probity.exchange.formats.qti.processing import Processing
from probity.exchange.formats.qti.terms import Table
from probity.exchange.formats.qti.values import Declaration, Native
from probity.exchange.xml import Element, name_of

OWN_TOOL = "Probity"


@dataclass(slots=True)
class Draft:
    """What was read of one item."""

    content: dict[str, Any]
    table: Table
    base: Fraction = Fraction(0)
    best: Fraction = Fraction(1)
    is_scorable: bool = True
    rubrics: list[str] = field(default_factory=list)
    feedback: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Reader:
    """One item on its way in."""

    root: Element
    words: Words
    body: Element
    context: Context
    processing: Processing
    outcomes: dict[str, Declaration]
    rubrics: list[Element]
    left: list[str] = field(default_factory=list)

    @property
    def interactions(self) -> list[Element]:
        return interactions_in(self.body)

    def feedback(
        self, part: Part | None, content: dict[str, Any], key: Native | None = None
    ) -> None:
        """Put feedback where it has its place with us; the rest is kept verbatim."""
        if not feedback.has_words(self.root):
            return
        declared = self.context.declared.values()
        whole = {d.identifier: d.correct for d in declared if d.correct}
        said = feedback.gather(
            self.root, part, self.processing, self.words, key or whole, is_own=self.context.is_own
        )
        feedback.put(said, content)
        if said.left:
            self.words.note("kept", "qti_feedback_kept", count=len(said.left))
            self.left.extend(said.left)


def interactions_in(body: Element) -> list[Element]:
    """The interactions of a body, in the order of the file."""
    return [e for e in body.iter() if name_of(e).endswith("Interaction")]
