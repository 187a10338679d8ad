"""Which exams there are, what each asks, and the start."""

from collections.abc import Set as AbstractSet
from fractions import Fraction
from typing import cast

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from probity.accounts.models import Person
from probity.catalogue import queries as catalogue
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
    schemes = catalogue.current_schemes(session) if content.certificate else {}
    return render_template(
        "exams/lobby.html",
        exam=exam,
        content=content,
        scheme=schemes.get(content.certificate or ""),
        items=sum(cell.draw for section in content.sections for cell in section.cells),
        has_cases=any(
            "case" in (cell.kinds or ["case"]) for s in content.sections for cell in s.cells
        ),
        cut=rules.percent(Fraction(content.cut_score.share)),
        honour=actions.HONOUR_VERSION,
        standing=_standing(exam) if actor().may(Permission.EXAM_SIT) else None,
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
        "missing": _lessons(exam, policy.prerequisites - history.completed),
        "refusal": None if resumed else rules.refusal(policy, history, queries.now(session)),
    }


def _lessons(exam: Exam, codes: AbstractSet[str]) -> list[dict[str, object]]:
    """What a list of lessons shows of them, with the address of their course."""
    session = db.session()
    course = catalogue.course_by_code(session, exam.course_code or "") if codes else None
    revision = catalogue.find_revision(session, course.revision.id) if course else None
    if course is None or revision is None:
        return [{"code": code} for code in sorted(codes)]
    return [
        {
            "code": lesson["id"],
            "title": lesson["title"],
            "slug": lesson["slug"],
            "course": course.slug,
        }
        for lesson in catalogue.lessons_of(revision)
        if lesson["id"] in codes
    ]


@bp.action("/exams/<slug>/attempts", needs=Permission.EXAM_SIT)
def create_attempt(slug: str) -> ResponseReturnValue:
    session = db.session()
    exam = queries.published_exam(session, slug) or abort(404)
    sent = request.get_json(silent=True) if request.is_json else request.form
    attempt = actions.start(
        session,
        exam,
        cast("Person", current_user),
        honour=str(sent.get("honour", "")) if isinstance(sent, dict) else "",
        locale=content_locale(),
        device=session_hash(),
    )
    return redirect(url_for("exams.show_room", attempt_id=attempt.public_id), code=303)
