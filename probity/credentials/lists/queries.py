"""What the lists have to say, and what was published last."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only, selectinload

from probity.credentials.lists import rules
from probity.credentials.lists.models import PublishedList, StatusList, StatusPlace
from probity.credentials.lists.rules import Purpose
from probity.credentials.models import Certificate, Reservation, StatusChange

Key = tuple[int, Purpose]


def published(session: Session, list_id: int, purpose: Purpose) -> PublishedList | None:
    return session.get(PublishedList, (list_id, purpose))


def all_published(session: Session) -> dict[Key, PublishedList]:
    return {(row.list_id, row.purpose): row for row in session.scalars(select(PublishedList))}


def places_taken(session: Session) -> Sequence[StatusList]:
    """Every list with the number of its places taken, oldest first."""
    return session.scalars(select(StatusList).order_by(StatusList.id)).all()


def home(session: Session, list_id: int) -> str | None:
    """The address of the site for which a list was begun: all its certificates name it, for ever.

    None while nobody has a place in it.
    """
    stated = Reservation.facts["base_url"].as_string()
    taken = select(stated).join(StatusPlace, StatusPlace.public_id == Reservation.public_id)
    return session.scalar(taken.where(StatusPlace.list_id == list_id).limit(1))


def homes(session: Session, base_url: str) -> dict[int, str]:
    """The same for every list; `base_url` where a list has none yet."""
    return {row.id: home(session, row.id) or base_url for row in places_taken(session)}


def set_bits(session: Session, now: datetime) -> dict[Key, list[int]]:
    """For every list the places whose certificates are withdrawn now."""
    found: dict[Key, list[int]] = defaultdict(list)
    for row in places_taken(session):
        found.update({(row.id, purpose): [] for purpose in Purpose})
    decided = (
        select(Certificate, StatusPlace)
        .join(StatusPlace, StatusPlace.public_id == Certificate.public_id)
        .where(Certificate.id.in_(select(StatusChange.certificate_id)))
        .options(load_only(Certificate.id), selectinload(Certificate.changes))
        .order_by(StatusPlace.public_id)
    )
    for certificate, place in session.execute(decided).yield_per(1000):
        for purpose in rules.purposes(certificate.changes, now):
            found[place.list_id, purpose].append(place.position)
    return dict(found)
