"""Which exams there are, what each asks, and the start."""

from fractions import Fraction
from typing import cast

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from probity.accounts.models import Person
from probity.exams import actions, queries, rules
from probity.exams.devices import session_hash
from probity.exams.models import Exam
from probity.exams.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.i18n import content_locale
from probity.kernel.permissions import Permission, Public
from probity.kernel.web import actor


@bp.page("/exams/", needs=Public.INFORMATION)
def list_exams() -> ResponseReturnValue:
    session = db.session()
    exams = queries.published(session)
    contents = queries.contents_of(session, exams)
    return render_template("exams/list.html", exams=exams, contents=contents)


@bp.page("/exams/<slug>/", needs=Public.INFORMATION)
def show_lobby(slug: str) -> ResponseReturnValue:
    session = db.session()
    exam = queries.published_exam(session, slug) or abort(404)
    content = queries.content_of(queries.current_revision(session, exam))
    standing = _standing(exam) if actor().may(Permission.EXAM_SIT) else None
    return render_template(
        "exams/lobby.html",
        exam=exam,
        content=content,
        questions=sum(cell.draw for section in content.sections for cell in section.cells),
        cut=rules.percent(Fraction(content.cut_score.share)),
        honour=actions.HONOUR_VERSION,
        standing=standing,
    )


def _standing(exam: Exam) -> dict[str, object]:
    """Where this person stands: past attempts, one to resume, or why not to start."""
    session = db.session()
    person = cast("Person", current_user)
    content = queries.content_of(queries.current_revision(session, exam))
    resumed = queries.open_attempt(session, person.id, exam)
    history = queries.history_of(session, person, exam)
    policy = queries.policy_of(content)
    return {
        "attempts": [a for a in queries.attempts_of(session, person.id, exam) if a is not resumed],
        "open": resumed,
        "missing": sorted(policy.prerequisites - history.completed),
        "refusal": None if resumed else rules.refusal(policy, history, queries.now(session)),
    }


@bp.action("/exams/<slug>/attempts", needs=Permission.EXAM_SIT)
def create_attempt(slug: str) -> ResponseReturnValue:
    session = db.session()
    exam = queries.published_exam(session, slug) or abort(404)
    sent = request.get_json(silent=True) if request.is_json else request.form
    attempt = actions.start(
        session,
        exam,
        cast("Person", current_user),
        honour=str((sent or {}).get("honour", "")),
        locale=content_locale(),
        device=session_hash(),
    )
    return redirect(url_for("exams.show_room", attempt_id=attempt.public_id), code=303)
