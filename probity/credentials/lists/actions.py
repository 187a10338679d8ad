"""Giving out places in status lists."""

import secrets

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from probity.credentials.lists import queries, rules
from probity.credentials.lists.models import StatusList, StatusPlace
from probity.credentials.lists.rules import Place, Purpose
from probity.kernel import clock
from probity.kernel.db import insert

MOST_TRIES = 200
"""Lists are at most half full: two hundred misses in a row do not happen."""


def allot(session: Session, public_id: str, base_url: str) -> tuple[Place, ...]:
    """The places of a certificate, one for each purpose; taken now unless it has them already.

    A list belongs to the address of the site for which it was begun; a site that moved begins one.
    """
    place = session.get(StatusPlace, public_id) or _take(session, public_id, base_url)
    return tuple(Place(purpose, place.list_id, place.position) for purpose in Purpose)


def occupy(session: Session, public_id: str, list_id: int, position: int) -> bool:
    """Take the place that a certificate has stated since it was issued; False if another has it."""
    known = session.get(StatusPlace, public_id)
    if known is not None:
        return (known.list_id, known.position) == (list_id, position)
    _begin(session, list_id)
    row = insert(session, StatusPlace).values(
        public_id=public_id, list_id=list_id, position=position
    )
    session.execute(row.on_conflict_do_nothing())
    more = update(StatusList).where(StatusList.id == list_id)
    session.execute(more.values(taken=StatusList.taken + 1))
    return session.get(StatusPlace, public_id) is not None


def _take(session: Session, public_id: str, base_url: str) -> StatusPlace:
    """Try places at random until one is free; the database decides between two who try at once."""
    list_id = _open_list(session, base_url)
    for _try in range(MOST_TRIES):
        row = insert(session, StatusPlace).values(
            public_id=public_id, list_id=list_id, position=secrets.randbelow(rules.SIZE)
        )
        session.execute(row.on_conflict_do_nothing())
        place = session.get(StatusPlace, public_id)
        if place is not None:
            return place
    raise RuntimeError(f"no free place found in status list {list_id}")


def _open_list(session: Session, base_url: str) -> int:
    """Count one more place in the newest list, or begin the next; locked until the commit."""
    newest = select(func.max(StatusList.id)).scalar_subquery()
    room = update(StatusList).where(StatusList.id == newest, StatusList.taken < rules.HALF)
    room = room.values(taken=StatusList.taken + 1)
    while True:
        found = session.execute(room.returning(StatusList.id)).scalar_one_or_none()
        if found is not None:
            if queries.home(session, found) in {None, base_url}:
                return found
            _begin(session, found + 1)  # the place counted above stays free
            continue
        last = session.execute(
            select(StatusList.id, StatusList.taken).order_by(StatusList.id.desc()).limit(1)
        ).one_or_none()
        if last is None or last.taken >= rules.HALF:  # else another began it just now
            _begin(session, last.id + 1 if last else 1)


def _begin(session: Session, number: int) -> None:
    fresh = insert(session, StatusList).values(id=number, taken=0, created_at=clock.now())
    session.execute(fresh.on_conflict_do_nothing(index_elements=[StatusList.id]))
