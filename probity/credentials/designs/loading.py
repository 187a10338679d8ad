"""Designs as the press needs them: whole, with their pictures. Only the worker loads this."""

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from probity.credentials.designs import images, queries
from probity.credentials.facts import CertificateFacts
from probity.credentials.paper import pictures
from probity.credentials.paper.design import Design
from probity.credentials.paper.designed import Ready
from probity.kernel import storage
from probity.kernel.i18n import gettext as _
from probity.kernel.jobs import NeedsAttention

if TYPE_CHECKING:
    from probity.credentials.press import Press


def ready_for(session: Session, press: "Press", facts: CertificateFacts) -> Ready | None:
    """The design that a certificate names; kept, for a version never changes."""
    ref = facts.design
    if ref is None:
        return None
    if ref.name not in press.designs:
        design = queries.content(session, ref)
        if design is None:
            raise NeedsAttention(
                _("The design %(name)s of this certificate is not in the database.", name=ref.name)
            )
        press.designs[ref.name] = ready(ref.name, design)
    return press.designs[ref.name]


def ready(name: str, design: Design) -> Ready:
    """A design with its pictures as pixels. A missing or damaged picture needs a person."""
    found = {}
    for picture in design.pictures():
        data = _stored(picture.sha256)
        found[picture.sha256] = pictures.from_svg(data) if picture.kind == images.SVG else data
    return Ready(name, design, found)


def _stored(sha256: str) -> bytes:
    try:
        data = storage.get(images.key_of(sha256))
    except FileNotFoundError:
        data = b""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise NeedsAttention(
            _(
                "A picture of the design is missing from the storage or damaged. Bring the file "
                "designs/%(sha256)s back from a backup, then try again.",
                sha256=sha256,
            )
        )
    return data
