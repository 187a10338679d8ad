"""Drawing one person's paper by the blueprint, at the start or long before it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from probity.bank import queries as bank
from probity.catalogue.shapes import Exam as ExamContent
from probity.exams import drawing, paper, queries, supply
from probity.exams.models import ExamRevision
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Ready:
    """A paper that was made before the start, for one person."""

    revision: ExamRevision
    paper: dict[str, Any]
    seed: str


def make_ready(
    session: Session,
    revision: ExamRevision,
    seen: frozenset[int],
    shelves: Sequence[supply.Shelf] | None = None,
) -> Ready:
    """Draw a paper for one person; items not `seen` come first."""
    seed, content = secrets.token_hex(16), queries.content_of(revision)
    return Ready(revision, draw_paper(session, content, seed, seen, shelves), seed)


def draw_paper(
    session: Session,
    content: ExamContent,
    seed: str,
    seen: frozenset[int] = frozenset(),
    shelves: Sequence[supply.Shelf] | None = None,
) -> dict[str, Any]:
    """A paper by the blueprint, the same one for the same seed; items not `seen` come first.

    Whoever draws many hands in the `shelves` of the exam, so that the bank is asked only once.
    """
    rng = Random(seed)  # noqa: S311 (a recorded seed makes the paper reproducible)
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
    drawn = [
        paper.Drawn(shelf.name, item, versions[item], parsed[versions[item]])
        for shelf, got in zip(shelves, chosen, strict=True)
        for item in got
    ]
    return paper.dump(
        paper.compose(
            drawn,
            rng,
            shuffle_items=content.navigation.shuffle_items,
            shuffle_options=content.navigation.shuffle_options,
            stretch=paper.stretch_of(content),
        )
    )
