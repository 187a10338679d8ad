"""The studio's pages about items: list, look, try, write, change, retire."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from probity.bank import actions, desk, labels, marking, presenting, queries, showing
from probity.bank.editor import draft as drafts
from probity.bank.editor import items as editor
from probity.bank.models import Item, ItemState, UnsavedItem
from probity.bank.shapes import AnyItem
from probity.bank.views import unsaved
from probity.bank.views.blueprint import bp
from probity.bank.watching import note_look
from probity.kernel.db import db
from probity.kernel.errors import Refused
from probity.kernel.i18n import content_locale, listed
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission
from probity.kernel.shapes import LOCALES
from probity.kernel.web import actor


@bp.page("/", needs=Permission.ITEM_READ)
def list_items() -> ResponseReturnValue:
    page = request.args.get("page", 1, type=int)
    wanted = presenting.wanted(request.args)
    shown = presenting.item_list(db.session(), actor(), wanted, page, request.query_string.decode())
    return render_template("bank/list.html", **shown)


@bp.page("/<ref>/", needs=Permission.ITEM_READ)
def show_item(ref: str) -> ResponseReturnValue:
    row = visible(ref)
    note_look(row)
    return _item_page(row, locale_shown(request.args.get("in")))


@bp.action("/<ref>/trials", needs=Permission.ITEM_READ)
def create_trial(ref: str) -> ResponseReturnValue:
    """Mark a response as practice would; nothing is kept."""
    row = visible(ref)
    note_look(row)
    locale = locale_shown(request.form.get("in"))
    item = queries.parsed(db.session(), row.version)
    try:
        response = _response(item, locale)
    except marking.BadResponse as refusal:
        return _item_page(row, locale, refusal=refusal.sentence), 422
    address = showing.address_in(row.version.id)
    feedback = marking.feedback(item, response, locale, address=address)
    return _item_page(row, locale, response=response, feedback=feedback)


@bp.page("/<ref>/versions/<int:number>", needs=Permission.ITEM_READ)
def show_version(ref: str, number: int) -> ResponseReturnValue:
    row = visible(ref)
    version = queries.find_version(db.session(), row, number) or abort(404)
    note_look(row, number)
    return render_template(
        "bank/version.html", **presenting.one_version(db.session(), row, version)
    )


@bp.page("/new", needs=Permission.ITEM_WRITE)
def new_item() -> ResponseReturnValue:
    kind = request.args.get("kind", "")
    if kind not in labels.KINDS:
        return render_template("bank/new.html", kinds=labels.KINDS)
    draft, kept = unsaved.restored(None, kind, editor.new_draft(kind))
    return _editor_page(kind, draft, restored=kept)


@bp.action("/new", needs=Permission.ITEM_WRITE)
def create_item() -> ResponseReturnValue:
    kind = request.form.get("kind", "")
    if kind not in labels.KINDS:
        abort(422)
    draft = editor.draft_from(kind, request.form, new=True)
    if request.form.get("do", "save") != "save":
        return _editor_page(kind, draft, **_pressed(None, kind, draft))
    content = editor.content_of(kind, draft, None, author=current_user.name)
    try:
        actions.fill_refs(db.session(), content)
        item = editor.checked(kind, draft, content, new=True)
        if isinstance(item, dict):
            return _editor_page(kind, draft, problems=item), 422
        row = actions.create_item(db.session(), item, by=actor())
    except Refused as refusal:
        return _editor_page(kind, draft, problems={"id": refusal.message}), 409
    unsaved.forget(None, kind)
    flash(_("Saved as %(ref)s.", ref=row.ref), "ok")
    return _to_saved(row)


@bp.page("/<ref>/edit", needs=Permission.ITEM_WRITE)
def edit_item(ref: str) -> ResponseReturnValue:
    row = visible(ref)
    draft = editor.draft_of(row.version.content)
    draft["status"] = "draft" if row.state is ItemState.DRAFT else "in_review"
    draft, kept = unsaved.restored(row, row.kind, draft)
    return _editor_page(row.kind, draft, row=row, restored=kept)


@bp.action("/<ref>/edit", needs=Permission.ITEM_WRITE)
def revise_item(ref: str) -> ResponseReturnValue:
    row = locked(ref)
    draft = editor.draft_from(row.kind, request.form, new=False)
    if request.form.get("do", "save") != "save":
        return _editor_page(row.kind, draft, row=row, **_pressed(row, row.kind, draft))
    content = editor.content_of(row.kind, draft, row.version.content, author=current_user.name)
    base, note = request.form.get("base", 0, type=int), request.form.get("note", "")[:500]
    try:
        actions.fill_refs(db.session(), content)
        item = editor.checked(row.kind, draft, content, new=False)
        if isinstance(item, dict):
            return _editor_page(row.kind, draft, row=row, problems=item), 422
        actions.revise_item(db.session(), row, item, base=base, by=actor(), note=note)
    except Refused as refusal:
        return _editor_page(row.kind, draft, row=row, problems={"": refusal.message}), 409
    unsaved.forget(row, row.kind)
    flash(_("Version %(number)s is kept.", number=row.current), "ok")
    return _to_saved(row)


@bp.action("/<ref>/versions/<int:number>/restoration", needs=Permission.ITEM_WRITE)
def restore_version(ref: str, number: int) -> ResponseReturnValue:
    row = locked(ref)
    base = request.form.get("base", 0, type=int)
    actions.restore_version(db.session(), row, number, base=base, by=actor())
    flash(_("The words of version %(number)s are the newest again.", number=number), "ok")
    return _to(row)


def _response(item: AnyItem, locale: str) -> marking.Response:
    """What was answered, or the key where the reader asked for it."""
    if request.form.get("do") == "key" and marking.is_scorable(item):
        return marking.key_response(item)
    view = marking.candidate_view(item, locale)
    given = marking.response_from_form(view, request.form, "answer")
    return marking.check_response(item, given)


def visible(ref: str) -> Item:
    return queries.find_item(db.session(), actor(), ref) or abort(404)


def locked(ref: str) -> Item:
    return queries.lock_item(db.session(), actor(), ref) or abort(404)


def _to_saved(row: Item) -> ResponseReturnValue:
    """To the item, with a word about items that say nearly the same."""
    found = desk.alike(db.session(), row.version.content, actor(), besides=row.id)
    if found:
        names = listed(f"{other.ref} ({percent}%)" for other, percent in found)
        flash(_("Nearly the same: %(names)s.", names=names), "warn")
    return _to(row)


def _to(row: Item) -> ResponseReturnValue:
    return redirect(url_for("bank.show_item", ref=row.ref), code=303)


def _item_page(row: Item, locale: str, **trial: Any) -> str:
    return render_template(
        "bank/item.html", **presenting.one_item(db.session(), row, locale, actor()), **trial
    )


def _editor_page(
    kind: str,
    draft: drafts.Draft,
    *,
    restored: UnsavedItem | None = None,
    kept: UnsavedItem | None = None,
    **more: Any,
) -> str:
    """The form as it stands; the version it began from travels along."""
    shown = presenting.editor_page(db.session(), kind, draft, actor=actor(), **more)
    row = shown["row"]
    if row:
        note_look(row)
    begun = restored.base if restored else row.current if row else 0
    return render_template(
        "bank/edit.html",
        **shown,
        restored=restored,
        kept=kept or restored,
        base=request.form.get("base", begun, type=int),
        note=request.form.get("note", ""),
    )


def _pressed(row: Item | None, kind: str, draft: drafts.Draft) -> dict[str, Any]:
    """Do what a button other than "save" asks of the draft, and keep what is not saved."""
    command = request.form.get("do", "")
    problem = unsaved.add_file(kind, draft) if command == unsaved.UPLOAD else None
    drafts.press(editor.fields_of(kind, new=row is None), draft, command)
    kept = unsaved.keep(row, kind, draft)
    return {"kept": kept, "problems": {"upload.file": problem} if problem else None}


def locale_shown(wanted: str | None) -> str:
    return wanted if wanted in LOCALES else content_locale()
