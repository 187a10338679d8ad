"""`probity log …` for operators, auditors and witnesses."""

import json
import threading

import pytest
from sqlalchemy import text
from werkzeug.serving import make_server

from probity.kernel.work import reading, writing
from probity.ledger import actions, notes, queries, receipts, signing, witness
from tests.factories.ledger import ORIGIN, Signer, add_entries
from tests.kernel import sites


@pytest.fixture
def run(app, session):
    def invoke(*arguments, exit_code=0):
        session.commit()
        result = app.test_cli_runner().invoke(args=["log", *map(str, arguments)])
        session.expire_all()
        assert result.exit_code == exit_code, result.output
        return result.output

    return invoke


def test_a_checkpoint_is_signed_on_demand(run, session, key):
    add_entries(session, 3)
    assert notes.open_checkpoint(run("checkpoint"), key) == queries.latest(session)


def test_an_entry_is_proved_by_index_and_by_name(run, log, key):
    for subject in ("7", "issue/7"):
        assert receipts.check(json.loads(run("prove", subject)), [key]).index == 7
    assert "no entry issue/99" in run("prove", "issue/99", exit_code=1)
    add_entries(log, 1, first=20)
    assert "No checkpoint covers entry 20 yet" in run("prove", "20", exit_code=1)


def test_the_database_is_audited(run, log, tamper, tmp_path):
    whole = run("audit")
    assert "20 entries, root" in whole
    assert "3 checkpoints, 0 cosignatures" in whole
    assert "No fault" in whole
    (tmp_path / "noted").write_text(notes.sign(11, b"\x01" * 32, Signer()).text)
    assert "noted checkpoint" in run("audit", "--noted", tmp_path / "noted", exit_code=1)
    tamper("DELETE FROM log_leaf WHERE leaf_index = 7")
    assert "FAULT: Entry 7 is missing" in run("audit", exit_code=1)


def test_an_exported_folder_is_audited(run, log, tmp_path, key):
    assert "3 files" not in run("export", tmp_path / "log")
    assert "No fault" in run("audit", tmp_path / "log", "--key", key.text)
    (tmp_path / "log/tile/0/000.p/20").unlink()
    assert "FAULT: Hashes are missing" in run("audit", tmp_path / "log", exit_code=1)
    assert "cannot be read" in run("audit", tmp_path / "nowhere", exit_code=1)


def test_nothing_is_exported_before_the_first_checkpoint(run, tmp_path):
    assert "no checkpoint yet" in run("export", tmp_path / "log", exit_code=1)


def test_witnesses_are_added_listed_and_removed(run):
    key = Signer("w.example", seed=7)
    assert "w.example is a witness" in run("witnesses", "add", key.witness_key.text)
    assert key.witness_key.text in run("witnesses", "list")
    run("witnesses", "remove", "w.example")
    assert "removed" in run("witnesses", "list")
    assert "No witness is called x" in run("witnesses", "remove", "x", exit_code=1)
    assert "not the key of a witness" in run("witnesses", "add", key.key.text, exit_code=1)
    assert "written as" in run("witnesses", "add", "x", exit_code=1)


@pytest.fixture
def served(tmp_path):
    """A site of its own behind a real port, with five entries in its log."""
    app = sites.build(sites.address("sqlite", None, tmp_path), tmp_path)
    signing.provide(app, signer=Signer, published=lambda: [Signer().public])
    with sites.opened(app):
        with app.app_context(), writing() as session:
            add_entries(session, 5)
            actions.sign_checkpoint(session, Signer())
        server = make_server("127.0.0.1", 0, app)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield app, f"http://127.0.0.1:{server.server_port}/log"
        server.shutdown()
        server.server_close()


def watch(app, address, folder, *more, exit_code=0):
    arguments = ["--url", address, "--key", folder / "w.key", "--state", folder / "w.state", *more]
    result = app.test_cli_runner().invoke(args=["log", "witness", *map(str, arguments)])
    assert result.exit_code == exit_code, result.output
    return result.output


def test_a_witness_watches_from_outside(served, tmp_path, key):
    app, address = served
    printed = watch(app, address, tmp_path, "--new-key", "w.example", "--print-only")
    assert "First visit, believing the key" in printed
    assert "w.example" in printed
    assert "403: No witness" in watch(app, address, tmp_path, exit_code=1)
    added = witness.load_key(tmp_path / "w.key").key.text
    assert app.test_cli_runner().invoke(args=["log", "witnesses", "add", added]).exit_code == 0
    assert "5 entries: Thank you, kept." in watch(app, address, tmp_path)
    with app.app_context(), writing() as session:
        add_entries(session, 300, first=5)
        actions.sign_checkpoint(session, Signer())
    assert "305 entries: Thank you, kept." in watch(app, address, tmp_path)
    with app.app_context(), reading() as session:
        assert [row.checkpoint.size for row in queries.last_cosigned(session)] == [305]
    audit = app.test_cli_runner().invoke(args=["log", "audit", address, "--key", key.text, "--key", added])  # fmt: skip
    assert "2 checkpoints, 2 cosignatures" in audit.output
    assert audit.exit_code == 0


def test_a_witness_stops_when_the_log_goes_back(served, tmp_path):
    app, address = served
    longer = notes.sign(9, b"\x01" * 32, Signer())
    state = witness.Seen((Signer().key.text,), longer.text)
    witness.save_state(tmp_path / "w.state", state)
    told = watch(app, address, tmp_path, "--new-key", "w.example", "--print-only", exit_code=3)
    assert "ROLL-BACK" in told
    assert f"{ORIGIN}\n9\n" in told
    assert f"{ORIGIN}\n5\n" in told
    assert witness.load_state(tmp_path / "w.state") == state


def test_a_log_that_is_away_is_no_fault_of_its_own(served, tmp_path):
    app, address = served
    with app.app_context(), writing() as session:
        session.execute(text("DROP TRIGGER freeze_log_checkpoint_delete"))
        session.execute(text("DELETE FROM log_checkpoint"))
    told = watch(app, address, tmp_path, "--new-key", "w.example", exit_code=1)
    assert "answered 404" in told
