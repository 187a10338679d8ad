"""Bring sign-in to life: flask-login and Flask-Security with their edges taken off."""

from datetime import timedelta
from typing import Any

from flask import Flask, Response, redirect, request, url_for
from flask_login import current_user
from flask_principal import identity_loaded  # type: ignore[import-untyped]
from flask_security import Security
from flask_security.core import _on_identity_loaded

from probity.accounts import forms, gate, sentences, sessions, trail
from probity.accounts.datastore import Datastore
from probity.accounts.factors import RECOVERY_CODES, OneTimeCodes, PasskeyPolicy, RecoveryCodes
from probity.accounts.letters import Mailer
from probity.accounts.models import Nobody
from probity.accounts.passwords import ARGON2, Hasher, Passwords
from probity.kernel import clock
from probity.kernel.settings import ROOT, Settings
from probity.kernel.web import wants_json

FORBIDDEN = 403

FORMS = {
    "login_form": forms.SignIn,
    "register_form": forms.SignUp,
    "verify_form": forms.ShowAgain,
    "send_confirmation_form": forms.Confirm,
    "forgot_password_form": forms.Forgot,
    "reset_password_form": forms.Reset,
    "change_password_form": forms.ChangePassword,
    "change_email_form": forms.ChangeEmail,
    "two_factor_setup_form": forms.SetUpCodes,
    "two_factor_verify_code_form": forms.Code,
    "two_factor_rescue_form": forms.Rescue,
    "mf_recovery_form": forms.RecoveryCode,
    "mf_recovery_codes_form": forms.MakeRecoveryCodes,
    "wan_register_form": forms.AddPasskey,
}


def init_accounts(app: Flask) -> None:
    """Set up sign-in. CSRFProtect must be there already."""
    settings: Settings = app.config["PROBITY"]
    app.config.update(_settings(settings), **sentences.settings())
    security = Security(
        mail_util_cls=Mailer,
        password_util_cls=Passwords,
        totp_cls=OneTimeCodes,
        webauthn_util_cls=PasskeyPolicy,
        mf_recovery_codes_util_cls=RecoveryCodes,
    )
    security.init_app(
        app,
        Datastore(),
        register_blueprint=False,
        render_template=gate.render,
        datetime_factory=clock.now,
        **FORMS,
    )
    security.want_json(lambda _request: False)
    security.pwd_context = Hasher(security.pwd_context)
    security.login_manager.anonymous_user = Nobody
    sessions.init_sessions(app, security.login_manager)
    trail.init_trail(app)
    _silence_principal(app, security)
    app.register_blueprint(gate.bp)
    app.after_request(_lead_to_second_factor)


def _settings(settings: Settings) -> dict[str, Any]:
    named = {
        "BLUEPRINT_NAME": "security",
        "CLI_ROLES_NAME": False,
        "CLI_USERS_NAME": False,
        "JOIN_USER_ROLES": False,
        "API_ENABLED_METHODS": ["session"],
        "RETURN_GENERIC_RESPONSES": True,
        "EMAIL_PLAINTEXT": False,
        "EMAIL_HTML": False,
        "I18N_DOMAIN": "messages",
        "I18N_DIRNAME": [str(ROOT / "translations")],
        "CSRF_COOKIE_NAME": None,
        "REGISTERABLE": True,
        "CONFIRMABLE": True,
        "RECOVERABLE": True,
        "CHANGEABLE": True,
        "CHANGE_EMAIL": True,
        "FRESHNESS": timedelta(minutes=15),
        "FRESHNESS_GRACE_PERIOD": timedelta(minutes=15),
        "CONFIRM_EMAIL_WITHIN": timedelta(days=3),
        "RESET_PASSWORD_WITHIN": timedelta(hours=2),
        "POST_LOGIN_VIEW": "/account/start",
        "POST_LOGOUT_VIEW": "/",
        "POST_REGISTER_VIEW": "/sign-in",
        "POST_CHANGE_VIEW": "/account/",
        "POST_CHANGE_EMAIL_VIEW": "/account/",
        "POST_VERIFY_VIEW": "/account/",
    }
    whole = {**named, **_password_settings(settings), **_factor_settings(settings)}
    return {f"SECURITY_{name}": value for name, value in whole.items()}


def _password_settings(settings: Settings) -> dict[str, Any]:
    return {
        "PASSWORD_SALT": settings.password_salt,
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SCHEMES": ["argon2"],
        "PASSWORD_HASH_PASSLIB_OPTIONS": ARGON2,
        "PASSWORD_NORMALIZE_FORM": "NFKC",
        "PASSWORD_CONFIRM_REQUIRED": False,
        # hides an address or a stored hash inside a signed token: needs no slow hash
        "HASHING_SCHEMES": ["hex_sha256"],
    }


def _factor_settings(settings: Settings) -> dict[str, Any]:
    return {
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "TWO_FACTOR_POST_SETUP_VIEW": "/account/recovery-codes",
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": RECOVERY_CODES,
        "TOTP_SECRETS": {"1": settings.totp_key},
        "TOTP_ISSUER": "Probity",
        "WEBAUTHN": True,
        "WAN_RP_NAME": "Probity",
        "WAN_ALLOW_USER_HINTS": False,
        "WAN_POST_REGISTER_VIEW": "/account/passkeys",
    }


def _silence_principal(app: Flask, security: Security) -> None:
    """Nobody asks Flask-Principal; it would load the person before the unit of work begins."""
    app.before_request_funcs[None].remove(security.principal._on_before_request)  # noqa: SLF001
    identity_loaded.disconnect(_on_identity_loaded, app)


def _lead_to_second_factor(response: Response) -> Response:
    """Staff who are held back for want of a second factor are led to where they set one up."""
    if (
        response.status_code == FORBIDDEN
        and current_user.is_held_back
        and request.method == "GET"
        and not wants_json()
    ):
        return redirect(url_for("accounts.show_account", _anchor="factors"), code=303)  # type: ignore[return-value]
    return response
