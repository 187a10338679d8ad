"""The exam room: the paper, the protocol that saves answers, and the hand-in."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, cast

import orjson
from flask import Response, abort, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from probity.accounts.models import Person
from probity.exams import (
    actions,
    presence,
    presenting,
    queries,
    recovery_keys,
    saving,
    steps,
    supervision,
    tokens,
)
from probity.exams.devices import session_hash
from probity.exams.models import Attempt
from probity.exams.requests import BadRequest, items_of, read_save
from probity.exams.views import lane
from probity.exams.views.blueprint import bp
from probity.exams.views.sections import Sections
from probity.kernel.db import db
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission, Public
from probity.kernel.web import actor, wants_json
from probity.kernel.work import writing

ATTEMPT = "/attempts/<attempt_id>"
CLOCKS_DIFFER = timedelta(seconds=2)
"""A room whose clock runs out so much before ours has not been told of another end."""


def _own(attempt_id: str) -> Attempt:
    return queries.attempt(db.session(), actor(), attempt_id) or abort(404)


def _locked(attempt_id: str) -> Attempt:
    return queries.lock_attempt(db.session(), actor(), attempt_id) or abort(404)


def _over(attempt: Attempt) -> bool:
    return queries.is_over(db.session(), attempt)


def _paused(attempt: Attempt) -> bool:
    return queries.is_paused(attempt, queries.now(db.session()))


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
    return _pause_page(attempt) if _paused(attempt) else _room(attempt)


def _pause_page(attempt: Attempt, unsaved: Iterable[tuple[str, str]] = ()) -> str:
    """No questions while the clock stands still; `unsaved` is carried on until it runs again."""
    told = presence.notices(db.session(), attempt.id)
    return render_template(
        "exams/paused.html",
        attempt=attempt,
        content=queries.content_of(attempt.revision),
        reason=presence.reason_of_pause(told),
        unsaved=[(name, value) for name, value in unsaved if name != "csrf_token"],
    )


def _room(attempt: Attempt, problems: Mapping[str, str] | None = None) -> str:
    session = db.session()
    answers, content = queries.answers(session, attempt.id), queries.content_of(attempt.revision)
    lying_open = steps.open_items(attempt)
    way, zone = steps.way(attempt, content), current_app.config["PROBITY"].timezone
    questions = presenting.questions(session, attempt)
    return render_template(
        "exams/room.html",
        attempt=attempt,
        content=content,
        way=way,
        questions=questions,
        section=Sections(attempt, questions, answers, way, zone),
        answers=answers,
        versions={item: row.version for item, row in answers.items() if item in lying_open},
        problems=problems or {},
        told={name: request.args.get(name, 0, int) for name in ("saved", "late", "newer")},
        token=_token(attempt),
        server_time=queries.now(session),
        break_left=supervision.break_left(attempt),
        notices=presence.notices(session, attempt.id),
        zone=zone,
        recovery_key=recovery_keys.public_jwk(_key()),
        documents=presenting.documents(content, attempt.locale),
    )


@bp.page(f"{ATTEMPT}/paper", needs=Permission.EXAM_SIT, speaks_json=True)
def show_paper(attempt_id: str) -> ResponseReturnValue:
    attempt = _own(attempt_id)
    if _over(attempt):
        return jsonify(reason="closed"), 409
    session = db.session()
    now = queries.now(session)
    items = [question.as_json() for question in presenting.questions(session, attempt)]
    saved = queries.answers(session, attempt.id)
    for item in items:
        item["version"] = saved[item["item"]].version if item["item"] in saved else 0
    return jsonify(
        items=items,
        deadline=(attempt.deadline + queries.time_added(attempt, now)).isoformat(),
        server_time=now.isoformat(),
        token=_token(attempt),
        csrf=generate_csrf(),
    )


@bp.raw(f"{ATTEMPT}/responses", methods=["POST"], needs=Public.ATTEMPT_TOKEN)
def save_response(attempt_id: str) -> ResponseReturnValue:
    """Save one answer. Committed to disk before it is acknowledged."""
    if (request.content_length or 0) > lane.LARGEST_SAVE:
        return jsonify(reason="too-large"), 413
    here = session_hash()
    if not here:
        return jsonify(reason="sign-in"), 401
    holder = tokens.read(_key(), request.headers.get("X-Attempt-Token", ""), here)
    if holder is None:
        return _without_token(attempt_id)
    items = items_of(holder, attempt_id)
    if items is None:
        return jsonify(reason="unknown"), 404
    try:
        change = read_save(request.get_data(cache=False), items)
    except BadRequest as error:
        return jsonify(reason="malformed", message=str(error)), 422
    with writing() as session:
        outcome = saving.save(session, holder, here, change)
    if isinstance(outcome, saving.NotSaved) and outcome.reason == "paused":
        outcome = _save_after_break(holder, here, change)
    if isinstance(outcome, saving.Saved):
        lane.of(current_app).remember(request, holder, here, items)
    return _acknowledge(change, outcome)


def _save_after_break(
    holder: tokens.Holder, here: str, change: saving.Save
) -> saving.Saved | saving.NotSaved:
    """A pause may have ended by itself without anybody having written that down."""
    with writing() as session:
        for attempt in supervision.lock(session, [holder.attempt_id]):
            supervision.settle(session, attempt)
        session.flush()  # flush: the save writes past the session
        return saving.save(session, holder, here, change)


def _without_token(attempt_id: str) -> ResponseReturnValue:
    """A token that is missing, forged or of another session: say which way out there is."""
    if not current_user.is_authenticated:
        return jsonify(reason="sign-in"), 401
    attempt = queries.attempt(db.session(), actor(), attempt_id)
    if attempt is None:
        return jsonify(reason="unknown"), 404
    return jsonify(reason="read-only" if _token(attempt) is None else "token"), 409


def _acknowledge(change: saving.Save, outcome: saving.Saved | saving.NotSaved) -> Response:
    if isinstance(outcome, saving.Saved):
        return Response(saving.acknowledgement(change, outcome), mimetype="application/json")
    body: dict[str, Any] = {"seq": change.seq, "reason": outcome.reason}
    if outcome.version is not None:
        body |= {"version": outcome.version, "response": outcome.value}
    return Response(orjson.dumps(body), status=outcome.status, mimetype="application/json")


@bp.action(f"{ATTEMPT}/answers", needs=Permission.EXAM_SIT)
def save_form(attempt_id: str) -> ResponseReturnValue:
    """Save the whole paper from a form, for browsers without scripts."""
    attempt = _locked(attempt_id)
    supervision.settle(db.session(), attempt)
    if _over(attempt):
        return redirect(url_for("portal.show_result", attempt_id=attempt_id), code=303)
    if _paused(attempt):
        return _pause_page(attempt, request.form.items(multi=True)), 409
    answered, outcomes = _save_all(attempt)
    if answered.problems:
        return _room(attempt, answered.problems), 422
    saved = sum(isinstance(outcome, saving.Saved) for outcome in outcomes)
    late = sum(outcome == saving.NotSaved(409, "late-kept") for outcome in outcomes)
    newer = len(outcomes) - saved - late
    if "hand_in" in request.form and not newer:
        return submit(attempt_id)
    if "go_on" in request.form and not newer:
        steps.advance(db.session(), attempt, request.form.get("go_on", -1, int), by=actor())
    room = url_for("exams.show_room", attempt_id=attempt_id, saved=saved, newer=newer, late=late)
    return redirect(room, code=303)


def _save_all(
    attempt: Attempt,
) -> tuple[presenting.Answered, list[saving.Saved | saving.NotSaved]]:
    """Save what a form changed, after its device took the lease: a form cannot carry a token."""
    session, here = db.session(), session_hash()
    actions.take_over(session, attempt, here, by=actor())
    session.flush()  # flush: the save writes past the session
    holder = tokens.Holder(attempt.id, attempt.candidate_id, attempt.lease)
    answered = presenting.read_form(session, attempt, request.form)
    outcomes = [saving.save(session, holder, here, one) for one in answered.changes]
    session.expire_all()  # the save path writes past the session
    return answered, outcomes


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
    if _paused(attempt):
        raise Refused(_("The exam is paused. Hand in when it goes on."), "paused")
    if not _over(attempt):
        _refuse_stale(attempt)
    actions.close(db.session(), attempt, by=cast("Person", current_user))
    if wants_json():
        return jsonify(presenting.receipt(attempt, _key(), current_app.config["PROBITY"].base_url))
    return redirect(url_for("portal.show_result", attempt_id=attempt_id), code=303)


def _refuse_stale(attempt: Attempt) -> None:
    """A room that was away may not know who answers now, or that there is more time.

    Rooms send the attempt token and say `because` their clock ran out; whoever sends neither
    means the hand-in.
    """
    if "X-Attempt-Token" in request.headers and attempt.lease_session != session_hash():
        raise Refused(_("This attempt is being answered on another device."), "read-only")
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict) or sent.get("because") != "time-over":
        return
    now = queries.now(db.session())
    deadline = attempt.deadline + queries.time_added(attempt, now)
    if now < deadline - CLOCKS_DIFFER:
        sentence = _("There is time left: the end was moved.")
        raise Refused(sentence, "running", deadline=deadline.isoformat())
