"""Every route for every kind of person and object, compared with a snapshot that people review.

`UPDATE_SNAPSHOTS=1 tools/test tests/house/test_access.py` writes it anew; read the difference.
"""

import os
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from probity.accounts.models import Person
from probity.accounts.roles import Role
from probity.kernel.permissions import Permission
from probity.kernel.settings import ROOT
from tests.factories.accounts import add_person
from tests.factories.credentials import share_fonts
from tests.house.objects import World, build_world, variants
from tests.visitor import Visitor

SNAPSHOT = ROOT / "tests" / "snapshots" / "access.toml"
NOBODY = "nobody"


@dataclass
class Browser:
    """Sends each request with the same cookies, whatever the answers said to keep."""

    client: FlaskClient
    cookies: str
    token: str

    def status(self, method: str, path: str) -> int:
        headers = {"Cookie": self.cookies}
        data = None if method == "GET" else {"csrf_token": self.token}
        try:
            reply = self.client.open(path, method=method, headers=headers, data=data, buffered=True)
        except Exception:  # noqa: BLE001 (in production this is a page)
            return 500
        return reply.status_code


def browser_of(app: Flask, session: Session, person: Person | None) -> Browser:
    visitor = Visitor(app, session, person)
    token = visitor.token()
    cookie = visitor.client.get_cookie("session")
    assert cookie
    return Browser(app.test_client(use_cookies=False), f"session={cookie.value}", token)


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Each route with each method it is asked by."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.endpoint != "asset":  # the same files for everybody
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield method, rule


def ask(world: World, app: Flask, me: Person | None) -> dict[str, int]:
    """Status by route and object for one person; each request is undone before the next."""
    session = world.session
    objects = {
        rule.rule: variants(world, rule.rule, me) for _, rule in routes(app) if rule.arguments
    }
    browser = browser_of(app, session, me)
    session.commit()
    found = {}
    for method, rule in routes(app):
        for what, values in objects.get(rule.rule, {"": {}}).items():
            chosen = {name: values[name] for name in rule.arguments}
            path = app.url_map.bind("localhost").build(rule.endpoint, chosen)
            undone = session.get_bind().begin_nested()
            name = f"{method} {rule.rule}" + (f" ({what})" if what else "")
            found[name] = browser.status(method, path)
            undone.rollback()
    return found


def written(app: Flask, asked: dict[str, dict[str, int]]) -> str:
    """The snapshot as text: people with the same answer share a line."""
    needs = {f"{m} {r.rule}": app.view_functions[r.endpoint].needs for m, r in routes(app)}
    by_name: dict[str, dict[int, list[str]]] = {}
    for who, statuses in asked.items():
        for name, status in statuses.items():
            by_name.setdefault(name, {}).setdefault(status, []).append(who)
    lines = ["# What every route answers to every kind of person, by what they ask it for."]
    for name, people in sorted(by_name.items(), key=lambda row: row[0].split(" ", 1)[1]):
        lines.append(f'\n["{name}"]\nneeds = "{needs[name.split(" (")[0]]}"')
        for status, who in sorted(people.items()):
            everybody = len(who) == len(asked)
            lines.append(f"{status} = " + str(["everybody"] if everybody else who))
    return "\n".join(lines).replace("['", '["').replace("']", '"]').replace("', '", '", "') + "\n"


@pytest.fixture(scope="session")
def font_cache(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.config.cache.mkdir("certificate-fonts")  # type: ignore[union-attr]
    return folder


@pytest.fixture
def world(
    app: Flask, session: Session, tmp_path: Path, font_cache: Path, work: Callable[[], int]
) -> World:
    share_fonts(app.config["PROBITY"].instance_dir, font_cache)
    return build_world(session, tmp_path, work)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.first
@pytest.mark.timeout(600)
def test_every_route_answers_every_person_as_reviewed(app: Flask, world: World) -> None:
    cast: dict[str, Person | None] = {NOBODY: None}
    for role in Role:
        cast[role.value] = add_person(world.session, f"{role}@cast.example", role)
    found = written(app, {who: ask(world, app, person) for who, person in cast.items()})
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(found)
    expected, present = tomllib.loads(SNAPSHOT.read_text()), tomllib.loads(found)
    assert sorted(present) == sorted(expected), "routes came or went: review the snapshot"
    for route, statuses in present.items():
        assert statuses == expected[route], route


def test_the_snapshot_holds_no_failure_and_no_leak() -> None:
    for route, row in tomllib.loads(SNAPSHOT.read_text()).items():
        statuses = {int(status) for status in row if status != "needs"}
        assert all(status < 500 for status in statuses), route
        if "(another's)" in route and row["needs"] in set(Permission):
            assert not statuses & {200}, f"{route} shows what belongs to another"
