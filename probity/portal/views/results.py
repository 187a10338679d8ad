"""The result of an attempt, with the certificate it earned."""

from fractions import Fraction
from typing import Any

from flask import abort, current_app, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from probity.credentials import queries as credentials
from probity.exams import presenting, queries, rules
from probity.exams.models import Attempt, AttemptState, Result
from probity.kernel.db import db
from probity.kernel.permissions import Permission
from probity.kernel.web import actor
from probity.portal.views.blueprint import bp


@bp.page("/attempts/<attempt_id>/result", needs=Permission.EXAM_SIT)
def show_result(attempt_id: str) -> ResponseReturnValue:
    session = db.session()
    attempt = queries.attempt(session, actor(), attempt_id) or abort(404)
    if attempt.state is AttemptState.OPEN and queries.now(session) <= attempt.accept_until:
        return redirect(url_for("exams.show_room", attempt_id=attempt_id), code=303)
    key = current_app.config["SECRET_KEY"]
    return render_template(
        "portal/result.html",
        attempt=attempt,
        content=queries.content_of(attempt.revision),
        facts=_facts(attempt),
        receipt=presenting.receipt(attempt, key, current_app.config["PROBITY"].base_url),
    )


@bp.page("/attempts/<attempt_id>/result.json", needs=Permission.EXAM_SIT)
def show_result_json(attempt_id: str) -> ResponseReturnValue:
    attempt = queries.attempt(db.session(), actor(), attempt_id) or abort(404)
    facts = _facts(attempt)
    facts["domains"] = [{"code": d["code"], "score": d["score"]} for d in facts["domains"]]
    return jsonify(facts)


def _facts(attempt: Attempt) -> dict[str, Any]:
    result = attempt.result
    if result is None or result.released_at is None:
        return {"status": "pending" if result is None else "provisional", "passed": None} | {
            "score": None,
            "cut_score": None,
            "domains": [],
            "certificate": None,
        }
    return {
        "status": "released",
        "passed": result.passed,
        "score": f"{_shown(result.earned)}/{_shown(result.possible)}",
        "cut_score": result.cut,
        "percent": rules.percent(Fraction(result.earned) / Fraction(result.possible)),
        "domains": [_domain(code, *parts) for code, parts in result.domains.items()],
        "certificate": _certificate(attempt, result),
    }


def _shown(value: str) -> str:
    return rules.shown(Fraction(value))


def _domain(code: str, earned: str, possible: str) -> dict[str, Any]:
    share = Fraction(earned) / Fraction(possible) if Fraction(possible) else Fraction(0)
    return {
        "code": code,
        "score": f"{_shown(earned)}/{_shown(possible)}",
        "percent": rules.percent(share),
    }


def _certificate(attempt: Attempt, result: Result) -> dict[str, Any] | None:
    if not result.passed or not attempt.revision.content.get("certificate"):
        return None
    issued = credentials.certificate_of_attempt(db.session(), attempt.id)
    if issued is None:
        return {"status": "issuing", "public_id": None, "number": None}
    return {"status": "issued", "public_id": issued.public_id, "number": issued.number}
