"""Everything that changes imports: begin, keep what was read, choose, confirm, give up, undo."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.exchange import queries
from probity.exchange.completing import Choices
from probity.exchange.models import BatchState, Finding, ImportBatch, ImportedItem
from probity.exchange.reading import MOST_OTHERS, Candidate, Told
from probity.exchange.recognising import Known
from probity.kernel import clock, jobs
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import listed
from probity.kernel.ids import public_id
from probity.kernel.permissions import Actor, Permission

READ, WRITE, UNDO = "exchange.read", "exchange.import", "exchange.undo"
OPEN = frozenset({BatchState.READING, BatchState.READY, BatchState.FAILED})


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded file; its bytes lie in the storage already."""

    name: str
    key: str
    sha256: str
    size: int


def begin(
    session: Session,
    uploads: Sequence[Upload],
    choices: Choices,
    *,
    by: Actor,
    identity: str = "",
    wanted: Mapping[str, str] | None = None,
) -> ImportBatch:
    """Keep the files as a new import and have them read."""
    refuse_secrecy(choices, by=by)
    files = [
        {"name": one.name, "key": one.key, "sha256": one.sha256, "size": one.size}
        | {f"wanted_{name}": value for name, value in (wanted or {}).items() if value}
        for one in uploads
    ]
    together = "\n".join(sorted(one.sha256 for one in uploads))
    batch = ImportBatch(
        public_id=identity or public_id(),
        name=listed(one.name for one in uploads)[:200],
        sha256=hashlib.sha256(together.encode()).hexdigest(),
        files=files,
        state=BatchState.READING,
        round=1,
        choices=choices.held(),
        counts={},
        progress={},
        others=[],
        problems=[],
        created_at=clock.now(),
        created_by_id=by.id,
    )
    session.add(batch)
    session.flush()  # flush: the duty needs batch.id
    _have_read(session, batch)
    return batch


def read_again(
    session: Session, batch: ImportBatch, wanted: Mapping[int, Mapping[str, str]]
) -> None:
    """Read the files anew as another format or in another encoding than was found."""
    if batch.state not in OPEN or batch.files_deleted_at is not None:
        raise Refused(_("This import can no longer be read again."), "closed")
    files = []
    for place, file in enumerate(batch.files):
        plain = {name: file[name] for name in ("name", "key", "sha256", "size")}
        chosen = {f"wanted_{name}": value for name, value in wanted.get(place, {}).items()}
        files.append(plain | {name: value for name, value in chosen.items() if value})
    batch.files, batch.state = files, BatchState.READING
    batch.round += 1
    batch.counts, batch.progress, batch.others, batch.problems = {}, {}, [], []
    session.execute(delete(ImportedItem).where(ImportedItem.batch_id == batch.id))
    _have_read(session, batch)


def keep(
    session: Session, batch: ImportBatch, candidates: Sequence[Candidate], known: Known
) -> None:
    """Keep questions as they were read, with what they are to the bank."""
    for candidate in candidates:
        values = dict(candidate.values)
        refused = values.pop("is_refused")
        finding, twin, note = known.judge(values, refused=refused)
        session.add(
            ImportedItem(
                batch_id=batch.id,
                **{**values, "notes": [*values["notes"], *([note] if note else [])]},
                finding=finding,
                twin_id=twin,
                chosen=finding in {Finding.NEW, Finding.CHANGED},
                reason="",
            )
        )


def keep_file(batch: ImportBatch, told: Told) -> None:
    """Keep what a file turned out to be."""
    files = [dict(file) for file in batch.files]
    files[told.file] |= told.facts | {"told": True}
    batch.files = files
    room = max(MOST_OTHERS - len(batch.others), 0)
    batch.others = [*batch.others, *({**one, "file": told.file} for one in told.others[:room])]
    batch.problems = [*batch.problems, *({**one, "file": told.file} for one in told.problems)]


def finish_reading(session: Session, batch: ImportBatch) -> None:
    """Let the result be looked at; nothing found at all is a failure with its reasons."""
    session.flush()  # flush: the counts are taken in the database
    batch.counts = queries.counted(session, batch)
    nothing = not batch.counts["all"]
    batch.state = BatchState.FAILED if nothing and batch.problems else BatchState.READY
    batch.read_at, batch.progress = clock.now(), {}


def choose(
    session: Session,
    batch: ImportBatch,
    choices: Choices,
    *,
    by: Actor,
    shown: Collection[int] = (),
    chosen: Collection[int] = (),
) -> None:
    """Keep the choices for the whole import, and which of the questions shown are wanted."""
    _demand(batch, BatchState.READY)
    refuse_secrecy(choices, by=by)
    batch.choices = choices.held()
    for numbers, is_chosen in ((chosen, True), (set(shown) - set(chosen), False)):
        mine = update(ImportedItem).where(
            ImportedItem.batch_id == batch.id,
            ImportedItem.number.in_(numbers),
            ImportedItem.finding != Finding.REFUSED,
        )
        session.execute(mine.values(chosen=is_chosen))
    batch.counts = queries.counted(session, batch)


def choose_all(session: Session, batch: ImportBatch, wanted: str, *, chosen: bool) -> None:
    """Take in, or leave out, everything that a filter shows."""
    _demand(batch, BatchState.READY)
    rows = queries.items_of(batch, wanted).with_only_columns(ImportedItem.id).order_by(None)
    mine = update(ImportedItem).where(
        ImportedItem.id.in_(rows), ImportedItem.finding != Finding.REFUSED
    )
    session.execute(mine.values(chosen=chosen))
    batch.counts = queries.counted(session, batch)


def confirm(session: Session, batch: ImportBatch, *, by: Actor) -> None:
    """Have what was chosen put into the bank."""
    _demand(batch, BatchState.READY)
    refuse_secrecy(Choices.of(batch.choices), by=by)
    batch.counts = queries.counted(session, batch)
    if not batch.counts["chosen"]:
        raise Refused(_("No question is chosen. Choose at least one to import."), "nothing")
    batch.state, batch.confirmed_at = BatchState.IMPORTING, clock.now()
    batch.progress = {"done": 0, "of": batch.counts["all"]}
    jobs.enqueue(session, WRITE, key=duty_key(batch), batch_id=batch.id, person_id=by.id)
    audit.record(
        session,
        AuditEvent.IMPORT_CONFIRMED,
        f"import/{batch.id}",
        by=by,
        items=batch.counts["chosen"],
        file=batch.sha256,
    )


def cancel(session: Session, batch: ImportBatch, *, by: Actor) -> None:
    """Give an import up before anything of it is in the bank, or stop one that is under way."""
    if batch.state in OPEN:
        batch.state, batch.ended_at = BatchState.CANCELLED, clock.now()
    elif batch.state is BatchState.IMPORTING:
        batch.state = BatchState.DONE  # what is in stays and can be undone
        batch.ended_at = clock.now()
    else:
        raise Refused(_("This import is over already."), "closed")
    audit.record(session, AuditEvent.IMPORT_CANCELLED, f"import/{batch.id}", by=by)


def undo(session: Session, batch: ImportBatch, *, by: Actor) -> None:
    """Have everything that this import brought taken out again, as far as it is untouched."""
    _demand(batch, BatchState.DONE)
    batch.state, batch.undone_by_id = BatchState.UNDOING, by.id
    batch.progress = {"done": 0, "of": _brought(batch)}
    jobs.enqueue(session, UNDO, key=duty_key(batch), batch_id=batch.id, person_id=by.id)
    audit.record(session, AuditEvent.IMPORT_UNDONE, f"import/{batch.id}", by=by)


def duty_key(batch: ImportBatch) -> str:
    """The duty that an import waits for in its present state."""
    under_way = {BatchState.IMPORTING: "write", BatchState.UNDOING: "undo"}
    return f"import/{batch.id}/{under_way.get(batch.state, f'read/{batch.round}')}"


def refuse_secrecy(choices: Choices, *, by: Actor) -> None:
    """Who may not read secure items cannot bring any."""
    if choices.use == "secure" and not by.may(Permission.ITEM_SECURE):
        raise Refused(
            _("Secure items are imported by people with the right to read them. Choose practice."),
            "secure",
        )


def forget_files(batch: ImportBatch) -> list[str]:
    """Strike the keys of all stored files from a batch; gives them, to be deleted."""
    files = [dict(file) for file in batch.files]
    keys = [file.pop("key") for file in files if "key" in file]
    batch.files, batch.files_deleted_at = files, clock.now()
    return keys


def _brought(batch: ImportBatch) -> int:
    outcomes: Iterable[Any] = (batch.counts.get(name, 0) for name in ("created", "revised"))
    return sum(outcomes)


def _have_read(session: Session, batch: ImportBatch) -> None:
    jobs.enqueue(
        session,
        READ,
        key=duty_key(batch),
        batch_id=batch.id,
        round_=batch.round,
    )


def _demand(batch: ImportBatch, state: BatchState) -> None:
    if batch.state is not state:
        raise Refused(
            _("This import has moved on meanwhile. Load the page again to see where it is."),
            "moved-on",
        )
