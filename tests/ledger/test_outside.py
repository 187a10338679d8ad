"""What strangers meet at the edges: receipts that prove nothing, long lists of faults, no network."""

import base64
import time

import pytest

from probity.ledger import exporting, notes, queries, standalone
from probity.ledger.standalone import Report, Unreadable
from tests.factories.ledger import Signer


@pytest.fixture
def folder(log, tmp_path, key):
    exporting.export(log, tmp_path / "log", [key])
    return tmp_path / "log"


def audit(folder, *keys):
    return standalone.audit(standalone.opened(str(folder)), [key.text for key in keys])


def test_every_receipt_is_proved_without_the_log_and_no_other_index_is(log, key):
    for index in range(20):
        receipt = queries.receipt(log, f"issue/{index}")
        proven = standalone.check_receipt(receipt, [key.text])
        assert proven.startswith(f"Entry {index} is in localhost:8000/log")
        for other in (index ^ 1, index + 20, -1):
            with pytest.raises(Unreadable, match=f"does not lead from entry {other}"):
                standalone.check_receipt({**receipt, "index": other}, [key.text])
        longer = [*receipt["proof"], "00" * 32, "00" * 32]
        with pytest.raises(Unreadable, match="does not lead"):
            standalone.check_receipt({**receipt, "proof": longer}, [key.text])


def test_receipts_that_prove_nothing_say_why(log, key):
    receipt = queries.receipt(log, "issue/4")
    with pytest.raises(Unreadable, match="A receipt has index, entry"):
        standalone.check_receipt({"index": 4}, [key.text])
    with pytest.raises(Unreadable, match="not signed with a known key"):
        standalone.check_receipt(receipt, [Signer(seed=9).key.text])
    with pytest.raises(Unreadable, match="is not a key such as"):
        standalone.check_receipt(receipt, [key.text.replace(key.hash.hex(), "00000000")])
    for none in ("", "x", "x+00", "x+00+A", "x+00+é"):
        with pytest.raises(Unreadable, match="is not a key such as"):
            standalone.check_receipt(receipt, [none])


def test_without_cryptography_the_tree_is_checked_and_that_is_said(log, folder, key, monkeypatch):
    monkeypatch.setattr(standalone, "Ed25519PublicKey", None)
    report = audit(folder, Signer(seed=9).key)
    assert (report.faults, report.signatures_checked) == ([], False)
    assert "SIGNATURES WERE NOT CHECKED" in report.remarks[0]
    told = standalone.check_receipt(queries.receipt(log, "issue/4"), [key.text])
    assert "NOT CHECKED FOR ITS SIGNATURE" in told


def test_a_cosignature_of_another_length_is_wrong(log, folder, key):
    witness = Signer("w.example", seed=7)
    newest = queries.latest(log)
    good = notes.cosign(newest, witness, 1_763_000_000)
    (folder / "checkpoint").write_text(newest.text + good)
    report = audit(folder, key, witness.witness_key)
    assert (report.cosignatures, report.faults) == (1, [])
    data = base64.b64decode(good.split()[2])[:-1]
    cut = f"— w.example {base64.b64encode(data).decode()}\n"
    (folder / "checkpoint").write_text(newest.text + cut)
    (fault,) = audit(folder, key, witness.witness_key).faults
    assert fault == "The signature of w.example on the checkpoint of 20 entries is wrong."


def test_a_list_of_checkpoints_that_is_none_is_said_so(folder, key):
    (folder / "checkpoints.jsonl").write_text("hello\n")
    with pytest.raises(Unreadable, match="not one text in quotes"):
        audit(folder, key)
    (folder / "checkpoints.jsonl").unlink()
    assert audit(folder, key).checkpoints == 1, "only the newest is known then"


def test_a_long_list_of_faults_is_cut(capsys, app, session, log, tamper):
    assert standalone.show(Report(faults=["It is wrong."] * 23)) == 1
    told = capsys.readouterr().out
    assert (told.count("FAULT: It is wrong."), "FAULT: and 3 more." in told) == (20, True)
    tamper("DELETE FROM log_node")
    result = app.test_cli_runner().invoke(args=["log", "audit"])
    assert (result.exit_code, result.output.count("FAULT: Node")) == (1, 20)
    assert "FAULT: and 18 more." in result.output  # 20 leaves make 38 nodes


def test_a_witness_that_keeps_watch_outlives_a_log_that_is_away(app, tmp_path, monkeypatch):
    pauses = []

    def pause(seconds):
        pauses.append(seconds)
        if len(pauses) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", pause)
    files = ["--key", str(tmp_path / "key"), "--state", str(tmp_path / "state")]
    words = ["--url", "http://127.0.0.1:9/log", *files, "--new-key", "w.example", "--every", "60"]
    result = app.test_cli_runner().invoke(args=["log", "witness", *words])
    assert result.output.count("does not answer") == 2
    assert result.output.count("The next look is in 60 seconds.") == 2
    assert pauses == [60, 60]
