"""The exam office decides on answers that arrived late, and keeps single results back."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from probity.exams import labels, late, queries, reporting, reviewing, withholding
from probity.exams.forms import LateForm, WithholdForm
from probity.exams.models import Attempt, Exam
from probity.exams.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission
from probity.kernel.web import actor

LATE = "/studio/exams/<code>/late"
ONE = "/studio/results/<code>/attempts/<attempt_id>"


@bp.page(LATE, needs=Permission.EXAM_RESULTS)
def list_late(code: str) -> ResponseReturnValue:
    session = db.session()
    exam = _exam(code)
    content = queries.content_of(queries.current_revision(session, exam))
    rows = late.standings(session, exam)
    return render_template("exams/studio/late.html", exam=exam, content=content, rows=rows)


@bp.page(f"{LATE}/<attempt_id>", needs=Permission.EXAM_RESULTS)
def show_late(code: str, attempt_id: str) -> ResponseReturnValue:
    exam = _exam(code)
    attempt = late.find_attempt(db.session(), exam, attempt_id) or abort(404)
    return _late_page(exam, attempt, LateForm())


@bp.action(f"{LATE}/<attempt_id>/decisions", needs=Permission.EXAM_RESULTS)
def decide_late(code: str, attempt_id: str) -> ResponseReturnValue:
    session, exam = db.session(), _exam(code)
    attempt = late.lock_attempt(session, exam, attempt_id) or abort(404)
    form = LateForm()
    if not form.validate_on_submit():
        return _late_page(exam, attempt, form), 422
    accepted = form.decision.data == "accept"
    late.decide(session, attempt, accepted=accepted, reason=form.reason.data or "", by=actor())
    flash(_("Decided. The candidate reads it on the page of the result."), "ok")
    return redirect(url_for("exams.show_late", code=code, attempt_id=attempt_id), code=303)


@bp.page(f"{ONE}/", needs=Permission.EXAM_RESULTS)
def show_outcome(code: str, attempt_id: str) -> ResponseReturnValue:
    exam = _exam(code)
    attempt = late.find_attempt(db.session(), exam, attempt_id) or abort(404)
    return _outcome_page(exam, attempt, WithholdForm())


@bp.action(f"{ONE}/withholding", needs=Permission.EXAM_RESULTS)
def withhold_result(code: str, attempt_id: str) -> ResponseReturnValue:
    session, exam = db.session(), _exam(code)
    attempt = late.lock_attempt(session, exam, attempt_id) or abort(404)
    form = WithholdForm()
    if not form.validate_on_submit():
        return _outcome_page(exam, attempt, form), 422
    withholding.withhold(session, attempt, form.reason.data or "", by=actor())
    flash(_("Withheld. The candidate reads the reason on the page of the result."), "ok")
    return redirect(url_for("exams.show_outcome", code=code, attempt_id=attempt_id), code=303)


@bp.action(f"{ONE}/freeing", needs=Permission.EXAM_RESULTS)
def free_result(code: str, attempt_id: str) -> ResponseReturnValue:
    session, exam = db.session(), _exam(code)
    attempt = late.lock_attempt(session, exam, attempt_id) or abort(404)
    withholding.free(session, attempt, by=actor())
    flash(_("No longer withheld: it is released together with the others."), "ok")
    return redirect(url_for("exams.show_outcome", code=code, attempt_id=attempt_id), code=303)


def _exam(code: str) -> Exam:
    return queries.find_exam(db.session(), code) or abort(404)


def _late_page(exam: Exam, attempt: Attempt, form: LateForm) -> str:
    session = db.session()
    decisions = late.decisions(session, attempt)
    return render_template(
        "exams/studio/late_one.html",
        exam=exam,
        attempt=attempt,
        content=queries.content_of(attempt.revision),
        form=form,
        standing=late.standing(session, attempt),
        answers=reviewing.late_rows(session, attempt),
        decisions=decisions,
        names=queries.names_of(session, [one.decided_by_id for one in decisions]),
        labels=labels,
    )


def _outcome_page(exam: Exam, attempt: Attempt, form: WithholdForm) -> str:
    return render_template(
        "exams/studio/outcome.html",
        exam=exam,
        attempt=attempt,
        content=queries.content_of(attempt.revision),
        form=form,
        late=late.standing(db.session(), attempt),
        percent=reporting.percent,
        minutes=reporting.minutes,
        labels=labels,
    )
