"""Asking people to review an item, and what they say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.bank import life, living, reviews, sentences
from probity.bank.life import Act
from probity.bank.models import Assignment, Comment, Item, ItemState, Review, Terms, Verdict
from probity.kernel import clock, jobs
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor, Permission

LONGEST = 4000
MOST_APPROVALS = 5


@dataclass(frozen=True, slots=True)
class Opinion:
    """A filled-in review form."""

    verdict: str
    ratings: Mapping[str, str] = field(default_factory=dict)
    cognitive: str = ""
    expected_p: str = ""
    comment: str = ""


def assign(session: Session, row: Item, person: Person, *, by: Actor) -> bool:
    """Ask a person to review an item; asking again changes nothing."""
    if not person.may(Permission.ITEM_REVIEW):
        raise Refused(_("%(name)s is no reviewer.", name=person.name), "no-reviewer")
    if person.id in reviews.unapproved_authors(session, row):
        raise Refused(
            _("%(name)s wrote this wording. Ask somebody else.", name=person.name), "author"
        )
    if session.get(Assignment, (row.id, person.id)):
        return False
    session.add(
        Assignment(item_id=row.id, person_id=person.id, asked_by_id=by.id, asked_at=clock.now())
    )
    audit.record(
        session, AuditEvent.ITEM_ASSIGNED, f"item/{row.id}", by=by, person=person.id, asked=True
    )
    if row.state is ItemState.IN_REVIEW:
        jobs.enqueue(
            session,
            "bank.ask",
            key=f"bank/ask/{row.id}/{row.current}/{person.id}",
            item_id=row.id,
            person_id=person.id,
        )
    return True


def release(session: Session, row: Item, person_id: int, *, by: Actor) -> None:
    """Ask a person no longer."""
    gone = session.get(Assignment, (row.id, person_id))
    if gone is None:
        return
    session.execute(
        delete(Assignment).where(Assignment.item_id == row.id, Assignment.person_id == person_id)
    )
    session.expire_all()
    audit.record(
        session, AuditEvent.ITEM_ASSIGNED, f"item/{row.id}", by=by, person=person_id, asked=False
    )


def review(session: Session, row: Item, opinion: Opinion, *, base: int, by: Actor) -> Review:
    """Keep what a person found, and take the item on: approved, or back to its author.

    Refuses authors, a wording that is no longer the newest, and an opinion that contradicts itself.
    """
    _refuse_review(session, row, opinion, base=base, by=by)
    found = Review(
        item_id=row.id,
        version_id=row.version.id,
        person_id=by.id,
        verdict=Verdict(opinion.verdict),
        ratings=dict(opinion.ratings),
        cognitive=opinion.cognitive,
        expected_p=opinion.expected_p or None,
        comment=opinion.comment.strip()[:LONGEST],
        at=clock.now(),
    )
    session.add(found)
    session.flush()  # flush: approvals are counted in the database
    audit.record(
        session,
        AuditEvent.ITEM_REVIEWED,
        f"item/{row.id}",
        by=by,
        ref=row.ref,
        version=row.current,
        verdict=opinion.verdict,
    )
    if found.verdict is not Verdict.ACCEPT:
        living.take(session, row, Act.RETURN, by=by, reason=found.comment)
    elif life.refusal(Act.APPROVE, living.standing(session, row), "") is None:
        living.take(session, row, Act.APPROVE, by=by)
    return found


def comment(session: Session, row: Item, text: str, *, by: Actor) -> Comment:
    """Add a word to the discussion."""
    if not text.strip():
        raise Refused(_("Write your comment first."), "empty")
    if by.id is None:
        raise Refused(_("Only people comment."), "nobody")
    said = Comment(
        item_id=row.id,
        number=row.current,
        person_id=by.id,
        text=text.strip()[:LONGEST],
        at=clock.now(),
    )
    session.add(said)
    return said


def set_terms(session: Session, *, public: int, secure: int, by: Actor) -> None:
    """How many people must accept a wording from now on; earlier approvals stay."""
    if not (1 <= public <= MOST_APPROVALS and 1 <= secure <= MOST_APPROVALS):
        raise Refused(_("Write a number from 1 to %(most)s.", most=MOST_APPROVALS), "approvals")
    kept = session.scalars(select(Terms).where(Terms.id == 1)).one_or_none()
    if kept is None:
        kept = Terms(id=1, public_approvals=public, secure_approvals=secure)
        session.add(kept)
    kept.public_approvals, kept.secure_approvals = public, secure
    audit.record(session, AuditEvent.BANK_TERMS_SET, "bank/1", by=by, public=public, secure=secure)


def _refuse_review(session: Session, row: Item, opinion: Opinion, *, base: int, by: Actor) -> None:
    if base != row.current:
        raise Refused(
            _("Somebody changed the words meanwhile. Read the newest wording first."), "stale"
        )
    if row.state not in {ItemState.IN_REVIEW, ItemState.APPROVED}:
        raise Refused(_("This item is not in review."), "state")
    if by.id in reviews.unapproved_authors(session, row):
        raise Refused(_("You wrote this wording. Somebody else must judge it."), "author")
    if opinion.verdict not in set(Verdict):
        raise Refused(_("Choose what you advise."), "verdict")
    if set(sentences.RATINGS) - set(opinion.ratings):
        raise Refused(_("Answer every question of the form."), "ratings")
    if not set(opinion.ratings.values()) <= set(sentences.MARKS):
        raise Refused(_("Answer every question of the form."), "ratings")
    _refuse_contradiction(opinion)


def _refuse_contradiction(opinion: Opinion) -> None:
    if opinion.verdict == Verdict.ACCEPT and "no" in opinion.ratings.values():
        raise Refused(
            _("You answered a question with no, so the item cannot be accepted as it is."),
            "contradiction",
        )
    if opinion.verdict != Verdict.ACCEPT and not opinion.comment.strip():
        raise Refused(_("Say in the comment what is to be changed, and why."), "comment")
    if opinion.expected_p:
        _share(opinion.expected_p)


def _share(text: str) -> Fraction:
    try:
        share = Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise Refused(_("Write the difficulty as a share such as 0.65."), "expected") from error
    if not 0 <= share <= 1:
        raise Refused(_("Write the difficulty as a share such as 0.65."), "expected")
    return share
