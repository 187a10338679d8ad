"""The exam office's pages: how an exam went, the file to take away, and releasing results."""

from fractions import Fraction

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.exams import actions, labels, late, queries, reporting, rules, statistics
from probity.exams.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.i18n import ngettext
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Permission
from probity.kernel.web import actor


@bp.page("/studio/results/", needs=Permission.EXAM_RESULTS)
def list_results() -> ResponseReturnValue:
    rows = reporting.standings(db.session())
    return render_template("exams/studio/results.html", rows=rows, labels=labels)


@bp.page("/studio/results/<code>/", needs=Permission.EXAM_RESULTS)
def show_results(code: str) -> ResponseReturnValue:
    session = db.session()
    exam = queries.find_exam(session, code) or abort(404)
    content = queries.content_of(queries.current_revision(session, exam))
    cut = Fraction(content.cut_score.share)
    page = request.args.get("page", 1, type=int)
    return render_template(
        "exams/studio/result.html",
        exam=exam,
        content=content,
        standing=reporting.standings(session, exam)[0],
        report=reporting.report(session, exam, cut),
        page=paginate(session, reporting.ended(exam), page),
        cut=rules.percent(cut),
        labels=labels,
        least=statistics,
        percent=reporting.percent,
        minutes=reporting.minutes,
        late_waiting=sum(one.is_waiting for one in late.standings(session, exam)),
    )


@bp.page("/studio/results/<code>/attempts.csv", needs=Permission.EXAM_RESULTS)
def export_results(code: str) -> ResponseReturnValue:
    session = db.session()
    exam = queries.find_exam(session, code) or abort(404)
    body = "".join(reporting.attempts_csv(session, exam))
    return Response(
        body,
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{exam.code}-attempts.csv"'},
    )


@bp.action("/studio/results/<code>/releases", needs=Permission.EXAM_RESULTS)
def release_results(code: str) -> ResponseReturnValue:
    session = db.session()
    exam = queries.lock_exam(session, code) or abort(404)
    number = actions.release_results(session, exam, by=actor())
    flash(
        ngettext("%(num)d result was released.", "%(num)d results were released.", number),
        "ok" if number else "info",
    )
    return redirect(url_for("exams.show_results", code=exam.code), code=303)
