"""Keeping the bank in order: folders, saved searches, enemies, acts on many items."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.bank import bulk, desk, filing, queries, rules
from probity.bank.models import Bulk
from probity.bank.views.blueprint import bp
from probity.bank.views.items import locked
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import ngettext
from probity.kernel.permissions import Permission
from probity.kernel.web import actor, local_path

LIST = "/studio/items/"


@bp.action("/bulk", needs=Permission.ITEM_READ)
def change_many() -> ResponseReturnValue:
    name, _colon, value = request.form.get("do", "").partition(":")
    if name in {"tag", "untag"}:
        value = request.form.get("tag", "")
    chosen = request.form.getlist("item")[: bulk.MOST + 1]
    rows = queries.lock_items(db.session(), actor(), chosen)
    reason = request.form.get("reason", "")
    done = bulk.act(db.session(), rows, name, value, by=actor(), reason=reason)
    if done.changed:
        flash(ngettext("%(num)s item changed.", "%(num)s items changed.", done.changed), "ok")
    for ref, sentence in done.refused[:5]:
        flash(f"{ref}: {sentence}", "warn")
    if len(done.refused) > 5:  # noqa: PLR2004 - as many as a page can bear
        flash(_("%(num)s more items were left as they are.", num=len(done.refused) - 5), "warn")
    return _back()


@bp.action("/bulk/<int:number>/undoing", needs=Permission.ITEM_READ)
def undo_many(number: int) -> ResponseReturnValue:
    kept = db.session().get(Bulk, number)
    if kept is None or kept.person_id != actor().id:
        abort(404)
    ids = [one["item"] for one in kept.before]
    rows = queries.lock_items_by_id(db.session(), actor(), ids)
    mended = bulk.undo(db.session(), kept, rows, by=actor())
    flash(ngettext("%(num)s item is as before.", "%(num)s items are as before.", mended), "ok")
    return _back()


@bp.action("/filters", needs=Permission.ITEM_READ)
def save_filter() -> ResponseReturnValue:
    query = request.form.get("query", "")
    filing.save_filter(db.session(), request.form.get("name", ""), query, by=actor())
    return redirect(f"{LIST}?{query}" if query.isprintable() else LIST, code=303)


@bp.action("/filters/<int:number>/removal", needs=Permission.ITEM_READ)
def forget_filter(number: int) -> ResponseReturnValue:
    filing.forget_filter(db.session(), number, by=actor())
    return _back()


@bp.page("/folders/", needs=Permission.ITEM_READ)
def list_folders() -> ResponseReturnValue:
    return render_template("bank/folders.html", **desk.folders(db.session(), actor()))


@bp.action("/folders/", needs=Permission.ITEM_WRITE)
def create_folder() -> ResponseReturnValue:
    inside = request.form.get("inside", type=int)
    filing.add_folder(db.session(), request.form.get("name", ""), inside)
    return redirect(url_for("bank.list_folders"), code=303)


@bp.action("/folders/<int:number>/changes", needs=Permission.ITEM_WRITE)
def change_folder(number: int) -> ResponseReturnValue:
    command = request.form.get("do", "")
    if command == "remove":
        filing.remove_folder(db.session(), number)
    elif command == "save":
        filing.rename_folder(db.session(), number, request.form.get("name", ""))
        filing.move_folder(db.session(), number, request.form.get("inside", type=int))
    else:
        abort(422)
    return redirect(url_for("bank.list_folders"), code=303)


@bp.action("/<ref>/filing", needs=Permission.ITEM_WRITE)
def file_item(ref: str) -> ResponseReturnValue:
    row = locked(ref)
    filing.file(db.session(), [row.id], request.form.get("folder", type=int))
    filing.retag(db.session(), row, rules.listed_words(request.form.get("tags", "")))
    return redirect(url_for("bank.show_item", ref=ref, _anchor="filing"), code=303)


@bp.action("/<ref>/enemies", needs=Permission.ITEM_WRITE)
def add_enemy(ref: str) -> ResponseReturnValue:
    row, other = locked(ref), locked(request.form.get("other", "").strip().upper())
    filing.set_enemies(db.session(), row, other, request.form.get("reason", ""), by=actor())
    return redirect(url_for("bank.show_item", ref=ref, _anchor="enemies"), code=303)


@bp.action("/<ref>/enemies/<other>/removal", needs=Permission.ITEM_WRITE)
def remove_enemy(ref: str, other: str) -> ResponseReturnValue:
    filing.unset_enemies(db.session(), locked(ref), locked(other))
    return redirect(url_for("bank.show_item", ref=ref, _anchor="enemies"), code=303)


def _back() -> ResponseReturnValue:
    target = local_path(request.form.get("back", ""), otherwise=LIST)
    return redirect(target if target.startswith(LIST) else LIST, code=303)
