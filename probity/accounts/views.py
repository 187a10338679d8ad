"""The account page, invitations, and the pages where administrators look after people."""

from flask import (
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user

from probity.accounts import actions, forms, letters, passwords, queries, sessions, stepup, words
from probity.accounts.models import Person
from probity.accounts.roles import Role
from probity.kernel.db import db
from probity.kernel.i18n import content_locale
from probity.kernel.i18n import gettext as _
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Permission, Public
from probity.kernel.web import Blueprint, local_path

bp = Blueprint("accounts", __name__)

ONCE = "invitation_link"


@bp.before_request
def _hash_before_the_unit() -> None:
    if request.method == "POST" and request.endpoint == "accounts.accept_invitation":
        passwords.foretell_hash(request.form.get("password", ""))


def _me() -> Person:
    person: Person = current_user._get_current_object()  # noqa: SLF001 (the object behind the proxy)
    return person


@bp.page("/account/start", needs=Permission.ACCOUNT_OWN)
def start() -> ResponseReturnValue:
    """Lead whoever has just signed in to where their work is."""
    learner = current_user.may(Permission.COURSE_LEARN) and Role.CANDIDATE in current_user.roles
    return redirect("/learning/" if learner else "/account/", code=303)


@bp.page("/account/", needs=Permission.ACCOUNT_OWN)
def show_account() -> ResponseReturnValue:
    return _account_page()


def _account_page(
    names: forms.Names | None = None, preferences: forms.Preferences | None = None
) -> str:
    session, person = db.session(), _me()
    return render_template(
        "accounts/account.html",
        person=person,
        names=names or forms.Names(data=_known_names(person)),
        preferences=preferences or forms.Preferences(obj=person),
        sessions=queries.sessions_of(session, person),
        current=sessions.current_session(),
        browser_name=words.browser_name,
        passkeys=queries.passkeys_of(session, person),
        role_names=words.ROLE_NAMES,
        next=local_path(request.args.get("next", "")),
    )


def _known_names(person: Person) -> dict[str, object]:
    return {
        "name": person.name_latin,
        "name_native": person.name_native,
        "confirmed": person.name_confirmed_at is not None,
    }


@bp.action("/account/names", needs=Permission.ACCOUNT_OWN)
def save_names() -> ResponseReturnValue:
    form, session, person = forms.Names(), db.session(), _me()
    if not form.validate():
        return _account_page(names=form), 422
    actions.change_names(
        session,
        person,
        name_latin=form.name.data,
        name_native=form.name_native.data,
        by=person,
    )
    if form.confirmed.data:
        actions.confirm_name(session, person, by=person)
        flash(_("Your name is confirmed. Certificates will carry it."), "success")
    else:
        flash(_("Your name is saved, but not confirmed yet."), "info")
    target = local_path(request.form.get("next", ""))
    return redirect(target or url_for("accounts.show_account", _anchor="names"), code=303)


@bp.action("/account/preferences", needs=Permission.ACCOUNT_OWN)
def save_preferences() -> ResponseReturnValue:
    form = forms.Preferences()
    if not form.validate():
        return _account_page(preferences=form), 422
    actions.change_preferences(_me(), locale=form.locale.data, timezone=form.timezone.data)
    flash(_("Saved."), "success")
    return redirect(url_for("accounts.show_account", _anchor="preferences"), code=303)


@bp.action("/account/sessions/<public_id>/ending", needs=Permission.ACCOUNT_OWN)
def end_session(public_id: str) -> ResponseReturnValue:
    session, person = db.session(), _me()
    opened = queries.session_of(session, person, public_id) or abort(404)
    actions.end_session(session, opened, by=person)
    flash(_("The session has ended."), "success")
    return redirect(url_for("accounts.show_account", _anchor="sessions"), code=303)


@bp.action("/account/sessions/endings", needs=Permission.ACCOUNT_OWN)
def end_other_sessions() -> ResponseReturnValue:
    person = _me()
    actions.end_sessions(db.session(), person, by=person, keep=sessions.current_session())
    flash(_("All other sessions have ended."), "success")
    return redirect(url_for("accounts.show_account", _anchor="sessions"), code=303)


@bp.page("/account/authenticator.svg", needs=Permission.ACCOUNT_OWN)
def show_authenticator_code() -> ResponseReturnValue:
    """Draw the code for the app while it is being set up; the secret is in the signed cookie."""
    secret = cookie.get("tf_totp_secret") or abort(404)
    picture = current_app.extensions["security"].totp_factory.qr_svg(current_user.email, secret)
    return Response(picture, mimetype="image/svg+xml", headers={"Cache-Control": "no-store"})


@bp.page("/invitations/<token>", needs=Public.SIGN_IN)
def show_invitation(token: str) -> ResponseReturnValue:
    invitation = queries.open_invitation(db.session(), token)
    if invitation is None:
        return render_template("accounts/invitation_over.html"), 404
    form = forms.Accept(invitation.email, data={"name": invitation.name})
    return render_template("accounts/invitation.html", invitation=invitation, form=form)


@bp.action("/invitations/<token>", needs=Public.SIGN_IN)
def accept_invitation(token: str) -> ResponseReturnValue:
    session = db.session()
    invitation = queries.open_invitation(session, token, lock=True)
    if invitation is None:
        return render_template("accounts/invitation_over.html"), 404
    form = forms.Accept(invitation.email)
    if not form.validate():
        return render_template("accounts/invitation.html", invitation=invitation, form=form), 422
    actions.accept_invitation(
        session,
        invitation,
        password_hash=passwords.stored_form(form.password.data),
        name_latin=form.name.data,
        name_native=form.name_native.data,
        locale=content_locale(),
    )
    flash(_("Your account is ready. Sign in with your new password."), "success")
    return redirect(url_for("security.login"), code=303)


@bp.page("/admin/people/", needs=Permission.PEOPLE_MANAGE)
def list_people() -> ResponseReturnValue:
    return _people_page(forms.Invite(formdata=None))


def _people_page(form: forms.Invite) -> str:
    session, sought = db.session(), request.args.get("q", "")[:100]
    role = Role(request.args["role"]) if request.args.get("role") in set(Role) else None
    return render_template(
        "accounts/people.html",
        page=paginate(session, queries.people(sought, role), request.args.get("page", 1, int)),
        invitations=queries.open_invitations(session),
        form=form,
        sought=sought,
        role=role,
        roles=list(Role),
        role_names=words.ROLE_NAMES,
        link=cookie.pop(ONCE, None),
    )


@bp.action("/admin/people/invitations", needs=Permission.PEOPLE_MANAGE)
def invite() -> ResponseReturnValue:
    stepup.ask_again_if_stale(url_for("accounts.list_people"))
    form, session = forms.Invite(), db.session()
    if not form.validate():
        return _people_page(form), 422
    invitation, token = actions.invite(
        session, email=form.email.data, name=form.name.data, roles=form.roles.data, by=_me()
    )
    letters.send_invitation(session, invitation, token)
    cookie[ONCE] = letters.absolute("accounts.show_invitation", token=token)
    flash(_("The invitation to %(email)s is on its way.", email=invitation.email), "success")
    return redirect(url_for("accounts.list_people"), code=303)


@bp.page("/admin/people/<public_id>/", needs=Permission.PEOPLE_MANAGE)
def show_person(public_id: str) -> ResponseReturnValue:
    session = db.session()
    person = queries.person_of(session, public_id) or abort(404)
    return render_template(
        "accounts/person.html",
        person=person,
        grants=queries.grants_of(session, person),
        givers=queries.names_of_givers(session, person),
        sessions=queries.sessions_of(session, person),
        browser_name=words.browser_name,
        roles=list(Role),
        role_names=words.ROLE_NAMES,
        role_hints=words.ROLE_HINTS,
    )


@bp.action("/admin/people/<public_id>/roles", needs=Permission.PEOPLE_MANAGE)
def grant_role(public_id: str) -> ResponseReturnValue:
    here = url_for("accounts.show_person", public_id=public_id)
    stepup.ask_again_if_stale(here)
    session = db.session()
    person = queries.lock_person(session, public_id) or abort(404)
    if request.form.get("role") not in set(Role):
        abort(422)
    role = Role(request.form["role"])
    actions.grant_role(session, person, role, by=_me())
    flash(
        _("%(name)s now has the role: %(role)s.", name=person.name, role=words.role_name(role)),
        "success",
    )
    return redirect(here, code=303)


@bp.action("/admin/people/<public_id>/roles/<role>/withdrawal", needs=Permission.PEOPLE_MANAGE)
def withdraw_role(public_id: str, role: str) -> ResponseReturnValue:
    here = url_for("accounts.show_person", public_id=public_id)
    stepup.ask_again_if_stale(here)
    session = db.session()
    person = queries.lock_person(session, public_id) or abort(404)
    if role not in set(Role):
        abort(404)
    actions.withdraw_role(session, person, Role(role), by=_me())
    flash(_("The role is withdrawn."), "success")
    return redirect(here, code=303)


@bp.action("/admin/people/<public_id>/session-endings", needs=Permission.PEOPLE_MANAGE)
def end_sessions_of(public_id: str) -> ResponseReturnValue:
    session = db.session()
    person = queries.lock_person(session, public_id) or abort(404)
    actions.end_sessions(session, person, by=_me())
    flash(_("All sessions of %(name)s have ended.", name=person.name), "success")
    return redirect(url_for("accounts.show_person", public_id=public_id), code=303)
