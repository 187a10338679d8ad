"""Who sat together. The register does not know sittings: whoever does says so at the start."""

from datetime import datetime

from sqlalchemy import Select, Subquery, select
from sqlalchemy.orm import Session

from probity.credentials.models import Certificate

_known: list[Select[int | None, int, str, datetime]] = []


def provide(members: Select[int | None, int, str, datetime]) -> None:
    """Hand in attempts with the id, the title and the beginning of their sitting."""
    _known[:] = [members]


def members() -> Subquery:
    """Columns `attempt_id`, `sitting_id`, `title`, `opens_at`; an attempt is there once at most."""
    return _known[0].subquery("sat_together")


def of_sitting(sitting_id: int) -> Select[int]:
    """The attempts of one sitting."""
    sat = members()
    return select(sat.c.attempt_id).where(sat.c.sitting_id == sitting_id)


def choices(session: Session) -> list[tuple[int, str]]:
    """Sittings with certificates in the register, the latest first."""
    sat = members()
    rows = session.execute(
        select(sat.c.sitting_id, sat.c.title, sat.c.opens_at)
        .where(sat.c.attempt_id.in_(select(Certificate.attempt_id)))
        .distinct()
        .order_by(sat.c.opens_at.desc(), sat.c.sitting_id)
    )
    return [(found, f"{title} ({opens_at:%Y-%m-%d})") for found, title, opens_at in rows]
