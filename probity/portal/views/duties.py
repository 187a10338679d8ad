"""Background duties: what waits, what stopped and why."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.kernel.db import db
from probity.kernel.i18n import lazy_gettext as _l
from probity.kernel.jobs import Job, JobState, requeue
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Permission
from probity.kernel.web import actor
from probity.portal.views.blueprint import bp

STATES = {
    JobState.QUEUED: _l("Waiting"),
    JobState.DONE: _l("Done"),
    JobState.ATTENTION: _l("Needs attention"),
    JobState.DEAD: _l("Stopped"),
}


@bp.page("/admin/duties/", needs=Permission.JOB_READ)
def list_duties() -> ResponseReturnValue:
    state = request.args.get("state", "")
    query = select(Job).order_by(Job.id.desc())
    if state in set(JobState):
        query = query.where(Job.state == JobState(state))
    page = paginate(db.session(), query, request.args.get("page", 1, int))
    return render_template(
        "portal/duties.html", page=page, state=state, states=list(JobState), state_names=STATES
    )


@bp.action("/admin/duties/<int:job_id>/tries", needs=Permission.JOB_RETRY)
def retry_duty(job_id: int) -> ResponseReturnValue:
    session = db.session()
    job = session.get(Job, job_id, with_for_update=True) or abort(404)
    if job.state in {JobState.ATTENTION, JobState.DEAD}:
        requeue(job)
        audit.record(session, AuditEvent.DUTY_RETRIED, f"job/{job.id}", by=actor())
    return redirect(url_for("portal.list_duties"), code=303)
