"""The register as its keepers see it: search, timeline, decisions, issues that stopped."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials import (
    actions,
    checking,
    presenting,
    progress,
    queries,
    reminding,
    replacing,
    rules,
    timeline,
)
from probity.credentials.facts import LEVELS
from probity.credentials.forms import DecisionForm
from probity.credentials.models import Certificate
from probity.credentials.queries import Filter
from probity.credentials.rules import Decision, Status, may_follow
from probity.credentials.views.blueprint import bp
from probity.kernel import clock, jobs
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import ngettext
from probity.kernel.jobs import Job, requeue
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Permission
from probity.kernel.web import actor


@bp.page("/studio/certificates/", needs=Permission.CERTIFICATE_READ)
def list_register() -> ResponseReturnValue:
    session, given = db.session(), request.args
    wanted = Filter(
        given.get("q", "").strip()[:200],
        given.get("status", ""),
        given.get("scheme", ""),
        given.get("year", None, int),
        given.get("replaced", ""),
    )
    return render_template(
        "credentials/register.html",
        page=paginate(session, queries.register(wanted), given.get("page", 1, int)),
        wanted=wanted,
        statuses=list(Status),
        schemes=queries.schemes(session),
        years=queries.years(session),
        status_of=queries.status_of,
        verdicts=presenting.VERDICTS,
        stopped=progress.issue(session).stopped_number,
        corrections=queries.corrections_waiting(session),
        checked=_last_check(),
    )


@bp.page("/studio/certificates/<public_id>/", needs=Permission.CERTIFICATE_READ)
def show_entry(public_id: str) -> ResponseReturnValue:
    certificate = queries.by_public_id(db.session(), public_id) or abort(404)
    return _entry(certificate, DecisionForm())


@bp.action(
    "/studio/certificates/<public_id>/decisions/<any(revoked,suspended,reinstated,expired):decision>",
    needs=Permission.CERTIFICATE_REVOKE,
)
def decide(public_id: str, decision: str) -> ResponseReturnValue:
    session = db.session()
    certificate = queries.lock_certificate(session, actor(), public_id) or abort(404)
    form = DecisionForm()
    if not form.validate_on_submit():
        return _entry(certificate, form), 422
    actions.decide(
        session,
        certificate,
        Decision(decision),
        reason=form.reason.data or "",
        by=actor(),
        effective_at=_moment(form),
    )
    flash(_("Recorded. Every verification says so from the moment it holds."), "ok")
    return _back(public_id)


@bp.action(
    "/studio/certificates/<public_id>/changes/<int:change_id>/cancelled",
    needs=Permission.CERTIFICATE_REVOKE,
)
def cancel_decision(public_id: str, change_id: int) -> ResponseReturnValue:
    session = db.session()
    certificate = queries.lock_certificate(session, actor(), public_id) or abort(404)
    change = queries.change(session, certificate, change_id) or abort(404)
    form = DecisionForm()
    if not form.validate_on_submit():
        return _entry(certificate, form), 422
    actions.cancel(session, change, reason=form.reason.data or "", by=actor())
    flash(_("Cancelled. The decision stays in the history and never takes effect."), "ok")
    return _back(public_id)


@bp.action("/studio/certificates/<public_id>/replacement", needs=Permission.CERTIFICATE_ISSUE)
def replace_entry(public_id: str) -> ResponseReturnValue:
    session, form = db.session(), DecisionForm()
    certificate = queries.lock_certificate(session, actor(), public_id) or abort(404)
    if not form.validate_on_submit():
        return _entry(certificate, form), 422
    replacing.ask(session, certificate, reason=form.reason.data or "", by=actor())
    flash(_("The new certificate is issued now, and this one superseded with it."), "ok")
    return _back(public_id)


@bp.action("/studio/certificates/duties/<int:job_id>/tries", needs=Permission.CERTIFICATE_REVOKE)
def retry_issue(job_id: int) -> ResponseReturnValue:
    job = queries.lock_stopped(db.session(), job_id) or abort(404)
    requeue(job)
    audit.record(db.session(), AuditEvent.DUTY_RETRIED, f"job/{job.id}", by=actor())
    flash(_("The issue is tried again now."), "ok")
    return redirect(url_for("credentials.show_issue"), code=303)


@bp.page("/studio/certificates/issue", needs=Permission.CERTIFICATE_READ)
def show_issue() -> ResponseReturnValue:
    session = db.session()
    return render_template(
        "credentials/issue.html",
        issue=progress.issue(session),
        exams=progress.by_exam(session),
        stopped=queries.stopped(session)[:50],
    )


@bp.action("/studio/certificates/issue/tries", needs=Permission.CERTIFICATE_REVOKE)
def retry_all() -> ResponseReturnValue:
    number = progress.retry_all(db.session(), by=actor())
    flash(ngettext("%(num)s issue is tried again.", "%(num)s issues are tried again.", number))
    return redirect(url_for("credentials.show_issue"), code=303)


def _back(public_id: str) -> ResponseReturnValue:
    return redirect(url_for("credentials.show_entry", public_id=public_id), code=303)


def _moment(form: DecisionForm) -> datetime | None:
    """The first moment of the day that was chosen; None for now."""
    day, zone = form.effective_on.data, _zone()
    if day is None or day == clock.now().astimezone(zone).date():
        return None
    return datetime.combine(day, time.min, zone)


def _zone() -> ZoneInfo:
    zone: ZoneInfo = current_app.config["PROBITY"].timezone
    return zone


def _last_check() -> dict[str, object]:
    """What the nightly check found, empty before the first."""
    key = jobs.periodic_key(checking.CHECK)
    job = db.session().query(Job).filter_by(key=key).one_or_none()
    return job.progress if job is not None else {}


def _entry(certificate: Certificate, form: DecisionForm) -> str:
    session, status = db.session(), queries.status_of(certificate)
    return render_template(
        "credentials/entry.html",
        certificate=certificate,
        form=form,
        status=status,
        verdict=presenting.VERDICTS[status],
        level=LEVELS[certificate.level],
        timeline=timeline.of(session, certificate),
        scheduled=rules.scheduled(certificate.changes, clock.now()),
        newer=queries.replacement(session, certificate),
        older=queries.predecessor(session, certificate),
        renew_from=reminding.renewable_from(session, certificate),
        replaceable=replacing.is_open(session, certificate),
        open_decisions=[d for d in actions.DECIDED_BY_HAND if may_follow(d, status)],
    )
