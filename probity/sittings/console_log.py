"""The irregularity log of a sitting. Lines are never changed: a correction is another line."""

import csv
import io
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.exams import queries as exams
from probity.exams.reporting import BYTE_ORDER_MARK, safe
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor
from probity.sittings.models import Irregularity, Kind, Registration, Sitting


def lines(session: Session, sitting: Sitting) -> Sequence[Irregularity]:
    """Everything written down, oldest first."""
    person = joinedload(Irregularity.registration).joinedload(Registration.person)
    paper = joinedload(Irregularity.registration).options(defer(Registration.paper))
    query = select(Irregularity).where(Irregularity.sitting_id == sitting.id)
    return session.scalars(query.order_by(Irregularity.id).options(person, paper)).all()


def candidates(session: Session, sitting: Sitting) -> Sequence[Registration]:
    """Whom a line may be about, by room, seat and name."""
    query = (
        select(Registration)
        .where(Registration.sitting_id == sitting.id)
        .order_by(Registration.room, Registration.seat, Registration.id)
        .options(joinedload(Registration.person), defer(Registration.paper))
    )
    return session.scalars(query).all()


def write(
    session: Session,
    sitting: Sitting,
    registration_id: int | None,
    kind: Kind,
    note: str,
    *,
    by: Actor,
) -> Irregularity:
    """Add a line about one candidate of this sitting, or about all of it."""
    if registration_id is not None:
        place = session.get(Registration, registration_id, options=[defer(Registration.paper)])
        if place is None or place.sitting_id != sitting.id:
            raise Refused(_("This candidate is not in this sitting."), "candidate")
    line = Irregularity(
        sitting_id=sitting.id,
        registration_id=registration_id,
        kind=kind,
        note=note,
        at=exams.now(session),
        by_id=by.id,
    )
    session.add(line)
    session.flush()  # flush: the audit entry needs line.id
    audit.record(
        session,
        AuditEvent.IRREGULARITY_LOGGED,
        f"sitting/{sitting.id}",
        by=by,
        line=line.id,
        kind=str(kind),
        registration=registration_id,
    )
    return line


def as_csv(session: Session, sitting: Sitting) -> Iterator[str]:
    """The log as comma-separated values, safe to open in a spreadsheet; times in its own zone."""
    zone = ZoneInfo(sitting.timezone)
    yield BYTE_ORDER_MARK + _line("at", "kind", "candidate", "email", "room", "seat", "note", "by")
    found = lines(session, sitting)
    names = exams.names_of(session, {one.by_id for one in found})
    for one in found:
        place = one.registration
        about = ("", "", "", "")
        if place is not None:
            about = (place.person.name_latin, place.person.email, place.room, place.seat)
        at = one.at.astimezone(zone).isoformat(timespec="seconds")
        yield _line(at, one.kind, *about, one.note, names.get(one.by_id or 0, ""))


def _line(*cells: str) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([safe(cell) for cell in cells])
    return written.getvalue()
