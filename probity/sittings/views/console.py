"""The live console of a sitting: everybody at a glance, and what an invigilator can do for them."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from flask import Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.exams import supervision
from probity.kernel.db import db
from probity.kernel.errors import Refused
from probity.kernel.forms import Form
from probity.kernel.permissions import Permission
from probity.kernel.web import actor, wants_json
from probity.sittings import console, console_actions, console_labels, queries
from probity.sittings.console_forms import (
    EndForm,
    ExtendForm,
    MessageForm,
    PauseForm,
    ResumeForm,
)
from probity.sittings.console_rules import RUNNING, State
from probity.sittings.models import Registration, Sitting
from probity.sittings.views.blueprint import bp

CONSOLE = "/studio/sittings/<public_id>/console"
FORMS = {
    "message": MessageForm,
    "pause": PauseForm,
    "resume": ResumeForm,
    "extend": ExtendForm,
    "end": EndForm,
}


def found_sitting(public_id: str) -> Sitting:
    return queries.sitting(db.session(), public_id) or abort(404)


@bp.page(CONSOLE, needs=Permission.EXAM_MONITOR)
def show_console(public_id: str) -> ResponseReturnValue:
    return _page(found_sitting(public_id))


def _page(sitting: Sitting, filled: Form | None = None, refused: str = "") -> str:
    """The console; `filled` is the form that was sent with mistakes, `refused` what it answers."""
    board = console.board(db.session(), sitting)
    room, words = request.args.get("room"), request.args.get("q", "")[:100]
    state = request.args.get("state", "")
    forms = {name: kind(formdata=None, prefix=f"{name}-") for name, kind in FORMS.items()}
    forms |= {name: filled for name, kind in FORMS.items() if isinstance(filled, kind)}
    return render_template(
        "sittings/console.html",
        sitting=sitting,
        board=board,
        shown=board.matching(room, state, words),
        forms=forms,
        filled=filled,
        refused=refused,
        room=room,
        state=state,
        words=words,
        states=State,
        running=RUNNING,
        labels=console_labels,
        scopes=console_actions,
    )


@bp.page(f"{CONSOLE}.json", needs=Permission.EXAM_MONITOR, speaks_json=True)
def watch_console(public_id: str) -> ResponseReturnValue:
    """The same as rows of data; 304 while nothing has changed."""
    board = console.board(db.session(), found_sitting(public_id))
    facts = board.as_json()
    reply = Response(mimetype="application/json")
    reply.set_data(orjson.dumps(facts))
    reply.add_etag(weak=True)
    if request.if_none_match.contains_weak(reply.get_etag()[0] or ""):
        reply.set_data(b"")
        reply.status_code = 304
    reply.headers["Cache-Control"] = "no-store"
    reply.headers["X-Server-Time"] = board.now.isoformat()
    return reply


@bp.action(f"{CONSOLE}/authorisations", needs=Permission.EXAM_MONITOR)
def authorise_chosen(public_id: str) -> ResponseReturnValue:
    def act(chosen: Sequence[Registration]) -> str:
        return console_actions.authorise(db.session(), chosen, by=actor())

    return _act(public_id, None, act)


@bp.action(f"{CONSOLE}/messages", needs=Permission.EXAM_MONITOR)
def message_chosen(public_id: str) -> ResponseReturnValue:
    form = MessageForm(prefix="message-")
    return _supervise(public_id, form, supervision.message, form.text.data)


@bp.action(f"{CONSOLE}/pauses", needs=Permission.EXAM_MONITOR)
def pause_chosen(public_id: str) -> ResponseReturnValue:
    form = PauseForm(prefix="pause-")
    return _supervise(public_id, form, supervision.pause, form.text.data)


@bp.action(f"{CONSOLE}/resumptions", needs=Permission.EXAM_MONITOR)
def resume_chosen(public_id: str) -> ResponseReturnValue:
    form = ResumeForm(prefix="resume-")
    return _supervise(public_id, form, supervision.resume, form.text.data or "")


@bp.action(f"{CONSOLE}/extensions", needs=Permission.EXAM_MONITOR)
def extend_chosen(public_id: str) -> ResponseReturnValue:
    form = ExtendForm(prefix="extend-")
    seconds = 60 * (form.minutes.data or 0)
    return _supervise(public_id, form, supervision.extend, seconds, form.text.data)


@bp.action(f"{CONSOLE}/endings", needs=Permission.EXAM_MONITOR)
def end_chosen(public_id: str) -> ResponseReturnValue:
    """End the exam of everybody chosen; the dialog has asked before."""
    form = EndForm(prefix="end-")
    return _supervise(public_id, form, supervision.end_all, form.text.data or "")


def _supervise(
    public_id: str, form: Form, act: Callable[..., supervision.Done], *what: Any
) -> ResponseReturnValue:
    """Do something to the attempts of the chosen people, if the form says what it must."""

    def do(chosen: Sequence[Registration]) -> str:
        return console_actions.supervise(
            chosen, lambda attempts: act(db.session(), attempts, *what, by=actor())
        )

    return _act(public_id, form, do)


def _act(
    public_id: str, form: Form | None, act: Callable[[Sequence[Registration]], str]
) -> ResponseReturnValue:
    """What every button of the console does: check, choose, act, say what came of it."""
    sitting = found_sitting(public_id)
    if form is not None and not form.validate():
        if wants_json():
            return jsonify(message=" ".join(str(e[0]) for e in form.errors.values())), 422
        return _page(sitting, form), 422
    scope = request.form.get("scope", console_actions.TICKED)
    ticked = request.form.getlist("pick", type=int)
    try:
        chosen = console_actions.lock_chosen(db.session(), sitting, scope, ticked)
    except Refused as no:
        if wants_json():
            raise
        return _page(sitting, form, no.message), 409
    said = act(chosen)
    if wants_json():
        return jsonify(message=said)
    flash(said, "ok")
    return redirect(url_for("sittings.show_console", public_id=public_id), code=303)


@bp.page(f"{CONSOLE}/endings/<int:number>", needs=Permission.EXAM_MONITOR)
def confirm_ending(public_id: str, number: int) -> ResponseReturnValue:
    """Ask before one candidate's exam is ended, naming them."""
    sitting = found_sitting(public_id)
    place = queries.registration(db.session(), sitting, number) or abort(404)
    form = EndForm(formdata=None)
    return render_template("sittings/console_end.html", sitting=sitting, place=place, form=form)


@bp.action(f"{CONSOLE}/endings/<int:number>", needs=Permission.EXAM_MONITOR)
def end_one(public_id: str, number: int) -> ResponseReturnValue:
    sitting = found_sitting(public_id)
    place = queries.lock_registration(db.session(), sitting, number) or abort(404)
    form = EndForm()
    if not form.validate():
        page = render_template("sittings/console_end.html", sitting=sitting, place=place, form=form)
        return page, 422
    said = console_actions.end(db.session(), place, form.text.data or "", by=actor())
    flash(said, "ok")
    return redirect(url_for("sittings.show_console", public_id=public_id), code=303)
