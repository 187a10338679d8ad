"""The demonstration as an operator makes it, once on each database, and as visitors find it."""

import os
from secrets import token_hex
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.accounts.roles import Role
from probity.audit import queries as audit
from probity.catalogue.models import Course, CourseRevision
from probity.credentials import queries as credentials
from probity.credentials.models import Certificate
from probity.exams.models import Attempt, Exam, Result
from probity.kernel.db import db
from probity.kernel.work import reading, writing
from probity.portal import demonstration as demo
from probity.wiring import create_app
from tests.databases import environment
from tests.factories.accounts import add_person
from tests.factories.catalogue import sound_courses, spoil

FEW = 6
PASSWORD = "four green lamps"


def install(url, folder, **environ):
    return create_app(environment(url, folder / "instance", **environ), TESTING=True)


@pytest.fixture(scope="module")
def made(request, database_url, tmp_path_factory):
    """Load the demonstration: by the command that only loads, or by the one that also runs."""
    kind = "load" if database_url.startswith("sqlite") else "run"
    url = database_url
    folder = tmp_path_factory.mktemp("demo")
    if kind == "load":
        url, given = f"sqlite:///{folder / 'demo.db'}", {"PROBITY_DEMO_PASSWORD": PASSWORD}
    else:
        url, given = request.getfixturevalue("postgres").create_database("demonstration"), {}
    became = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "SIMULATED", FEW)
        patch.setattr(os, "execv", lambda *command: became.append(command))
        app = install(url, folder, **given)
        told = app.test_cli_runner().invoke(args=["demo", kind])
    assert told.exit_code == 0, told.output
    yield SimpleNamespace(app=app, told=told.output, became=became, given=given)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def look(made):
    with made.app.app_context():
        engine = db.engine
    with Session(engine) as session:
        yield session


def password_of(made):
    kept = made.app.config["PROBITY"].instance_dir / "demo-password"
    return made.given.get("PROBITY_DEMO_PASSWORD") or kept.read_text()


def test_the_accounts_and_their_password_are_told(made):
    words = " ".join(made.told.split())
    assert "learner@demo.example" in words
    assert f"Password of all: {password_of(made)}" in words


def test_the_web_server_is_started_where_that_was_asked(made):
    started = [command[-1][1:] for command in made.became]
    asked = ["-m", "probity.kernel.supervisor", "--host", "127.0.0.1", "--port", "8000"]
    assert started == ([] if made.given else [asked])


def test_a_made_up_password_is_kept_from_others(made):
    kept = made.app.config["PROBITY"].instance_dir / "demo-password"
    assert kept.exists() is not bool(made.given)
    if kept.exists():
        assert kept.stat().st_mode & 0o077 == 0


def test_every_demo_person_has_a_role_and_can_sign_in(made, look):
    people = {person.email: person.roles for person in look.scalars(select(Person))}
    for name, _latin, _native, roles in demo.PEOPLE:
        assert people[f"{name}@demo.example"] == set(roles)
    client = made.app.test_client()
    page = client.get("/sign-in").text
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    form = {"email": "learner@demo.example", "password": password_of(made), "csrf_token": token}
    assert client.post("/sign-in", data=form).status_code == 303
    assert "Lin Wei" in client.get("/account/").text
    assert "Continue" in client.get("/learning/").text


def test_there_is_a_certificate_of_every_kind(made, look):
    found = look.scalars(select(Certificate).order_by(Certificate.id)).all()
    assert sorted(credentials.status_of(one).value for one in found) == [
        "expired",
        "revoked",
        "valid",
    ]
    page = made.app.test_client().get(f"/c/{found[0].public_id}", follow_redirects=True)
    assert found[0].number in page.text


def test_a_closed_exam_has_results_to_count(look):
    finished = look.scalars(select(Exam).where(Exam.slug == demo.FINISHED["slug"])).one()
    marked = (
        select(func.count(Result.attempt_id)).join(Attempt).where(Attempt.exam_id == finished.id)
    )
    assert look.scalar(marked) == FEW


def test_the_audit_log_of_it_is_whole(look):
    assert audit.verify(look).broken is None


def test_a_second_load_is_refused(made):
    told = made.app.test_cli_runner().invoke(args=["demo", "load"])
    assert told.exit_code == 1
    assert "There are people here already" in told.output


def test_the_next_start_loads_nothing_again(made, look, monkeypatch):
    monkeypatch.setattr(os, "execv", lambda *_command: None)
    people = look.scalar(select(func.count(Person.id)))
    revisions = look.scalar(select(func.count(CourseRevision.id)))
    look.rollback()
    told = made.app.test_cli_runner().invoke(args=["demo", "run", "--port", "8123"])
    assert told.exit_code == 0, told.output
    assert "learner@demo.example" in told.output
    assert look.scalar(select(func.count(Person.id))) == people
    assert look.scalar(select(func.count(CourseRevision.id))) == revisions


def test_the_doctor_finds_it_well(made):
    told = made.app.test_cli_runner().invoke(args=["doctor"])
    assert told.exit_code == 0, told.output
    assert told.output.count("ok ") == len(told.output.splitlines())


@pytest.fixture
def own(tmp_path, request, database_url):
    """Installations of one test, with courses of its own."""
    made = []

    def build(**environ):
        url = f"sqlite:///{tmp_path / 'own.db'}"
        if not database_url.startswith("sqlite"):
            url = request.getfixturevalue("postgres").create_database(f"own_{token_hex(4)}")
        app = install(url, tmp_path, **environ)
        made.append(app)
        return app

    yield build
    for app in made:
        with app.app_context():
            db.engine.dispose()


def test_demo_data_is_refused_where_others_can_reach_the_site(own):
    app = own(BASE_URL="https://exams.example.org", SMTP_URL="smtp://localhost:25")
    told = app.test_cli_runner().invoke(args=["demo", "load"])
    assert told.exit_code == 1
    assert "demo data is refused where others can reach the site" in told.output


def test_a_site_that_others_can_reach_starts_without_demo_people(own, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "execv", lambda *_command: None)
    courses = sound_courses(tmp_path)
    app = own(BASE_URL="https://exams.example.org", COURSES_DIRS=str(courses))
    told = app.test_cli_runner().invoke(args=["demo", "run"])
    assert told.exit_code == 0, told.output
    assert "https://exams.example.org" in told.output
    assert "demo.example" not in told.output
    with app.app_context(), reading() as session:
        assert session.scalars(select(Course.slug)).all() == ["lamps"]
        assert demo.is_empty(session)


def test_without_the_course_of_the_demonstration_it_says_what_to_do(own, tmp_path):
    app = own(COURSES_DIRS=str(sound_courses(tmp_path)))
    told = app.test_cli_runner().invoke(args=["demo", "load"])
    assert told.exit_code == 1
    assert "the course GP is not loaded. Let COURSES_DIRS name" in told.output
    with app.app_context(), reading() as session:
        assert demo.is_empty(session), "all or nothing"
    kept = app.config["PROBITY"].instance_dir / "demo-password"
    password = kept.read_text()
    assert app.test_cli_runner().invoke(args=["demo", "load"]).exit_code == 1
    assert kept.read_text() == password, "the next try goes on with it"


def test_where_people_were_there_before_no_demo_accounts_are_promised(own, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "execv", lambda *_command: None)
    app = own(COURSES_DIRS=str(sound_courses(tmp_path)))
    run = app.test_cli_runner().invoke
    assert run(args=["migrate"]).exit_code == 0
    with app.app_context(), writing() as session:
        add_person(session, "first@example.org", Role.ADMINISTRATOR)
    told = run(args=["demo", "run"])
    assert told.exit_code == 0, told.output
    assert "Probity runs at http://localhost:8000" in told.output
    assert "demo.example" not in told.output


def test_compiled_files_do_not_make_a_course_new(own, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "execv", lambda *_command: None)
    courses = sound_courses(tmp_path)
    app = own(BASE_URL="https://exams.example.org", COURSES_DIRS=str(courses))
    mark = app.config["PROBITY"].instance_dir / "courses-0.sha256"
    assert app.test_cli_runner().invoke(args=["demo", "run"]).exit_code == 0
    first = mark.read_text()
    (courses / "tool.pyc").write_bytes(b"x")
    assert app.test_cli_runner().invoke(args=["demo", "run"]).exit_code == 0
    assert mark.read_text() == first


def test_a_broken_course_is_named_and_the_site_goes_on_with_the_one_before(
    own, tmp_path, monkeypatch
):
    monkeypatch.setattr(os, "execv", lambda *_command: None)
    courses = sound_courses(tmp_path)
    app = own(BASE_URL="https://exams.example.org", COURSES_DIRS=str(courses))
    run = app.test_cli_runner().invoke
    assert run(args=["demo", "run"]).exit_code == 0
    spoil(courses, "lamps/course.yaml", "slug: lamps", "slug: [lamps")
    told = run(args=["demo", "run"])
    assert told.exit_code == 0, told.output
    assert "was not loaded" in told.output
    assert f"probity courses check {courses}" in told.output
    page = app.test_client().get("/courses/lamps/", base_url="https://exams.example.org")
    assert "First lamps" in page.text


def test_a_certificate_that_was_not_issued_cannot_be_revoked(app, session):
    with pytest.raises(LookupError, match="attempt 7 has no certificate yet"):
        demo.revoke(session, 7)
