"""Write the log as files that any web server can hand out, and that outlive this installation."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.ledger import notes, queries, standalone, tiles
from probity.ledger.notes import Key

CHECKPOINT, CHECKPOINTS, KEYS = "checkpoint", "checkpoints.jsonl", "keys"
AUDITOR = "probity-log-audit.py"
AT_ONCE = 1000


def auditor() -> bytes:
    """The program that checks a log with nothing but Python."""
    return Path(standalone.__file__).read_bytes()


def keys_text(session: Session, keys: Sequence[Key]) -> str:
    """The keys of the log, newest last, then those of its witnesses; one on each line."""
    return "".join(f"{key.text}\n" for key in [*keys, *queries.witnesses(session)])


def as_line(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) + "\n"


def export(
    session: Session, folder: Path, keys: Sequence[Key], tell: Callable[[int], object] = int
) -> int:
    """Write every file of the log as signed last; return how many were new.

    Full tiles never change and are not written twice. The checkpoint comes last: whoever reads
    meanwhile sees the log before or the log after.
    """
    newest = queries.newest(session, 1)
    if not newest:
        raise Refused(_("The log has no checkpoint yet. Run `probity log checkpoint` first."))
    size, written = notes.read_checkpoint(newest[0].text).size, 0
    for count, tile in enumerate(tiles.all_tiles(size)):
        path = folder / tile.path
        if not (tile.is_full and path.is_file()):
            _write(path, queries.tile(session, tile) or b"")
            written += 1
        tell(count)
    _write(folder / CHECKPOINTS, "".join(_checkpoints(session)).encode())
    _write(folder / KEYS, keys_text(session, keys).encode())
    _write(folder / AUDITOR, auditor())
    _write(folder / CHECKPOINT, queries.cosigned(newest[0]).encode())
    return written


def _checkpoints(session: Session) -> Iterator[str]:
    last = 0
    while batch := queries.checkpoints(session, last, AT_ONCE):
        yield from (as_line(queries.cosigned(row)) for row in batch)
        last = batch[-1].id


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
