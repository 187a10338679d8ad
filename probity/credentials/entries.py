"""Entries of the register as verification reads them: one statement, made once, without the ORM.

Checking a certificate is what everybody may ask at any time, so it must cost little; these rows are
read and never changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, Table, bindparam, literal, select
from sqlalchemy.orm import Session

from probity.credentials import rules
from probity.credentials.models import Certificate, StatusChange
from probity.credentials.rules import Decision

NOBODY = ("Somebody Unknown", "某人")


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision about a certificate."""

    id: int
    decision: Decision
    reason: str
    effective_at: datetime
    cancels_id: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A certificate as issued, with the decisions about it; named like the columns."""

    changes: tuple[Decided, ...]
    id: int
    public_id: str
    number: str
    holder_id: int
    name_latin: str
    name_native: str | None
    native_lang: str | None
    scheme: str
    title: dict[str, str]
    summary: dict[str, str]
    level: str
    standard: dict[str, str]
    issuer: str
    key_id: str
    issued_on: date
    valid_until: date
    ends_at: datetime
    issued_at: datetime
    specimen: bool
    printed: dict[str, str]
    credential: str
    receipt: dict[str, Any] | None
    sha256: str
    storage_key: str
    design: dict[str, Any] | None

    @property
    def names(self) -> str:
        """The holder as printed."""
        return f"{self.name_latin} {self.name_native}" if self.name_native else self.name_latin

    def history(self, now: datetime) -> list[Decided]:
        """What everybody may read: decisions that hold or held, no plans and nothing cancelled."""
        held = {change.id for change in rules.in_force(self.changes, now)}
        told = (change for change in self.changes if change.decision is not Decision.CANCELLED)
        return [change for change in told if change.id in held]


Registered: TypeAlias = Certificate | Entry
"""What can be judged: an entry, or the certificate that somebody holds already."""

_CERTIFICATE: Table = Certificate.metadata.tables[Certificate.__tablename__]
_CHANGE: Table = Certificate.metadata.tables[StatusChange.__tablename__]
_STATED = [_CERTIFICATE.c[name] for name in Entry.__slots__[1:]]
_DECIDED = [_CHANGE.c[name] for name in Decided.__slots__]
_WANTED: ColumnElement[str] = bindparam("wanted")


def _found_by(column: str) -> Select[Any]:
    joined = _CERTIFICATE.outerjoin(_CHANGE, _CHANGE.c.certificate_id == _CERTIFICATE.c.id)
    found = select(*_STATED, *_DECIDED).select_from(joined).order_by(_CHANGE.c.id)
    return found.where(_CERTIFICATE.c[column] == _WANTED)


_BY: Mapping[str, Select[Any]] = {
    column: _found_by(column) for column in ("public_id", "number", "sha256")
}
_ASKED = select(literal(1).label("once")).subquery()
NAMED = (
    select(*(_CERTIFICATE.c[name] for name in ("public_id", "name_latin", "name_native")))
    .select_from(_ASKED)
    .outerjoin(_CERTIFICATE, _CERTIFICATE.c.number == _WANTED)
)
"""One row whether there is such a number or not: the time it takes must not tell."""

_NEWER = select(_CERTIFICATE.c.public_id).where(_CERTIFICATE.c.replaces_id == _WANTED)


def by_public_id(session: Session, public_id: str) -> Entry | None:
    return _one(session, "public_id", public_id)


def by_number(session: Session, typed: str) -> Entry | None:
    """Only for callers that compare the holder's name too: numbers can be guessed."""
    return _one(session, "number", rules.parse_number(typed) or "")


def by_file(session: Session, sha256: str) -> Entry | None:
    return _one(session, "sha256", sha256)


def named(session: Session, typed: str, name: str) -> Entry | None:
    """The certificate whose number and holder's name were both typed.

    A wrong name costs the same query and the same comparison as a number that nobody has.
    """
    given = {"wanted": rules.parse_number(typed) or ""}
    public_id, latin, native = session.connection().execute(NAMED, given).one()
    known = public_id is not None
    right = rules.is_name_of(name, *((latin, native) if known else NOBODY))
    return by_public_id(session, public_id) if right and known else None


def newer(session: Session, certificate_id: int) -> str | None:
    """The public id of the certificate that took the place of this one."""
    found = session.connection().execute(_NEWER, {"wanted": certificate_id})
    public_id: str | None = found.scalar_one_or_none()
    return public_id


def _one(session: Session, column: str, wanted: str) -> Entry | None:
    rows = session.connection().execute(_BY[column], {"wanted": wanted}).all()
    if not rows:
        return None
    stated = len(_STATED)
    changes = tuple(Decided(*values) for values in (row[stated:] for row in rows) if values[0])
    return Entry(changes, *rows[0][:stated])
