"""Pictures and sounds of items: keeping them, who may see them, at which address, and the answer."""

import hashlib
from io import BytesIO

from flask import Response, abort, send_file, url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from probity.bank import queries
from probity.bank.media import TYPES, Address, find, key_of
from probity.bank.models import Item, ItemVersion, Partition
from probity.kernel import storage
from probity.kernel.permissions import Actor

PUBLIC = (Partition.PRACTICE, Partition.PRACTICE_ONLY)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""Nothing inside a picture may run or load: it matters when somebody opens a drawing by itself."""
KEPT_FOR = "private, max-age=31536000, immutable"


def keep(data: bytes) -> str:
    """Put a file into the storage under its digest, which is given back; once is enough."""
    digest = hashlib.sha256(data).hexdigest()
    if not storage.exists(key_of(digest)):
        storage.put(key_of(digest), data)
    return digest


def address_in(version_id: int, endpoint: str = "media.show_medium") -> Address:
    """The addresses of the media of one version."""
    return lambda medium: url_for(endpoint, version_id=version_id, sha256=medium.sha256)


def visible_version(session: Session, actor: Actor, version_id: int) -> ItemVersion | None:
    """A version whose media somebody may see outside of exams: public, or open to them in the bank.

    A secure item shows nothing here to anybody who may not read it in the studio.
    """
    seen = queries.items_visible_to(actor).with_only_columns(Item.id)
    query = (
        select(ItemVersion)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(ItemVersion.id == version_id)
        .where(or_(Item.partition.in_(PUBLIC), Item.id.in_(seen)))
    )
    return session.scalars(query).one_or_none()


def answer(session: Session, version_id: int, sha256: str) -> Response:
    """One medium of a version, for somebody who may see it; 404 where it has no such medium."""
    item = queries.parsed_versions(session, [version_id])[version_id]
    medium = find(item, sha256) or abort(404)
    return answer_with(medium.sha256, medium.type, medium.name)


def answer_with(sha256: str, kind: str, name: str) -> Response:
    """The bytes of a file, as what it is; nothing in it may run."""
    try:
        data = storage.get(key_of(sha256))
    except FileNotFoundError:
        abort(404)
    known = kind in TYPES
    response = send_file(
        BytesIO(data),
        mimetype=kind if known else "application/octet-stream",
        as_attachment=not known,
        download_name=name,
        etag=sha256,
        conditional=True,
    )
    response.headers["Cache-Control"] = KEPT_FOR
    response.headers["Content-Security-Policy"] = POLICY
    return response
