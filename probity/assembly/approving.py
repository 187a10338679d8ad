"""Four eyes: submit a form, send it back, approve and freeze it, withdraw it."""

from typing import Any

from sqlalchemy.orm import Session

from probity.assembly import pool, queries, rules
from probity.assembly.models import Form, FormApproval, FormState
from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.kernel import clock
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import listed, ngettext
from probity.kernel.permissions import Actor


def submit(session: Session, form: Form, *, by: Actor) -> None:
    """Ask another person for approval; the items stay as they are from now on. It must be locked.

    Refuses a form that misses a limit of its blueprint.
    """
    if form.state is not FormState.DRAFT:
        raise Refused(_("This form was submitted already."), "state")
    _refuse_broken(session, form)
    form.state = FormState.SUBMITTED
    form.submitted_at, form.submitted_by_id = clock.now(), by.id
    form.returned_for = None
    audit.record(session, AuditEvent.FORM_SUBMITTED, f"form/{form.id}", by=by)


def send_back(session: Session, form: Form, reason: str, *, by: Actor) -> None:
    """Make a submitted form a draft again. It must be locked."""
    if form.state is not FormState.SUBMITTED:
        raise Refused(_("This form does not wait for an approval."), "state")
    if not reason:
        raise Refused(_("Say why: whoever assembled the form reads it."), "reason")
    form.state, form.returned_for = FormState.DRAFT, reason
    audit.record(session, AuditEvent.FORM_RETURNED, f"form/{form.id}", by=by)


def approve(session: Session, form: Form, *, by: Actor) -> FormApproval:
    """Freeze a submitted form under a digest of its words. It must be locked.

    Refuses whoever had a hand in it, a form that misses a limit, and items out of use.
    """
    if form.state is not FormState.SUBMITTED:
        raise Refused(_("This form does not wait for an approval."), "state")
    if by.id is None or by.id in hands(session, form):
        raise Refused(
            _(
                "You assembled, changed or submitted this form. Somebody else has to approve it: "
                "four eyes see more than two."
            ),
            "four-eyes",
        )
    _refuse_broken(session, form)
    content = content_of(session, form)
    approval = FormApproval(
        form_id=form.id,
        content=content,
        sha256=queries.digest(content),
        approved_at=clock.now(),
        approved_by_id=by.id,
    )
    session.add(approval)
    form.state = FormState.APPROVED
    audit.record(
        session, AuditEvent.FORM_APPROVED, f"form/{form.id}", by=by, sha256=approval.sha256
    )
    return approval


def withdraw(session: Session, form: Form, reason: str, *, by: Actor) -> None:
    """Take an approved form out of use; papers made of it stay as they are. It must be locked."""
    if form.state is not FormState.APPROVED:
        raise Refused(_("Only an approved form can be withdrawn."), "state")
    if not reason:
        raise Refused(_("Say why the form is withdrawn: the record keeps it."), "reason")
    form.state, form.withdrawn_for = FormState.WITHDRAWN, reason
    form.withdrawn_at, form.withdrawn_by_id = clock.now(), by.id
    audit.record(session, AuditEvent.FORM_WITHDRAWN, f"form/{form.id}", by=by)


def hands(session: Session, form: Form) -> set[int | None]:
    """Everybody who assembled, changed or submitted a form."""
    return {
        form.created_by_id,
        form.set.asked_by_id,
        form.submitted_by_id,
        *(change.by_id for change in queries.changes_of(session, form)),
    }


def content_of(session: Session, form: Form) -> dict[str, Any]:
    """What an approval covers: which words stand at which place, and for which blueprint."""
    versions = queries.versions_of(session, form)
    refs = queries.refs_of(session, form)
    return {
        "format": "probity/form/1",
        "form": form.id,
        "name": form.name,
        "version": form.version,
        "blueprint": form.set.revision.sha256,
        "items": [
            {
                "section": section,
                "item": item,
                "ref": refs[item],
                "version": version,
                "number": versions[version].number,
                "sha256": versions[version].sha256,
            }
            for section, item, version in form.items
        ],
    }


def _refuse_broken(session: Session, form: Form) -> None:
    missed = rules.broken(queries.checks_with(session, form, pool.pinned(session, form)))
    if missed:
        raise Refused(
            ngettext(
                "This form misses %(num)d limit of its blueprint. Exchange items, or change the "
                "blueprint and assemble anew.",
                "This form misses %(num)d limits of its blueprint. Exchange items, or change the "
                "blueprint and assemble anew.",
                len(missed),
            ),
            "limits",
        )
    gone = sorted(queries.out_of_use(session, form).values())
    if gone:
        raise Refused(
            _(
                "These items are no longer in use as they stand here: %(refs)s.",
                refs=listed(gone),
            ),
            "out-of-use",
        )
