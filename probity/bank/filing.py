"""How items are kept in order: folders, tags, enemies and the searches people come back to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from probity.bank import queries
from probity.bank.models import Enemy, Folder, Item, ItemVersion, SavedFilter, Tag
from probity.kernel import clock
from probity.kernel.db import insert
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor

MOST_TAGS, LONGEST_TAG = 20, 60
LONGEST_PATH = 180
MOST_FILTERS = 30


@dataclass(frozen=True, slots=True)
class Shown:
    """A folder in the tree: how deep, how many items in it and below."""

    folder: Folder
    depth: int
    items: int


def tree(session: Session, actor: Actor) -> list[Shown]:
    """Every folder, each followed by those inside it, with the items this person may see."""
    visible = queries.items_visible_to(actor).subquery()
    counted = select(visible.c.folder_id, func.count()).group_by(visible.c.folder_id)
    return _in_order(session, dict(session.execute(counted).all()))


def folders(session: Session) -> list[Shown]:
    """The same without counting, for lists to choose from."""
    return _in_order(session, {})


def _in_order(session: Session, here: Mapping[int | None, int]) -> list[Shown]:
    folders = session.scalars(select(Folder)).all()
    names = {folder.id: folder.name.casefold() for folder in folders}
    inside = {
        folder.id: sum(here.get(one.id, 0) for one in folders if one.path.startswith(folder.path))
        for folder in folders
    }
    ordered = sorted(
        folders, key=lambda one: [(names.get(step, ""), step) for step in _steps(one.path)]
    )
    return [Shown(one, len(_steps(one.path)) - 1, inside[one.id]) for one in ordered]


def add_folder(session: Session, name: str, parent_id: int | None) -> Folder:
    """A new folder; the same name in the same place gives the one that is there."""
    clean = " ".join(name.split())[:100]
    if not clean:
        raise Refused(_("Give the folder a name."), "empty")
    parent = _folder(session, parent_id) if parent_id is not None else None
    known = select(Folder).where(
        Folder.name == clean, Folder.parent_id.is_not_distinct_from(parent_id)
    )
    there = session.scalars(known).first()
    if there:
        return there
    above = parent.path if parent else "/"
    if len(above) > LONGEST_PATH:
        raise Refused(_("Folders go no deeper than this."), "deep")
    folder = Folder(name=clean, parent_id=parent_id, path=f"new/{clock.now().timestamp()}")
    session.add(folder)
    session.flush()  # flush: the path holds the folder's own id
    folder.path = f"{above}{folder.id}/"
    session.flush()  # flush: paths are compared in the database
    return folder


def folder_at(session: Session, names: Sequence[str]) -> Folder | None:
    """The folder with this path of names, made where it lacks; none for an empty path."""
    folder: Folder | None = None
    for name in names:
        if name.strip():
            folder = add_folder(session, name, folder.id if folder else None)
    return folder


def move_folder(session: Session, folder_id: int, parent_id: int | None) -> None:
    """Put a folder, with all that is in it, into another one or to the top."""
    folder = _folder(session, folder_id)
    parent = _folder(session, parent_id) if parent_id is not None else None
    if parent and parent.path.startswith(folder.path):
        raise Refused(_("A folder cannot be moved into itself."), "inside")
    before, after = folder.path, f"{parent.path if parent else '/'}{folder.id}/"
    below = session.scalars(select(Folder).where(Folder.path.startswith(before))).all()
    if any(len(after) + len(one.path) - len(before) > LONGEST_PATH for one in below):
        raise Refused(_("Folders go no deeper than this."), "deep")
    for one in below:
        one.path = after + one.path[len(before) :]
    folder.parent_id = parent_id


def rename_folder(session: Session, folder_id: int, name: str) -> None:
    clean = " ".join(name.split())[:100]
    if not clean:
        raise Refused(_("Give the folder a name."), "empty")
    _folder(session, folder_id).name = clean


def remove_folder(session: Session, folder_id: int) -> None:
    """Take away a folder that holds nothing."""
    folder = _folder(session, folder_id)
    held = session.scalar(select(func.count()).where(Item.folder_id == folder.id))
    below = session.scalar(select(func.count()).where(Folder.parent_id == folder.id))
    if held or below:
        raise Refused(_("Only an empty folder can be removed. Move what is in it first."), "held")
    session.delete(folder)


def file(session: Session, items: Collection[int], folder_id: int | None) -> None:
    """Put items into a folder, or out of all."""
    if folder_id is not None:
        _folder(session, folder_id)
    session.execute(update(Item).where(Item.id.in_(items)).values(folder_id=folder_id))


def tag_items(session: Session, items: Iterable[int], tags: Iterable[str]) -> None:
    """Hang tags on items; what hangs there already stays."""
    words = clean_tags(tags)
    rows = [{"item_id": item, "tag": tag} for item in items for tag in words]
    if rows:
        session.execute(insert(session, Tag).on_conflict_do_nothing(), rows)


def untag_items(session: Session, items: Collection[int], tags: Iterable[str]) -> None:
    session.execute(delete(Tag).where(Tag.item_id.in_(items), Tag.tag.in_(clean_tags(tags))))


def retag(session: Session, row: Item, tags: Iterable[str]) -> None:
    """Let exactly these tags hang on an item."""
    session.execute(delete(Tag).where(Tag.item_id == row.id))
    tag_items(session, [row.id], tags)


def tags_of(session: Session, items: Collection[int]) -> dict[int, list[str]]:
    """The tags of items, by item id."""
    found: dict[int, list[str]] = {}
    query = select(Tag.item_id, Tag.tag).where(Tag.item_id.in_(items)).order_by(Tag.tag)
    for item, tag in session.execute(query):
        found.setdefault(item, []).append(tag)
    return found


def clean_tags(tags: Iterable[str]) -> list[str]:
    words = (" ".join(tag.split())[:LONGEST_TAG] for tag in tags)
    return list(dict.fromkeys(word for word in words if word))[:MOST_TAGS]


def follow_tags(session: Session, row: Item, content: Mapping[str, Any]) -> None:
    """Hang on an item what its new wording names, and take off what only the one before named."""
    named = clean_tags(content.get("tags") or ())
    if row.current == 1:
        tag_items(session, [row.id], named)
        return
    former = session.scalar(
        select(ItemVersion.content).where(
            ItemVersion.item_id == row.id, ItemVersion.number == row.current - 1
        )
    )
    gone = set(clean_tags((former or {}).get("tags") or ())) - set(named)
    if gone:
        untag_items(session, [row.id], gone)
    tag_items(session, [row.id], named)


def set_enemies(session: Session, row: Item, other: Item, reason: str, *, by: Actor) -> None:
    """Keep two items from meeting in one paper."""
    if row.id == other.id:
        raise Refused(_("An item cannot be kept from itself."), "same")
    if not reason.strip():
        raise Refused(_("Say why the two must not meet."), "reason")
    pair = sorted((row.id, other.id))
    known = session.get(Enemy, tuple(pair))
    if known is None:
        known = Enemy(one_id=pair[0], other_id=pair[1], person_id=by.id, at=clock.now(), reason="")
        session.add(known)
    known.reason = reason.strip()[:500]


def unset_enemies(session: Session, row: Item, other: Item) -> None:
    one, two = sorted((row.id, other.id))
    session.execute(delete(Enemy).where(Enemy.one_id == one, Enemy.other_id == two))


def enemies_of(session: Session, row: Item, actor: Actor) -> list[tuple[Item, str]]:
    """The items that must not meet this one, as far as the person may see them, with the reason."""
    pairs = session.scalars(
        select(Enemy).where((Enemy.one_id == row.id) | (Enemy.other_id == row.id))
    ).all()
    reasons = {(e.other_id if e.one_id == row.id else e.one_id): e.reason for e in pairs}
    items = session.scalars(
        queries.items_visible_to(actor).where(Item.id.in_(reasons)).order_by(Item.ref)
    )
    return [(item, reasons[item.id]) for item in items]


def filters_of(session: Session, actor: Actor) -> Sequence[SavedFilter]:
    query = select(SavedFilter).where(SavedFilter.person_id == actor.id)
    return session.scalars(query.order_by(SavedFilter.name)).all()


def save_filter(session: Session, name: str, query: str, *, by: Actor) -> SavedFilter:
    """Keep a search under a name; the same name again keeps the newer one."""
    clean = " ".join(name.split())[:60]
    if not clean or by.id is None:
        raise Refused(_("Give the search a name."), "empty")
    known = {one.name: one for one in filters_of(session, by)}
    if clean not in known and len(known) >= MOST_FILTERS:
        raise Refused(_("You keep %(most)s searches; remove one first.", most=MOST_FILTERS), "many")
    kept = known.get(clean)
    if kept is None:
        kept = SavedFilter(person_id=by.id, name=clean, query=query[:1000])
        session.add(kept)
    kept.query = query[:1000]
    return kept


def forget_filter(session: Session, number: int, *, by: Actor) -> None:
    session.execute(
        delete(SavedFilter).where(SavedFilter.id == number, SavedFilter.person_id == by.id)
    )


def _folder(session: Session, folder_id: int) -> Folder:
    folder = session.get(Folder, folder_id)
    if folder is None:
        raise Refused(_("This folder is gone. Choose another one."), "no-folder")
    return folder


def _steps(path: str) -> list[int]:
    return [int(step) for step in path.strip("/").split("/") if step.isdigit()]
