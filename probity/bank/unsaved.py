"""What somebody wrote in the editor and has not saved yet: kept per person and item."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from probity.bank.models import UnsavedItem
from probity.kernel import clock

MOST_FIELDS = 5000
NOT_KEPT = frozenset({"csrf_token", "do"})
NEW = "new/{}"


def key_of(ref: str | None, kind: str) -> str:
    """Under which name it is kept: the item, or the kind of the new one."""
    return ref or NEW.format(kind)


def find(session: Session, person_id: int | None, key: str) -> UnsavedItem | None:
    query = select(UnsavedItem).where(UnsavedItem.person_id == person_id, UnsavedItem.key == key)
    return session.scalars(query).one_or_none()


def keep(
    session: Session, person_id: int, key: str, fields: Iterable[tuple[str, str]], *, base: int
) -> UnsavedItem:
    """Keep the fields of a form in place of those kept before."""
    row = find(session, person_id, key) or UnsavedItem(person_id=person_id, key=key)
    pairs = [[name, value] for name, value in fields if name not in NOT_KEPT]
    row.fields = {"pairs": pairs[:MOST_FIELDS]}
    row.base = base
    row.kept_at = clock.now()
    session.add(row)
    return row


def discard(session: Session, person_id: int | None, key: str) -> None:
    session.execute(
        delete(UnsavedItem).where(UnsavedItem.person_id == person_id, UnsavedItem.key == key)
    )


def type_of_file(session: Session, person_id: int | None, sha256: str) -> str | None:
    """The type of a file that somebody added to an item and has not saved yet."""
    query = select(UnsavedItem.fields).where(UnsavedItem.person_id == person_id)
    for fields in session.scalars(query):
        pairs: list[list[Any]] = fields["pairs"]
        values = dict(pairs)
        for name, value in pairs:
            if value == sha256 and name.startswith("media.") and name.endswith(".sha256"):
                return str(values.get(f"{name.removesuffix('sha256')}type", ""))
    return None
