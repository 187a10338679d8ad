"""What happened in the room, and incidents with the time they cost."""

from datetime import timedelta

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from probity.exams import queries as exams
from probity.kernel.db import db
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import ngettext
from probity.kernel.permissions import Permission
from probity.kernel.web import actor
from probity.sittings import console_labels, console_log, incidents, labels, queries
from probity.sittings import console_rules as rules
from probity.sittings.console_forms import DecisionForm, IncidentForm, LineForm, MomentForm
from probity.sittings.models import Fault, Incident, Kind, Sitting
from probity.sittings.views.blueprint import bp
from probity.sittings.views.console import found_sitting

LOG = "/studio/sittings/<public_id>/log"
INCIDENTS = "/studio/sittings/<public_id>/incidents"
ONE = f"{INCIDENTS}/<int:number>"


@bp.page(LOG, needs=Permission.EXAM_MONITOR)
def show_log(public_id: str) -> ResponseReturnValue:
    return _log(found_sitting(public_id), LineForm(formdata=None))


def _log(sitting: Sitting, form: LineForm) -> str:
    session = db.session()
    _offer(sitting, form)
    lines = console_log.lines(session, sitting)
    return render_template(
        "sittings/log.html",
        sitting=sitting,
        lines=lines,
        names=exams.names_of(session, {line.by_id for line in lines}),
        form=form,
        labels=console_labels,
        in_zone=labels.in_zone,
    )


def _offer(sitting: Sitting, form: LineForm) -> None:
    places = console_log.candidates(db.session(), sitting)
    form.offer(
        [
            (one.id, " · ".join(filter(None, (one.person.name_latin, one.room, one.seat))))
            for one in places
        ]
    )


@bp.action(LOG, needs=Permission.EXAM_MONITOR)
def write_line(public_id: str) -> ResponseReturnValue:
    sitting, form = found_sitting(public_id), LineForm()
    _offer(sitting, form)
    if not form.validate():
        return _log(sitting, form), 422
    about = int(form.about.data) or None
    kind, note = Kind(form.kind.data), form.note.data or ""
    console_log.write(db.session(), sitting, about, kind, note, by=actor())
    flash(_("Written into the log."), "ok")
    return redirect(url_for("sittings.show_log", public_id=public_id), code=303)


@bp.page(f"{LOG}.csv", needs=Permission.EXAM_MONITOR)
def export_log(public_id: str) -> ResponseReturnValue:
    sitting = found_sitting(public_id)
    name = f'attachment; filename="log-{sitting.public_id}.csv"'
    body = "".join(console_log.as_csv(db.session(), sitting))
    return Response(body, mimetype="text/csv", headers={"Content-Disposition": name})


@bp.page(INCIDENTS, needs=Permission.EXAM_MONITOR)
def list_incidents(public_id: str) -> ResponseReturnValue:
    sitting = found_sitting(public_id)
    now = exams.now(db.session())
    return _incidents(sitting, IncidentForm.at_moment(now, sitting.timezone))


def _incidents(sitting: Sitting, form: IncidentForm) -> str:
    session = db.session()
    form.offer(list(queries.rooms(session, sitting)))
    return render_template(
        "sittings/incidents.html",
        sitting=sitting,
        incidents=incidents.of_sitting(session, sitting),
        form=form,
        labels=console_labels,
        in_zone=labels.in_zone,
    )


@bp.action(INCIDENTS, needs=Permission.EXAM_MONITOR)
def report_incident(public_id: str) -> ResponseReturnValue:
    session, sitting, form = db.session(), found_sitting(public_id), IncidentForm()
    form.offer(list(queries.rooms(session, sitting)))
    is_valid, began_at = form.validate(), form.moment(sitting.timezone)
    if not is_valid or began_at is None:
        return _incidents(sitting, form), 422
    try:
        incident = incidents.report(
            session,
            sitting,
            room=form.chosen_room(),
            fault=Fault(form.fault.data),
            note=form.note.data or "",
            began_at=began_at,
            by=actor(),
        )
    except Refused as no:
        form.at.errors = [no.message]
        return _incidents(sitting, form), 409
    return _to(sitting, incident)


def _to(sitting: Sitting, incident: Incident) -> ResponseReturnValue:
    page = url_for("sittings.show_incident", public_id=sitting.public_id, number=incident.id)
    return redirect(page, code=303)


@bp.page(ONE, needs=Permission.EXAM_MONITOR)
def show_incident(public_id: str, number: int) -> ResponseReturnValue:
    sitting = found_sitting(public_id)
    incident = incidents.find(db.session(), sitting, number) or abort(404)
    return _incident(sitting, incident)


def _incident(
    sitting: Sitting,
    incident: Incident,
    ending: MomentForm | None = None,
    decision: DecisionForm | None = None,
) -> str:
    affected = incidents.affected(db.session(), incident)
    proposed = rules.proposal(one.downtime for one in affected if not one.is_over)
    until = incident.ended_at or exams.now(db.session())
    return render_template(
        "sittings/incident.html",
        sitting=sitting,
        incident=incident,
        affected=affected,
        proposed=proposed,
        granted=timedelta(seconds=incident.granted_seconds or 0),
        ending=ending or MomentForm.at_moment(until, sitting.timezone),
        decision=decision or DecisionForm.proposing(proposed, incident, sitting.timezone),
        may_decide=actor().may(Permission.SITTING_MANAGE),
        labels=console_labels,
        span=labels.minutes,
        in_zone=labels.in_zone,
    )


@bp.action(f"{ONE}/ending", needs=Permission.EXAM_MONITOR)
def end_incident(public_id: str, number: int) -> ResponseReturnValue:
    sitting, form = found_sitting(public_id), MomentForm()
    incident = incidents.lock(db.session(), sitting, number) or abort(404)
    ended_at = form.moment(sitting.timezone) if form.validate() else None
    if ended_at is None:
        return _incident(sitting, incident, ending=form), 422
    try:
        incidents.finish(db.session(), incident, ended_at, by=actor())
    except Refused as no:
        form.at.errors = [no.message]
        return _incident(sitting, incident, ending=form), 409
    return _to(sitting, incident)


@bp.action(f"{ONE}/decision", needs=Permission.SITTING_MANAGE)
def decide_incident(public_id: str, number: int) -> ResponseReturnValue:
    session, sitting, form = db.session(), found_sitting(public_id), DecisionForm()
    incident = incidents.lock(session, sitting, number) or abort(404)
    if not form.validate():
        return _incident(sitting, incident, decision=form), 422
    done = incidents.decide(
        session,
        incident,
        form.extra(),
        form.text.data or "",
        everybody=form.whom.data == "all",
        by=actor(),
    )
    given = len(done.changed)
    flash(
        ngettext("%(num)d candidate has more time.", "%(num)d candidates have more time.", given),
        "ok",
    )
    return _to(sitting, incident)
