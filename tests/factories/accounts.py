"""People and browsers that are signed in, without the cost of a password."""

import time

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.accounts import actions
from probity.accounts.models import Person
from probity.accounts.roles import Role
from probity.kernel import clock


def add_person(
    session: Session,
    email: str,
    *roles: Role,
    name_latin: str = "Test Person",
    name_native: str | None = None,
    confirmed: bool = True,
    password_hash: str | None = None,
) -> Person:
    """A person with a confirmed address and (`confirmed`) a confirmed legal name."""
    person = actions.register(
        session,
        email=email,
        password_hash=password_hash,
        name_latin=name_latin,
        name_native=name_native,
        roles=roles,
        confirmed_at=clock.now(),
    )
    if confirmed:
        person.name_confirmed_at = clock.now()
    session.flush()
    return person


def add_ada(session: Session) -> Person:
    """The candidate of most tests; where she has an account already, that one."""
    email = "ada@example.org"
    known = session.scalar(select(Person).where(Person.email == email))
    return known or add_person(session, email, Role.CANDIDATE, name_latin="Ada Lim")


def sign_in_client(
    app: Flask, session: Session, person: Person, *, multi_factor: bool = True
) -> FlaskClient:
    """A browser that holds the cookie of a living session of this person."""
    _opened, token = actions.start_session(
        session, person, user_agent="Mozilla/5.0 (X11; Linux) Test/1", multi_factor=multi_factor
    )
    uniquifier = person.fs_uniquifier
    session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update(_user_id=uniquifier, _fresh=True, sid=token, fs_paa=time.time())
    return client
