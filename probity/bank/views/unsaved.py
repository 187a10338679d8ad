"""The editor's memory: what is not saved yet, files added on the way, and their addresses."""

from typing import Any

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from probity.bank import labels, showing, unsaved
from probity.bank.editor import adding, files
from probity.bank.editor import items as editor
from probity.bank.editor.draft import Draft
from probity.bank.models import Item, UnsavedItem
from probity.bank.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission
from probity.kernel.shapes import LOCALES

UPLOAD = "upload"


def restored(row: Item | None, kind: str, draft: Draft) -> tuple[Draft, UnsavedItem | None]:
    """What was left unsaved, in place of the stored words, and when that was."""
    kept = unsaved.find(db.session(), current_user.id, _key(row, kind))
    if kept is None:
        return draft, None
    form: MultiDict[str, str] = MultiDict(tuple(pair) for pair in kept.fields["pairs"])
    return editor.draft_from(kind, form, new=row is None), kept


def keep(row: Item | None, kind: str, draft: Draft) -> UnsavedItem:
    """Keep the form as it stands, with a file that was just added."""
    sent = [pair for pair in request.form.items(multi=True) if not pair[0].startswith("media.")]
    pairs = [*sent, *_media_fields(draft)]
    base = request.form.get("base", 0, type=int)
    return unsaved.keep(db.session(), current_user.id, _key(row, kind), pairs, base=base)


def forget(row: Item | None, kind: str) -> None:
    """What was saved is no longer unsaved."""
    unsaved.discard(db.session(), current_user.id, _key(row, kind))


def add_file(kind: str, draft: Draft) -> str | None:
    """Put a file that was sent into the draft, or say why it cannot be there."""
    sent = request.files.get("upload.file")
    if not sent or not sent.filename:
        return str(_("Choose a file first."))
    data = sent.stream.read(files.MOST_BYTES + 1)
    sent.close()
    alt = {locale: request.form.get(f"upload.alt.{locale}", "").strip() for locale in LOCALES}
    return adding.add(kind, draft, sent.filename, data, alt)


@bp.page("/files/<sha256>", needs=Permission.ITEM_WRITE)
def show_unsaved_file(sha256: str) -> Response:
    """A file of an item that this person has not saved yet."""
    kind = unsaved.type_of_file(db.session(), current_user.id, sha256) or abort(404)
    return showing.answer_with(sha256, kind, sha256)


@bp.action("/unsaved/removals", needs=Permission.ITEM_WRITE)
def discard_unsaved() -> ResponseReturnValue:
    """Begin again from the stored words, or from an empty form."""
    ref, kind = request.form.get("ref"), request.form.get("kind", "")
    if kind not in labels.KINDS:
        abort(422)
    unsaved.discard(db.session(), current_user.id, unsaved.key_of(ref, kind))
    where = url_for("bank.edit_item", ref=ref) if ref else url_for("bank.new_item", kind=kind)
    return redirect(where, code=303)


def _key(row: Item | None, kind: str) -> str:
    return unsaved.key_of(row.ref if row else None, kind)


def _media_fields(draft: Draft) -> list[tuple[str, Any]]:
    """The files of a draft as its form would send them."""
    rows = draft.get("media", [])
    pairs: list[tuple[str, Any]] = [("media.rows", str(len(rows)))]
    for place, row in enumerate(rows):
        plain = [(name, value) for name, value in row.items() if name != "alt"]
        words = [(f"alt.{locale}", value) for locale, value in row["alt"].items()]
        pairs += [(f"media.{place}.{name}", value) for name, value in (*plain, *words)]
    return pairs
