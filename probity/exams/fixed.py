"""Papers that are approved forms: which one a person gets, and what it brings."""

from collections import Counter
from collections.abc import Collection
from random import Random
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from probity.assembly import queries as assembly
from probity.assembly.models import FormApproval
from probity.bank import queries as bank
from probity.catalogue.shapes import Exam as ExamContent
from probity.exams.models import Attempt
from probity.exams.paper import Drawn
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _


def used(session: Session, exam_id: int) -> Counter[int]:
    """How many attempts at an exam were given each form."""
    query = select(Attempt.form_id, func.count()).where(
        Attempt.exam_id == exam_id, Attempt.form_id.is_not(None)
    )
    rows = session.execute(query.group_by(Attempt.form_id))
    return Counter({row[0]: row[1] for row in rows if row[0] is not None})


def choose(
    session: Session,
    content: ExamContent,
    rng: Random,
    seen: Collection[int] = (),
    given: Counter[int] | None = None,
) -> FormApproval:
    """The form with the fewest items this person has seen, then the one given least, then chance.

    Refuses when no form of the exam is in use, none is what was approved, or each holds an item that
    is compromised.
    """
    approved = [
        one for one in assembly.approvals(session, content.forms) if assembly.is_intact(one)
    ]
    known = bank.compromised_among(
        session, {row["item"] for one in approved for row in one.content["items"]}
    )
    usable = [
        one for one in approved if not any(row["item"] in known for row in one.content["items"])
    ]
    if not usable:
        raise Refused(
            _("This exam cannot be opened: none of its forms is in use. Tell the exam office."),
            "forms",
        )
    given = Counter() if given is None else given

    def rank(one: FormApproval) -> tuple[int, int, float]:
        met = sum(row["item"] in seen for row in one.content["items"])
        return met, given[one.form_id], rng.random()

    return min(usable, key=rank)


def evidence(approval: FormApproval) -> dict[str, Any]:
    """What a paper states about the form it is."""
    return {
        "id": approval.form_id,
        "name": approval.content["name"],
        "version": approval.content["version"],
        "sha256": approval.sha256,
    }


def drawn(session: Session, content: ExamContent, approval: FormApproval) -> list[Drawn]:
    """The items of a form in its order, its sections laid onto those of the exam."""
    rows = approval.content["items"]
    parsed = bank.parsed_versions(session, {row["version"] for row in rows})
    places = {section: place for place, section in enumerate(sorted({r["section"] for r in rows}))}
    names = [section.id for section in content.sections]
    return [
        Drawn(
            names[min(places[row["section"]], len(names) - 1)],
            row["item"],
            row["version"],
            parsed[row["version"]],
        )
        for row in rows
    ]
