"""Acts with power over others need a sign-in of the last minutes."""

from datetime import timedelta

from flask import abort, current_app, flash, redirect, url_for
from flask_security.utils import check_and_update_authn_fresh

from probity.kernel.i18n import gettext as _

FRESH, GRACE = timedelta(minutes=15), timedelta(minutes=15)


def ask_again_if_stale(target: str) -> None:
    """Lead to the page that asks for the password again, except in the demonstration.

    Afterwards that page leads to `target`, where the act can be tried again.
    """
    if current_app.config["PROBITY"].demonstration or check_and_update_authn_fresh(FRESH, GRACE):
        return
    flash(_("Please show once more that it is you, then try again."), "info")
    abort(redirect(url_for("security.verify", next=target), code=303))
