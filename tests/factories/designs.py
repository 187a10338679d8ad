"""Designs: one of each kind, and one with everything on it in use."""

import io
from typing import Any

from PIL import Image
from sqlalchemy import delete
from sqlalchemy.orm import Session

from probity.credentials.designs import actions
from probity.credentials.designs.models import CertificateDesign
from probity.credentials.facts import DesignRef
from probity.credentials.paper import layout
from probity.credentials.paper.design import WORDS, Design, Picture, Signatory
from probity.kernel.jobs import Job
from probity.kernel.permissions import SYSTEM

DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">'
    b'<rect width="40" height="20" fill="#0b5068"/></svg>'
)
LOGO, SEAL, HAND = "a" * 64, "b" * 64, "c" * 64
SIGNATORIES = (
    Signatory("ZHANG Wei 张伟", {"en": "Director", "zh-Hans": "院长"}, Picture(HAND, "image/png", "Signature")),
    Signatory("Maria Oliveira", {"en": "Head of certification", "zh-Hans": "认证部主任"}),
)  # fmt: skip


def png(size: tuple[int, int] = (60, 30), mode: str = "RGBA", colour: Any = (10, 80, 104, 128)):
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, "PNG")
    return out.getvalue()


def full(**changes: Any) -> Design:
    """A design with everything on it."""
    said = {
        "fields": ("valid_until", "level", "standard", "summary"),
        "words": {**WORDS, "footer": {"en": "Entered as {number}.", "zh-Hans": "编号 {number}。"}},
        "logo": Picture(LOGO, "image/png", "Logo of the institute"),
        "seal": Picture(SEAL, "image/png", "Seal of the institute"),
        "signatories": SIGNATORIES,
    }
    return Design(**{**said, **changes})


def ref_of(design: Design, version: int = 1) -> DesignRef:
    placed = layout.choose(design.base, upright=design.orientation == "portrait")
    return DesignRef("fine", version, placed.number, design.cells, design.languages)


def add_active(session: Session, design: Design, title: str = "Fine") -> CertificateDesign:
    """A design in use, as if the worker had set its pages without complaint."""
    row = actions.create(session, title, design, by=SYSTEM)
    renew(session, row)
    return row


def renew(session: Session, row: CertificateDesign, design: Design | None = None) -> None:
    """The next version of a design; its proof is taken for granted."""
    if design is not None:
        actions.save(session, row, row.title, design, by=SYSTEM)
    session.execute(delete(Job).where(Job.name == actions.RENDER))
    row.checked = actions.digest(row.draft)
    actions.activate(session, row, by=SYSTEM)
    session.flush()
