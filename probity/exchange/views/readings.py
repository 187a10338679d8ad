"""What is fetched from an import: its progress, its report, its media, and the templates."""

import csv
import io

from flask import Response, abort, jsonify
from flask.typing import ResponseReturnValue

from probity.bank.media import PICTURES
from probity.exchange import presenting, queries
from probity.exchange.formats.sheet import kept, writing
from probity.exchange.staging import fetch, staged_key
from probity.exchange.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission
from probity.kernel.web import actor

TEMPLATES = {
    "questions.xlsx": (writing.template, writing.XLSX, False),
    "questions-zh.xlsx": (writing.template, writing.XLSX, True),
    "questions.csv": (writing.csv_template, writing.CSV, False),
}


@bp.page("/imports/<public_id>/state", needs=Permission.ITEM_WRITE, speaks_json=True)
def show_import_state(public_id: str) -> ResponseReturnValue:
    """How far the import is, for the script that shows it."""
    batch = queries.find_batch(db.session(), actor(), public_id) or abort(404)
    return jsonify(presenting.state(db.session(), batch))


@bp.page("/imports/<public_id>/report", needs=Permission.ITEM_WRITE)
def download_report(public_id: str) -> ResponseReturnValue:
    """What became of every question, as a table."""
    batch = queries.find_batch(db.session(), actor(), public_id) or abort(404)
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(
        [_("No."), _("File"), _("Place"), _("Name"), _("Kind"), _("Finding"), _("Outcome"),
         _("Item"), _("Reason"), _("Remarks")]
    )  # fmt: skip
    for row in presenting.report_rows(db.session(), batch):
        table.writerow([kept.harmless(words) for words in row])
    return attachment(out.getvalue().encode("utf-8-sig"), writing.CSV, "import-report.csv")


@bp.page("/imports/<public_id>/media/<sha256>", needs=Permission.ITEM_WRITE)
def show_import_media(public_id: str, sha256: str) -> ResponseReturnValue:
    """A picture or sound of a question that is not in the bank yet."""
    batch = queries.find_batch(db.session(), actor(), public_id) or abort(404)
    kind = queries.media_type(db.session(), batch, sha256) or abort(404)
    try:
        data = fetch(staged_key(batch.public_id, sha256))
    except FileNotFoundError:
        abort(404)
    response = Response(data, mimetype=kind)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if kind not in PICTURES:
        response.headers["Content-Disposition"] = "attachment"
    return response


@bp.page("/imports/templates/<name>", needs=Permission.ITEM_WRITE)
def download_template(name: str) -> ResponseReturnValue:
    """An empty table to fill in."""
    if name not in TEMPLATES:
        abort(404)
    make, kind, chinese = TEMPLATES[name]
    return attachment(make(chinese=chinese), kind, name)


def attachment(data: bytes, kind: str, name: str) -> Response:
    """A file to be saved."""
    response = Response(data, content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
