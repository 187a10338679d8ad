"""Planning sittings: the list, the form, one sitting, its papers, calling it off."""

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.exams import queries as exams
from probity.kernel.db import db
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import local, reader_zone
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Permission
from probity.kernel.web import actor
from probity.sittings import actions, forms, labels, overview, papers, queries, rules
from probity.sittings.forms import ReasonForm, RosterForm, SittingForm
from probity.sittings.models import Sitting
from probity.sittings.rules import Phase
from probity.sittings.views.blueprint import bp

SITTING = "/studio/sittings/<public_id>"


def found_sitting(public_id: str) -> Sitting:
    return queries.sitting(db.session(), public_id) or abort(404)


def locked_sitting(public_id: str) -> Sitting:
    return queries.lock_sitting(db.session(), public_id) or abort(404)


def to_sitting(sitting: Sitting, anchor: str | None = None) -> ResponseReturnValue:
    target = url_for("sittings.show_sitting", public_id=sitting.public_id, _anchor=anchor)
    return redirect(target, code=303)


@bp.page("/studio/sittings/", needs=Permission.EXAM_MONITOR)
def list_sittings() -> ResponseReturnValue:
    session = db.session()
    now = exams.now(session)
    page = paginate(session, queries.listed(Phase.PAST, now), request.args.get("page", 1, int))
    ahead = {
        phase: queries.counted(session, session.scalars(queries.listed(phase, now)).all(), now)
        for phase in (Phase.RUNNING, Phase.COMING)
    }
    return render_template(
        "sittings/list.html",
        running=ahead[Phase.RUNNING],
        coming=ahead[Phase.COMING],
        past=queries.counted(session, page.items, now),
        page=page,
        labels=labels,
        registered_only=queries.registered_only(session, now),
    )


@bp.page("/studio/sittings/new", needs=Permission.SITTING_MANAGE)
def new_sitting() -> ResponseReturnValue:
    zone = reader_zone().key
    proposed = {"timezone": zone, "window_rule": "limits-end", "exam": request.args.get("exam")}
    return _editor(None, SittingForm(formdata=None, data=proposed))


@bp.action("/studio/sittings/new", needs=Permission.SITTING_MANAGE)
def create_sitting() -> ResponseReturnValue:
    session, form = db.session(), SittingForm()
    _offer(form, None)
    what = form.plan()
    if what is None:
        return _editor(None, form), 422
    exam = exams.lock_exam(session, form.exam.data) or abort(404)
    try:
        sitting = actions.plan(session, exam, what, by=actor())
    except Refused as no:
        return _refused(None, form, no)
    flash(_("The sitting is planned. Now say who sits it."), "ok")
    return to_sitting(sitting)


@bp.page(f"{SITTING}/", needs=Permission.EXAM_MONITOR)
def show_sitting(public_id: str) -> ResponseReturnValue:
    return sitting_page(found_sitting(public_id))


def sitting_page(
    sitting: Sitting, roster: RosterForm | None = None, problems: list[str] | None = None
) -> str:
    """One sitting with its roster; `roster` and `problems` come back from a refused list."""
    words, room = request.args.get("q", "")[:100], request.args.get("room")
    session = db.session()
    return render_template(
        "sittings/show.html",
        sitting=sitting,
        seen=overview.of(session, sitting),
        page=paginate(
            session, queries.roster(sitting, words, room), request.args.get("page", 1, int)
        ),
        rooms=queries.rooms(session, sitting),
        words=words,
        room=room,
        roster=roster or RosterForm(formdata=None),
        problems=problems or [],
        reason=ReasonForm(formdata=None),
        labels=labels,
        may_manage=actor().may(Permission.SITTING_MANAGE),
    )


@bp.page(f"{SITTING}/edit", needs=Permission.SITTING_MANAGE)
def edit_sitting(public_id: str) -> ResponseReturnValue:
    sitting = found_sitting(public_id)
    return _editor(sitting, SittingForm(formdata=None, data=forms.shown(sitting)))


@bp.action(f"{SITTING}/edit", needs=Permission.SITTING_MANAGE)
def change_sitting(public_id: str) -> ResponseReturnValue:
    sitting, form = locked_sitting(public_id), SittingForm()
    _offer(form, sitting)
    what = form.plan()
    if what is None:
        return _editor(sitting, form), 422
    try:
        actions.change(db.session(), sitting, what, by=actor())
    except Refused as no:
        return _refused(sitting, form, no)
    flash(_("Saved. Candidates see it at once."), "ok")
    return to_sitting(sitting)


def _offer(form: SittingForm, sitting: Sitting | None) -> None:
    session = db.session()
    if sitting is not None:
        form.offer([], is_fixed=True)
        return
    known = queries.plannable(session)
    contents = exams.contents_of(session, known)
    pairs = [(one.code, f"{one.code} · {local(contents[one.id]['title'])}") for one in known]
    form.offer(pairs, is_fixed=False)


def _editor(sitting: Sitting | None, form: SittingForm) -> str:
    if form.timezone.choices is None:
        _offer(form, sitting)
    now = exams.now(db.session())
    return render_template(
        "sittings/edit.html",
        sitting=sitting,
        form=form,
        is_open=sitting is not None and sitting.opens_at <= now,
        is_near=sitting is not None and sitting.opens_at <= now + rules.PREPARED_BEFORE,
    )


def _refused(sitting: Sitting | None, form: SittingForm, no: Refused) -> ResponseReturnValue:
    field = form.closes if no.reason in {"closes", "open"} else form.title
    field.errors = [no.message]
    return _editor(sitting, form), 409


@bp.action(f"{SITTING}/cancellation", needs=Permission.SITTING_MANAGE)
def cancel_sitting(public_id: str) -> ResponseReturnValue:
    sitting, form = locked_sitting(public_id), ReasonForm()
    if not form.validate():
        flash(_("Give the reason: everybody registered reads it."), "bad")
        return to_sitting(sitting)
    actions.cancel(db.session(), sitting, form.reason.data, by=actor())
    flash(_("The sitting is cancelled. Everybody registered is told by mail."), "ok")
    return to_sitting(sitting)


@bp.action(f"{SITTING}/papers", needs=Permission.SITTING_MANAGE)
def prepare_papers(public_id: str) -> ResponseReturnValue:
    sitting = locked_sitting(public_id)
    anew = request.form.get("anew") == "1"
    papers.ask(db.session(), sitting, by=actor(), anew=anew)
    flash(_("The papers are being drawn. You may leave this page."), "ok")
    return to_sitting(sitting, "papers")


@bp.page(f"{SITTING}/papers", needs=Permission.EXAM_MONITOR, speaks_json=True)
def show_papers(public_id: str) -> ResponseReturnValue:
    """How far the papers are, for the script that shows it."""
    state: dict[str, Any] = overview.papers_json(db.session(), found_sitting(public_id))
    return jsonify(state)


@bp.action("/studio/sittings/admission/<code>", needs=Permission.SITTING_MANAGE)
def open_exam(code: str) -> ResponseReturnValue:
    exam = exams.lock_exam(db.session(), code) or abort(404)
    actions.open_to_all(db.session(), exam, by=actor())
    flash(_("Everybody who meets the conditions can sit %(code)s again.", code=exam.code), "ok")
    return redirect(url_for("sittings.list_sittings"), code=303)
