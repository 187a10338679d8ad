"""Nothing that happens later alters or reissues a certificate: no duty, course, name or upgrade."""

import hashlib
import json
import secrets
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from probity.catalogue import actions as catalogue
from probity.credentials import actions, queries
from probity.credentials.models import Certificate
from probity.credentials.rules import Decision
from probity.kernel import jobs, worker
from probity.kernel.db import db
from probity.kernel.migrations import downgrade, upgrade
from probity.kernel.permissions import SYSTEM
from probity.kernel.work import writing
from probity.wiring import create_app
from tests.databases import environment
from tests.factories.accounts import add_person
from tests.factories.credentials import add_certifying_exam, pass_exam, share_fonts


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request, tmp_path, font_cache):
    """An installation of its own, made by the migrations, with two certificates."""
    url = f"sqlite:///{tmp_path / 'site.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").create_database(f"lasting_{secrets.token_hex(4)}")
    share_fonts(tmp_path, font_cache)
    app = create_app(environment(url, tmp_path), TESTING=True)
    with app.app_context():
        upgrade()
        with Session(db.engine.execution_options(writing=True)) as session:
            exam = add_certifying_exam(session, tmp_path)
            for name in ("one", "two"):
                pass_exam(session, exam, add_person(session, f"{name}@example.org"))
    worker.run_pending(app)
    yield app
    with app.app_context():
        db.engine.dispose()


def digests(app) -> dict[str, str]:
    """SHA-256 of each row of the register and of each stored file."""
    found = {}
    with app.app_context(), Session(db.engine) as session:
        for row in session.scalars(select(Certificate).order_by(Certificate.id)):
            cells = {column.key: str(getattr(row, column.key)) for column in row.__table__.columns}
            found[row.number] = hashlib.sha256(json.dumps(cells).encode()).hexdigest()
    files: Path = app.config["PROBITY"].instance_dir / "files"
    for path in files.rglob("*.pdf"):
        found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    assert len(found) == 4
    return found


def everything_runs(app) -> None:
    """Every duty, and every issue once more."""
    with app.app_context(), writing() as session:
        jobs.ensure_periodic(session)
        session.execute(text("UPDATE job SET state = 'queued', owner = NULL, run_at = created_at"))
    worker.run_pending(app)


def test_nothing_alters_an_issued_certificate(site, tmp_path):
    before = digests(site)
    with site.app_context(), writing() as session:
        session.execute(text("UPDATE person SET name_latin = 'Somebody Else'"))
        change_scheme(session, tmp_path / "courses")
    everything_runs(site)
    assert digests(site) == before
    with site.app_context():
        downgrade("0014")
        upgrade()
        db.engine.dispose()
    everything_runs(site)
    assert digests(site) == before
    assert frozen(site)


def change_scheme(session, courses: Path) -> None:
    """Another validity for what the certificates are about."""
    (path,) = courses.rglob("schemes.yaml")
    changed = path.read_text().replace("valid_years: 2", "valid_years: 5")
    assert changed != path.read_text()
    path.write_text(changed)
    catalogue.load_courses(session, next(courses.rglob("lamps")), by=SYSTEM)


def frozen(app) -> bool:
    """Tell whether the database still refuses a change, after its tables were made anew."""
    with app.app_context(), Session(db.engine.execution_options(writing=True)) as session:
        for statement in ("UPDATE certificate SET level = 'X'", "DELETE FROM certificate"):
            with pytest.raises(Exception, match="never changed"):
                session.execute(text(statement))
            session.rollback()
    return True


def test_a_downgrade_that_would_misread_the_register_is_refused(site, caplog):
    with site.app_context():
        with writing() as session:
            (first, _second) = queries.after(session, 0, 2)
            actions.decide(session, first, Decision.EXPIRED, reason="Given back", by=SYSTEM)
        with pytest.raises(SystemExit):
            downgrade("0014")
        assert "decisions it does not know (1)" in caplog.text
        db.engine.dispose()
        with db.engine.connect() as connection:
            at = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        assert at >= "0015"
