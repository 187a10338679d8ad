"""Everything that changes the item bank."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.bank import (
    duplicates,
    filing,
    finding,
    life,
    living,
    queries,
    rules,
    shelves,
    standards,
)
from probity.bank.marking import BadResponse, is_scorable, key_response, mark
from probity.bank.models import Item, ItemRef, ItemState, ItemVersion, Partition
from probity.bank.searching import search_text
from probity.bank.shapes import AnyItem, Case, dump_item
from probity.kernel import clock
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import SYSTEM, Actor, Permission


@dataclass(slots=True)
class Loaded:
    """What a load did, and the version now in force of every item of the load."""

    created: int = 0
    revised: int = 0
    unchanged: int = 0
    retired: int = 0
    versions: dict[str, int] = field(default_factory=dict)


def fill_refs(session: Session, content: dict[str, Any]) -> None:
    """Give the next free ids to a new item, and to parts of a case set, that have none."""
    prefix = rules.prefix_of(str(content.get("domain", "")))
    used = queries.refs_in_use(session, prefix)
    for part in (content, *content.get("items", ())):
        if "id" in part:
            continue
        number = rules.next_number(used)
        if number is None:
            raise Refused(_("Every number of %(prefix)s is used up.", prefix=prefix), "used-up")
        part["id"] = f"{prefix}-{number}"
        used.append(part["id"])


def create_item(
    session: Session, item: AnyItem, *, by: Actor, note: str = "", source: str | None = None
) -> Item:
    """Put a new item into the bank. Refuses an id that was ever used."""
    taken = queries.owners_of(session, refs_of(item))
    if taken:
        ref = min(taken)
        raise Refused(
            _("The id %(ref)s is already used. Give the new item another one.", ref=ref), "ref-used"
        )
    _refuse_secrecy(item, by=by)
    _refuse_unfinished(item, by=by, source=source)
    place = _born(item, 1, by=by, source=source)
    row = Item(
        ref=item.id,
        kind=item.kind,
        partition=Partition(item.use),
        state=place.state,
        current=1,
        live=place.live,
    )
    session.add(row)
    session.flush()  # flush: the version and the ids need row.id
    session.add_all(ItemRef(ref=ref, item_id=row.id) for ref in refs_of(item))
    _add_version(session, row, item, by=by, note=note, source=source)
    shelves.put_up(session, row)
    audit.record(session, AuditEvent.ITEM_CREATED, f"item/{row.id}", by=by, ref=row.ref)
    return row


def create_drafts(
    session: Session, items: Sequence[AnyItem], *, by: Actor, notes: Sequence[str]
) -> list[Item]:
    """Put many new drafts into the bank, as `create_item` does one, in few statements."""
    taken = queries.owners_of(session, [ref for item in items for ref in refs_of(item)])
    if taken:
        ref = min(taken)
        raise Refused(
            _("The id %(ref)s is already used. Give the new item another one.", ref=ref), "ref-used"
        )
    for item in items:
        _refuse_secrecy(item, by=by)
    rows = [
        Item(
            ref=item.id,
            kind=item.kind,
            partition=Partition(item.use),
            state=ItemState.DRAFT,
            current=1,
        )
        for item in items
    ]
    session.add_all(rows)
    session.flush()  # flush: versions and ids need the ids of the rows
    session.add_all(
        ItemRef(ref=ref, item_id=row.id)
        for row, item in zip(rows, items, strict=True)
        for ref in refs_of(item)
    )
    versions = [
        _version(row, item, by=by, note=note, source=None)
        for row, item, note in zip(rows, items, notes, strict=True)
    ]
    session.add_all(versions)
    session.flush()  # flush: the items' `version` is read through the database
    contents = {version.item_id: version.content for version in versions}
    finding.keep_new(session, {item: search_text(said) for item, said in contents.items()})
    duplicates.keep_new(session, contents)
    for number, content in contents.items():
        filing.tag_items(session, [number], content.get("tags") or ())
    for row in rows:
        audit.record(session, AuditEvent.ITEM_CREATED, f"item/{row.id}", by=by, ref=row.ref)
    return rows


def revise_item(
    session: Session,
    row: Item,
    item: AnyItem,
    *,
    base: int,
    by: Actor,
    note: str = "",
    source: str | None = None,
) -> ItemVersion:
    """Store a new version of a locked item; the same words again change nothing.

    Refuses when somebody saved another version since `base`, and when the change would make it
    another item: another kind, another key after approval, a public item made secure.
    """
    if row.state in life.OVER and source is None:
        raise Refused(_over(row), row.state.value)
    _refuse_revision(session, row, item, base)
    if row.partition.value != item.use:
        _refuse_secrecy(item, by=by)
    if _says(queries.parsed(session, row.version), item, with_status=source is not None):
        if source is None and row.state is ItemState.DRAFT and item.status == "in_review":
            living.take(session, row, life.Act.SUBMIT, by=by)
        return row.version
    _refuse_unfinished(item, by=by, source=source)
    known = queries.owners_of(session, refs_of(item))
    if any(owner != row.id for owner in known.values()):
        ref = min(ref for ref, owner in known.items() if owner != row.id)
        raise Refused(_("The id %(ref)s belongs to another item.", ref=ref), "ref-used")
    session.add_all(ItemRef(ref=ref, item_id=row.id) for ref in refs_of(item) if ref not in known)
    shelves.take_down(session, row)
    row.current += 1
    row.partition = Partition(item.use)
    place = _after_revision(row, item, by=by, source=source)
    row.state, row.live = place.state, place.live
    version = _add_version(session, row, item, by=by, note=note, source=source)
    session.expire(row, ["version", "versions"])
    shelves.put_up(session, row)
    audit.record(
        session, AuditEvent.ITEM_REVISED, f"item/{row.id}", by=by, ref=row.ref, version=row.current
    )
    return version


def restore_version(
    session: Session, row: Item, number: int, *, base: int, by: Actor
) -> ItemVersion:
    """Make the words of an older version the newest version again."""
    old = queries.find_version(session, row, number)
    if old is None:
        raise Refused(_("There is no version %(number)s.", number=number), "no-such-version")
    status = "draft" if row.state is ItemState.DRAFT else "in_review"
    item = queries.parsed(session, old).model_copy(update={"status": status})
    note = _("Version %(number)s restored", number=number)
    return revise_item(session, row, item, base=base, by=by, note=note)


def load_items(
    session: Session,
    items: Sequence[AnyItem],
    *,
    source: str,
    by: Actor,
    retired: Collection[str] = (),
) -> Loaded:
    """Bring the bank up to the items of a content folder; the same files again change nothing.

    What was edited in the browser since the last load stays until the file changes too; what a
    person retired stays retired. Refuses ids that belong to items written in the browser.
    """
    done = Loaded()
    rows = queries.items_by_ref(session, [item.id for item in items])
    filed = queries.versions_from_files(session, [row.id for row in rows.values()])
    for item in items:
        row = rows.get(item.id)
        if row is None:
            row = create_item(session, item, by=by, source=source)
            done.created += 1
        elif row.id not in filed:
            sentence = _(
                "%(ref)s was written in the browser. Give the item in the file another id."
            )
            raise Refused(sentence % {"ref": row.ref}, "ref-used")
        elif _says_the_same(session, filed[row.id], item):
            done.unchanged += 1
        else:
            _revise_from_file(session, row, item, source=source, by=by)
            done.revised += 1
        rows[item.id] = row
    done.retired = _retire_listed(session, retired, by=by)
    session.flush()  # flush: the versions need ids to be named
    in_force = queries.current_versions(session, [item.id for item in items])
    done.versions = {ref: version.id for ref, version in in_force.items()}
    return done


def refs_of(item: AnyItem) -> list[str]:
    """The id of an item and of every part of a case set."""
    return [item.id, *(child.id for child in item.items)] if isinstance(item, Case) else [item.id]


def _refuse_revision(session: Session, row: Item, item: AnyItem, base: int) -> None:
    if base != row.current:
        raise Refused(
            _(
                "Somebody saved version %(number)s while you were editing."
                " Open the item again and put your changes into that version.",
                number=row.current,
            ),
            "stale",
        )
    if item.id != row.ref or item.kind != row.kind:
        raise Refused(_("Another kind of question needs an item of its own."), "kind")
    if not rules.may_become(row.partition.value, item.use):
        raise Refused(
            _("This item has been public and can never be secret again. Write a new item."),
            "public",
        )
    if _is_settled(row) and _key_changed(_known_as(session, row), item):
        raise Refused(
            _(
                "This item is approved, and the change alters which answer is right."
                " Retire it and write a new item."
            ),
            "key",
        )


def _is_settled(row: Item) -> bool:
    """Tell whether some wording of the item was approved, so that its key stands."""
    return row.live is not None or row.state in {
        ItemState.APPROVED,
        ItemState.PILOT,
        ItemState.SUSPENDED,
    }


def _known_as(session: Session, row: Item) -> AnyItem:
    """The wording that candidates meet, or the newest."""
    version = queries.find_version(session, row, row.live or row.current)
    return queries.parsed(session, version or row.version)


def _refuse_secrecy(item: AnyItem, *, by: Actor) -> None:
    """Who may not read secure items must not write what they could not read again."""
    if item.use == "secure" and not by.may(Permission.ITEM_SECURE):
        raise Refused(
            _(
                "Secure items are written by people with the right to read them. Choose another use."
            ),
            "secure",
        )


def _refuse_unfinished(item: AnyItem, *, by: Actor, source: str | None) -> None:
    """A person may keep a draft as it is; for a review it must be whole."""
    if source is None and by is not SYSTEM and item.status != "draft" and standards.missing(item):
        raise Refused(
            _("This wording is not whole yet. Save it as a draft, or fill in what is missing."),
            "shortcomings",
        )


def _over(row: Item) -> str:
    if row.state is ItemState.COMPROMISED:
        return str(_("This item is compromised and is never used again. Write a new item."))
    return str(_("This item is retired. Bring it back before you change it."))


def _born(item: AnyItem, number: int, *, by: Actor, source: str | None) -> life.Place:
    vouched = source is not None or by is SYSTEM
    founded = item.status in {"draft", "in_review"} or not standards.lacking(item)
    return life.born(item.status, number, vouched=vouched, founded=founded)


def _after_revision(row: Item, item: AnyItem, *, by: Actor, source: str | None) -> life.Place:
    """Files say all that is to be said of an item, except what people took out of use."""
    before = life.Place(row.state, row.live)
    if source is None:
        return life.after_edit(before, item.status)
    if row.state in life.SHUT:
        return before
    return _born(item, row.current, by=by, source=source)


def _says(before: AnyItem, after: AnyItem, *, with_status: bool) -> bool:
    """Tell whether the words are the same; the state of an item belongs to its words in files."""
    known = before if with_status else before.model_copy(update={"status": after.status})
    return known == after


def _key_changed(before: AnyItem, after: AnyItem) -> bool:
    if not is_scorable(before) or not is_scorable(after):
        return False
    try:
        result = mark(after, key_response(before))
    except BadResponse:
        return True
    return result.earned < result.possible


def _add_version(
    session: Session, row: Item, item: AnyItem, *, by: Actor, note: str, source: str | None
) -> ItemVersion:
    version = _version(row, item, by=by, note=note, source=source)
    session.add(version)
    session.flush()  # flush: the item's `version` is read through the database
    finding.keep(session, row.id, search_text(version.content))
    duplicates.keep(session, row.id, version.content)
    filing.follow_tags(session, row, version.content)
    return version


def _version(row: Item, item: AnyItem, *, by: Actor, note: str, source: str | None) -> ItemVersion:
    content = dump_item(item)
    points = sum(child.points for child in item.items) if isinstance(item, Case) else item.points
    return ItemVersion(
        item_id=row.id,
        number=row.current,
        content=content,
        sha256=rules.digest(content),
        domain=item.domain,
        competency=item.competency,
        cognitive=item.cognitive,
        expected_p=content["expected_p"] and str(content["expected_p"]),
        points=points,
        is_scorable=is_scorable(item),
        is_bilingual=rules.is_bilingual(content),
        author_id=by.id if source is None else None,
        source=source,
        created_at=clock.now(),
        note=note,
    )


def _says_the_same(session: Session, version: ItemVersion, item: AnyItem) -> bool:
    return version.sha256 == rules.digest(dump_item(item)) or (
        queries.parsed(session, version) == item
    )


def _revise_from_file(
    session: Session, row: Item, item: AnyItem, *, source: str, by: Actor
) -> None:
    revise_item(session, row, item, base=row.current, by=by, source=source)


def _retire_listed(session: Session, refs: Iterable[str], *, by: Actor) -> int:
    rows = [
        row
        for row in queries.items_by_ref(session, list(refs)).values()
        if row.state not in life.OVER
    ]
    for row in rows:
        living.retire_item(session, row, by=by)
    return len(rows)
