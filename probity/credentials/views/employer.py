"""For employers: tables handed in to be checked, and where everything else is."""

import hashlib

from flask import Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from probity.credentials.bulkchecks import actions, queries, wording
from probity.credentials.bulkchecks.models import TableCheck, TableState
from probity.credentials.bulkchecks.reading import MOST_ROWS
from probity.credentials.receipts import queries as receipts
from probity.credentials.views.blueprint import bp
from probity.credentials.views.verify import private
from probity.kernel import ids, storage
from probity.kernel.db import db
from probity.kernel.i18n import content_locale
from probity.kernel.i18n import gettext as _
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Permission, Public
from probity.kernel.web import actor
from probity.kernel.work import reading, writing

LARGEST = 5 * 1024 * 1024
KINDS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.page("/employer/", needs=Public.INFORMATION)
def show_employer() -> ResponseReturnValue:
    return render_template("credentials/employer.html", most=MOST_ROWS)


@bp.page("/employer/tables/", needs=Permission.ACCOUNT_OWN)
def list_tables() -> ResponseReturnValue:
    return _list()


@bp.raw("/employer/tables/", methods=["POST"], needs=Permission.ACCOUNT_OWN)
def hand_in_table() -> ResponseReturnValue:
    """The file is stored before the database is asked for anything."""
    file, person = request.files.get("file"), actor()
    data = _whole(file) if file is not None and file.filename else b""
    if not data or len(data) > LARGEST or file is None:
        large = _("The file is larger than 5 MB. Copy the two columns into a new workbook.")
        named = file is not None and file.filename
        none = _("The file is empty. Choose another one.") if named else _("Choose a file first.")
        with reading():
            return _list(large if data else none), 413 if data else 422
    key = f"tables/{ids.public_id()}/table"
    storage.put(key, data)
    name = (file.filename or "").replace("\\", "/").rsplit("/", 1)[-1]
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        with writing() as session:
            found = actions.begin(session, name, sha256, key, content_locale(), by=person)
            identity = found.public_id
    except Exception:
        storage.delete(key)
        raise
    return redirect(url_for("credentials.show_table", public_id=identity), code=303)


@bp.page("/employer/tables/<public_id>/", needs=Permission.ACCOUNT_OWN)
def show_table(public_id: str) -> ResponseReturnValue:
    session, status = db.session(), request.args.get("status", "")
    found = queries.own(session, actor(), public_id) or abort(404)
    rows = None
    if found.state is TableState.DONE and found.forgotten_at is None:
        shown = queries.rows_of(found, status if status in wording.ORDER else "")
        rows = paginate(session, shown, request.args.get("page", 1, int))
    page = render_template(
        "credentials/table.html",
        table=found,
        rows=rows,
        status=status,
        wording=wording,
        days=actions.KEPT.days,
        receipt=receipts.find(session, found.receipt) if found.receipt else None,
    )
    return private(page)


@bp.page("/employer/tables/<public_id>/state", needs=Permission.ACCOUNT_OWN, speaks_json=True)
def show_table_state(public_id: str) -> ResponseReturnValue:
    found = queries.own(db.session(), actor(), public_id) or abort(404)
    running = found.state in {TableState.READING, TableState.RUNNING}
    of = {"done": found.done, "of": found.rows} if found.state is TableState.RUNNING else {}
    return jsonify(state=found.state.value, is_running=running, **of)


@bp.action("/employer/tables/<public_id>/start", needs=Permission.ACCOUNT_OWN)
def start_table(public_id: str) -> ResponseReturnValue:
    session = db.session()
    found = queries.own(session, actor(), public_id, lock=True) or abort(404)
    number = request.form.get("number", type=int)
    name = request.form.get("name", type=int)
    actions.start(session, found, number, name, by=actor())
    return _to(found)


@bp.raw("/employer/tables/<public_id>/deletion", methods=["POST"], needs=Permission.ACCOUNT_OWN)
def delete_table(public_id: str) -> ResponseReturnValue:
    """Files go after the database has forgotten them, never before."""
    person = actor()
    with writing() as session:
        found = queries.own(session, person, public_id, lock=True) or abort(404)
        gone = actions.forget(session, found, by=person)
    for key in gone:
        storage.delete(key)
    flash(_("The table and its results are deleted."), "ok")
    return redirect(url_for("credentials.list_tables"), code=303)


@bp.page("/employer/tables/<public_id>/result.<kind>", needs=Permission.ACCOUNT_OWN)
def download_table(public_id: str, kind: str) -> ResponseReturnValue:
    found = queries.own(db.session(), actor(), public_id) or abort(404)
    made = found.results.get(kind, {})
    if "key" not in made:
        abort(404)
    response = Response(storage.get(made["key"]), mimetype=KINDS[kind])
    name = f"probity-{found.sha256[:8]}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _whole(file: FileStorage) -> bytes:
    """What was sent, and a byte more than may be sent; the rest is left."""
    data = file.stream.read(LARGEST + 1)
    file.close()
    return data


def _to(found: TableCheck) -> ResponseReturnValue:
    return redirect(url_for("credentials.show_table", public_id=found.public_id), code=303)


def _list(error: str | None = None) -> Response:
    page = paginate(db.session(), queries.tables_of(actor()), request.args.get("page", 1, int))
    shown = render_template(
        "credentials/tables.html",
        page=page,
        error=error,
        wording=wording,
        most=MOST_ROWS,
        days=actions.KEPT.days,
    )
    return private(shown)
