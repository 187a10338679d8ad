"""Everything that changes the item bank."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.bank import queries, rules
from probity.bank.marking import BadResponse, is_scorable, key_response, mark
from probity.bank.models import Item, ItemRef, ItemState, ItemVersion, Partition
from probity.bank.searching import search_text
from probity.bank.shapes import AnyItem, Case, dump_item
from probity.kernel import clock
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor


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
    row = Item(
        ref=item.id,
        kind=item.kind,
        partition=Partition(item.use),
        state=ItemState(item.status),
        current=1,
    )
    session.add(row)
    session.flush()  # flush: the version and the ids need row.id
    session.add_all(ItemRef(ref=ref, item_id=row.id) for ref in refs_of(item))
    _add_version(session, row, item, by=by, note=note, source=source)
    audit.record(session, AuditEvent.ITEM_CREATED, f"item/{row.id}", by=by, ref=row.ref)
    return row


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
    if row.state is ItemState.RETIRED and source is None:
        raise Refused(_("This item is retired. Bring it back before you change it."), "retired")
    _refuse_revision(session, row, item, base)
    if queries.parsed(session, row.version) == item:
        return row.version
    known = queries.owners_of(session, refs_of(item))
    if any(owner != row.id for owner in known.values()):
        ref = min(ref for ref, owner in known.items() if owner != row.id)
        raise Refused(_("The id %(ref)s belongs to another item.", ref=ref), "ref-used")
    session.add_all(ItemRef(ref=ref, item_id=row.id) for ref in refs_of(item) if ref not in known)
    row.current += 1
    row.partition = Partition(item.use)
    row.state = ItemState(rules.state_after_edit(row.state.value, item.status))
    version = _add_version(session, row, item, by=by, note=note, source=source)
    session.expire(row, ["version", "versions"])
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
    item = queries.parsed(session, old).model_copy(update={"status": row.state.value})
    note = _("Version %(number)s restored", number=number)
    return revise_item(session, row, item, base=base, by=by, note=note)


def retire_item(session: Session, row: Item, *, by: Actor) -> None:
    """Take a locked item out of use; answers given to it stay as they are."""
    if row.state is ItemState.RETIRED:
        raise Refused(_("This item is already retired."), "retired")
    row.state = ItemState.RETIRED
    audit.record(session, AuditEvent.ITEM_RETIRED, f"item/{row.id}", by=by, ref=row.ref)


def reinstate_item(session: Session, row: Item, *, by: Actor) -> None:
    """Bring a retired item back, to be reviewed again before it is approved."""
    if row.state is not ItemState.RETIRED:
        raise Refused(_("This item is not retired."), "not-retired")
    row.state = ItemState.IN_REVIEW
    audit.record(session, AuditEvent.ITEM_REINSTATED, f"item/{row.id}", by=by, ref=row.ref)


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
    if row.state is ItemState.APPROVED and _key_changed(queries.parsed(session, row.version), item):
        raise Refused(
            _(
                "This item is approved, and the change alters which answer is right."
                " Retire it and write a new item."
            ),
            "key",
        )


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
    content = dump_item(item)
    points = sum(child.points for child in item.items) if isinstance(item, Case) else item.points
    version = ItemVersion(
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
        search_text=search_text(content),
        author_id=by.id if source is None else None,
        source=source,
        created_at=clock.now(),
        note=note,
    )
    session.add(version)
    session.flush()  # flush: the item's `version` is read through the database
    return version


def _says_the_same(session: Session, version: ItemVersion, item: AnyItem) -> bool:
    return version.sha256 == rules.digest(dump_item(item)) or (
        queries.parsed(session, version) == item
    )


def _revise_from_file(
    session: Session, row: Item, item: AnyItem, *, source: str, by: Actor
) -> None:
    was_retired = row.state is ItemState.RETIRED
    revise_item(session, row, item, base=row.current, by=by, source=source)
    row.state = ItemState.RETIRED if was_retired else ItemState(item.status)


def _retire_listed(session: Session, refs: Iterable[str], *, by: Actor) -> int:
    rows = [
        row
        for row in queries.items_by_ref(session, list(refs)).values()
        if row.state is not ItemState.RETIRED
    ]
    for row in rows:
        retire_item(session, row, by=by)
    return len(rows)
