"""Background duties: what waits, what stopped and why."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from probity.kernel.db import db
from probity.kernel.jobs import Job, JobState, requeue
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Permission
from probity.portal.views.blueprint import bp


@bp.page("/admin/duties/", needs=Permission.JOB_READ)
def list_duties() -> ResponseReturnValue:
    state = request.args.get("state", "")
    query = select(Job).order_by(Job.id.desc())
    if state in set(JobState):
        query = query.where(Job.state == JobState(state))
    page = paginate(db.session(), query, request.args.get("page", 1, int))
    return render_template("portal/duties.html", page=page, state=state, states=list(JobState))


@bp.action("/admin/duties/<int:job_id>/tries", needs=Permission.JOB_READ)
def retry_duty(job_id: int) -> ResponseReturnValue:
    session = db.session()
    job = session.get(Job, job_id, with_for_update=True) or abort(404)
    if job.state in {JobState.ATTENTION, JobState.DEAD}:
        requeue(job)
    return redirect(url_for("portal.list_duties"), code=303)
