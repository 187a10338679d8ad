"""The studio's page that says where the papers of an exam come from."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.assembly import queries as assembly
from probity.catalogue.shapes import MOST_PILOTS
from probity.exams import publishing, queries
from probity.exams.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission
from probity.kernel.web import actor


@bp.page("/studio/exams/<code>/paper", needs=Permission.EXAM_WRITE)
def show_source(code: str) -> ResponseReturnValue:
    session = db.session()
    exam = queries.find_exam(session, code) or abort(404)
    revision = queries.current_revision(session, exam)
    content = queries.content_of(revision)
    return render_template(
        "exams/studio/paper.html",
        exam=exam,
        content=content,
        base=revision.number,
        forms=assembly.approved_forms(session),
        plan_of=assembly.plan_of,
        from_files=publishing.is_from_files(exam),
        most_pilots=MOST_PILOTS,
    )


@bp.action("/studio/exams/<code>/paper", needs=Permission.EXAM_WRITE)
def choose_source(code: str) -> ResponseReturnValue:
    session = db.session()
    exam = queries.lock_exam(session, code) or abort(404)
    source, base = request.form.get("source"), request.form.get("base", 0, type=int)
    forms = request.form.getlist("forms", type=int) if source == "forms" else []
    if source == "forms" and not forms:
        raise Refused(_("Choose at least one form, or let papers be drawn."), "forms")
    pilots = min(max(request.form.get("pilots", 0, type=int), 0), MOST_PILOTS)
    number = publishing.choose_paper(session, exam, forms, pilots, base=base, by=actor())
    if number == base:
        flash(_("Nothing was changed."), "info")
    else:
        flash(_("Revision %(number)s is in force for attempts begun now.", number=number), "ok")
    return redirect(url_for("exams.show_studio", code=exam.code), code=303)
