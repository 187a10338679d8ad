"""Flask-Security's views at our addresses: in a unit of work, limited, with honest status codes."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security import change_email, recovery_codes, views, webauthn
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from probity.accounts import addresses, letters, limits, passwords, queries
from probity.kernel.permissions import Permission, Public
from probity.kernel.web import Blueprint
from probity.kernel.work import reading, writing

bp = Blueprint("security", __name__)

View = Callable[..., ResponseReturnValue]
Before = Callable[[], None]
After = Callable[[Session, Response], None]

FOUND, SEE_OTHER, UNPROCESSABLE = 302, 303, 422

ASKS_FOR_LETTER = frozenset(
    {
        "security/change_email.html",
        "security/forgot_password.html",
        "security/send_confirmation.html",
    }
)
"""Pages whose form, once accepted, leads back to the page with a message."""


def render(template: str, **context: Any) -> ResponseReturnValue:
    """Render a page for Flask-Security: 422 with errors, a redirect when a letter was asked for."""
    if request.method == "POST":
        forms = [value for value in context.values() if isinstance(value, FlaskForm)]
        if any(form.errors for form in forms):
            return render_template(template, **context), UNPROCESSABLE
        if template in ASKS_FOR_LETTER:
            return redirect(request.path, code=SEE_OTHER)
    return render_template(template, **context)


def _enter(
    rule: str,
    name: str,
    view: View,
    *,
    needs: Permission | Public = Public.SIGN_IN,
    methods: tuple[str, ...] = ("GET", "POST"),
    before: Before | None = None,
    after: After | None = None,
    get_writes: bool = False,
) -> None:
    """Register one of the library's views.

    `before` opens a unit of its own, may refuse, and computes hashes once that unit is closed:
    no lock is held meanwhile. `after` runs inside the unit of the view.
    """

    @wraps(view)
    def handle(**values: Any) -> ResponseReturnValue:
        posted = request.method == "POST"
        if before is not None and posted:
            before()

        def run() -> Response:
            with writing() if posted or get_writes else reading() as session:
                response = make_response(view(**values))
                if after is not None and posted:
                    after(session, response)
                return response

        try:
            response = run()
        except IntegrityError:  # somebody took the address a moment ago; now it is seen
            cookie.pop("_flashes", None)
            response = run()
        if response.status_code == FOUND:
            response.status_code = SEE_OTHER
        response.headers["Cache-Control"] = "no-store"
        return limits.remember_browser(response)

    handle.__name__ = name
    bp.raw(rule, methods=methods, needs=needs)(handle)


def _before_sign_in() -> None:
    email, password = request.form.get("email", ""), request.form.get("password", "")
    with reading() as session:
        limits.check_sign_in(session, email)
        person = queries.find_person(session, _normalised(email))
        stored = person.password if person else None
    passwords.foretell_verdict(password, stored)


def _after_sign_in(session: Session, response: Response) -> None:
    email = request.form.get("email", "")
    if response.status_code == UNPROCESSABLE:
        limits.count_sign_in_failure(session, email)
    elif current_user.is_authenticated:
        limits.forget_sign_in_failures(session, email)
    elif not request.args.get("next") and not request.form.get("next"):
        # the library would lead back to this very page after the second step
        response.location = url_for("security.two_factor_token_validation")


def _before_sign_up() -> None:
    with reading() as session:
        limits.check(session, limits.ASKING, limits.place())
        known = queries.find_person(session, _normalised(request.form.get("email", "")))
    if known is None:
        passwords.foretell_hash(request.form.get("password", ""))
    else:
        passwords.foretell_registration_decoy()


def _before_letter() -> None:
    with reading() as session:
        limits.check(session, limits.ASKING, limits.place())
    passwords.foretell_decoy()


def _after_letter(session: Session, response: Response) -> None:
    if response.status_code == UNPROCESSABLE:
        return
    limits.count(session, limits.ASKING, limits.place())
    if "letter_sent" not in g:  # an unknown address must cost what a known one costs
        letters.pretend(session, request.form.get("email", ""))


def _before_proof() -> None:
    """Someone signed in or half way in shows a password or a code."""
    with reading() as session:
        stored = getattr(current_user, "password", None)
        if key := limits.proof_key():
            limits.check(session, limits.BY_PERSON, key)
    if stored is not None and "password" in request.form:
        passwords.foretell_verdict(request.form["password"], stored)
    if "new_password" in request.form:
        passwords.foretell_hash(request.form["new_password"])


def _after_proof(session: Session, response: Response) -> None:
    if response.status_code == UNPROCESSABLE and (key := limits.proof_key()):
        limits.count(session, limits.BY_PERSON, key)


def _before_reset() -> None:
    passwords.foretell_hash(request.form.get("password", ""))


def _normalised(email: str) -> str:
    try:
        return addresses.normalise(email, test=True)
    except ValueError:
        return ""


@bp.page("/sign-in/help", needs=Public.SIGN_IN)
def two_factor_rescue() -> ResponseReturnValue:
    """Where the library sends people who lost their phone: recovery codes are the way."""
    return redirect(url_for("security.mf_recovery"), code=SEE_OTHER)


def _second_step() -> ResponseReturnValue:
    """Ask for the code; the library would sign out whoever comes here signed in already."""
    if current_user.is_authenticated:
        return redirect(url_for("accounts.show_account"), code=SEE_OTHER)
    step: ResponseReturnValue = views.two_factor_token_validation()
    return step


OWN = Permission.ACCOUNT_OWN
_prove = partial(_enter, before=_before_proof, after=_after_proof)
_ask = partial(_enter, before=_before_letter, after=_after_letter)
POST = ("POST",)

_enter("/sign-in", "login", views.login, before=_before_sign_in, after=_after_sign_in)
_enter("/sign-out", "logout", views.logout, methods=POST)
_enter("/sign-up", "register", views.register, before=_before_sign_up, after=_after_letter)
_ask("/confirm", "send_confirmation", views.send_confirmation)
_enter("/confirm/<token>", "confirm_email", views.confirm_email, methods=("GET",), get_writes=True)
_ask("/reset", "forgot_password", views.forgot_password)
_enter("/reset/<token>", "reset_password", views.reset_password, before=_before_reset)

_prove("/sign-in/code", "two_factor_token_validation", _second_step)
_prove("/sign-in/recovery", "mf_recovery", recovery_codes.mf_recovery)
_enter("/sign-in/passkey", "wan_signin", webauthn.webauthn_signin)
_enter(
    "/sign-in/passkey/<token>",
    "wan_signin_response",
    webauthn.webauthn_signin_response,
    methods=POST,
)

_prove("/account/verify", "verify", views.verify, needs=OWN)
_enter("/account/verify/passkey", "wan_verify", webauthn.webauthn_verify, needs=OWN)
_enter(
    "/account/verify/passkey/<token>",
    "wan_verify_response",
    webauthn.webauthn_verify_response,
    needs=OWN,
    methods=POST,
)
_prove("/account/password", "change_password", views.change_password, needs=OWN)
_ask("/account/email", "change_email", change_email.change_email, needs=OWN)
_enter(
    "/account/email/<token>",
    "change_email_confirm",
    change_email.change_email_confirm,
    methods=("GET",),
    get_writes=True,
)
_enter("/account/authenticator", "two_factor_setup", views.two_factor_setup, needs=OWN)
_enter(
    "/account/authenticator/<token>",
    "two_factor_setup_validate",
    views.two_factor_setup_validate,
    needs=OWN,
    methods=POST,
)
_enter("/account/recovery-codes", "mf_recovery_codes", recovery_codes.mf_recovery_codes, needs=OWN)
_enter("/account/passkeys", "wan_register", webauthn.webauthn_register, needs=OWN)
_enter(
    "/account/passkeys/<token>",
    "wan_register_response",
    webauthn.webauthn_register_response,
    needs=OWN,
    methods=POST,
)
_enter(
    "/account/passkeys/removals", "wan_delete", webauthn.webauthn_delete, needs=OWN, methods=POST
)
