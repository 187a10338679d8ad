"""The front page and the choice of language."""

from flask import abort, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from probity.kernel.db import db
from probity.kernel.i18n import LANGUAGE_COOKIE, LANGUAGES
from probity.kernel.permissions import Permission, Public
from probity.kernel.web import actor, local_path
from probity.portal import queries
from probity.portal.navigation import studio_navigation
from probity.portal.views.blueprint import bp

YEAR_SECONDS = 365 * 24 * 3600


@bp.page("/", needs=Public.INFORMATION)
def home() -> ResponseReturnValue:
    session = db.session()
    courses = queries.courses_for_home(session, actor())
    return render_template(
        "portal/home.html", courses=courses, figures=queries.figures(session, courses)
    )


@bp.page("/studio/", needs=Permission.ACCOUNT_OWN)
def show_studio() -> ResponseReturnValue:
    return _first_page_below("/studio/")


@bp.page("/admin/", needs=Permission.ACCOUNT_OWN)
def show_admin() -> ResponseReturnValue:
    return _first_page_below("/admin/")


def _first_page_below(prefix: str) -> ResponseReturnValue:
    """Lead staff to the first of the pages there that they may see."""
    pages = [link.href for link in studio_navigation() if link.href.startswith(prefix)]
    return redirect(pages[0], code=303) if pages else abort(403)


@bp.action("/language", needs=Public.LANGUAGE)
def choose_language() -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(422)
    response = redirect(local_path(request.form.get("next", ""), otherwise="/"), code=303)
    response.set_cookie(
        LANGUAGE_COOKIE,
        chosen,
        max_age=YEAR_SECONDS,
        secure=current_app.config["PROBITY"].https,
        httponly=True,
        samesite="Lax",
    )
    return response
