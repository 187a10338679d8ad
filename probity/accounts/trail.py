"""What changes how a person signs in is recorded, and the person is told."""

from typing import Any

import structlog
from flask import Flask, request
from flask_security import (
    change_email_confirmed,
    password_changed,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    user_failed_authn,
    wan_deleted,
    wan_registered,
)

from probity.accounts import letters
from probity.accounts.models import Person
from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.kernel.db import db

log = structlog.get_logger()


def init_trail(app: Flask) -> None:
    """Listen to what Flask-Security announces."""
    password_changed.connect(_password_changed, app)
    password_reset.connect(_password_changed, app)
    tf_profile_changed.connect(_app_added, app)
    tf_disabled.connect(_app_removed, app)
    wan_registered.connect(_passkey_added, app)
    wan_deleted.connect(_passkey_removed, app)
    change_email_confirmed.connect(_email_changed, app)
    user_failed_authn.connect(_failed, app)


def _password_changed(_app: Flask, user: Person, **_more: Any) -> None:
    _record(AuditEvent.PASSWORD_CHANGED, user)  # the library writes the letter


def _app_added(_app: Flask, user: Person, **_more: Any) -> None:
    _record(AuditEvent.FACTOR_ADDED, user, kind="app")
    _tell(user, "app-added")


def _app_removed(_app: Flask, user: Person, **_more: Any) -> None:
    _record(AuditEvent.FACTOR_REMOVED, user, kind="app")
    _tell(user, "app-removed")


def _passkey_added(_app: Flask, user: Person, **_more: Any) -> None:
    _record(AuditEvent.FACTOR_ADDED, user, kind="passkey")
    _tell(user, "passkey-added")


def _passkey_removed(_app: Flask, user: Person, **_more: Any) -> None:
    _record(AuditEvent.FACTOR_REMOVED, user, kind="passkey")
    _tell(user, "passkey-removed")


def _email_changed(_app: Flask, user: Person, old_email: str, **_more: Any) -> None:
    _record(AuditEvent.EMAIL_CHANGED, user)
    _tell(user, "email-changed", to=old_email)


def _failed(_app: Flask, user: Person, auth_type: str, **_more: Any) -> None:
    log.warning("sign-in.failed", person=user.id, way=auth_type, place=request.remote_addr)


def _record(event: AuditEvent, person: Person, **details: str) -> None:
    audit.record(db.session(), event, f"person/{person.id}", by=person, **details)


def _tell(person: Person, what: str, to: str | None = None) -> None:
    letters.send(
        db.session(),
        "security/email/security_notice.txt",
        to=to or person.email,
        locale=person.locale,
        user=person,
        what=what,
    )
