"""Badges: pictures with the credential inside, and hosted documents of the older standard."""

import json
from collections.abc import Mapping
from email.utils import parseaddr
from types import ModuleType
from typing import Any

from flask import Response, abort, current_app, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from probity.credentials import enquiries, queries
from probity.credentials.sharing import baking, consent, openbadges
from probity.credentials.sharing import queries as shared
from probity.credentials.sharing.models import BadgeAssertion, BadgeClass
from probity.credentials.views.blueprint import bp
from probity.credentials.views.holding import HOLD, own_certificate
from probity.credentials.views.public import private_document
from probity.kernel import clock
from probity.kernel.db import db
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Public
from probity.kernel.settings import Settings
from probity.kernel.web import actor
from probity.kernel.work import reading


@bp.page("/certificates/<public_id>/badge.png", needs=HOLD)
def download_badge(public_id: str) -> ResponseReturnValue:
    """The picture with the credential exactly as it was issued."""
    found = own_certificate(public_id)
    drawn = _picture().png(found.scheme, found.issued_on.year)
    data = baking.into_png(drawn, found.credential)
    return _file(data, "image/png", f"{found.number}.png")


@bp.page("/certificates/<public_id>/badge.svg", needs=HOLD)
def download_drawing(public_id: str) -> ResponseReturnValue:
    found = own_certificate(public_id)
    drawn = _picture().svg(found.scheme, found.issued_on.year)
    data = baking.into_svg(drawn, found.credential)
    return _file(data, "image/svg+xml", f"{found.number}.svg")


@bp.page("/certificates/<public_id>/badge-2.0.png", needs=HOLD)
def download_old_badge(public_id: str) -> ResponseReturnValue:
    found = own_certificate(public_id)
    made = shared.assertion_of(db.session(), found) or abort(404)
    told = _told(made)
    if "revoked" in told:
        raise Refused(_("The certificate was withdrawn, so there is no badge of it."), "status")
    drawn = _picture().png(found.scheme, found.issued_on.year)
    data = baking.into_png(drawn, json.dumps(told, ensure_ascii=False), old=True)
    return _file(data, "image/png", f"{found.number}-2.0.png")


@bp.action("/certificates/<public_id>/open-badge", needs=HOLD)
def agree_badge(public_id: str) -> ResponseReturnValue:
    session = db.session()
    certificate = queries.lock_own(session, actor(), public_id) or abort(404)
    consent.agree(session, certificate, by=actor())
    flash(_("The badge for older systems is published."), "ok")
    return _back(public_id)


@bp.action("/certificates/<public_id>/open-badge/withdrawn", needs=HOLD)
def withdraw_badge(public_id: str) -> ResponseReturnValue:
    session = db.session()
    certificate = queries.lock_own(session, actor(), public_id) or abort(404)
    consent.withdraw(session, certificate, by=actor())
    flash(_("Taken down. The address of the badge leads nowhere from now on."), "ok")
    return _back(public_id)


@bp.raw("/badges/2.0/assertions/<token>", methods=["GET"], needs=Public.VERIFY)
def show_assertion(token: str) -> ResponseReturnValue:
    """410 with a word why, where the certificate must not be relied on."""
    place = request.remote_addr
    enquiries.check_place(place)
    with reading() as session:
        made = shared.assertion(session, token)
        told = _told(made) if made is not None else None
    if told is None:
        enquiries.count_miss(place)
        abort(404)
    return _document(told), 410 if "revoked" in told else 200


@bp.page("/badges/2.0/classes/<token>", needs=Public.VERIFY)
def show_badge_class(token: str) -> ResponseReturnValue:
    return _document(openbadges.badge_class(_class(token), _base()))


@bp.page("/badges/2.0/classes/<token>.png", needs=Public.VERIFY)
def show_badge_picture(token: str) -> ResponseReturnValue:
    content = _class(token).content
    return private_document(_picture().png(content["scheme"], content["year"]), "image/png")


@bp.page("/badges/2.0/issuer", needs=Public.VERIFY)
def show_badge_issuer() -> ResponseReturnValue:
    settings: Settings = current_app.config["PROBITY"]
    email = parseaddr(settings.mail_from)[1]
    return _document(openbadges.issuer(settings.base_url, settings.issuer_name, email))


def _class(token: str) -> BadgeClass:
    return shared.badge_class(db.session(), token) or abort(404)


def _picture() -> ModuleType:
    """What draws badges: large libraries that only these pages need."""
    from probity.credentials.sharing import picture  # noqa: PLC0415

    return picture


def _told(made: BadgeAssertion) -> dict[str, Any]:
    return openbadges.assertion(made, _base(), clock.now())


def _base() -> str:
    settings: Settings = current_app.config["PROBITY"]
    return settings.base_url


def _document(content: Mapping[str, Any]) -> Response:
    """For programs on any site; nothing in it is kept on the way."""
    response = jsonify(content)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _file(data: bytes, kind: str, name: str) -> Response:
    response = private_document(data, kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _back(public_id: str) -> ResponseReturnValue:
    return redirect(url_for("credentials.show_own", public_id=public_id), code=303)
