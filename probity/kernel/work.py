"""One unit of work is one transaction: a request, a step of a duty or a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from probity.kernel.db import db

_UNIT = "unit of work"
_READING, _WRITING = "reading", "writing"


class WroteWhileReading(RuntimeError):
    """A read-only unit of work tried to change the database."""

    def __init__(self) -> None:
        super().__init__("a page must not write; enqueue a job or make it an action")


@contextmanager
def writing() -> Iterator[Session]:
    """Commit if the block returns, roll back if it raises."""
    with _unit(_WRITING) as session:
        session.connection(execution_options={"writing": True})
        yield session
        session.commit()


@contextmanager
def reading() -> Iterator[Session]:
    """Never commit, and refuse whatever would have to be committed."""
    with _unit(_READING) as session:
        yield session


@contextmanager
def _unit(kind: str) -> Iterator[Session]:
    session = db.session()
    if session.info.get(_UNIT):
        raise RuntimeError("units of work do not nest")
    session.rollback()  # whatever was read before the unit began belongs to no unit
    session.info[_UNIT] = kind
    try:
        yield session
    finally:
        session.info.pop(_UNIT)
        session.rollback()


@event.listens_for(Session, "before_flush")
def _refuse_flush(session: Session, _context: Any, _instances: Any) -> None:
    changed = session.new or session.dirty or session.deleted
    if changed and session.info.get(_UNIT) == _READING:
        raise WroteWhileReading


@event.listens_for(Session, "do_orm_execute")
def _refuse_statement(state: ORMExecuteState) -> None:
    changes = state.is_insert or state.is_update or state.is_delete
    if changes and state.session.info.get(_UNIT) == _READING:
        raise WroteWhileReading
