"""Key files: made once, private, and of two kinds that never mix."""

import json
import stat
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from probity.credentials.proofs import keys
from probity.credentials.proofs.keyfiles import KeyFiles
from probity.kernel.errors import Misconfigured

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def ensure(folder, *, demonstration=False):
    return keys.ensure(folder, demonstration=demonstration, issuer="Academy", now=NOW)


def test_keys_are_made_once_and_private(tmp_path):
    folder = tmp_path / "keys"
    assert keys.published(folder) == ()
    first = ensure(folder)
    assert ensure(folder) == first
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in folder.glob("*.*")}
    assert {name for name, mode in modes.items() if mode != 0o600} == {".lock"} & set(modes)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    private = keys.load_private(folder, first)
    first.credential.verify(private.credential.sign(b"x"), b"x")


def test_two_workers_that_start_together_make_one_set(tmp_path):
    made = []
    threads = [threading.Thread(target=lambda: made.append(ensure(tmp_path))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({key.fingerprint for key in made}) == 1
    assert len(keys.published(tmp_path)) == 1


def test_a_demonstration_has_keys_of_its_own_that_never_count_elsewhere(tmp_path):
    demo, real = ensure(tmp_path, demonstration=True), ensure(tmp_path)
    assert (demo.id, real.id) == ("demo-2026-1", "2026-1")
    assert keys.trusted(tmp_path, demonstration=False) == (real,)
    assert keys.trusted(tmp_path, demonstration=True) == (demo,)
    subject = x509.load_der_x509_certificate(demo.signer).subject.rfc4514_string()
    assert "DEMONSTRATION" in subject


def test_the_signer_belongs_to_the_authority_and_outlives_certificates(tmp_path):
    made = ensure(tmp_path)
    signer = x509.load_der_x509_certificate(made.signer)
    authority = x509.load_der_x509_certificate(made.authority)
    signer.verify_directly_issued_by(authority)
    assert signer.not_valid_after_utc - NOW > timedelta(days=365 * 15)
    assert not signer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_damaged_public_file_is_named_with_the_remedy(tmp_path):
    ensure(tmp_path)
    (tmp_path / keys.PUBLIC_FILE).write_text('[{"id": "2026-1"}]')
    with pytest.raises(Misconfigured, match=r"public\.json.*Restore it from a backup"):
        keys.published(tmp_path)


def test_a_missing_private_key_is_named_with_the_remedy(tmp_path):
    made = ensure(tmp_path)
    (tmp_path / "2026-1.signer.pem").unlink()
    with pytest.raises(Misconfigured, match=r"2026-1\.signer\.pem.*nothing can be issued"):
        keys.load_private(tmp_path, made)


def test_a_private_key_of_another_set_is_refused(tmp_path):
    made = ensure(tmp_path)
    other = ensure(tmp_path / "other")
    assert other != made
    stray = (tmp_path / "other" / "2026-1.credential.pem").read_bytes()
    (tmp_path / "2026-1.credential.pem").write_bytes(stray)
    with pytest.raises(Misconfigured, match="do not belong"):
        keys.load_private(tmp_path, made)


def test_a_set_of_an_earlier_version_gets_its_key_for_the_log(tmp_path):
    whole = ensure(tmp_path)
    rows = json.loads((tmp_path / keys.PUBLIC_FILE).read_text())
    early = {"id", "demonstration", "created_at", "credential", "signer", "authority"}
    rows = [{name: row[name] for name in early} for row in rows]
    (tmp_path / keys.PUBLIC_FILE).write_text(json.dumps(rows))
    (tmp_path / "2026-1.log.pem").unlink()
    (old,) = keys.published(tmp_path)
    assert old.log is None
    assert old.signs
    with pytest.raises(Misconfigured, match=r"2026-1\.log\.pem"):
        keys.load_private(tmp_path, old)
    made = ensure(tmp_path)
    assert (made.credential, made.signer) == (whole.credential, whole.signer)
    made.log.verify(keys.load_private(tmp_path, made).log.sign(b"x"), b"x")
    assert ensure(tmp_path) == made


def test_sets_of_one_year_are_numbered(tmp_path):
    first = ensure(tmp_path)
    kept = KeyFiles(tmp_path)
    named = [
        keys.add(tmp_path, demonstration=demo, issuer="A", now=NOW, backend=kept).id
        for demo in (False, False, True)
    ]
    assert (first.id, named) == ("2026-1", ["2026-2", "2026-3", "demo-2026-1"])
    assert keys.current(tmp_path, demonstration=False).id == "2026-3"


def test_a_set_that_was_half_made_is_made_anew(tmp_path):
    """A crash before the set was published leaves private keys that nobody ever used."""
    tmp_path.joinpath("2026-1.credential.pem").write_text("half")
    made = ensure(tmp_path)
    assert keys.load_private(tmp_path, made).public.id == "2026-1"
