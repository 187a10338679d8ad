"""Reads of reviews: who is asked, who said what, and what waits for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session

from probity.accounts import queries as accounts
from probity.accounts.models import Person, RoleGrant
from probity.accounts.roles import GRANTS
from probity.bank import life, queries
from probity.bank.models import (
    Assignment,
    Comment,
    Item,
    ItemState,
    ItemVersion,
    Partition,
    Review,
    Stage,
    Terms,
)
from probity.kernel.permissions import Actor, Permission

PUBLIC_APPROVALS, SECURE_APPROVALS = 1, 2
"""One person looks at what everybody may practise and correct, two at what decides a verdict."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the discussion: a review, a comment or a step, of one wording."""

    at: datetime
    person: str
    number: int
    kind: str
    code: str
    text: str
    review: Review | None = None


def terms(session: Session) -> Terms:
    """What the bank asks for; the usual numbers until somebody sets others."""
    kept = session.get(Terms, 1)
    return kept or Terms(id=1, public_approvals=PUBLIC_APPROVALS, secure_approvals=SECURE_APPROVALS)


def approvals_wanted(session: Session, row: Item) -> int:
    asked = terms(session)
    secure = row.partition is Partition.SECURE
    return asked.secure_approvals if secure else asked.public_approvals


def reviews_of(session: Session, row: Item) -> Sequence[Review]:
    """Every review of every wording, the oldest first."""
    query = select(Review).where(Review.item_id == row.id).order_by(Review.id)
    return session.scalars(query).all()


def approvals(session: Session, row: Item) -> int:
    """How many people who did not write it accept the newest wording."""
    verdicts = [
        (review.person_id, review.verdict.value)
        for review in reviews_of(session, row)
        if review.version_id == row.version.id
    ]
    return life.count_approvals(verdicts, unapproved_authors(session, row))


def unapproved_authors(session: Session, row: Item) -> set[int]:
    """Who wrote any wording since the one in use: none of them may approve the newest."""
    query = select(ItemVersion.author_id).where(
        ItemVersion.item_id == row.id,
        ItemVersion.number > (row.live if row.live and row.live < row.current else 0),
        ItemVersion.author_id.is_not(None),
    )
    return {author for author in session.scalars(query) if author is not None}


def assigned(session: Session, row: Item) -> Sequence[Person]:
    """The people asked to review an item."""
    query = select(Person).join(Assignment, Assignment.person_id == Person.id)
    return session.scalars(
        query.where(Assignment.item_id == row.id).order_by(Person.name_latin, Person.id)
    ).all()


def can_be_asked(session: Session) -> Sequence[Person]:
    """Everybody whose role lets them review."""
    roles = [role for role, granted in GRANTS.items() if Permission.ITEM_REVIEW in granted]
    holds = exists().where(
        RoleGrant.person_id == Person.id,
        RoleGrant.role.in_(roles),
        RoleGrant.withdrawn_at.is_(None),
    )
    return session.scalars(accounts.people().where(holds, Person.active)).all()


def waiting_for(actor: Actor) -> Select[Item]:
    """Items in review that this person is asked about and said nothing of yet."""
    asked = exists().where(Assignment.item_id == Item.id, Assignment.person_id == actor.id)
    said = exists().where(Review.person_id == actor.id, Review.version_id == ItemVersion.id)
    return (
        queries.items_visible_to(actor)
        .join(ItemVersion, queries.CURRENT)
        .where(Item.state == ItemState.IN_REVIEW, asked, ~said)
        .order_by(Item.ref)
    )


def open_to(actor: Actor) -> Select[Item]:
    """Items in review that nobody is asked about yet, and this person did not write."""
    asked = exists().where(Assignment.item_id == Item.id)
    wrote = exists().where(ItemVersion.item_id == Item.id, ItemVersion.author_id == actor.id)
    return (
        queries.items_visible_to(actor)
        .where(Item.state == ItemState.IN_REVIEW, ~asked, ~wrote)
        .order_by(Item.ref)
    )


def written_by(actor: Actor) -> Select[Item]:
    """Items with a wording of this person on its way."""
    wrote = exists().where(ItemVersion.item_id == Item.id, ItemVersion.author_id == actor.id)
    return (
        queries.items_visible_to(actor)
        .where(Item.state.in_(life.WORKED_ON), wrote)
        .order_by(Item.ref)
    )


def returned_to(actor: Actor) -> Select[Item]:
    """Drafts of this person that a review sent back."""
    sent = exists().where(
        Stage.item_id == Item.id,
        Stage.number == Item.current,
        Stage.act == life.Act.RETURN.value,
    )
    return written_by(actor).where(Item.state == ItemState.DRAFT, sent)


def said_by(actor: Actor) -> Select[Item]:
    """Items in work whose newest wording this person reviewed."""
    said = exists().where(Review.person_id == actor.id, Review.version_id == ItemVersion.id)
    return (
        queries.items_visible_to(actor)
        .join(ItemVersion, queries.CURRENT)
        .where(said)
        .order_by(Item.ref)
    )


def count(session: Session, query: Select[Item]) -> int:
    rows = query.with_only_columns(Item.id).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0


def discussion(session: Session, row: Item) -> list[Entry]:
    """Everything said and done about an item, the newest first."""
    found = reviews_of(session, row)
    comments = session.scalars(select(Comment).where(Comment.item_id == row.id)).all()
    stages = session.scalars(select(Stage).where(Stage.item_id == row.id)).all()
    numbers = {version.id: version.number for version in queries.versions_of(session, row)}
    ids = {one.person_id for one in found} | {one.person_id for one in comments}
    ids |= {one.person_id for one in stages if one.person_id is not None}
    names = {p.id: p.name for p in session.scalars(select(Person).where(Person.id.in_(ids)))}
    entries = [
        Entry(r.at, names[r.person_id], numbers[r.version_id], "review", r.verdict, r.comment, r)
        for r in found
    ]
    entries += [Entry(c.at, names[c.person_id], c.number, "comment", "", c.text) for c in comments]
    entries += [
        Entry(s.at, names.get(s.person_id or 0, ""), s.number, "stage", s.act, _told(s))
        for s in stages
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _told(stage: Stage) -> str:
    """Why a step was taken; the review that sent an item back says so itself."""
    return "" if stage.act == life.Act.RETURN else stage.reason


def last_of(session: Session, row: Item, actor: Actor) -> Review | None:
    """What this person said last of the newest wording."""
    mine = and_(Review.version_id == row.version.id, Review.person_id == actor.id)
    return session.scalars(select(Review).where(mine).order_by(Review.id.desc()).limit(1)).first()


def may_judge(session: Session, row: Item, actor: Actor) -> bool:
    """Tell whether this person may review the newest wording now."""
    return (
        actor.may(Permission.ITEM_REVIEW)
        and row.state in {ItemState.IN_REVIEW, ItemState.APPROVED}
        and actor.id not in unapproved_authors(session, row)
    )
