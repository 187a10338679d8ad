"""Reads of the item bank. What serves a person starts from what that person may see."""

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.bank.models import (
    Assignment,
    Item,
    ItemRef,
    ItemState,
    ItemVersion,
    Partition,
    Place,
    Shelved,
)
from probity.bank.shapes import AnyItem, parse_item
from probity.kernel.permissions import Actor, Permission

CURRENT = and_(ItemVersion.item_id == Item.id, ItemVersion.number == Item.current)
IN_FORCE = and_(
    ItemVersion.item_id == Item.id, ItemVersion.number == func.coalesce(Item.live, Item.current)
)
MOST_KEPT = 5000

_parsed: dict[str, AnyItem] = {}
"""Versions never change, so a parsed one is kept under the digest of its content."""


class Cell(Protocol):
    """What an exam asks of one cell of its blueprint."""

    @property
    def domain(self) -> str: ...

    @property
    def competency(self) -> str | None: ...

    @property
    def cognitive(self) -> Sequence[str]: ...

    @property
    def kinds(self) -> Sequence[str] | None: ...


def items_visible_to(actor: Actor) -> Select[Item]:
    """Who reads the bank sees what was ever public; secure items need a right of their own.

    Whoever is asked to review a secure item sees that one.
    """
    query = select(Item)
    if not actor.may(Permission.ITEM_READ):
        return query.where(false())
    if actor.may(Permission.ITEM_SECURE):
        return query
    asked = select(Assignment.item_id).where(Assignment.person_id == actor.id)
    return query.where(or_(Item.partition != Partition.SECURE, Item.id.in_(asked)))


def find_item(session: Session, actor: Actor, ref: str) -> Item | None:
    return session.scalars(items_visible_to(actor).where(Item.ref == ref)).one_or_none()


def lock_item(session: Session, actor: Actor, ref: str) -> Item | None:
    """The item, held until the end of the transaction."""
    query = items_visible_to(actor).where(Item.ref == ref).with_for_update(of=Item)
    return session.scalars(query).one_or_none()


def lock_items(session: Session, actor: Actor, refs: Collection[str]) -> Sequence[Item]:
    """Those of the items that this person may see, held until the end of the transaction."""
    query = items_visible_to(actor).where(Item.ref.in_(refs)).order_by(Item.id)
    return session.scalars(query.with_for_update(of=Item)).all()


def lock_items_by_id(session: Session, actor: Actor, ids: Collection[int]) -> Sequence[Item]:
    """The same, by id."""
    query = items_visible_to(actor).where(Item.id.in_(ids)).order_by(Item.id)
    return session.scalars(query.with_for_update(of=Item)).all()


def count_by_state(session: Session, actor: Actor) -> dict[str, int]:
    """How many items there are in each state."""
    visible = items_visible_to(actor).subquery()
    rows = session.execute(select(visible.c.state, func.count()).group_by(visible.c.state))
    return {ItemState(state).value: number for state, number in rows}


def places(session: Session) -> tuple[list[str], list[str]]:
    """The domains and the competencies that items of the bank belong to, or belonged to."""
    pairs = session.execute(select(ItemVersion.domain, ItemVersion.competency).distinct()).all()
    domains, competencies = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    return sorted(domains - {""}), sorted(competencies - {""})


def versions_of(session: Session, item: Item) -> Sequence[ItemVersion]:
    """Every version, the newest first."""
    query = select(ItemVersion).where(ItemVersion.item_id == item.id)
    return session.scalars(query.order_by(ItemVersion.number.desc())).all()


def authors_of(session: Session, versions: Iterable[ItemVersion]) -> dict[int, str]:
    """The names of those who wrote versions in the browser, by person id."""
    ids = {version.author_id for version in versions if version.author_id is not None}
    found = session.scalars(select(Person).where(Person.id.in_(ids)))
    return {person.id: person.name for person in found}


def find_version(session: Session, item: Item, number: int) -> ItemVersion | None:
    query = select(ItemVersion).where(ItemVersion.item_id == item.id, ItemVersion.number == number)
    return session.scalars(query).one_or_none()


def drawable(session: Session, cell: Cell, *, demonstration: bool) -> dict[int, int]:
    """Items that fit a cell and the version to use: item id to version id.

    A demonstration draws public items, a real exam the secure ones in use; what only people can
    mark is never drawn.
    """
    place = Place.DEMONSTRATION if demonstration else Place.EXAM
    return dict(session.execute(_shelf(place, cell)).all())


def _shelf(place: Place, cell: Cell) -> Select[int, int]:
    query = (
        select(Shelved.item_id, Shelved.version_id)
        .join(ItemVersion, ItemVersion.id == Shelved.version_id)
        .where(
            Shelved.place == place,
            ItemVersion.is_scorable,
            ItemVersion.domain == cell.domain,
            ItemVersion.cognitive.in_(cell.cognitive),
        )
        .order_by(Shelved.item_id)
    )
    if cell.competency:
        query = query.where(_inside(cell.competency))
    kind = select(Item.kind).where(Item.id == Shelved.item_id).scalar_subquery()
    if cell.kinds:
        return query.where(kind.in_(cell.kinds))
    # a case set counts as several questions, so a cell must ask for one by name
    return query.where(kind != "case")


def _inside(competency: str) -> ColumnElement[bool]:
    below = ItemVersion.competency.startswith(f"{competency}.", autoescape=True)
    return or_(ItemVersion.competency == competency, below)


def current_versions(session: Session, refs: Iterable[str]) -> dict[str, ItemVersion]:
    """The version in force of each item that exists, by its ref."""
    query = select(Item.ref, ItemVersion).join(ItemVersion, IN_FORCE)
    rows = session.execute(query.where(Item.ref.in_(list(refs))))
    return dict(rows.all())


def practice_items(
    session: Session, *, domain: str | None = None, competency: str | None = None
) -> list[tuple[str, int]]:
    """Public items in use that the machine can mark: ref and version id, by ref."""
    query = (
        select(Item.ref, ItemVersion.id)
        .join(Shelved, Shelved.item_id == Item.id)
        .join(ItemVersion, ItemVersion.id == Shelved.version_id)
        .where(Shelved.place == Place.PRACTICE, ItemVersion.is_scorable)
        .order_by(Item.ref)
    )
    if domain:
        query = query.where(ItemVersion.domain == domain)
    if competency:
        query = query.where(_inside(competency))
    return [(ref, version) for ref, version in session.execute(query)]


def is_compromised(session: Session, ref: str) -> bool:
    """Tell whether nobody may meet this item any more, not even where it was answered before."""
    return session.scalar(select(Item.state).where(Item.ref == ref)) is ItemState.COMPROMISED


def compromised_among(session: Session, item_ids: Collection[int]) -> frozenset[int]:
    """Those of these items whose words candidates know."""
    query = select(Item.id).where(Item.id.in_(item_ids), Item.state == ItemState.COMPROMISED)
    return frozenset(session.scalars(query))


def versions_by_id(session: Session, ids: Collection[int]) -> dict[int, ItemVersion]:
    """Stored versions, whatever became of their items since."""
    query = select(ItemVersion).where(ItemVersion.id.in_(ids))
    return {version.id: version for version in session.scalars(query)}


def parsed_versions(session: Session, ids: Collection[int]) -> dict[int, AnyItem]:
    """The items as they stood in these versions; read from the database only once."""
    query = select(ItemVersion.id, ItemVersion.sha256).where(ItemVersion.id.in_(ids))
    digests = dict(session.execute(query).all())
    unknown = [number for number, digest in digests.items() if digest not in _parsed]
    if unknown:
        if len(_parsed) > MOST_KEPT:
            _parsed.clear()
        fetched = select(ItemVersion.sha256, ItemVersion.content)
        for digest, content in session.execute(fetched.where(ItemVersion.id.in_(unknown))):
            _parsed[digest] = parse_item(content)
    return {number: _parsed[digest] for number, digest in digests.items()}


def parsed(session: Session, version: ItemVersion) -> AnyItem:
    """The item as it stood in one version."""
    return parsed_versions(session, [version.id])[version.id]


def refs_in_use(session: Session, prefix: str) -> list[str]:
    """Every id with this prefix that was ever given."""
    query = select(ItemRef.ref).where(ItemRef.ref.startswith(f"{prefix}-", autoescape=True))
    return list(session.scalars(query))


def owners_of(session: Session, refs: Collection[str]) -> dict[str, int]:
    """Which item holds each of these ids."""
    query = select(ItemRef.ref, ItemRef.item_id).where(ItemRef.ref.in_(refs))
    return dict(session.execute(query).all())


def items_by_ref(session: Session, refs: Collection[str]) -> dict[str, Item]:
    return {item.ref: item for item in session.scalars(select(Item).where(Item.ref.in_(refs)))}


def versions_from_files(session: Session, items: Collection[int]) -> dict[int, ItemVersion]:
    """For each item the last version that came from a content folder."""
    query = select(ItemVersion).where(
        ItemVersion.item_id.in_(items), ItemVersion.source.is_not(None)
    )
    ordered = session.scalars(query.order_by(ItemVersion.number))
    return {version.item_id: version for version in ordered}
