"""Exports: which items, as what file, and what that file cannot hold."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.bank import queries as bank
from probity.bank.media import key_of
from probity.bank.models import Folder, Item, ItemVersion, Partition
from probity.exchange.completing import Content
from probity.exchange.formats import WRITERS, writer_named
from probity.exchange.found import Note
from probity.exchange.models import Export, ExportState
from probity.exchange.reading import noted
from probity.kernel import clock, jobs, storage
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.ids import public_id
from probity.kernel.permissions import Actor, Permission

WRITE = "exchange.export"
MOST = 20_000
FETCHED = 500


@dataclass(frozen=True, slots=True)
class Task:
    """What to write."""

    export_id: int
    public_id: str
    format: str
    refs: list[str]
    contents: list[Content]


@dataclass(slots=True)
class Made:
    """A finished file; without data the reason stands in the notes."""

    key: str
    data: bytes | None = None
    name: str = ""
    type: str = ""
    notes: list[dict[str, Any]] = field(default_factory=list)


def ask(session: Session, rows: Sequence[Item], form: str, *, by: Actor) -> Export:
    """Have a file made of these items. Secure ones need the right to read them, and are noted."""
    if form not in WRITERS:
        raise Refused(_("There is no such format to export to."), "format")
    if not rows:
        raise Refused(_("No item matches. Choose at least one to export."), "nothing")
    if len(rows) > MOST:
        raise Refused(
            _("At most %(most)s items are exported at once. Narrow the filter.", most=MOST), "many"
        )
    secure = [row.ref for row in rows if row.partition is Partition.SECURE]
    if secure and not by.may(Permission.ITEM_SECURE):
        raise Refused(
            _("Secure items are exported by people with the right to read them."), "secure"
        )
    export = Export(
        public_id=public_id(),
        format=form,
        state=ExportState.WRITING,
        refs=[row.ref for row in rows],
        has_secure=bool(secure),
        notes=[],
        file_name="",
        media_type="",
        size=0,
        created_at=clock.now(),
        created_by_id=by.id,
    )
    session.add(export)
    session.flush()  # flush: the duty and the log need export.id
    jobs.enqueue(session, WRITE, key=f"export/{export.id}", export_id=export.id)
    record(session, export, rows, by=by)
    return export


def record(session: Session, export: Export, rows: Sequence[Item], *, by: Actor) -> None:
    """Write down who took what out; each secure item by itself."""
    audit.record(
        session,
        AuditEvent.ITEM_EXPORTED,
        f"export/{export.id}",
        by=by,
        items=len(rows),
        format=export.format,
        secure=sum(row.partition is Partition.SECURE for row in rows),
    )
    for row in rows:
        if row.partition is Partition.SECURE:
            audit.record(
                session, AuditEvent.ITEM_EXPORTED, f"item/{row.id}", by=by, ref=row.ref,
                export=export.id,
            )  # fmt: skip


def task(session: Session, export_id: int) -> Task | None:
    """What an export wants; None if it is done already."""
    export = session.get(Export, export_id)
    if export is None or export.state is not ExportState.WRITING:
        return None
    contents = contents_of(session, export.refs)
    return Task(export.id, export.public_id, export.format, list(export.refs), contents)


def contents_of(session: Session, refs: Sequence[str]) -> list[Content]:
    """The newest wording of items in this order, each with its folder as a list of names."""
    found: dict[str, Content] = {}
    names = {folder.id: folder for folder in session.scalars(select(Folder))}
    for start in range(0, len(refs), FETCHED):
        query = (
            select(Item.ref, Item.folder_id, ItemVersion.content)
            .join(ItemVersion, bank.CURRENT)
            .where(Item.ref.in_(refs[start : start + FETCHED]))
        )
        for ref, folder, content in session.execute(query):
            found[ref] = {**content, "folder": _path(folder, names)}
    return [found[ref] for ref in refs if ref in found]


def write(wanted: Task) -> Made:
    """Make the file; an item that the format cannot hold is named in the notes."""
    made = Made(f"exchange/exports/{wanted.public_id}")
    written = writer_named(wanted.format).write(wanted.contents, load_medium)
    made.data, made.name, made.type = written.data, written.name, written.type
    made.notes = [
        {**noted(note), "ref": str(wanted.contents[place].get("id", ""))}
        for place, notes in sorted(written.notes.items())
        for note in notes
    ]
    return made


def load_medium(sha256: str) -> bytes:
    """The bytes of a medium of the bank. Raises FileNotFoundError."""
    return storage.get(key_of(sha256))


def finish(session: Session, export_id: int, made: Made) -> None:
    """Let the file be fetched."""
    export = session.get_one(Export, export_id)
    export.state = ExportState.READY if made.data is not None else ExportState.FAILED
    export.storage_key = made.key if made.data is not None else None
    export.file_name, export.media_type = made.name, made.type
    export.size, export.notes = len(made.data or b""), made.notes
    export.ready_at = clock.now()


def forget(export: Export) -> list[str]:
    """Strike the file of an export; gives its key, to be deleted."""
    key, export.storage_key, export.state = export.storage_key, None, ExportState.DELETED
    return [key] if key else []


def lost(wanted: Sequence[Note]) -> list[Note]:
    return [note for note in wanted if note.kind == "lost"]


def _path(folder_id: int | None, names: dict[int, Folder]) -> list[str]:
    """The names of the folders from the root down."""
    found: list[str] = []
    while folder_id is not None and folder_id in names:
        found.insert(0, names[folder_id].name)
        folder_id = names[folder_id].parent_id
    return found
