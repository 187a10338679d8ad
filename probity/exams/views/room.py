"""The exam room: the paper, the protocol that saves answers, and the hand-in."""

from collections.abc import Mapping
from typing import Any, cast

import orjson
from flask import Response, abort, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from probity.accounts.models import Person
from probity.exams import actions, presenting, queries, receipts, saving, tokens
from probity.exams.devices import session_hash
from probity.exams.models import Attempt, AttemptState
from probity.exams.requests import BadRequest, read_save
from probity.exams.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.permissions import Permission, Public
from probity.kernel.web import actor, wants_json
from probity.kernel.work import writing

LARGEST_SAVE = 64 * 1024
ATTEMPT = "/attempts/<attempt_id>"


def _own(attempt_id: str) -> Attempt:
    return queries.attempt(db.session(), actor(), attempt_id) or abort(404)


def _locked(attempt_id: str) -> Attempt:
    return queries.lock_attempt(db.session(), actor(), attempt_id) or abort(404)


def _over(attempt: Attempt) -> bool:
    return attempt.state is AttemptState.CLOSED or queries.now(db.session()) > attempt.accept_until


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])


def _token(attempt: Attempt) -> str | None:
    """The right to answer, for the device that holds the lease."""
    if attempt.lease_session != session_hash():
        return None
    holder = tokens.Holder(attempt.id, attempt.candidate_id, attempt.lease)
    return tokens.issue(_key(), holder, session_hash())


@bp.page(f"{ATTEMPT}/", needs=Permission.EXAM_SIT)
def show_room(attempt_id: str) -> ResponseReturnValue:
    attempt = _own(attempt_id)
    if _over(attempt):
        return redirect(url_for("portal.show_result", attempt_id=attempt_id), code=303)
    return _room(attempt)


def _room(attempt: Attempt, problems: Mapping[str, str] | None = None) -> str:
    session = db.session()
    answers = queries.answers(session, attempt.id)
    return render_template(
        "exams/room.html",
        attempt=attempt,
        content=queries.content_of(attempt.revision),
        questions=presenting.questions(session, attempt),
        answers=answers,
        versions={item: row.version for item, row in answers.items()},
        problems=problems or {},
        told={name: request.args.get(name, 0, int) for name in ("saved", "newer")},
        token=_token(attempt),
        server_time=queries.now(session),
        zone=current_app.config["PROBITY"].timezone,
    )


@bp.page(f"{ATTEMPT}/paper", needs=Permission.EXAM_SIT)
def show_paper(attempt_id: str) -> ResponseReturnValue:
    attempt = _own(attempt_id)
    if _over(attempt):
        return jsonify(reason="closed"), 409
    session = db.session()
    items = [question.as_json() for question in presenting.questions(session, attempt)]
    saved = queries.answers(session, attempt.id)
    for item in items:
        item["version"] = saved[item["item"]].version if item["item"] in saved else 0
    return jsonify(
        items=items,
        deadline=attempt.deadline.isoformat(),
        server_time=queries.now(session).isoformat(),
        token=_token(attempt),
        csrf=generate_csrf(),
    )


@bp.page(f"{ATTEMPT}/state", needs=Permission.EXAM_SIT)
def show_state(attempt_id: str) -> ResponseReturnValue:
    attempt = _own(attempt_id)
    session = db.session()
    return jsonify(
        state="closed" if _over(attempt) else "open",
        deadline=attempt.deadline.isoformat(),
        server_time=queries.now(session).isoformat(),
        holder=attempt.lease_session == session_hash(),
        responses={
            item: {"response": row.value, "version": row.version}
            for item, row in queries.answers(session, attempt.id).items()
        },
        flags=attempt.flags,
        notices=[],
    )


@bp.raw(f"{ATTEMPT}/responses", methods=["POST"], needs=Public.ATTEMPT_TOKEN)
def save_response(attempt_id: str) -> ResponseReturnValue:
    """Save one answer. Committed to disk before it is acknowledged."""
    if (request.content_length or 0) > LARGEST_SAVE:
        return jsonify(reason="too-large"), 413
    here = session_hash()
    if not here:
        return jsonify(reason="sign-in"), 401
    holder = tokens.read(_key(), request.headers.get("X-Attempt-Token", ""), here)
    if holder is None:
        return _without_token(attempt_id)
    try:
        change = read_save(request.get_data(cache=False), attempt_id, holder)
    except BadRequest as error:
        return jsonify(reason="malformed", message=str(error)), 422
    if change is None:
        return jsonify(reason="unknown"), 404
    with writing() as session:
        outcome = saving.save(session, holder, here, change)
    return _acknowledge(change, outcome)


def _without_token(attempt_id: str) -> ResponseReturnValue:
    """A token that is missing, forged or of another session: say which way out there is."""
    if not current_user.is_authenticated:
        return jsonify(reason="sign-in"), 401
    attempt = queries.attempt(db.session(), actor(), attempt_id)
    if attempt is None:
        return jsonify(reason="unknown"), 404
    return jsonify(reason="read-only" if _token(attempt) is None else "token"), 409


def _acknowledge(change: saving.Save, outcome: saving.Saved | saving.NotSaved) -> Response:
    body: dict[str, Any] = {"seq": change.seq}
    if isinstance(outcome, saving.Saved):
        body |= {
            "version": outcome.version,
            "saved_at": outcome.saved_at.isoformat(),
            "deadline": outcome.deadline.isoformat(),
            "notices": [],
        }
        return Response(orjson.dumps(body), mimetype="application/json")
    body["reason"] = outcome.reason
    if outcome.version is not None:
        body |= {"version": outcome.version, "response": outcome.value}
    return Response(orjson.dumps(body), status=outcome.status, mimetype="application/json")


@bp.action(f"{ATTEMPT}/answers", needs=Permission.EXAM_SIT)
def save_form(attempt_id: str) -> ResponseReturnValue:
    """Save the whole paper from a form, for browsers without scripts."""
    session = db.session()
    attempt = _own(attempt_id)
    if _over(attempt):
        return redirect(url_for("portal.show_result", attempt_id=attempt_id), code=303)
    actions.take_over(session, _locked(attempt_id), session_hash(), by=actor())
    holder = tokens.Holder(attempt.id, attempt.candidate_id, attempt.lease)
    answered = presenting.read_form(session, attempt, request.form)
    outcomes = [saving.save(session, holder, session_hash(), one) for one in answered.changes]
    session.expire_all()  # the save path writes past the session
    if answered.problems:
        return _room(attempt, answered.problems), 422
    saved = sum(isinstance(outcome, saving.Saved) for outcome in outcomes)
    newer = len(outcomes) - saved
    if "hand_in" in request.form and not newer:
        return submit(attempt_id)
    room = url_for("exams.show_room", attempt_id=attempt_id, saved=saved, newer=newer)
    return redirect(room, code=303)


@bp.action(f"{ATTEMPT}/flags", needs=Permission.EXAM_SIT)
def save_flags(attempt_id: str) -> ResponseReturnValue:
    attempt = _locked(attempt_id)
    sent = request.get_json(silent=True)
    flags = sent.get("flags") if isinstance(sent, dict) else None
    if not isinstance(flags, list) or not all(isinstance(flag, str) for flag in flags):
        return jsonify(reason="malformed"), 422
    if not _over(attempt):
        actions.set_flags(attempt, flags)
    return jsonify(flags=attempt.flags)


@bp.action(f"{ATTEMPT}/lease", needs=Permission.EXAM_SIT)
def take_lease(attempt_id: str) -> ResponseReturnValue:
    attempt = _locked(attempt_id)
    if _over(attempt):
        return jsonify(reason="closed"), 409
    actions.take_over(db.session(), attempt, session_hash(), by=actor())
    if wants_json():
        return jsonify(token=_token(attempt))
    return redirect(url_for("exams.show_room", attempt_id=attempt_id), code=303)


@bp.action(f"{ATTEMPT}/submission", needs=Permission.EXAM_SIT)
def create_submission(attempt_id: str) -> ResponseReturnValue:
    return submit(attempt_id)


def submit(attempt_id: str) -> ResponseReturnValue:
    """End the attempt; every repeat answers with the same receipt."""
    attempt = _locked(attempt_id)
    actions.close(db.session(), attempt, by=cast("Person", current_user))
    if wants_json():
        return jsonify(presenting.receipt(attempt, _key(), current_app.config["PROBITY"].base_url))
    return redirect(url_for("portal.show_result", attempt_id=attempt_id), code=303)


@bp.page("/receipts/<attempt_id>", needs=Public.VERIFY)
def check_receipt(attempt_id: str) -> ResponseReturnValue:
    """Tell anyone who holds a receipt whether this site gave it."""
    time, digest, signature = (
        request.args.get(name, "") for name in ("at", "answers", "signature")
    )
    genuine = receipts.is_genuine(_key(), attempt_id, time, digest, signature)
    return render_template(
        "exams/receipt.html", genuine=genuine, attempt=attempt_id, time=time, digest=digest
    )
