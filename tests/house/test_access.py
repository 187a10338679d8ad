"""Every route for every kind of person, compared with a snapshot that people review.

`UPDATE_SNAPSHOTS=1 tools/test tests/house/test_access.py` writes it anew.
"""

import os
import tomllib
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Rule

from probity.accounts.roles import Role
from probity.kernel.settings import ROOT
from tests.factories.accounts import add_person
from tests.visitor import Visitor

SNAPSHOT = ROOT / "tests" / "snapshots" / "access.toml"
ENDS_THE_SESSION = {"security.logout", "accounts.end_other_sessions"}
SLOW = {"security.login", "security.register"}
"""Routes whose answer to an empty form is a matter of their own tests."""


def rules(app: Flask) -> list[tuple[str, Rule]]:
    """Each route with the method it is asked by."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in ENDS_THE_SESSION | SLOW | {"asset"}:
            continue
        method = "GET" if "GET" in (rule.methods or set()) else "POST"
        found.append((method, rule))
    return sorted(found, key=lambda pair: (pair[1].rule, pair[0]))


def address(rule: Rule) -> str:
    """The route's address with objects that do not exist."""
    path = rule.rule
    for name, converter in rule._converters.items():
        value = "999999" if isinstance(converter, IntegerConverter) else "zzzz"
        for part in path.split("/"):
            if part.startswith("<") and part.rstrip(">").split(":")[-1] == name:
                path = path.replace(part, value)
            elif f":{name}>" in part or f"<{name}>" in part:
                path = path.replace(part, value + part.split(">", 1)[1])
    return path


def table(app: Flask, session: Session) -> dict[str, dict[str, int]]:
    """Status by route and person."""
    cast = {"nobody": None}
    cast |= {role.value: add_person(session, f"{role}@cast.example", role) for role in Role}
    found: dict[str, dict[str, int]] = {}
    for who, person in cast.items():
        visitor = Visitor(app, session, person)
        token = visitor.token()
        for method, rule in rules(app):
            session.commit()
            data = None if method == "GET" else {"csrf_token": token}
            reply = visitor.client.open(address(rule), method=method, data=data)
            found.setdefault(f"{method} {rule.rule}", {})[who] = reply.status_code
    return found


def written(found: dict[str, dict[str, int]]) -> str:
    """The snapshot as text: people with the same answer share a line."""
    lines = ["# Status of every route for every kind of person, with objects that do not exist."]
    for route, statuses in found.items():
        lines.append(f'\n["{route}"]')
        for status in sorted(set(statuses.values())):
            people = [who for who, given in statuses.items() if given == status]
            lines.append(f"{status} = {people}".replace("'", '"'))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_route_answers_every_person_as_reviewed(
    app: Flask, session: Session, browse: Callable[..., Visitor]
) -> None:
    found = written(table(app, session))
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(found)
    expected, present = tomllib.loads(SNAPSHOT.read_text()), tomllib.loads(found)
    assert set(present) == set(expected), "routes came or went: review the snapshot"
    for route, statuses in present.items():
        assert statuses == expected[route], route
    assert not any("500" in statuses for statuses in present.values())
