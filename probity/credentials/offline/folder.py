"""The folder that keeps verification alive without us: page, keys, status lists, checkpoint, tiles."""

import io
import zipfile
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.credentials.lists.models import PublishedList
from probity.credentials.offline.trust import CHECKPOINT, KEYS
from probity.credentials.proofs import keys
from probity.kernel.settings import ROOT, Settings
from probity.ledger import queries as ledger
from probity.ledger import tiles

MOST_ENTRIES = 50_000
"""Hashes of a larger log make the folder too large to keep by the hundred; fetch them apart."""

_STATIC = ROOT / "static"
_CODE = ("js/offline/*.js", "vendor/noble-ed25519-*/*")


def pack(session: Session, settings: Settings, page: str) -> bytes:
    """A ZIP laid out as the addresses of the site are, with the page as its `index.html`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("index.html", page)
        for path, data in (*_code(), *_documents(session, settings)):
            packed.writestr(path, data)
    return out.getvalue()


def _code() -> Iterator[tuple[str, bytes]]:
    yield "offline.css", (_STATIC / "css" / "pages" / "offline.css").read_bytes()
    for pattern in _CODE:
        for path in sorted(_STATIC.glob(pattern)):
            yield path.relative_to(_STATIC).as_posix(), path.read_bytes()


def _documents(session: Session, settings: Settings) -> Iterator[tuple[str, bytes]]:
    folder = settings.instance_dir / "keys"
    yield KEYS[0], keys.dumps(keys.trusted(folder, demonstration=settings.demonstration))
    for row in session.scalars(select(PublishedList)):
        yield f"status/{row.list_id}-{row.purpose.value}", row.document.encode()
    checkpoint = ledger.latest(session)
    if checkpoint is None:
        return
    yield CHECKPOINT, checkpoint.text.encode()
    if checkpoint.size <= MOST_ENTRIES:
        for tile in tiles.all_tiles(checkpoint.size):
            data = None if tile.level is None else ledger.tile(session, tile)
            if data is not None:
                yield f"log/{tile.path}", data
