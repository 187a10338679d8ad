"""Acts on keys that need two people: the studio proposes and approves, the worker carries out."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from probity.credentials.control import actions as control
from probity.credentials.control.kinds import kind
from probity.credentials.control.models import DualControl
from probity.credentials.models import Certificate
from probity.credentials.proofs.keys import PublicKeys
from probity.kernel import clock, jobs
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor, Permission

TEND = "credentials.tend_keys"
CHANGE = "credentials.change_keys"


class Act(StrEnum):
    """What can be done to a key set; the value is also the kind of the proposal."""

    ROTATE = "key-rotation"
    RETIRE = "key-retirement"
    COMPROMISE = "key-compromise"


KINDS = frozenset(act.value for act in Act)


def propose(
    session: Session,
    key: PublicKeys,
    act: Act,
    *,
    in_use: bool,
    reason: str,
    since: datetime | None,
    by: Actor,
) -> DualControl:
    """Raises Refused for what would be refused when it is carried out."""
    _check(key, act, in_use=in_use, since=since)
    payload = {"since": since.isoformat() if since else None}
    about = f"key/{key.id}"
    return control.propose(
        session, kind=act.value, subject=about, reason=reason, by=by, payload=payload
    )


def _check(key: PublicKeys, act: Act, *, in_use: bool, since: datetime | None) -> None:
    if act not in possible(key, in_use=in_use):
        raise Refused(_("This cannot be done to this key set now."), "state")
    if act is Act.COMPROMISE and (since is None or since > clock.now()):
        raise Refused(_("Say since when; the time must not lie in the future."), "since")


def possible(key: PublicKeys, *, in_use: bool) -> list[Act]:
    """What may be proposed about a set; any set can turn out to be in wrong hands."""
    if key.compromised is not None:
        return []
    if in_use:
        return [Act.ROTATE, Act.COMPROMISE]
    return [Act.COMPROMISE] if key.retired_at else [Act.RETIRE, Act.COMPROMISE]


def _begin(session: Session, proposal: DualControl) -> None:
    jobs.enqueue(
        session,
        CHANGE,
        key=f"control/{proposal.id}",
        proposal_id=proposal.id,
        act=proposal.kind,
        key_id=proposal.subject.removeprefix("key/"),
        since=proposal.payload["since"],
    )


for _act in Act:
    kind(_act.value, needs=Permission.KEY_MANAGE)(_begin)


def uses(session: Session) -> dict[str, int]:
    """How many certificates each set has signed."""
    counted = select(Certificate.key_id, func.count().label("number")).group_by(Certificate.key_id)
    return {row.key_id: row.number for row in session.execute(counted)}
