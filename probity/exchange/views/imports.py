"""Upload, look at what would come of it, choose, confirm, follow, undo."""

import hashlib
from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from probity.bank import queries as bank
from probity.exchange import actions, labels, presenting, queries
from probity.exchange.completing import Choices
from probity.exchange.formats import MODULES
from probity.exchange.forms import ChoicesForm
from probity.exchange.models import ImportBatch
from probity.exchange.staging import keep_upload
from probity.exchange.views.blueprint import LARGEST_UPLOAD, bp
from probity.kernel.db import db
from probity.kernel.i18n import content_locale
from probity.kernel.i18n import gettext as _
from probity.kernel.ids import public_id as new_id
from probity.kernel.permissions import Permission
from probity.kernel.web import actor
from probity.kernel.work import reading, writing

MOST_FILES = 50


@bp.page("/imports/", needs=Permission.ITEM_WRITE)
def list_imports() -> ResponseReturnValue:
    return _list_page()


@bp.raw("/imports/", methods=["POST"], needs=Permission.ITEM_WRITE)
def create_import() -> ResponseReturnValue:
    """Keep the files, then have them read; the database waits for no upload."""
    given = [file for file in request.files.getlist("files") if file.filename]
    person = actor()
    if not given or len(given) > MOST_FILES:
        error = (
            _("Choose a file first.")
            if not given
            else _("Choose at most %(most)s files.", most=MOST_FILES)
        )
        with reading():
            return _list_page(error), 422
    identity = new_id()
    uploads = _kept(given, identity)
    with writing() as session:
        domains, _competencies = bank.places(session)
        choices = Choices(domain=domains[0] if domains else Choices().domain)
        actions.begin(session, uploads, choices, by=person, identity=identity)
    return redirect(url_for("exchange.show_import", public_id=identity), code=303)


@bp.page("/imports/<public_id>/", needs=Permission.ITEM_WRITE)
def show_import(public_id: str) -> ResponseReturnValue:
    batch = queries.find_batch(db.session(), actor(), public_id) or abort(404)
    form = _form()
    form.show(Choices.of(batch.choices))
    return _batch_page(batch, form)


@bp.action("/imports/<public_id>/choices", needs=Permission.ITEM_WRITE)
def change_choices(public_id: str) -> ResponseReturnValue:
    """Keep what was chosen; the same form confirms, or takes in or out all that is shown."""
    batch, form = _locked(public_id), _form()
    if not form.validate_on_submit():
        return _batch_page(batch, form), 422
    session, do = db.session(), request.form.get("do", "save")
    shown, chosen = _numbers("shown"), _numbers("chosen")
    choices = form.chosen(Choices.of(batch.choices))
    actions.choose(session, batch, choices, by=actor(), shown=shown, chosen=chosen)
    wanted = request.form.get("show", "all")
    if do in {"all", "none"}:
        actions.choose_all(session, batch, wanted, chosen=do == "all")
    elif do == "confirm":
        actions.confirm(session, batch, by=actor())
        return redirect(url_for("exchange.show_import", public_id=public_id), code=303)
    flash(_("Your choices are kept. Nothing is imported yet."), "ok")
    page = request.form.get("page", 1, type=int)
    return redirect(
        url_for("exchange.show_import", public_id=public_id, show=wanted, page=page), code=303
    )


@bp.action("/imports/<public_id>/readings", needs=Permission.ITEM_WRITE)
def read_import_again(public_id: str) -> ResponseReturnValue:
    """Read the files as another format or in another encoding."""
    batch = _locked(public_id)
    wanted = {
        place: {
            "format": _one_of(request.form.get(f"format-{place}", ""), MODULES),
            "encoding": _one_of(request.form.get(f"encoding-{place}", ""), labels.ENCODINGS),
        }
        for place in range(len(batch.files))
    }
    actions.read_again(db.session(), batch, wanted)
    return _to(batch)


@bp.action("/imports/<public_id>/cancellation", needs=Permission.ITEM_WRITE)
def cancel_import(public_id: str) -> ResponseReturnValue:
    batch = _locked(public_id)
    actions.cancel(db.session(), batch, by=actor())
    return _to(batch)


@bp.action("/imports/<public_id>/reversal", needs=Permission.ITEM_WRITE)
def undo_import(public_id: str) -> ResponseReturnValue:
    batch = _locked(public_id)
    actions.undo(db.session(), batch, by=actor())
    return _to(batch)


def _kept(given: Sequence[FileStorage], identity: str) -> list[actions.Upload]:
    uploads = []
    for number, file in enumerate(given):
        data = file.stream.read(LARGEST_UPLOAD)
        file.close()
        key = keep_upload(identity, number, data)
        name = (file.filename or "").replace("\\", "/").rsplit("/", 1)[-1][:200]
        uploads.append(actions.Upload(name, key, hashlib.sha256(data).hexdigest(), len(data)))
    return uploads


def _list_page(error: str | None = None) -> str:
    page = request.args.get("page", 1, type=int)
    shown = presenting.list_page(db.session(), actor(), page)
    most = LARGEST_UPLOAD // (1024 * 1024)
    return render_template("exchange/imports.html", error=error, most=most, **shown)


def _batch_page(batch: ImportBatch, form: ChoicesForm) -> str:
    wanted = request.values.get("show", "all")
    page = request.values.get("page", 1, type=int)

    def address(sha256: str) -> str:
        return url_for("exchange.show_import_media", public_id=batch.public_id, sha256=sha256)

    shown = presenting.batch_page(db.session(), batch, wanted, page, content_locale(), address)
    return render_template("exchange/import.html", form=form, **shown)


def _form() -> ChoicesForm:
    return ChoicesForm(may_be_secure=actor().may(Permission.ITEM_SECURE))


def _locked(public_id: str) -> ImportBatch:
    return queries.lock_batch(db.session(), actor(), public_id) or abort(404)


def _to(batch: ImportBatch) -> ResponseReturnValue:
    return redirect(url_for("exchange.show_import", public_id=batch.public_id), code=303)


def _numbers(name: str) -> list[int]:
    return [int(value) for value in request.form.getlist(name) if value.isdecimal()][:1000]


def _one_of(value: str, known: object) -> str:
    return value if value in known else ""  # type: ignore[operator]
