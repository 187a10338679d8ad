"""Reads of proposals."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from probity.credentials.control.kinds import KINDS
from probity.credentials.control.models import DualControl
from probity.kernel import clock
from probity.kernel.permissions import Actor

MOST = 50


def pending(session: Session, kinds: Collection[str]) -> Sequence[DualControl]:
    """Proposals that wait for a second person, oldest first."""
    return session.scalars(
        select(DualControl)
        .where(DualControl.kind.in_(kinds), *_open())
        .options(joinedload(DualControl.proposed_by))
        .order_by(DualControl.id)
    ).all()


def decided(session: Session, kinds: Collection[str]) -> Sequence[DualControl]:
    """The latest proposals that ended, newest first."""
    return session.scalars(
        select(DualControl)
        .where(DualControl.kind.in_(kinds), DualControl.verdict.is_not(None))
        .options(joinedload(DualControl.proposed_by), joinedload(DualControl.decided_by))
        .order_by(DualControl.id.desc())
        .limit(MOST)
    ).all()


def lock(session: Session, actor: Actor, proposal_id: int) -> DualControl | None:
    """A proposal this person may decide about; two decisions wait for each other."""
    found = session.scalars(
        select(DualControl).where(DualControl.id == proposal_id).with_for_update()
    ).one_or_none()
    if found is None or found.kind not in KINDS or not actor.may(KINDS[found.kind].needs):
        return None
    return found


def _open() -> tuple[ColumnElement[bool], ...]:
    return DualControl.verdict.is_(None), DualControl.expires_at > clock.now()
