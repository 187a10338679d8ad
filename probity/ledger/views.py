"""The public page of the log, its files for programs, and where witnesses hand in what they saw."""

import json

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from probity.kernel import clock
from probity.kernel.db import db
from probity.kernel.errors import Refused
from probity.kernel.permissions import Public
from probity.kernel.web import Blueprint
from probity.kernel.work import reading, writing
from probity.ledger import exporting, notes, presenting, queries, signing, tiles, witnessing

bp = Blueprint("ledger", __name__)

FOREVER = "public, max-age=31536000, immutable"
SHORT = "public, max-age=60"
MOMENT = "public, max-age=5"
TEXT = "text/plain; charset=utf-8"
LATEST = 1000
STATUS = {"note": 422, "stranger": 403, "checkpoint": 404, "clock": 422}


@bp.page("/log", needs=Public.LOG)
def show_log() -> ResponseReturnValue:
    session = db.session()
    wanted = request.args.get("entry", "").strip()[:120]
    keys, now = signing.keys(), clock.now()
    checkpoints = presenting.latest_checkpoints(session)
    return render_template(
        "ledger/log.html",
        latest=checkpoints[0][0] if checkpoints else None,
        checkpoints=checkpoints,
        signed=presenting.age(now - checkpoints[0][1]) if checkpoints else "",
        watched=presenting.watched(session, now),
        key=keys[-1] if keys else None,
        address=f"{request.url_root}log",
        wanted=wanted,
        found=presenting.find(session, wanted) if wanted else None,
    )


@bp.page("/log/receipt.json", needs=Public.LOG)
def download_receipt() -> ResponseReturnValue:
    found = presenting.find(db.session(), request.args.get("entry", "").strip()[:120])
    if found is None or found.receipt is None:
        abort(404)
    data = json.dumps(found.receipt, ensure_ascii=False, indent=1).encode()
    return _download(data, "application/json", "receipt.json")


@bp.page("/log/probity-log-audit.py", needs=Public.LOG)
def download_auditor() -> ResponseReturnValue:
    return _download(exporting.auditor(), "text/x-python", exporting.AUDITOR)


@bp.page("/log/checkpoint", needs=Public.LOG)
def show_checkpoint() -> ResponseReturnValue:
    newest = queries.newest(db.session(), 1) or abort(404)
    return _file(queries.cosigned(newest[0]).encode(), TEXT, MOMENT)


@bp.page("/log/checkpoints.jsonl", needs=Public.LOG)
def list_checkpoints() -> ResponseReturnValue:
    """The latest checkpoints; an exported folder has all of them."""
    newest = queries.newest(db.session(), LATEST)
    lines = (exporting.as_line(queries.cosigned(row)) for row in reversed(newest))
    return _file("".join(lines).encode(), "application/jsonl", SHORT)


@bp.page("/log/keys", needs=Public.LOG)
def show_keys() -> ResponseReturnValue:
    return _file(exporting.keys_text(db.session(), signing.keys()).encode(), TEXT, SHORT)


@bp.page("/log/tile/<int:level>/<path:place>", needs=Public.LOG)
def show_tile(level: int, place: str) -> ResponseReturnValue:
    return _tile(tiles.parse(level, place))


@bp.page("/log/tile/entries/<path:place>", needs=Public.LOG)
def show_entries(place: str) -> ResponseReturnValue:
    return _tile(tiles.parse(None, place))


@bp.raw("/log/cosignatures", methods=["POST"], needs=Public.LOG, csrf=False)
def create_cosignature() -> ResponseReturnValue:
    """Keep what a witness states; strangers are turned away before anything is locked."""
    if (request.content_length or 0) > notes.LARGEST:
        return _say(413, "The note is larger than any checkpoint.")
    text = request.get_data().decode(errors="replace")
    try:
        with reading() as session:
            witnessing.read(session, text)
        with writing() as session:
            fresh = witnessing.accept(session, text)
    except Refused as error:
        return _say(STATUS.get(error.reason, 409), error.message)
    return _say(200, "Thank you, kept." if fresh else "Known already.")


def _tile(tile: tiles.Tile | None) -> Response:
    data = queries.tile(db.session(), tile) if tile is not None else None
    if tile is None or data is None:
        abort(404)
    return _file(data, "application/octet-stream", FOREVER if tile.is_full else SHORT)


def _file(data: bytes, kind: str, cache: str) -> Response:
    response = Response(data, content_type=kind)
    response.headers["Cache-Control"] = cache
    # whoever checks the log may do so from any page
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _download(data: bytes, kind: str, name: str) -> Response:
    response = _file(data, kind, SHORT)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _say(status: int, sentence: str) -> Response:
    return Response(f"{sentence}\n", status, content_type=TEXT)
