"""The status of a certificate as a small picture, to be shown on other sites without any script."""

import base64
import hashlib

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from probity.credentials import enquiries, presenting
from probity.credentials.entries import Entry
from probity.credentials.views.blueprint import bp
from probity.credentials.views.public import _shown
from probity.kernel.db import db
from probity.kernel.i18n import LANGUAGES
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Public

CACHED_SECONDS = 300
STYLE = (
    ".l{fill:#eef3f5}.t{fill:#10232c}.v{fill:#fff}.ok{fill:#14663c}.warn{fill:#845000}"
    ".bad{fill:#a3211a}.none{fill:#475a64}"
    "@media(prefers-color-scheme:dark){.l{fill:#22343d}.t{fill:#eaf3f6}.ok{fill:#1b7a49}"
    ".warn{fill:#9a6000}.bad{fill:#b8332b}.none{fill:#5d7079}}"
)
"""Of the picture alone: pages that show it lend it no styles."""

_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'"
SIGN, WIDE_SIGN, PADDING = 7, 13, 12
_ASCII = 0x2E80


@bp.raw("/c/<public_id>/badge.svg", methods=["GET"], needs=Public.VERIFY)
def show_badge(public_id: str) -> ResponseReturnValue:
    return _shown(public_id, _badge)


def _badge(certificate: Entry) -> Response:
    wanted = request.args.get("lang", "en")
    locale = wanted if wanted in LANGUAGES else "en"
    answer = enquiries.open_desk().registered(db.session(), certificate)
    verdict = presenting.verdict(answer)
    with force_locale(locale.replace("-", "_")):
        label = current_app.config["PROBITY"].issuer_name
        word = _("Specimen") if certificate.specimen and answer.status == "valid" else verdict.word
        svg = render_template(
            "credentials/badge.svg",
            lang=locale,
            label=label,
            word=str(word),
            kind="none" if certificate.specimen and answer.status == "valid" else verdict.kind,
            title=_("Certificate %(number)s", number=certificate.number),
            left=_width(label),
            right=_width(str(word)),
            styles=STYLE,
        )
    response = Response(svg, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = f"public, max-age={CACHED_SECONDS}"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _width(words: str) -> int:
    """About as wide as the words are drawn; the picture stretches them to fit exactly."""
    return sum(WIDE_SIGN if ord(sign) >= _ASCII else SIGN for sign in words) + 2 * PADDING
