"""Choose items and a format, see what the format cannot hold, fetch the file."""

from flask import abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from probity.bank import listing
from probity.bank import presenting as bank
from probity.bank import queries as items
from probity.bank.models import Item
from probity.exchange import exporting, labels, queries
from probity.exchange.exporting import MOST
from probity.exchange.formats import WRITERS
from probity.exchange.models import ExportState
from probity.exchange.views.blueprint import bp
from probity.exchange.views.readings import attachment
from probity.kernel import storage
from probity.kernel.db import db
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Permission
from probity.kernel.web import actor


@bp.page("/exports/", needs=Permission.ITEM_READ)
def list_exports() -> ResponseReturnValue:
    """The items that the address names by a filter or one by one, and the exports before."""
    chosen = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    return _list_page(chosen)


@bp.action("/exports/", needs=Permission.ITEM_READ)
def create_export() -> ResponseReturnValue:
    """Have a file made; without a format, as the bank list sends its selection, ask for one."""
    if "format" not in request.form:
        return _list_page([("ref", ref) for ref in _refs()] or [("ref", "")])
    rows = db.session().scalars(_chosen_query().limit(MOST + 1)).all()
    export = exporting.ask(db.session(), rows, request.form["format"], by=actor())
    return redirect(url_for("exchange.show_export", public_id=export.public_id), code=303)


@bp.page("/exports/<public_id>/", needs=Permission.ITEM_READ)
def show_export(public_id: str) -> ResponseReturnValue:
    export = queries.find_export(db.session(), actor(), public_id) or abort(404)
    notes = [{**note, "words": labels.sentence(note)} for note in export.notes[:500]]
    running = export.state is ExportState.WRITING
    return render_template(
        "exchange/export.html", export=export, notes=notes, labels=labels, running=running
    )


@bp.page("/exports/<public_id>/state", needs=Permission.ITEM_READ, speaks_json=True)
def show_export_state(public_id: str) -> ResponseReturnValue:
    export = queries.find_export(db.session(), actor(), public_id) or abort(404)
    return jsonify(state=export.state.value, is_running=export.state is ExportState.WRITING)


@bp.page("/exports/<public_id>/file", needs=Permission.ITEM_READ)
def download_export(public_id: str) -> ResponseReturnValue:
    export = queries.find_export(db.session(), actor(), public_id) or abort(404)
    if export.storage_key is None or (
        export.has_secure and not actor().may(Permission.ITEM_SECURE)
    ):
        abort(404)
    return attachment(storage.get(export.storage_key), export.media_type, export.file_name)


def _list_page(chosen: list[tuple[str, str]]) -> str:
    session, page = db.session(), request.args.get("page", 1, type=int)
    return render_template(
        "exchange/exports.html",
        total=paginate(session, _chosen_query(), 1, 1).total,
        most=MOST,
        page=paginate(session, queries.exports_of(actor()), page),
        labels=labels,
        writers=WRITERS,
        chosen=chosen,
    )


def _chosen_query() -> Select[Item]:
    """Items named one by one, else those that the bank list's filter finds."""
    refs = _refs()
    if refs or (request.method == "POST" and "format" not in request.form):
        query = items.items_visible_to(actor())
        return query.where(Item.ref.in_(refs)).order_by(Item.ref)
    return listing.search(db.session(), actor(), bank.wanted(request.values))


def _refs() -> list[str]:
    return (request.values.getlist("ref") or request.form.getlist("item"))[:MOST]
