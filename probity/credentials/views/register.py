"""The register as its keepers see it: search, history, decisions, issues that stopped."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials import actions, presenting, queries
from probity.credentials.facts import LEVELS
from probity.credentials.forms import DecisionForm
from probity.credentials.models import Certificate
from probity.credentials.rules import Decision, Status, may_follow
from probity.credentials.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.jobs import requeue
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Permission
from probity.kernel.web import actor

DECIDE: dict[Decision, Callable[..., object]] = {
    Decision.REVOKED: actions.revoke,
    Decision.SUSPENDED: actions.suspend,
    Decision.REINSTATED: actions.reinstate,
}


@bp.page("/studio/certificates/", needs=Permission.CERTIFICATE_READ)
def list_register() -> ResponseReturnValue:
    text, status = request.args.get("q", "").strip()[:200], request.args.get("status", "")
    query = queries.register(text, status)
    return render_template(
        "credentials/register.html",
        page=paginate(db.session(), query, request.args.get("page", 1, int)),
        text=text,
        status=status,
        statuses=list(Status),
        status_of=queries.status_of,
        verdicts=presenting.VERDICTS,
        stopped=queries.stopped(db.session()),
    )


@bp.page("/studio/certificates/<public_id>/", needs=Permission.CERTIFICATE_READ)
def show_entry(public_id: str) -> ResponseReturnValue:
    certificate = queries.by_public_id(db.session(), public_id) or abort(404)
    return _entry(certificate, DecisionForm())


@bp.action(
    "/studio/certificates/<public_id>/decisions/<any(revoked,suspended,reinstated):decision>",
    needs=Permission.CERTIFICATE_REVOKE,
)
def decide(public_id: str, decision: str) -> ResponseReturnValue:
    session = db.session()
    certificate = queries.lock_certificate(session, actor(), public_id) or abort(404)
    form = DecisionForm()
    if not form.validate_on_submit():
        return _entry(certificate, form), 422
    DECIDE[Decision(decision)](session, certificate, reason=form.reason.data or "", by=actor())
    flash(_("Recorded. Every verification from now on says so."), "ok")
    return redirect(url_for("credentials.show_entry", public_id=public_id), code=303)


@bp.action("/studio/certificates/duties/<int:job_id>/tries", needs=Permission.CERTIFICATE_REVOKE)
def retry_issue(job_id: int) -> ResponseReturnValue:
    job = queries.lock_stopped(db.session(), job_id) or abort(404)
    requeue(job)
    audit.record(db.session(), AuditEvent.DUTY_RETRIED, f"job/{job.id}", by=actor())
    flash(_("The issue is tried again now."), "ok")
    return redirect(url_for("credentials.list_register"), code=303)


def _entry(certificate: Certificate, form: DecisionForm) -> str:
    status = queries.status_of(certificate)
    return render_template(
        "credentials/entry.html",
        certificate=certificate,
        form=form,
        status=status,
        verdict=presenting.VERDICTS[status],
        level=LEVELS[certificate.level],
        history=queries.history(db.session(), certificate),
        open_decisions=[d for d in DECIDE if may_follow(d, status)],
    )
