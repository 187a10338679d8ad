"""Designs, their frozen versions, which exam uses which, and pages made to be looked at."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from probity.accounts.models import Person
from probity.credentials.designs.states import DesignState
from probity.kernel.db import Model
from probity.kernel.frozen import write_once


class CertificateDesign(Model):
    """A design as its makers work on it; `checked` is the digest of the draft that was proved."""

    __tablename__ = "certificate_design"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    draft: Mapped[dict[str, Any]]
    checked: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[DesignState] = mapped_column(index=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]

    versions: Mapped[list["DesignVersion"]] = relationship(
        back_populates="design", order_by="DesignVersion.version"
    )


class DesignVersion(Model):
    """What was activated, for ever: certificates name it."""

    __tablename__ = "certificate_design_version"
    __table_args__ = (UniqueConstraint("design_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    design_id: Mapped[int] = mapped_column(ForeignKey("certificate_design.id"))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    layout: Mapped[int]
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    activated_at: Mapped[datetime]
    activated_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    design: Mapped[CertificateDesign] = relationship(back_populates="versions")
    activated_by: Mapped[Person | None] = relationship()


class DesignChoice(Model):
    """The design for the certificates of an exam, or of every exam that has none of its own.

    `scope` is `exam/<id>` or `default`, so that each has one choice at most.
    """

    __tablename__ = "certificate_design_choice"
    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    exam_id: Mapped[int | None] = mapped_column(ForeignKey("exam.id"), index=True)
    design_id: Mapped[int] = mapped_column(ForeignKey("certificate_design.id"))
    chosen_at: Mapped[datetime]
    chosen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    design: Mapped[CertificateDesign] = relationship()


class Rendering(Model):
    """Pages that are no certificates: previews of a design, and copies for printing."""

    __tablename__ = "certificate_rendering"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(26), unique=True)
    design_id: Mapped[int | None] = mapped_column(ForeignKey("certificate_design.id"), index=True)
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    wanted: Mapped[dict[str, Any]]
    found: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime] = mapped_column(index=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]


write_once(DesignVersion)
