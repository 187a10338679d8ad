"""One unit of work is one transaction: a request, a step of a duty or a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from probity.kernel.db import db

_OPEN = "unit of work"


class WroteWhileReading(RuntimeError):
    """A read-only unit of work tried to change the database."""


@contextmanager
def writing() -> Iterator[Session]:
    """Commit if the block returns, roll back if it raises."""
    with _unit() as session:
        session.connection(execution_options={"writing": True})
        yield session
        session.commit()


@contextmanager
def reading() -> Iterator[Session]:
    """Never commit, and refuse to flush."""
    with _unit() as session:
        event.listen(session, "before_flush", _refuse_flush)
        try:
            yield session
        finally:
            event.remove(session, "before_flush", _refuse_flush)


@contextmanager
def _unit() -> Iterator[Session]:
    session = db.session()
    if session.info.get(_OPEN):
        raise RuntimeError("units of work do not nest")
    session.rollback()  # whatever was read before the unit began belongs to no unit
    session.info[_OPEN] = True
    try:
        yield session
    finally:
        session.info.pop(_OPEN)
        session.rollback()


def _refuse_flush(session: Session, _context: Any, _instances: Any) -> None:
    if session.new or session.dirty or session.deleted:
        raise WroteWhileReading("a page must not write; enqueue a job or make it an action")
