"""One act on many items, and taking it back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.accounts import queries as accounts
from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.bank import filing, life, living, reviewing, rules
from probity.bank.life import Act
from probity.bank.models import Assignment, Bulk, Item, ItemState, Tag
from probity.kernel import clock
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor, Permission

MOST = 500
ORDERED: tuple[Act, ...] = tuple(
    act for act in Act if act not in {Act.APPROVE, Act.RETURN, Act.COMPROMISE}
)
"""Steps that many items may take at once; `compromise` is for ever, so it is taken one by one."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of the items: changed, and refused with the reason of each."""

    bulk: Bulk | None
    changed: int
    refused: Sequence[tuple[str, str]]


def act(
    session: Session, rows: Sequence[Item], name: str, value: str, *, by: Actor, reason: str = ""
) -> Done:
    """Do one thing to many locked items. Items that refuse stay as they are; the rest go on."""
    if not rows:
        raise Refused(_("Choose items first."), "none")
    if len(rows) > MOST:
        raise Refused(_("Choose at most %(most)s items at once.", most=MOST), "many")
    change = _change(session, name, value, by=by, reason=reason)
    before: list[Any] = []
    refused: list[tuple[str, str]] = []
    for row in rows:
        try:
            with session.begin_nested():
                was = change(row)
        except Refused as refusal:
            refused.append((row.ref, refusal.message))
        else:
            if was is not None:
                before.append({"item": row.id, **was})
    if not before:
        return Done(None, 0, refused)
    bulk = Bulk(
        person_id=by.id,
        act=name,
        value=value[:200],
        before=before,
        at=clock.now(),
        undone_at=None,
    )
    session.add(bulk)
    session.flush()  # flush: the audit entry and the undo button need bulk.id
    audit.record(
        session, AuditEvent.BANK_BULK_DONE, f"bulk/{bulk.id}", by=by, act=name, items=len(before)
    )
    return Done(bulk, len(before), refused)


def last_of(session: Session, actor: Actor) -> Bulk | None:
    """The last act of this person that can still be taken back."""
    query = select(Bulk).where(Bulk.person_id == actor.id).order_by(Bulk.id.desc()).limit(1)
    last = session.scalars(query).first()
    return last if last and last.undone_at is None else None


def undo(session: Session, bulk: Bulk, rows: Sequence[Item], *, by: Actor) -> int:
    """Take an act back where nothing happened since; gives how many items are as before."""
    if bulk.undone_at is not None:
        raise Refused(_("This was taken back already."), "undone")
    was = {one["item"]: one for one in bulk.before}
    mended = sum(_mend(session, row, bulk, was[row.id], by=by) for row in rows if row.id in was)
    bulk.undone_at = clock.now()
    audit.record(session, AuditEvent.BANK_BULK_UNDONE, f"bulk/{bulk.id}", by=by, items=mended)
    return mended


Change = Callable[[Item], dict[str, Any] | None]
"""Changes one item and gives what was before; None where nothing changed."""


def _change(session: Session, name: str, value: str, *, by: Actor, reason: str) -> Change:
    if name == "state" and value in {step.value for step in ORDERED}:
        return lambda row: _step(session, row, Act(value), by=by, reason=reason)
    if not by.may(Permission.ITEM_WRITE):
        raise Refused(_("You may not change items."), "forbidden")
    if name == "move":
        return lambda row: _move(session, row, int(value) if value.isdigit() else None)
    if name in {"tag", "untag"}:
        words = filing.clean_tags(rules.listed_words(value))
        if not words:
            raise Refused(_("Write a tag first."), "empty")
        return lambda row: _tag(session, row, words, hang=name == "tag")
    if name == "assign":
        person = accounts.person_of(session, value)
        if person is None:
            raise Refused(_("Choose a reviewer."), "no-reviewer")
        return lambda row: (
            {"person": person.id} if reviewing.assign(session, row, person, by=by) else None
        )
    raise Refused(_("Choose what to do with the items."), "act")


def _step(
    session: Session, row: Item, step: Act, *, by: Actor, reason: str
) -> dict[str, Any] | None:
    if not by.may(life.needs(step, living.standing(session, row))):
        raise Refused(_("You may not take this step."), "forbidden")
    was = {"state": row.state.value, "live": row.live, "current": row.current}
    living.take(session, row, step, by=by, reason=reason)
    return {**was, "after": row.state.value, "after_live": row.live}


def _move(session: Session, row: Item, folder: int | None) -> dict[str, Any] | None:
    if row.folder_id == folder:
        return None
    was = row.folder_id
    filing.file(session, [row.id], folder)
    session.expire(row, ["folder_id"])
    return {"folder": was, "after": folder}


def _tag(session: Session, row: Item, words: Sequence[str], *, hang: bool) -> dict[str, Any] | None:
    hung = set(session.scalars(select(Tag.tag).where(Tag.item_id == row.id)))
    changed = [word for word in words if (word in hung) is not hang]
    if hang:
        filing.tag_items(session, [row.id], changed)
    else:
        filing.untag_items(session, [row.id], changed)
    return {"tags": changed} if changed else None


def _mend(session: Session, row: Item, bulk: Bulk, was: dict[str, Any], *, by: Actor) -> bool:
    if bulk.act == "move":
        if row.folder_id != was["after"]:
            return False
        filing.file(session, [row.id], was["folder"])
        session.expire(row, ["folder_id"])
    elif bulk.act == "tag":
        filing.untag_items(session, [row.id], was["tags"])
    elif bulk.act == "untag":
        filing.tag_items(session, [row.id], was["tags"])
    elif bulk.act == "assign":
        if session.get(Assignment, (row.id, was["person"])) is None:
            return False
        reviewing.release(session, row, was["person"], by=by)
    else:
        return _restate(session, row, was, by=by)
    return True


def _restate(session: Session, row: Item, was: dict[str, Any], *, by: Actor) -> bool:
    same = (row.state.value, row.live, row.current) == (
        was["after"], was["after_live"], was["current"]
    )  # fmt: skip
    if same:
        living.put_back(session, row, life.Place(ItemState(was["state"]), was["live"]), by=by)
    return same
