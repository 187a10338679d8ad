"""The bank list: what an author may look for, and which items answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, false, func, select
from sqlalchemy.orm import Session

from probity.bank import finding, queries
from probity.bank.models import (
    Assignment,
    Figures,
    Folder,
    Item,
    ItemVersion,
    Partition,
    Tag,
    Use,
)
from probity.kernel.pagination import PER_PAGE, Page
from probity.kernel.permissions import Actor, Permission

HARD, EASY, FLAT = 0.3, 0.9, 0.15
"""Figures outside these are worth a look."""

MOST_FOUND = 1000
"""Nobody reads on after so many that a search for words found; more words find fewer."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What an author looks for; empty means any."""

    text: str = ""
    kind: str = ""
    domain: str = ""
    competency: str = ""
    cognitive: str = ""
    partition: str = ""
    state: str = ""
    folder: int | None = None
    tag: str = ""
    figures: str = ""
    reviewer: int | None = None
    missing_chinese: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """What the list tells of its items beside the items themselves, by item id."""

    tags: Mapping[int, Sequence[str]]
    shown: Mapping[int, int]
    figures: Mapping[int, Figures]


def search(session: Session, actor: Actor, wanted: Filter) -> Select[Item]:
    """Items that match every part of the filter, by ref."""
    query = queries.items_visible_to(actor).order_by(Item.ref)
    query = _by_item(query, wanted)
    query = _by_wording(query, wanted)
    if wanted.text.strip():
        found = finding.matching(session, wanted.text)
        query = query.where(false() if found is None else Item.id.in_(found))
        if found is not None and not actor.may(Permission.ITEM_SECURE):
            # whoever may not read secure items must not learn their words by searching for them
            query = query.where(Item.partition != Partition.SECURE)
    return query


def page(
    session: Session,
    actor: Actor,
    wanted: Filter,
    number: int,
    counts: Mapping[str, int] | None = None,
) -> Page[Item]:
    """One page of what is found; a page beyond the end shows the last.

    Ids are sorted alone, so that no whole content is carried through the sorting. `counts` by state
    spare counting again where no more than a state is asked for.
    """
    narrow = search(session, actor, wanted).with_only_columns(Item.id)
    shown, more = max(number, 1), False
    if wanted.text.strip():  # to count what common words find would cost more than all the rest
        every = session.scalars(narrow.limit(MOST_FOUND + 1)).all()
        total, more = min(len(every), MOST_FOUND), len(every) > MOST_FOUND
        shown = _last_or(shown, total)
        ids = every[:MOST_FOUND][(shown - 1) * PER_PAGE : shown * PER_PAGE]
    else:
        total = _counted(session, narrow, wanted, counts)
        shown = _last_or(shown, total)
        ids = session.scalars(narrow.limit(PER_PAGE).offset((shown - 1) * PER_PAGE)).all()
    found = {row.id: row for row in session.scalars(select(Item).where(Item.id.in_(ids)))}
    return Page([found[one] for one in ids], shown, PER_PAGE, total, more=more)


def _counted(
    session: Session, narrow: Select[int], wanted: Filter, counts: Mapping[str, int] | None
) -> int:
    if counts is not None and wanted == Filter(state=wanted.state):
        return counts.get(wanted.state, 0) if wanted.state else sum(counts.values())
    counted = select(func.count()).select_from(narrow.order_by(None).subquery())
    return session.scalar(counted) or 0


def _last_or(number: int, total: int) -> int:
    return min(number, max(1, -(-total // PER_PAGE)))


def _by_item(query: Select[Item], wanted: Filter) -> Select[Item]:
    own = {"kind": wanted.kind, "partition": wanted.partition, "state": wanted.state}
    for name, value in own.items():
        if value:
            query = query.where(getattr(Item, name) == value)
    if wanted.folder is not None:
        path = select(Folder.path).where(Folder.id == wanted.folder).scalar_subquery()
        below = select(Folder.id).where(func.substr(Folder.path, 1, func.length(path)) == path)
        query = query.where(Item.folder_id.in_(below))
    if wanted.tag:
        query = query.where(Item.id.in_(select(Tag.item_id).where(Tag.tag == wanted.tag)))
    if wanted.reviewer is not None:
        asked = select(Assignment.item_id).where(Assignment.person_id == wanted.reviewer)
        query = query.where(Item.id.in_(asked))
    return _by_figures(query, wanted.figures)


def _by_figures(query: Select[Item], wanted: str) -> Select[Item]:
    rules = {
        "hard": Figures.facility < HARD,
        "easy": Figures.facility > EASY,
        "flat": Figures.discrimination < FLAT,
    }
    if wanted in rules:
        query = query.where(Item.id.in_(select(Figures.item_id).where(rules[wanted])))
    if wanted == "never":
        query = query.where(~exists().where(Use.item_id == Item.id))
    return query


def _by_wording(query: Select[Item], wanted: Filter) -> Select[Item]:
    asked: dict[str, Any] = {
        "domain": wanted.domain,
        "competency": wanted.competency,
        "cognitive": wanted.cognitive,
    }
    asked = {name: value for name, value in asked.items() if value}
    if not asked and not wanted.missing_chinese:
        return query
    query = query.join(ItemVersion, queries.CURRENT)
    for name, value in asked.items():
        query = query.where(getattr(ItemVersion, name) == value)
    return query.where(~ItemVersion.is_bilingual) if wanted.missing_chinese else query


def beside(session: Session, rows: Sequence[Item]) -> Beside:
    """Tags, use and figures of the items of one page; three queries however many there are."""
    ids = [row.id for row in rows]
    tags: dict[int, list[str]] = {}
    for item, tag in session.execute(
        select(Tag.item_id, Tag.tag).where(Tag.item_id.in_(ids)).order_by(Tag.tag)
    ):
        tags.setdefault(item, []).append(tag)
    shown = select(Use.item_id, func.sum(Use.shown)).where(Use.item_id.in_(ids))
    figures = session.scalars(select(Figures).where(Figures.item_id.in_(ids)))
    return Beside(
        tags=tags,
        shown=dict(session.execute(shown.group_by(Use.item_id)).all()),
        figures={one.item_id: one for one in figures},
    )


def tags_in_use(session: Session, most: int = 200) -> list[str]:
    """The words that hang on items.

    Each step looks for the next word in the index: to walk over every tag of every item costs more
    than all the rest of a page.
    """
    seen = select(func.min(Tag.tag).label("tag")).cte("seen", recursive=True)
    following = select(func.min(Tag.tag)).where(Tag.tag > seen.c.tag).scalar_subquery()
    seen = seen.union_all(select(following).where(seen.c.tag.is_not(None)))
    found = session.scalars(select(seen.c.tag).where(seen.c.tag.is_not(None)).limit(most))
    return sorted(found)
