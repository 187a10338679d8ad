"""Public profiles: one's own to choose and look at, those of others as they chose to be seen."""

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.credentials import enquiries, presenting
from probity.credentials.facts import LEVELS
from probity.credentials.sharing import profiles, queries
from probity.credentials.sharing.forms import ProfileForm
from probity.credentials.sharing.models import PublicProfile
from probity.credentials.views.blueprint import bp
from probity.credentials.views.holding import HOLD
from probity.credentials.views.shared import nowhere
from probity.credentials.views.verify import private
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Public
from probity.kernel.web import actor
from probity.kernel.work import reading


@bp.page("/certificates/profile", needs=HOLD)
def show_profile_choice() -> ResponseReturnValue:
    profile = queries.profile_of(db.session(), actor())
    return _choice(ProfileForm.of(profile, queries.held(db.session(), actor().id)), profile)


@bp.action("/certificates/profile", needs=HOLD)
def save_profile() -> ResponseReturnValue:
    session = db.session()
    form = ProfileForm.of(None, queries.held(session, actor().id), sent=True)
    if not form.validate_on_submit():
        return _choice(form, queries.profile_of(session, actor())), 422
    saved = profiles.save(session, form.choice(), by=actor())
    if saved.is_on:
        flash(_("Saved. The page shows it from now on."), "ok")
    return redirect(url_for("credentials.preview_profile"), code=303)


@bp.page("/certificates/profile/preview", needs=HOLD)
def preview_profile() -> ResponseReturnValue:
    profile = queries.profile_of(db.session(), actor()) or abort(404)
    return _page(profile, preview=True)


@bp.action("/certificates/profile/<any(on,off):state>", needs=HOLD)
def switch_profile(state: str) -> ResponseReturnValue:
    session = db.session()
    profile = queries.profile_of(session, actor(), lock=True) or abort(404)
    profiles.switch(session, profile, on=state == "on", by=actor())
    told = _("Your profile is public now.") if state == "on" else _("Your profile is gone.")
    flash(told, "ok")
    return redirect(url_for("credentials.show_profile_choice"), code=303)


@bp.raw("/people/<handle>", methods=["GET"], needs=Public.VERIFY)
def show_profile(handle: str) -> ResponseReturnValue:
    enquiries.check_place(request.remote_addr)
    with reading() as session:
        profile = queries.shown_profile(session, handle)
        if profile is not None:
            return _page(profile, preview=False)
    return nowhere()


def _choice(form: ProfileForm, profile: PublicProfile | None) -> str:
    return render_template("credentials/profile_choice.html", form=form, profile=profile)


def _page(profile: PublicProfile, *, preview: bool) -> Response:
    page = render_template(
        "credentials/profile.html",
        profile=profile,
        person=profile.person,
        listed=profiles.listed(db.session(), profile),
        verdicts=presenting.VERDICTS,
        levels=LEVELS,
        preview=preview,
    )
    response = private(page)
    if profile.searchable and not preview:
        del response.headers["X-Robots-Tag"]
    return response
