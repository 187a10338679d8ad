"""Which exams there are, what each asks, the waiting room, and the start."""

from collections.abc import Set as AbstractSet
from fractions import Fraction
from typing import Any, cast

from flask import (
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from probity.accounts.models import Person
from probity.catalogue import queries as catalogue
from probity.exams import actions as exams
from probity.exams import queries as exams_read
from probity.exams import rules
from probity.exams.devices import session_hash
from probity.exams.models import Admission, Attempt, Exam
from probity.kernel import headers
from probity.kernel.db import db
from probity.kernel.error_pages import answer
from probity.kernel.errors import Refused
from probity.kernel.i18n import content_locale
from probity.kernel.permissions import Permission, Public
from probity.kernel.web import actor, wants_json
from probity.sittings import admission, labels, queries
from probity.sittings.admission import Standing, Visit
from probity.sittings.views.blueprint import bp

LINES = 3
"""Lines of the honour code that a candidate ticks, one by one."""
LOBBIES = frozenset({"sittings.show_lobby", "sittings.create_attempt"})
"""What may answer with the lobby."""


@bp.page("/exams/", needs=Public.INFORMATION)
def list_exams() -> ResponseReturnValue:
    session = db.session()
    published = exams_read.published(session)
    places = {}
    if actor().may(Permission.EXAM_SIT):
        wanted = [one.id for one in published if one.admission is Admission.REGISTERED]
        now = exams_read.now(session)
        places = queries.place_of(session, cast("int", actor().id), wanted, now)
    return render_template(
        "exams/list.html",
        exams=published,
        contents=exams_read.contents_of(session, published),
        places=places,
    )


@bp.page("/exams/<slug>/", needs=Public.INFORMATION)
def show_lobby(slug: str) -> ResponseReturnValue:
    exam = exams_read.published_exam(db.session(), slug) or abort(404)
    return _lobby(exam)


def _lobby(exam: Exam, problem: str = "") -> str:
    session = db.session()
    found = _standing(exam) if actor().may(Permission.EXAM_SIT) else None
    revision = found.revision if found else exams_read.current_revision(session, exam)
    content = exams_read.content_of(revision)
    schemes = catalogue.current_schemes(session) if content.certificate else {}
    return render_template(
        "exams/lobby.html",
        exam=exam,
        content=content,
        scheme=schemes.get(content.certificate or ""),
        items=sum(cell.draw for section in content.sections for cell in section.cells),
        has_cases=any("case" in (c.kinds or ["case"]) for s in content.sections for c in s.cells),
        cut=rules.percent(Fraction(content.cut_score.share)),
        each_domain=rules.percent(Fraction(content.cut_score.each_domain or 0)),
        honour=exams.honour_version(revision),
        lines=LINES,
        problem=problem,
        labels=labels,
        standing=_shown(exam, found) if found else None,
        practice=_other(queries.practice_exam(session), exam),
    )


def _other(practice: Exam | None, exam: Exam) -> Exam | None:
    """Where to try the room first; its own lobby does not lead to itself."""
    return None if practice is None or practice.id == exam.id else practice


def _standing(exam: Exam) -> Standing:
    zone = current_app.config["PROBITY"].timezone
    return admission.standing(db.session(), exam, cast("Person", current_user), zone)


def _shown(exam: Exam, found: Standing) -> dict[str, Any]:
    """What the lobby shows of where a person stands."""
    session, person = db.session(), cast("Person", current_user)
    resumed = exams_read.open_attempt(session, person.id, exam)
    past = exams_read.attempts_of(session, person.id, exam)
    return {
        "attempts": [one for one in past if one is not resumed],
        "open": resumed,
        "missing": _lessons(exam, found.policy.prerequisites - found.history.completed),
        "refusal": None if resumed else found.refusal,
        "door": None if resumed or (found.refusal and not found.is_waiting) else _door(found),
        "found": found,
    }


def _door(found: Standing) -> str | None:
    """What keeps this person outside, the access code apart: that is typed with the start."""
    reason = admission.door_refusal(found.place, request.remote_addr or "", code=None)
    return None if reason == "access-code" else reason


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


@bp.page("/exams/<slug>/standing", needs=Permission.EXAM_SIT, speaks_json=True)
def show_standing(slug: str) -> ResponseReturnValue:
    """What the lobby waits for, for the script that looks again."""
    exam = exams_read.published_exam(db.session(), slug) or abort(404)
    found = _standing(exam)
    reason = found.refusal.reason if found.refusal else _door(found)
    opens_at = found.policy.opens_at
    return jsonify(
        reason=reason,
        opens_at=opens_at.isoformat() if opens_at else None,
        server_time=found.now.isoformat(),
    )


@bp.action("/exams/<slug>/attempts", needs=Permission.EXAM_SIT)
def create_attempt(slug: str) -> ResponseReturnValue:
    session, person = db.session(), cast("Person", current_user)
    exam = exams_read.published_exam(session, slug) or abort(404)
    visit = _visit()
    try:
        attempt = admission.start(session, exam, person, visit)
    except Refused as no:
        return _turned_away(exam, no, visit)
    return _to_room(attempt)


def _turned_away(exam: Exam, no: Refused, visit: Visit) -> ResponseReturnValue:
    """At the door readers stay in the lobby, which says what to do; the rest is a page of its own."""
    is_code = no.reason == "access-code"
    if is_code and visit.code:  # returning instead of raising lets the failure be counted
        admission.count_wrong_code(db.session(), exam, cast("Person", current_user))
    if wants_json():
        return answer(409, no.reason, no.message, **no.facts)
    if is_code or no.reason in {"address", "not-authorised"}:
        return _lobby(exam, no.message if is_code else ""), 409
    raise no


def _to_room(attempt: Attempt) -> ResponseReturnValue:
    return redirect(url_for("exams.show_room", attempt_id=attempt.public_id), code=303)


def _visit() -> Visit:
    sent = request.get_json(silent=True) if request.is_json else request.form
    words = sent if isinstance(sent, dict) else {}
    return Visit(
        honour=str(words.get("honour", "")) if _has_agreed() else "",
        locale=content_locale(),
        device=session_hash(),
        address=request.remote_addr or "",
        zone=current_app.config["PROBITY"].timezone,
        code=str(words.get("code", "")).strip()[:40],
    )


def _has_agreed() -> bool:
    """Whether every line was ticked. A script names the version instead; it is shown no lines."""
    if wants_json() or "lines" not in request.form:
        return True
    return set(request.form.getlist("agree")) >= {str(n) for n in range(1, LINES + 1)}


@bp.after_request
def let_the_check_register_the_worker(response: Response) -> Response:
    """Allow the device check to install the worker of the room, which also readies it."""
    if request.endpoint in LOBBIES and response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = headers.CSP_WITH_WORKER
    return response
