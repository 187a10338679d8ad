"""A holder's own certificate: links that show some of it, and files for other systems."""

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from probity.credentials import presenting, queries
from probity.credentials.models import Certificate
from probity.credentials.sharing import actions, linkedin
from probity.credentials.sharing import queries as shared
from probity.credentials.sharing.forms import ShareForm
from probity.credentials.views.blueprint import bp
from probity.credentials.views.shared import address
from probity.credentials.views.verify import private
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission
from probity.kernel.settings import Settings
from probity.kernel.web import actor

HOLD = Permission.CERTIFICATE_HOLD


@bp.page("/certificates/<public_id>/", needs=HOLD)
def show_own(public_id: str) -> ResponseReturnValue:
    return _page(own_certificate(public_id), ShareForm(formdata=None))


@bp.action("/certificates/<public_id>/links", needs=HOLD)
def make_share(public_id: str) -> ResponseReturnValue:
    session = db.session()
    certificate = queries.lock_own(session, actor(), public_id) or abort(404)
    form = ShareForm()
    if not form.validate_on_submit():
        return _page(certificate, form), 422
    settings: Settings = current_app.config["PROBITY"]
    token = actions.share(session, certificate, form.wish(settings.timezone), by=actor())
    made = url_for("credentials.show_made_share", public_id=public_id, token=token)
    return redirect(made, code=303)


@bp.page("/certificates/<public_id>/links/<token>", needs=HOLD)
def show_made_share(public_id: str, token: str) -> ResponseReturnValue:
    certificate = own_certificate(public_id)
    share = shared.own_share_of(db.session(), certificate, token) or abort(404)
    page = render_template(
        "credentials/share_made.html",
        certificate=certificate,
        share=share,
        token=token,
        address=address(token),
    )
    return private(page)


@bp.action("/certificates/<public_id>/links/<share_id>/withdrawn", needs=HOLD)
def withdraw_share(public_id: str, share_id: str) -> ResponseReturnValue:
    session = db.session()
    share = shared.lock_share(session, actor(), public_id, share_id) or abort(404)
    actions.withdraw(session, share, by=actor())
    flash(_("Withdrawn. The link shows nothing from now on."), "ok")
    return redirect(url_for("credentials.show_own", public_id=public_id), code=303)


def own_certificate(public_id: str) -> Certificate:
    """A certificate of whoever asks; those of others are as if they were not."""
    return queries.own(db.session(), actor(), public_id) or abort(404)


def _page(certificate: Certificate, form: ShareForm) -> str:
    session, settings = db.session(), current_app.config["PROBITY"]
    status = queries.status_of(certificate)
    return render_template(
        "credentials/holding.html",
        certificate=certificate,
        form=form,
        verdict=presenting.VERDICTS[status],
        status=status,
        shares=shared.shares(session, certificate),
        is_live=shared.is_live,
        assertion=shared.assertion_of(session, certificate),
        base_url=settings.base_url,
        linkedin=linkedin.address(certificate, settings.base_url),
    )
