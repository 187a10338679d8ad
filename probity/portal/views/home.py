"""The front page and the choice of language."""

from urllib.parse import urlsplit

from flask import abort, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from probity.kernel.db import db
from probity.kernel.i18n import LANGUAGE_COOKIE, LANGUAGES
from probity.kernel.permissions import Permission, Public
from probity.kernel.web import actor
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
    response = redirect(_local_path(request.form.get("next", "/")), code=303)
    response.set_cookie(
        LANGUAGE_COOKIE,
        chosen,
        max_age=YEAR_SECONDS,
        secure=current_app.config["PROBITY"].https,
        httponly=True,
        samesite="Lax",
    )
    return response


def _local_path(target: str) -> str:
    """Keep a redirect on this site: a path of ours or the front page."""
    parts = urlsplit(target.replace("\\", "/"))
    safe = target.startswith("/") and not parts.scheme and not parts.netloc
    return target if safe and not target.startswith("//") and target.isprintable() else "/"
