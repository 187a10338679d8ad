"""The page of a set of forms: how the search goes, and what came out."""

from typing import Any

from flask import abort, jsonify, render_template
from flask.typing import ResponseReturnValue

from probity.assembly import pool, presenting, queries, rules, wording
from probity.assembly.models import FormSet, SetState
from probity.assembly.optimiser import Shortage
from probity.assembly.shapes import Plan, specification_of
from probity.assembly.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.jobs import JobState
from probity.kernel.permissions import Permission


@bp.page("/studio/form-sets/<int:number>/", needs=Permission.FORM_READ)
def show_set(number: int) -> ResponseReturnValue:
    session = db.session()
    found = queries.find_set(session, number) or abort(404)
    plan = queries.plan_of(found.revision)
    job = queries.job_of(session, found)
    return render_template(
        "assembly/set.html",
        form_set=found,
        plan=plan,
        progress=job.progress if job else {},
        has_stopped=job is not None and job.state in (JobState.DEAD, JobState.ATTENTION),
        shortages=[
            wording.shortage(plan, Shortage(**one)) for one in found.outcome.get("shortages", ())
        ],
        people=queries.names_of(session, [found.asked_by_id]),
        wording=wording,
        **(_forms(found, plan) if found.state is SetState.ASSEMBLED else {}),
    )


@bp.page("/studio/form-sets/<int:number>/progress", needs=Permission.FORM_READ, speaks_json=True)
def show_progress(number: int) -> ResponseReturnValue:
    session = db.session()
    found = queries.find_set(session, number) or abort(404)
    job = queries.job_of(session, found)
    has_stopped = job is not None and job.state in (JobState.DEAD, JobState.ATTENTION)
    progress = job.progress if job else {}
    return jsonify(
        state="stopped" if has_stopped else found.state.value,
        seconds=progress.get("seconds", 0),
        of=found.seconds,
        gap=progress.get("gap"),
    )


def _forms(found: FormSet, plan: Plan) -> dict[str, Any]:
    """The newest version of each form, in figures."""
    session, spec = db.session(), specification_of(plan)
    forms = queries.newest(found.forms)
    chosen = [pool.pinned(session, form) for form in forms]
    checks = rules.checks(spec, chosen)
    sheets = [
        presenting.sheet(spec, form.name, offers)
        for form, offers in zip(forms, chosen, strict=True)
    ]
    return {
        "forms": forms,
        "sheets": sheets,
        "limits": presenting.limits(plan, checks, len(forms)),
        "common": presenting.common_limits(plan, checks),
        "overlaps": presenting.overlaps(chosen),
        "expected": presenting.expected_chart(sheets),
        "older": [form for form in found.forms if form not in forms],
        "outcome": wording.outcome(plan, found.outcome),
    }
