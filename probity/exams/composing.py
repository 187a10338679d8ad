"""Drawing one person's paper by the blueprint, at the start or long before it."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from probity.bank import queries as bank
from probity.bank.marking import is_scorable
from probity.catalogue.shapes import Exam as ExamContent
from probity.exams import drawing, fixed, paper, piloting, queries, supply
from probity.exams.models import ExamRevision
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import listed


@dataclass(frozen=True, slots=True)
class Ready:
    """A paper that was made before the start, for one person."""

    revision: ExamRevision
    paper: dict[str, Any]
    seed: str

    @property
    def form_id(self) -> int | None:
        """The approved form that the paper is, if it is one."""
        form: dict[str, Any] | None = self.paper.get("form")
        return form["id"] if form else None


def make_ready(
    session: Session,
    revision: ExamRevision,
    seen: frozenset[int],
    shelves: Sequence[supply.Shelf] | None = None,
    given: Counter[int] | None = None,
) -> Ready:
    """Draw a paper for one person; items not `seen` come first.

    Where papers are forms, whoever makes many hands in how often each was `given`; it is counted on.
    """
    seed, content = secrets.token_hex(16), queries.content_of(revision)
    if content.forms and given is None:
        given = fixed.used(session, revision.exam_id)
    ready = Ready(revision, draw_paper(session, content, seed, seen, shelves, given), seed)
    if given is not None and ready.form_id is not None:
        given[ready.form_id] += 1
    return ready


def draw_paper(
    session: Session,
    content: ExamContent,
    seed: str,
    seen: frozenset[int] = frozenset(),
    shelves: Sequence[supply.Shelf] | None = None,
    given: Counter[int] | None = None,
) -> dict[str, Any]:
    """A paper by the blueprint, the same one for the same seed; items not `seen` come first.

    Whoever draws many hands in the `shelves` of the exam, so that the bank is asked only once.
    """
    rng = Random(seed)  # noqa: S311 (a recorded seed makes the paper reproducible)
    kept: dict[str, Any] = {}
    if content.forms:
        approval = fixed.choose(session, content, rng, seen, given)
        kept["form"] = fixed.evidence(approval)
        drawn = fixed.drawn(session, content, approval)
    else:
        drawn = _drawn(session, content, rng, seen, shelves)
    shown = piloting.mix_in(session, content, drawn, rng, seen)
    refuse_by_people(shown)
    slots = paper.compose(
        shown,
        rng,
        shuffle_items=content.navigation.shuffle_items,
        shuffle_options=content.navigation.shuffle_options,
        stretch=paper.stretch_of(content),
    )
    return {**paper.dump(slots), **kept}


def refuse_by_people(shown: Sequence[paper.Drawn]) -> None:
    """No paper holds what only people can mark, however it came to be chosen."""
    named = sorted({one.item.id for one in shown if not is_scorable(one.item)})
    if named:
        raise Refused(
            _(
                "Only people can mark %(items)s, so no exam takes it yet. Take it out of the paper.",
                items=listed(named),
            ),
            "by-people",
        )


def _drawn(
    session: Session,
    content: ExamContent,
    rng: Random,
    seen: frozenset[int],
    shelves: Sequence[supply.Shelf] | None,
) -> list[paper.Drawn]:
    """Items by the blueprint."""
    shelves = supply.of_exam(session, content) if shelves is None else shelves
    try:
        chosen = drawing.draw(supply.demands(shelves), rng, seen)
    except drawing.Unfillable as error:
        raise Refused(
            _(
                "This exam cannot be opened: the item bank does not fill its blueprint. Tell the exam office."
            ),
            "blueprint",
        ) from error
    versions = {
        item: shelf.fitting[item]
        for got, shelf in zip(chosen, shelves, strict=True)
        for item in got
    }
    parsed = bank.parsed_versions(session, set(versions.values()))
    return [
        paper.Drawn(shelf.name, item, versions[item], parsed[versions[item]])
        for shelf, got in zip(shelves, chosen, strict=True)
        for item in got
    ]
