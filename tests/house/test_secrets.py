"""No route tells an instructor a word of a secure item: every one is asked, with such items in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from probity.accounts.models import Person
from probity.accounts.roles import Role
from probity.assembly.models import Form
from probity.bank import actions as bank
from probity.bank import filing, reviewing, showing
from probity.bank.models import Item
from probity.bank.shapes import AnyItem, parse_item
from probity.exams import actions as exams
from probity.exams.models import Exam, ExamState
from probity.exchange import exporting
from probity.kernel.permissions import SYSTEM
from tests.factories.accounts import add_person
from tests.factories.assembly import LEVELS, add_forms, approved
from tests.factories.bank import content, text
from tests.factories.credentials import share_fonts
from tests.factories.exams import exam_content, start_attempt
from tests.house.objects import World, build_world, variants
from tests.house.test_access import routes
from tests.visitor import Visitor

MARK = "ZYXQSECRET"
"""Stands in every text of every secure item, and nowhere else."""

FOUND_BY = "lanternkeeper"
"""Stands there too: a page repeats what was searched for, so the mark is not searched for."""

SECRET, OPEN, PICTURE = "GPS-0001", "GPP-0001", b"\x89PNG\r\n\x1a\nZYXQSECRET"
CELLS = [{"domain": "GPS-1", "cognitive": ["apply"], "draw": 4}]


@dataclass
class Secrets:
    """A world in which everything that an address can name holds secure items."""

    world: World
    item: Item
    exam: Exam
    of_forms: Exam
    form: Form
    export: str


def marked(value: Any) -> Any:
    """The same content with the mark in every text that people read."""
    if isinstance(value, dict):
        return {
            name: f"{inner} {MARK} {FOUND_BY}" if name in ("en", "zh-Hans") else marked(inner)
            for name, inner in value.items()
        }
    return [marked(inner) for inner in value] if isinstance(value, list) else value


def secure(kind: str, ref: str, **changes: Any) -> AnyItem:
    whole = content(kind, ref, use="secure", status="approved", **changes)
    return parse_item(marked(whole))


def fill(session: Session) -> Item:
    """Secure items at every level of two domains, one of each other kind, one with a picture."""
    said = {"right": text("Well done"), "general": text("Note")}
    medium = {"name": "page.png", "sha256": showing.keep(PICTURE), "type": "image/png", "size": 18}
    made = [
        secure(
            "single", f"GPS-{domain}{level}{count:02d}", domain=f"GPS-{domain}", cognitive=name,
            hints=[text("Think")], feedback=said,
        )
        for domain in (1, 2)
        for level, name in enumerate(LEVELS)
        for count in range(8)
    ]  # fmt: skip
    made += [
        secure("multiple", SECRET, domain="GPS-3"),
        secure("case", "GPS-C001", domain="GPS-3"),
        secure(
            "hotspot", "GPS-0002", domain="GPS-3", media=[{**medium, "alt": text("A page")}]
        ),
    ]  # fmt: skip
    bank.load_items(session, made, source="test", by=SYSTEM)
    session.flush()
    return session.query(Item).filter_by(ref=SECRET).one()


@pytest.fixture
def secrets(
    app: Flask,
    session: Session,
    tmp_path: Path,
    work: Callable[[], int],
    request: pytest.FixtureRequest,
    otto: Person,
) -> Secrets:
    cache: Path = request.config.cache.mkdir("certificate-fonts")  # type: ignore[union-attr]
    share_fonts(app.config["PROBITY"].instance_dir, cache)
    world = build_world(session, tmp_path, work)
    with app.app_context():
        item = fill(session)
    writer = add_person(session, "wanda@example.org", Role.ITEM_WRITER)
    rows = [{"domain": f"GPS-{n}", "section": 1, "cells": {"apply": {"least": "2", "most": "2"}}}
            for n in (1, 2)]  # fmt: skip
    form = approved(
        session,
        add_forms(session, writer, demonstration=False, forms=1, rows=rows, mean=None).forms[0],
        writer,
        otto,
    )
    made = [
        define(session, "GP-X81", "secure-drawn"),
        define(session, "GP-X82", "secure-forms", forms=[form.id]),
    ]
    attempts = [start_attempt(session, exam, world.bob) for exam in made]
    exams.close(session, attempts[0], by=world.bob)
    reviewing.comment(session, item, f"{MARK} is too hard", by=writer)
    neighbour = session.query(Item).filter_by(ref=OPEN).one()
    filing.set_enemies(session, item, neighbour, f"{MARK} gives it away", by=writer)
    export = exporting.ask(session, [item], "probity", by=otto)
    session.commit()
    work()
    world = replace(world, exam=made[0], item=SECRET, form=form, passed=attempts[0].public_id)
    return Secrets(world, item, made[0], made[1], form, export.public_id)


def define(session: Session, code: str, slug: str, **changes: Any) -> Exam:
    whole = exam_content(
        id=code, slug=slug, demonstration=False, certificate=None,
        sections=[{"id": "all", "title": text("All"), "cells": CELLS}],
        attempts={"allowed": "unlimited"},
        release={"result": "at_once", "detail": "domains", "answers": "never"}, **changes,
    )  # fmt: skip
    exam = exams.define(session, whole, course_code="GP", state=ExamState.PUBLISHED, by=SYSTEM)
    session.flush()
    return exam


def addresses(app: Flask, world: World, me: Person) -> Iterator[tuple[str, str]]:
    """Every route that is no attempt of one's own, with each object it may be asked for."""
    for method, rule in routes(app):
        exported = replace(world, item=OPEN)  # what an instructor can take out at all
        known = exported if rule.rule.startswith("/studio/exports/") else world
        found = variants(known, rule.rule, me) if rule.arguments else {"": {}}
        for what, values in found.items():
            chosen = {name: values[name] for name in rule.arguments}
            if not (what.startswith("own") and rule.rule.startswith(("/attempts/", "/receipts/"))):
                yield method, app.url_map.bind("localhost").build(rule.endpoint, chosen)


def ask(visitor: Visitor, method: str, path: str, **form: Any) -> TestResponse:
    """One request, undone afterwards; its body must not hold the mark."""
    session = visitor.session
    session.commit()
    undone = session.get_bind().begin_nested()  # type: ignore[union-attr]
    data = {**form, "csrf_token": visitor.token()} if method == "POST" else None
    reply = visitor.client.open(path, method=method, data=data, buffered=True)
    undone.rollback()
    assert MARK.encode() not in reply.data, f"{method} {path} {form} tells a secure word"
    assert reply.status_code < 500, path
    return reply


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.timeout(300)
def test_no_route_tells_an_instructor_of_the_course_a_secure_word(app, session, secrets, ivy):
    visitor, world = Visitor(app, session, ivy), secrets.world
    asked = [ask(visitor, *address).status_code for address in addresses(app, world, ivy)]
    assert len(asked) > 200
    assert asked.count(200) > 35


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nor_does_one_that_is_asked_for_it_by_name(app, session, secrets, ivy):
    visitor, version = Visitor(app, session, ivy), secrets.item.version
    picture = session.query(Item).filter_by(ref="GPS-0002").one().version
    digest = picture.content["media"][0]["sha256"]
    form, of_forms, in_it = secrets.form.id, secrets.of_forms.code, secrets.form.items[0][1]
    wanted = {
        f"/media/{picture.id}/{digest}": 404,
        f"/exams/media/{picture.id}/{digest}": 404,
        f"/studio/items/files/{digest}": 404,
        f"/studio/items/?q={FOUND_BY}": 200,
        "/studio/items/?domain=GPS-3&use=secure": 200,
        f"/studio/items/{SECRET}/versions/{version.number}": 404,
        f"/studio/items/{OPEN}/": 200,
        f"/studio/exports/?q={FOUND_BY}": 200,
        f"/studio/exports/{secrets.export}/file": 404,
        f"/studio/forms/{form}/": 200,
        f"/studio/forms/{form}/report": 200,
        f"/studio/forms/{form}/items/{in_it}/exchange": 200,
        f"/studio/exams/{of_forms}/trial?seed=1": 200,
        f"/studio/exams/{of_forms}/paper": 200,
        f"/studio/exams/{secrets.exam.code}/trial?seed=1": 200,
        f"/studio/exams/new?from={secrets.exam.code}": 200,
    }  # fmt: skip
    for path, status in wanted.items():
        assert (path, ask(visitor, "GET", path).status_code) == (path, status)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nor_what_is_written_beside_it_or_taken_out(app, session, secrets, ivy, work):
    visitor = Visitor(app, session, ivy)
    alike = content("multiple", OPEN)
    typed = {f"stem.{tag}": words for tag, words in alike["stem"].items()}
    for place, option in enumerate(alike["options"]):
        typed |= {f"options.{place}.text.{tag}": words for tag, words in option["text"].items()}
    rows = {"options.rows": str(len(alike["options"])), "kind": "multiple", "do": "refresh"}
    assert ask(visitor, "POST", "/studio/items/new", **typed, **rows).status_code == 200
    chosen = {"item": [SECRET, OPEN], "back": "/studio/items/", "tag": "x", "reason": "x"}
    for act in ("tag", "state:retire", "assign:" + ivy.public_id):
        ask(visitor, "POST", "/studio/items/bulk", do=act, **chosen)
    for done in ("key", "try"):
        ask(visitor, "POST", f"/studio/items/{SECRET}/trials", do=done)
    reply = visitor.client.post(
        "/studio/exports/",
        data={"ref": [SECRET, OPEN], "format": "probity", "csrf_token": visitor.token()},
    )
    work()
    address = reply.location.rstrip("/")
    for path in (address, f"{address}/state", f"{address}/file"):
        ask(visitor, "GET", path)
    assert OPEN in ask(visitor, "GET", f"{address}/file").text
