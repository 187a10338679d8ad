"""Rows of the kernel's own tables, and how many there are."""

from datetime import timedelta

from sqlalchemy import func, select

from probity.kernel import clock
from probity.kernel.db import db
from probity.kernel.ratelimit import Throttle
from probity.kernel.work import reading, writing


def throttle(key, count=0):
    return Throttle(name="probe", key=key, count=count, ends_at=clock.now() + timedelta(hours=1))


def keys(session):
    """Keys of the rows that this session sees."""
    return sorted(session.scalars(select(Throttle.key).where(Throttle.name == "probe")))


def add_row(app, key):
    with app.app_context(), writing() as session:
        session.add(throttle(key))


def committed(app):
    """Keys of the rows that anybody would see."""
    with app.app_context(), reading() as session:
        return keys(session)


def change(app, statement):
    """Run one statement from outside, as time or another process would."""
    with app.app_context(), writing() as session:
        session.execute(statement)


def one(app, query):
    with app.app_context(), reading() as session:
        return session.execute(query).one()


def count(app, model):
    with app.app_context(), reading() as session:
        return session.scalar(select(func.count()).select_from(model))


__all__ = ["add_row", "change", "committed", "count", "db", "keys", "one", "throttle"]
