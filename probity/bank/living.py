"""Taking an item a step further in its life: review, use, suspension, end."""

from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.bank import events as bank_events
from probity.bank import life, queries, reviews, sentences, shelves, standards
from probity.bank.life import Act
from probity.bank.models import Item, ItemState, Stage
from probity.kernel import clock, events, jobs
from probity.kernel.errors import Refused
from probity.kernel.permissions import Actor

NAMED: dict[Act, AuditEvent] = {
    Act.COMPROMISE: AuditEvent.ITEM_COMPROMISED,
    Act.REINSTATE: AuditEvent.ITEM_REINSTATED,
    Act.RETIRE: AuditEvent.ITEM_RETIRED,
}
TOLD = frozenset({Act.SUBMIT, Act.APPROVE, Act.RETURN, Act.COMPROMISE})
"""Steps that somebody is waiting for."""


def standing(session: Session, row: Item) -> life.Standing:
    """What decides about the next step of an item."""
    item = queries.parsed(session, row.version)
    return life.Standing(
        state=row.state,
        current=row.current,
        live=row.live,
        approvals=reviews.approvals(session, row),
        wanted=reviews.approvals_wanted(session, row),
        shortcomings=tuple(standards.missing(item)),
        foundations=tuple(standards.lacking(item)),
    )


def take(session: Session, row: Item, act: Act, *, by: Actor, reason: str = "") -> Stage:
    """Take a locked item one step further. Refuses what is not open from where it stands.

    Whether the person may is asked before: `life.needs`.
    """
    now = standing(session, row)
    refusal = life.refusal(act, now, reason)
    if refusal:
        raise Refused(sentences.refusal(refusal, act, now), refusal)
    place = life.after(act, now)
    stage = Stage(
        item_id=row.id,
        number=row.current,
        act=act.value,
        before=row.state,
        after=place.state,
        person_id=by.id,
        reason=reason.strip()[:500],
        at=clock.now(),
    )
    session.add(stage)
    row.state, row.live = place.state, place.live
    shelves.put_up(session, row)
    audit.record(
        session,
        NAMED.get(act, AuditEvent.ITEM_MOVED),
        f"item/{row.id}",
        by=by,
        ref=row.ref,
        version=row.current,
        before=stage.before.value,
        after=stage.after.value,
    )
    if act in TOLD:
        jobs.enqueue(session, "bank.tell", key=f"bank/stage/{stage.id}", stage_id=stage.id)
    if act is Act.COMPROMISE:
        events.announce(session, bank_events.ItemCompromised(row.id))
    return stage


def retire_item(session: Session, row: Item, *, by: Actor) -> None:
    """Take a locked item out of use; answers given to it stay as they are."""
    take(session, row, Act.RETIRE, by=by)


def put_back(session: Session, row: Item, place: life.Place, *, by: Actor) -> None:
    """Undo a step: the item stands where it stood, and the log says so."""
    stage = Stage(
        item_id=row.id,
        number=row.current,
        act="undo",
        before=row.state,
        after=place.state,
        person_id=by.id,
        reason="",
        at=clock.now(),
    )
    session.add(stage)
    row.state, row.live = ItemState(place.state), place.live
    shelves.put_up(session, row)
    audit.record(
        session,
        AuditEvent.ITEM_MOVED,
        f"item/{row.id}",
        by=by,
        ref=row.ref,
        version=row.current,
        before=stage.before.value,
        after=stage.after.value,
    )
