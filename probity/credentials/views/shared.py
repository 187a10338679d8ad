"""The page behind a link that a holder made. Whatever does not hold answers like a guess."""

from collections.abc import Callable
from datetime import date

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from probity.credentials import enquiries, presenting, sentences
from probity.credentials.proofs import qr
from probity.credentials.sharing import actions, queries, telling
from probity.credentials.sharing.models import Share
from probity.credentials.views.blueprint import bp
from probity.credentials.views.public import private_document
from probity.credentials.views.verify import private
from probity.kernel import clock
from probity.kernel.db import db
from probity.kernel.permissions import Public
from probity.kernel.settings import Settings
from probity.kernel.web import actor
from probity.kernel.work import reading, writing


@bp.raw("/s/<token>", methods=["GET"], needs=Public.VERIFY)
def show_share(token: str) -> ResponseReturnValue:
    """Only others are counted, and only who really asks for the page."""
    reply, share_id = _shared(token, _page)
    if share_id and request.method == "GET":
        with writing() as session:
            actions.count_use(session, share_id, today())
    return reply


@bp.raw("/s/<token>.png", methods=["GET"], needs=Public.VERIFY)
def show_share_code(token: str) -> ResponseReturnValue:
    reply, _share = _shared(token, lambda _: private_document(qr.png(address(token)), "image/png"))
    return reply


def today() -> date:
    settings: Settings = current_app.config["PROBITY"]
    return clock.now().astimezone(settings.timezone).date()


def address(token: str) -> str:
    return f"{current_app.config['PROBITY'].base_url}/s/{token}"


def _shared(token: str, show: Callable[[Share], Response]) -> tuple[Response, int]:
    """The answer, and which link was used by somebody else than its holder (0 for none)."""
    place = request.remote_addr
    enquiries.check_place(place)
    with reading() as session:
        share = queries.live_share(session, token)
        if share is not None:
            foreign = share.certificate.holder_id != actor().id
            return show(share), share.id if foreign else 0
    return nowhere(), 0


def nowhere() -> Response:
    """One answer for every link and profile that does not hold. Raises TooMany."""
    enquiries.count_miss(request.remote_addr)
    with reading():
        page = private(render_template("credentials/share_gone.html"))
    page.status_code = 404
    return page


def _page(share: Share) -> Response:
    answer = enquiries.open_desk().registered(db.session(), share.certificate)
    record, fields = answer.record, share.fields
    page = render_template(
        "credentials/shared.html",
        share=share,
        verdict=presenting.verdict(answer),
        sentence=telling.sentence(answer, fields),
        checked_at=answer.checked_at,
        reasons=sentences.reasons_told(answer.reasons),
        told=telling.told(record, share.certificate.summary, fields) if record else None,
    )
    return private(page)
