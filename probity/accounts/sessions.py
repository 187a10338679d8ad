"""Who is signed in: the cookie names a session, the database says whether it still lives."""

from typing import Any

import structlog
from flask import Flask, Response, current_app, g, request
from flask import session as cookie
from flask_login import user_logged_out
from flask_security import password_reset, tf_profile_changed, user_authenticated, wan_registered
from flask_security.utils import set_request_attr
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from probity.accounts import actions, queries, rules
from probity.accounts.models import Person, UserSession
from probity.kernel import clock
from probity.kernel.db import db
from probity.kernel.settings import Settings
from probity.kernel.work import writing

log = structlog.get_logger()

COOKIE_KEY = "sid"
STRONG = ("passkey", "webauthn")


def init_sessions(app: Flask, login_manager: Any) -> None:
    """Let the registry of sessions decide who is signed in."""
    login_manager.user_loader(load_person)
    login_manager.request_loader(None)  # no tokens in headers or addresses
    login_manager.session_protection = None  # the registry replaces it
    user_authenticated.connect(_signed_in, app)
    user_logged_out.connect(_signed_out, app)
    password_reset.connect(_password_reset, app)
    tf_profile_changed.connect(_factor_shown, app)
    wan_registered.connect(_factor_shown, app)
    app.after_request(_note_presence)


def load_person(uniquifier: str) -> Person | None:
    """The person behind this request's cookie, if the session lives: one statement."""
    opened = _session_of_cookie()
    if opened is None or not opened.person.active or opened.person.fs_uniquifier != uniquifier:
        return None
    person, now = opened.person, clock.now()
    if rules.is_session_over(opened.created_at, opened.last_seen_at, now, staff=person.is_staff):
        return None
    g.user_session_id, g.user_session_multi_factor = opened.id, opened.multi_factor
    g.user_session_unseen = now - opened.last_seen_at > rules.SEEN_EVERY
    settings: Settings = current_app.config["PROBITY"]
    if person.is_staff and not opened.multi_factor and not settings.demonstration:
        person.hold_back()
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", cookie.get("fs_paa", 0))
    return person


def _session_of_cookie() -> UserSession | None:
    token = cookie.get(COOKIE_KEY)
    return queries.session_of_token(db.session(), token) if token else None


def current_session() -> UserSession | None:
    """The row of the session this request belongs to."""
    known = g.get("user_session_id")
    return db.session().get(UserSession, known) if known is not None else None


def is_strong(authn_via: list[str] | None) -> bool:
    """Tell whether a sign-in showed two factors: a passkey, or a code after the password."""
    return authn_via is None or any(way in STRONG for way in authn_via)


def _signed_in(_app: Flask, user: Person, authn_via: list[str] | None = None, **_more: Any) -> None:
    session = db.session()
    before = _session_of_cookie()  # also where the library has not asked who is there
    strong = is_strong(authn_via)
    if authn_via == ["change"]:  # a new password ends every session and begins this one anew
        strong = bool(g.get("user_session_multi_factor"))
        actions.end_sessions(session, user, by=user)
    elif before is not None:
        actions.end_session(session, before, by=user)
    opened, token = actions.start_session(
        session, user, user_agent=request.user_agent.string, multi_factor=strong
    )
    cookie[COOKIE_KEY] = token
    g.user_session_id, g.user_session_multi_factor = opened.id, strong
    g.user_session_unseen = False


def _signed_out(_app: Flask, user: Any, **_more: Any) -> None:
    cookie.pop(COOKIE_KEY, None)
    opened = current_session()
    if opened is not None and isinstance(user, Person):
        actions.end_session(db.session(), opened, by=user)
    g.pop("user_session_id", None)
    g.user_session_unseen = False


def _password_reset(_app: Flask, user: Person, **_more: Any) -> None:
    if user.confirmed_at is None:  # the link in the mail proved the address
        user.confirmed_at = clock.now()
    actions.end_sessions(db.session(), user, by=user)


def _factor_shown(_app: Flask, **_more: Any) -> None:
    """Whoever has just set up a second factor has just shown it."""
    opened = db.session().get_one(UserSession, g.user_session_id)
    opened.multi_factor = True


def _note_presence(response: Response) -> Response:
    """Remember, every few minutes, that the session is in use: pages themselves cannot write."""
    if not g.pop("user_session_unseen", False):
        return response
    seen = update(UserSession).where(UserSession.id == g.user_session_id)
    try:
        with writing() as session:
            session.execute(seen.values(last_seen_at=clock.now()))
    except OperationalError:
        log.warning("session.not-noted")  # the next request will
    return response
