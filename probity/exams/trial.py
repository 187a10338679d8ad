"""A trial paper: drawn as for a candidate, shown, and forgotten."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from probity.bank import queries as bank
from probity.catalogue.shapes import Exam as ExamContent
from probity.exams import composing, matrix, paper
from probity.exams.models import Attempt
from probity.exams.paper import Slot
from probity.exams.presenting import Question, questions


@dataclass(frozen=True, slots=True)
class Coverage:
    """Questions of one domain by column, and their points."""

    domain: str
    columns: dict[str, int]
    points: int | Decimal

    @property
    def total(self) -> int:
        return sum(self.columns.values())


@dataclass(frozen=True, slots=True)
class Trial:
    """One paper as candidates would see it, and what it covers."""

    questions: list[Question]
    versions: frozenset[int]
    coverage: list[Coverage]
    kinds: dict[str, int]

    @property
    def points(self) -> int | Decimal:
        return sum(row.points for row in self.coverage)


def draw(session: Session, content: ExamContent, seed: str, locale: str) -> Trial:
    """Draw a paper; the same seed draws the same one. Refuses what the bank cannot fill."""
    drawn = composing.draw_paper(session, content, seed)
    slots = paper.load(drawn)
    parsed = bank.parsed_versions(session, {slot.version_id for slot in slots})
    parts = [(slot, paper.part_of(parsed[slot.version_id], slot.child)) for slot in slots]
    levels = {slot.item: matrix.column_of(part.cognitive) for slot, part in parts}
    return Trial(
        # an attempt that is never added to the session: nobody sits it
        questions=questions(session, Attempt(paper=drawn, locale=locale)),
        versions=frozenset(parsed),
        coverage=list(_coverage(slots, levels)),
        kinds=dict(Counter(part.kind for _slot, part in parts).most_common()),
    )


def _coverage(slots: list[Slot], levels: dict[str, str]) -> Iterable[Coverage]:
    for domain in sorted({slot.domain for slot in slots}):
        here = [slot for slot in slots if slot.domain == domain]
        counts = Counter(levels[slot.item] for slot in here)
        columns = {column: counts[column] for column in matrix.COLUMNS}
        yield Coverage(domain, columns, sum(slot.points for slot in here))
