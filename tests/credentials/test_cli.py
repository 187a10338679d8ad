"""The command line gives the answers of the API."""

import json
import shutil

import pytest

from probity.api.shapes import Verification
from probity.credentials import queries
from probity.credentials.rules import Status
from probity.kernel import storage
from tests.credentials import tampering
from tests.factories.credentials import pass_exam


@pytest.fixture
def run(app, session):
    def invoke(*arguments, code=0):
        session.commit()
        done = app.test_cli_runner().invoke(args=arguments)
        session.expire_all()
        assert done.exit_code == code, done.output
        return done

    return invoke


def test_verify_answers_as_the_api_does(run, app, certificate, issued_bytes, tmp_path):
    file = tmp_path / "certificate.pdf"
    file.write_bytes(issued_bytes)
    told = json.loads(run("certificates", "verify", str(file), "--json").output)
    with_api = app.test_client().post(
        "/api/v1/verifications", data={"file": (file.open("rb"), "certificate.pdf")}
    )
    answers = [Verification.model_validate(one) for one in (told, with_api.json)]
    assert answers[0] == answers[1].model_copy(update={"checked_at": answers[0].checked_at})
    assert "VALID: This certificate is valid" in run("certificates", "verify", str(file)).output


def test_verify_shows_an_altered_file_and_fails(run, certificate, issued_bytes, tmp_path):
    file = tmp_path / "altered.pdf"
    file.write_bytes(tampering.attachment_swapped(issued_bytes))
    shown = run("certificates", "verify", str(file), code=1).output
    assert "ALTERED" in shown
    assert "Holder: 'Li Si (李四)', issued as 'Ada Lim (林薇)'" in shown


def test_revoke_needs_a_known_number_and_a_reason(run, session, certificate):
    run("certificates", "revoke", certificate.number, code=2)
    assert (
        "has no certificate" in run("certificates", "revoke", "X", "--reason", "x", code=1).output
    )
    run("certificates", "revoke", certificate.number, "--reason", "Identity was false")
    assert queries.status_of(certificate) == Status.REVOKED
    again = run("certificates", "revoke", certificate.number, "--reason", "Again", code=1)
    assert "cannot be decided now" in again.output


def test_issue_does_what_waits_and_says_what_stopped(run, session, certifying, ada):
    attempt = pass_exam(session, certifying, ada, native="林😀")
    stopped = json.loads(run("certificates", "issue", "--json", code=1).output)
    assert stopped["certificates"] == 0
    assert stopped["waiting"][0]["attempt"] == attempt.id
    assert "U+1F600" in run("certificates", "issue", code=1).output
    attempt.name_native = "林薇"
    assert json.loads(run("certificates", "issue", "--json").output)["certificates"] == 1


def test_export_gives_the_register_and_its_files(run, app, certificate, issued_bytes, tmp_path):
    done = run("certificates", "export", "--files", str(tmp_path / "out"))
    row = json.loads(done.stdout.splitlines()[-1])
    assert (row["number"], row["sha256"]) == (certificate.number, certificate.sha256)
    assert (tmp_path / "out" / f"{certificate.number}.pdf").read_bytes() == issued_bytes
    with app.app_context():
        storage.delete(certificate.storage_key)
    failed = run("certificates", "export", "--files", str(tmp_path / "out"), code=1)
    assert "1 files are missing" in failed.output


def test_export_without_a_folder_copies_nothing(run, certificate, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (row,) = run("certificates", "export").stdout.splitlines()
    assert json.loads(row)["number"] == certificate.number
    assert list(tmp_path.rglob("*.pdf")) == []


def test_a_file_that_is_no_certificate_of_ours_is_said_to_be_unknown(run, certificate, tmp_path):
    file = tmp_path / "letter.pdf"
    file.write_bytes(tampering.foreign_pdf())
    shown = run("certificates", "verify", str(file), code=1).output
    assert shown.startswith("UNKNOWN: ")
    assert "PRB-" not in shown


def test_keys_are_listed_without_secrets(run, certificate):
    row = json.loads(run("keys", "list", "--json").output.splitlines()[-1])
    assert row["id"] == certificate.key_id
    assert row["demonstration"] is True
    assert "PRIVATE" not in run("keys", "list").output


def test_fonts_are_made_ahead(run, certifying):
    assert "Probity Han Serif: " in run("certificates", "fonts").output


def test_check_prints_what_does_not_agree_and_fails(run, app, session, certificate):
    assert "0 problems" in run("certificates", "check", "--every-file").output
    storage_folder = app.config["PROBITY"].instance_dir / "files"
    (storage_folder / certificate.storage_key).unlink()
    told = json.loads(run("certificates", "check", "--json", code=1).output)
    assert ["file-missing", certificate.number] in told["findings"]


@pytest.fixture(autouse=True)
def _empty_storage(app):
    shutil.rmtree(app.config["PROBITY"].instance_dir / "files", ignore_errors=True)
