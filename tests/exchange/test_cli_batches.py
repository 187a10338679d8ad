"""The commands that bring questions in and take them out."""

import json

import pytest
from sqlalchemy import func, select

from probity.bank.models import Item, ItemState
from probity.exchange.models import BatchState, ImportBatch
from tests.factories.bank import add_item
from tests.factories.exchange import ROWS, csv_of


@pytest.fixture
def run(app, session):
    def begin(*words):
        session.commit()
        result = app.test_cli_runner().invoke(args=["bank", *map(str, words)])
        session.expire_all()
        return result

    return begin


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "questions.csv"
    path.write_bytes(csv_of(*ROWS))
    return path


def items(session):
    return session.scalar(select(func.count()).select_from(Item))


def test_a_look_imports_nothing_and_leaves_nothing(run, file, session):
    result = run("import", file)
    assert result.exit_code == 0, result.output
    assert "3 questions: 2 new, 1 refused" in result.output
    assert "names none of the options" in result.output
    assert items(session) == 0
    batch = session.scalars(select(ImportBatch)).one()
    assert (batch.state, batch.files_deleted_at is None) == (BatchState.CANCELLED, False)


def test_confirmed_and_undone(run, file, session):
    result = run("import", file, "--confirm", "--domain", "GPP-1", "--tags", "a, b")
    assert result.exit_code == 0, result.output
    assert "2 created, 1 refused; import " in result.output
    content = session.scalars(select(Item).order_by(Item.ref)).first().version.content
    assert (content["tags"], content["domain"]) == (["a", "b"], "GPP-1")
    identity = result.output.strip().rsplit(" ", 1)[-1]
    undone = run("import", "--undo", identity)
    assert undone.exit_code == 0, undone.output
    assert "2 retired" in undone.output
    assert set(session.scalars(select(Item.state))) == {ItemState.RETIRED}
    again = run("import", "--undo", identity)
    assert (again.exit_code, "moved on" in again.output) == (1, True)


def test_scripts_get_one_object_a_question(run, file):
    lines = [line for line in run("import", file, "--json").output.splitlines() if line[:1] == "{"]
    found = [json.loads(line) for line in lines]
    assert [one["finding"] for one in found] == ["new", "new", "refused"]
    assert found[2]["notes"][-1]["effect"] == "refused"


def test_what_nobody_can_read_is_refused(run, tmp_path):
    path = tmp_path / "thing.bin"
    path.write_bytes(b"\x00\x01 nothing")
    result = run("import", path, "--confirm")
    assert result.exit_code == 1
    assert "Nobody knows the format" in result.output


def test_something_must_be_named(run):
    assert run("import").exit_code == 2
    result = run("import", "--undo", "nothing")
    assert (result.exit_code, "There is no import nothing" in result.output) == (1, True)


@pytest.mark.parametrize("form", ["probity", "xlsx", "csv"])
def test_items_are_written_into_a_file_and_come_back(run, session, tmp_path, form):
    add_item(session, ref="GPP-0001")
    add_item(session, "numeric", ref="GPP-0002", use="secure")
    path = tmp_path / "out"
    result = run("export", path, "--format", form)
    assert result.exit_code == 0, result.output
    assert "2 items written" in result.output
    named = tmp_path / f"out.{form}"
    named.write_bytes(path.read_bytes())
    assert "2 same" in run("import", named).output


def test_an_export_of_nothing_is_refused(run, tmp_path):
    result = run("export", tmp_path / "out", "--kind", "single")
    assert (result.exit_code, "No item matches" in result.output) == (1, True)
