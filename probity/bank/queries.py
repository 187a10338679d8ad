"""Reads of the item bank. What serves a person starts from what that person may see."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.bank.models import Item, ItemRef, ItemState, ItemVersion, Partition
from probity.bank.searching import search_patterns
from probity.bank.shapes import AnyItem, parse_item
from probity.kernel.permissions import Actor, Permission

IN_USE = (ItemState.IN_REVIEW, ItemState.APPROVED)
PUBLIC = (Partition.PRACTICE, Partition.PRACTICE_ONLY)
CURRENT = and_(ItemVersion.item_id == Item.id, ItemVersion.number == Item.current)
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
    missing_chinese: bool = False


def items_visible_to(actor: Actor) -> Select[Item]:
    """Authors and reviewers see the whole bank; nobody else sees any of it."""
    query = select(Item)
    return query if actor.may(Permission.ITEM_READ) else query.where(false())


def search(actor: Actor, wanted: Filter) -> Select[Item]:
    """Items that match every part of the filter, by id."""
    query = items_visible_to(actor).join(ItemVersion, CURRENT).order_by(Item.ref)
    own = {"kind": wanted.kind, "partition": wanted.partition, "state": wanted.state}
    for name, value in own.items():
        if value:
            query = query.where(getattr(Item, name) == value)
    if wanted.domain:
        query = query.where(ItemVersion.domain == wanted.domain)
    if wanted.competency:
        query = query.where(ItemVersion.competency == wanted.competency)
    if wanted.cognitive:
        query = query.where(ItemVersion.cognitive == wanted.cognitive)
    if wanted.missing_chinese:
        query = query.where(~ItemVersion.is_bilingual)
    for pattern in search_patterns(wanted.text):
        query = query.where(ItemVersion.search_text.like(pattern))
    if wanted.text.strip() and not search_patterns(wanted.text):
        query = query.where(false())
    return query


def find_item(session: Session, actor: Actor, ref: str) -> Item | None:
    return session.scalars(items_visible_to(actor).where(Item.ref == ref)).one_or_none()


def lock_item(session: Session, actor: Actor, ref: str) -> Item | None:
    """The item, held until the end of the transaction."""
    query = items_visible_to(actor).where(Item.ref == ref).with_for_update(of=Item)
    return session.scalars(query).one_or_none()


def count_by_state(session: Session, actor: Actor) -> dict[str, int]:
    """How many items there are in each state."""
    visible = items_visible_to(actor).subquery()
    rows = session.execute(select(visible.c.state, func.count()).group_by(visible.c.state))
    return {ItemState(state).value: number for state, number in rows}


def places(session: Session) -> tuple[list[str], list[str]]:
    """The domains and the competencies that items of the bank belong to."""
    found = []
    for column in (ItemVersion.domain, ItemVersion.competency):
        query = select(column).join(Item, CURRENT).distinct().order_by(column)
        found.append(list(session.scalars(query)))
    return found[0], found[1]


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

    A demonstration draws public items, a real exam approved secret ones; `practice_only` items,
    retired ones, drafts and what only people can mark are never drawn.
    """
    query = (
        select(Item.id, ItemVersion.id)
        .join(ItemVersion, CURRENT)
        .where(
            Item.partition == (Partition.PRACTICE if demonstration else Partition.SECURE),
            Item.state.in_(IN_USE if demonstration else (ItemState.APPROVED,)),
            ItemVersion.is_scorable,
            ItemVersion.domain == cell.domain,
            ItemVersion.cognitive.in_(cell.cognitive),
        )
        .order_by(Item.id)
    )
    if cell.competency:
        inside = ItemVersion.competency.startswith(f"{cell.competency}.", autoescape=True)
        query = query.where(or_(ItemVersion.competency == cell.competency, inside))
    if cell.kinds:
        query = query.where(Item.kind.in_(cell.kinds))
    else:  # a case set counts as several questions, so a cell must ask for one by name
        query = query.where(Item.kind != "case")
    return dict(session.execute(query).all())


def current_versions(session: Session, refs: Iterable[str]) -> dict[str, ItemVersion]:
    """The version in force of each item that exists, by its ref."""
    query = select(Item.ref, ItemVersion).join(ItemVersion, CURRENT)
    rows = session.execute(query.where(Item.ref.in_(list(refs))))
    return dict(rows.all())


def practice_items(
    session: Session, *, domain: str | None = None, competency: str | None = None
) -> list[tuple[str, int]]:
    """Public items in use that the machine can mark: ref and version id, by ref."""
    query = (
        select(Item.ref, ItemVersion.id)
        .join(ItemVersion, CURRENT)
        .where(Item.partition.in_(PUBLIC), Item.state.in_(IN_USE), ItemVersion.is_scorable)
        .order_by(Item.ref)
    )
    if domain:
        query = query.where(ItemVersion.domain == domain)
    if competency:
        inside = ItemVersion.competency.startswith(f"{competency}.", autoescape=True)
        query = query.where(or_(ItemVersion.competency == competency, inside))
    return [(ref, version) for ref, version in session.execute(query)]


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
