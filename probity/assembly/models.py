"""Blueprints and their revisions, sets of parallel forms, forms, and their approvals.

An approval is never updated; a trigger in the database refuses it. Exams use approvals only.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, event, inspect
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from probity.kernel.db import Model
from probity.kernel.frozen import write_once


class SetState(StrEnum):
    """How far the search for a set of forms is."""

    WAITING = "waiting"
    ASSEMBLED = "assembled"
    IMPOSSIBLE = "impossible"
    OUT_OF_TIME = "out_of_time"


class FormState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Blueprint(Model):
    """What forms are assembled from; what it asks stands in its revisions."""

    __tablename__ = "blueprint"

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    revisions: Mapped[list["BlueprintRevision"]] = relationship(
        back_populates="blueprint", order_by="BlueprintRevision.number"
    )


class BlueprintRevision(Model):
    """What a blueprint asked at one time. Never changed."""

    __tablename__ = "blueprint_revision"
    __table_args__ = (UniqueConstraint("blueprint_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    blueprint: Mapped[Blueprint] = relationship(back_populates="revisions")


class FormSet(Model):
    """Parallel forms asked for at one time; `outcome` says how good they are, or what is missing."""

    __tablename__ = "form_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("blueprint_revision.id"), index=True)
    state: Mapped[SetState]
    seconds: Mapped[int]
    seed: Mapped[int]
    outcome: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]

    revision: Mapped[BlueprintRevision] = relationship()
    forms: Mapped[list["Form"]] = relationship(
        back_populates="set", order_by="(Form.name, Form.version)"
    )


class Form(Model):
    """One form; `items` are its places in order: section, item id, version id."""

    __tablename__ = "form"
    __table_args__ = (UniqueConstraint("set_id", "name", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("form_set.id"))
    name: Mapped[str] = mapped_column(String(8))
    version: Mapped[int]
    state: Mapped[FormState]
    items: Mapped[list[Any]]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    returned_for: Mapped[str | None] = mapped_column(String(2000))
    """Why the second person sent it back; whoever submits it again takes the words away."""
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_for: Mapped[str | None] = mapped_column(String(2000))

    set: Mapped[FormSet] = relationship(back_populates="forms")
    approval: Mapped["FormApproval | None"] = relationship(back_populates="form")


class FormChange(Model):
    """One change made by hand to a draft, and what the form was before it."""

    __tablename__ = "form_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    before: Mapped[list[Any]]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]


class FormApproval(Model):
    """A form as it was approved: every item with its version and the digest of its words."""

    __tablename__ = "form_approval"

    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"), primary_key=True)
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    approved_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    form: Mapped[Form] = relationship(back_populates="approval")


class FormFrozen(RuntimeError):
    """A bug: code tried to change the items of a form that is no draft."""


def _refuse(_mapper: Mapper[Any], _connection: Any, form: Form) -> None:
    attributes = inspect(form).attrs
    before = attributes["state"].history.deleted or [form.state]
    if attributes["items"].history.has_changes() and before[0] is not FormState.DRAFT:
        raise FormFrozen(f"form {form.id} is {before[0]}")


event.listen(Form, "before_update", _refuse)
write_once(FormApproval)
