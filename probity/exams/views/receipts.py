"""Receipts that anybody may check: by their address, or pasted or uploaded as JSON."""

import json
from contextlib import closing
from datetime import datetime
from typing import Any

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from probity.exams import labels, operating, receipts
from probity.exams.receipts import Receipt
from probity.exams.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Public

LARGEST = 16 * 1024


@bp.page("/receipts/", needs=Public.VERIFY)
def show_receipt_form() -> ResponseReturnValue:
    return render_template("exams/receipt_form.html", typed="", error=None)


@bp.action("/receipts/", needs=Public.VERIFY)
def check_receipt_file() -> ResponseReturnValue:
    """Check the JSON that a hand-in answered; nothing of it is kept."""
    typed = request.form.get("receipt", "")
    sent = _uploaded() or typed.encode()
    read = receipts.from_json(_parsed(sent)) if len(sent) <= LARGEST else None
    if read is None:
        error = _("This is no receipt. Choose the file, or paste the whole text from { to }.")
        page = render_template("exams/receipt_form.html", typed=typed[:LARGEST], error=error)
        return page, 422
    return _answer(*read)


@bp.page("/receipts/<attempt_id>", needs=Public.VERIFY)
def check_receipt(attempt_id: str) -> ResponseReturnValue:
    """Tell anyone who holds a receipt whether this site gave it."""
    return _answer(*receipts.from_query(attempt_id, request.args))


def _answer(receipt: Receipt, signature: str) -> str:
    genuine = receipts.is_genuine(current_app.config["SECRET_KEY"], receipt, signature)
    attempt = operating.attempt(db.session(), receipt.attempt) if genuine else None
    return render_template(
        "exams/receipt.html",
        genuine=genuine,
        receipt=receipt,
        ended_at=datetime.fromisoformat(receipt.ended_at) if genuine and receipt.ended_at else None,
        is_replaced=attempt is not None and attempt.answers_sha256 != receipt.answers_sha256,
        labels=labels,
    )


def _uploaded() -> bytes:
    file = request.files.get("file")
    if file is None:
        return b""
    with closing(file):  # a large one lies in a temporary file
        return file.stream.read(LARGEST + 1)


def _parsed(sent: bytes) -> Any:
    try:
        return json.loads(sent)
    except (ValueError, RecursionError):
        return None
