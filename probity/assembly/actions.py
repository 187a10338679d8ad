"""Everything that changes blueprints, and forms while they are drafts."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from probity.assembly import queries
from probity.assembly.models import (
    Blueprint,
    BlueprintRevision,
    Form,
    FormChange,
    FormSet,
    FormState,
    SetState,
)
from probity.assembly.optimiser import Found, Impossible, Outcome
from probity.assembly.rules import Offer
from probity.assembly.shapes import Plan
from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.kernel import clock, jobs
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LONGEST_SECONDS = 600


def create_blueprint(session: Session, content: dict[str, Any], *, by: Actor) -> Blueprint:
    """Store a new blueprint; the content must have its shape."""
    blueprint = Blueprint(created_at=clock.now(), created_by_id=by.id)
    session.add(blueprint)
    session.flush()  # flush: the revision needs blueprint.id
    _add_revision(session, blueprint, content, 1, by=by)
    audit.record(session, AuditEvent.BLUEPRINT_CREATED, f"blueprint/{blueprint.id}", by=by)
    return blueprint


def revise_blueprint(
    session: Session, blueprint: Blueprint, content: dict[str, Any], *, base: int, by: Actor
) -> BlueprintRevision:
    """Give a locked blueprint another revision; the same content again changes nothing.

    Refuses when somebody saved a revision after `base`. Forms keep the revision they came from.
    """
    last = queries.revisions_of(session, blueprint)[0]
    if last.number != base:
        raise Refused(
            _(
                "Somebody saved another revision meanwhile. Look at it in a second window, then "
                "save again from the newest form."
            ),
            "changed",
        )
    if last.sha256 == queries.digest(_kept(content)):
        return last
    revision = _add_revision(session, blueprint, content, last.number + 1, by=by)
    audit.record(
        session,
        AuditEvent.BLUEPRINT_REVISED,
        f"blueprint/{blueprint.id}",
        by=by,
        revision=revision.number,
    )
    return revision


def _kept(content: dict[str, Any]) -> dict[str, Any]:
    shape = Plan.model_validate(content, strict=False)
    return shape.model_dump(mode="json", exclude_none=True)


def _add_revision(
    session: Session, blueprint: Blueprint, content: dict[str, Any], number: int, *, by: Actor
) -> BlueprintRevision:
    kept = _kept(content)
    revision = BlueprintRevision(
        blueprint_id=blueprint.id,
        number=number,
        content=kept,
        sha256=queries.digest(kept),
        created_at=clock.now(),
        created_by_id=by.id,
    )
    session.add(revision)
    session.flush()  # flush: a set of forms refers to revision.id
    return revision


def ask(
    session: Session, blueprint: Blueprint, *, seconds: int = 30, seed: int = 0, by: Actor
) -> FormSet:
    """Let the worker look for forms by the newest revision; the blueprint must be locked."""
    revision = queries.revisions_of(session, blueprint)[0]
    form_set = FormSet(
        revision_id=revision.id,
        state=SetState.WAITING,
        seconds=max(1, min(seconds, LONGEST_SECONDS)),
        seed=seed,
        outcome={},
        asked_at=clock.now(),
        asked_by_id=by.id,
        ended_at=None,
    )
    session.add(form_set)
    session.flush()  # flush: the duty is named after form_set.id
    audit.record(
        session, AuditEvent.FORMS_ASKED, f"form-set/{form_set.id}", by=by, revision=revision.id
    )
    jobs.enqueue(session, "assembly.assemble", key=queries.job_key(form_set.id), set_id=form_set.id)
    return form_set


def keep(session: Session, form_set: FormSet, outcome: Outcome, *, by: Actor) -> None:
    """Store what the search found; a second time changes nothing. The set must be locked."""
    if form_set.state is not SetState.WAITING:
        return
    form_set.ended_at = clock.now()
    if isinstance(outcome, Found):
        form_set.state = SetState.ASSEMBLED
        form_set.outcome = {
            "value": outcome.value,
            "bound": outcome.bound,
            "gap": outcome.gap,
            "proved": outcome.is_proved,
            "seconds": round(outcome.seconds, 2),
        }
        _add_forms(session, form_set, outcome)
    elif isinstance(outcome, Impossible):
        form_set.state = SetState.IMPOSSIBLE
        form_set.outcome = {"shortages": [asdict(one) for one in outcome.shortages]}
    else:
        form_set.state = SetState.OUT_OF_TIME
        form_set.outcome = {"seconds": outcome.seconds}
    audit.record(
        session,
        AuditEvent.FORMS_ASSEMBLED,
        f"form-set/{form_set.id}",
        by=by,
        state=str(form_set.state),
    )


def _add_forms(session: Session, form_set: FormSet, outcome: Found) -> None:
    sections = {row.domain: row.section for row in queries.plan_of(form_set.revision).rows}
    for letter, offers in zip(LETTERS, outcome.forms, strict=False):
        session.add(
            Form(
                set_id=form_set.id,
                name=letter,
                version=1,
                state=FormState.DRAFT,
                items=_in_order(offers, sections),
                created_at=clock.now(),
                created_by_id=form_set.asked_by_id,
            )
        )


def _in_order(offers: Sequence[Offer], sections: dict[str, int]) -> list[list[int]]:
    """Section by section and domain by domain, from easy to hard."""

    def place(offer: Offer) -> tuple[int, str, float, str]:
        known = [part.p for part in offer.parts if part.p is not None]
        ease = sum(known) / len(known) if known else 0.0
        return sections.get(offer.domain, 1), offer.domain, -ease, offer.ref

    return [
        [sections.get(offer.domain, 1), offer.id, offer.version]
        for offer in sorted(offers, key=place)
    ]


def exchange(session: Session, form: Form, old: int, new: Offer, *, by: Actor) -> None:
    """Put another item in the place of one. The form must be locked.

    Refuses a form that is no draft and an item that is in it already.
    """
    _refuse_frozen(form)
    here = [item for _section, item, _version in form.items]
    if old not in here:
        raise Refused(_("Somebody has exchanged this item already."), "changed")
    if new.id in here:
        raise Refused(_("%(ref)s is in this form already.", ref=new.ref), "twice")
    changed = [
        [section, new.id, new.version] if item == old else [section, item, version]
        for section, item, version in form.items
    ]
    _change(session, form, "exchange", changed, by=by)


def arrange(session: Session, form: Form, order: Sequence[tuple[int, int]], *, by: Actor) -> None:
    """Put the items into another order: pairs of section and item. The form must be locked.

    Refuses a form that is no draft and an order that is not of exactly its items.
    """
    _refuse_frozen(form)
    versions = {item: version for _section, item, version in form.items}
    if sorted(item for _section, item in order) != sorted(versions):
        raise Refused(
            _("The items of this form have changed meanwhile. Load the page again."), "changed"
        )
    placed = sorted(order, key=lambda pair: pair[0])  # sorting is stable: the order within stays
    changed = [[section, item, versions[item]] for section, item in placed]
    if changed != form.items:
        _change(session, form, "order", changed, by=by)


def undo(session: Session, form: Form, *, by: Actor) -> None:
    """Take the last change back that was not taken back yet. The form must be locked."""
    _refuse_frozen(form)
    last = next((one for one in queries.changes_of(session, form) if one.undone_at is None), None)
    if last is None:
        raise Refused(_("Nothing was changed by hand, so there is nothing to undo."), "nothing")
    form.items = last.before
    last.undone_at = clock.now()
    audit.record(session, AuditEvent.FORM_CHANGED, f"form/{form.id}", by=by, kind="undo")


def _change(session: Session, form: Form, kind: str, items: list[list[int]], *, by: Actor) -> None:
    session.add(
        FormChange(
            form_id=form.id,
            kind=kind,
            before=form.items,
            at=clock.now(),
            by_id=by.id,
            undone_at=None,
        )
    )
    form.items = items
    audit.record(session, AuditEvent.FORM_CHANGED, f"form/{form.id}", by=by, kind=kind)


def _refuse_frozen(form: Form) -> None:
    if form.state is not FormState.DRAFT:
        raise Refused(
            _("This form is frozen. Make a new version of it to change anything."), "frozen"
        )


def renew(session: Session, form: Form, *, by: Actor) -> Form:
    """Begin the next version of a frozen form, with its items as they were. It must be locked.

    Refuses a draft, and a form whose next version exists already.
    """
    if form.state is FormState.DRAFT:
        raise Refused(_("This form is still a draft. Change it as it is."), "draft")
    versions = [one.version for one in form.set.forms if one.name == form.name]
    if max(versions) != form.version:
        raise Refused(_("There is a later version of this form already."), "later")
    fresh = Form(
        set_id=form.set_id,
        name=form.name,
        version=form.version + 1,
        state=FormState.DRAFT,
        items=form.items,
        created_at=clock.now(),
        created_by_id=by.id,
    )
    session.add(fresh)
    session.flush()  # flush: the page of the new version needs its id
    audit.record(session, AuditEvent.FORM_RENEWED, f"form/{fresh.id}", by=by, before=form.id)
    return fresh
