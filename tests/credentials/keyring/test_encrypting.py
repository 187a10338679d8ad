"""Private keys at rest: encrypted, opened by the right passphrase only, told about in sentences."""

import stat
import subprocess

import pytest

from probity.credentials.keyring import encrypting
from probity.credentials.keyring.ring import diagnose, passphrase_of
from probity.credentials.proofs import pkcs8
from probity.credentials.proofs.keyfiles import KeyFiles
from probity.kernel.errors import Misconfigured
from tests.factories.keys import make_keyring

PASSPHRASE = "correct horse battery"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    """As many rounds as show the format; guessing costs little here."""
    monkeypatch.setattr(pkcs8, "BLOCKS", 16)


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "passphrase"
    path.touch(mode=0o600)
    path.write_text(f"{PASSPHRASE}\n")
    return path


def keyring(tmp_path, **more):
    return make_keyring(tmp_path / "instance", **more)


def complaint(act, *given):
    with pytest.raises(Misconfigured) as told:
        act(*given)
    return str(told.value)


def test_new_keys_are_encrypted_when_a_passphrase_is_set(tmp_path, secret):
    ring = keyring(tmp_path, KEYS_PASSPHRASE_FILE=str(secret))
    key_id = ring.current.id
    assert encrypting.plain_files(ring.folder) == []
    assert len(list(ring.folder.glob("*.pem"))) == 4
    again = keyring(tmp_path, KEYS_PASSPHRASE=PASSPHRASE)
    again.private(key_id).public.credential.verify(
        again.private(key_id).credential.sign(b"x"), b"x"
    )


def test_plain_keys_are_encrypted_in_place(tmp_path, secret):
    before = keyring(tmp_path)
    key_id = before.current.id
    path = KeyFiles(before.folder).path(key_id, "credential")
    plain = path.read_bytes()
    public = before.private(key_id).credential.public
    ring = keyring(tmp_path, KEYS_PASSPHRASE_FILE=str(secret))
    with path.open("rb") as old:
        assert len(encrypting.encrypt(ring.settings)) == 4
        assert set(old.read()) == {0}, "the old file was blotted out"
    assert plain not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert encrypting.encrypt(ring.settings) == []
    assert ring.private(key_id).credential.public == public


def test_a_backup_that_links_to_a_key_is_left_alone(tmp_path, secret):
    before = keyring(tmp_path)
    path = KeyFiles(before.folder).path(before.current.id, "log")
    plain = path.read_bytes()
    (tmp_path / "backup.pem").hardlink_to(path)
    encrypting.encrypt(keyring(tmp_path, KEYS_PASSPHRASE_FILE=str(secret)).settings)
    assert (tmp_path / "backup.pem").read_bytes() == plain


def test_other_tools_open_the_files(tmp_path, secret, monkeypatch):
    monkeypatch.setattr(pkcs8, "BLOCKS", 1 << 14)
    ring = keyring(tmp_path)
    path = KeyFiles(ring.folder, PASSPHRASE.encode()).path("x", "signer")
    ring.folder.mkdir()
    KeyFiles(ring.folder, PASSPHRASE.encode()).make("x", "signer")
    command = ["openssl", "pkey", "-in", path, "-passin", f"file:{secret}", "-noout", "-text"]
    assert b"P-256" in subprocess.run(command, capture_output=True, check=True).stdout


def test_a_missing_passphrase_is_named(tmp_path, secret):
    key_id = keyring(tmp_path, KEYS_PASSPHRASE_FILE=str(secret)).current.id
    assert "no passphrase is set" in complaint(keyring(tmp_path).private, key_id)


def test_a_wrong_passphrase_is_named(tmp_path, secret):
    key_id = keyring(tmp_path, KEYS_PASSPHRASE_FILE=str(secret)).current.id
    wrong = keyring(tmp_path, KEYS_PASSPHRASE="wrong horse battery")
    assert "does not open the key" in complaint(wrong.private, key_id)


def test_a_key_that_others_can_read_is_refused(tmp_path):
    ring = keyring(tmp_path)
    path = KeyFiles(ring.folder).path(ring.current.id, "log")
    path.chmod(0o644)
    assert f"chmod 600 {path}" in complaint(ring.private, ring.current.id)


def test_a_passphrase_file_that_others_can_read_is_refused(tmp_path, secret):
    secret.chmod(0o604)
    ring = keyring(tmp_path, KEYS_PASSPHRASE_FILE=str(secret))
    assert "can be read by everybody" in complaint(passphrase_of, ring.settings)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"KEYS_PASSPHRASE_FILE": "/nowhere/at/all"}, "No such file"),
        ({"KEYS_PASSPHRASE": "short"}, "fewer than 12"),
        ({"KEYS_PASSPHRASE": PASSPHRASE, "KEYS_PASSPHRASE_FILE": "/x"}, "not both"),
    ],
)
def test_a_passphrase_that_cannot_be_used_is_named(tmp_path, more, words):
    assert words in complaint(passphrase_of, keyring(tmp_path, **more).settings)


def test_an_empty_passphrase_file_is_named(tmp_path, secret):
    secret.write_text("\n")
    ring = keyring(tmp_path, KEYS_PASSPHRASE_FILE=str(secret))
    assert "is empty" in complaint(passphrase_of, ring.settings)


def test_without_a_passphrase_nothing_is_encrypted(tmp_path):
    ring = keyring(tmp_path)
    assert ring.current.id
    assert "No passphrase is set" in complaint(encrypting.encrypt, ring.settings)
    assert len(encrypting.plain_files(ring.folder)) == 4


def test_the_doctor_says_what_is_wrong_with_keys(tmp_path, secret):
    real = "https://academy.example.org"
    ring = make_keyring(tmp_path / "real", real)
    assert diagnose(ring.settings) == "", "there are none yet"
    key_id = ring.current.id
    assert "`probity keys encrypt`" in diagnose(ring.settings)
    locked = make_keyring(tmp_path / "real", real, KEYS_PASSPHRASE_FILE=str(secret))
    encrypting.encrypt(locked.settings)
    assert diagnose(locked.settings) == ""
    assert "no passphrase is set" in diagnose(ring.settings)
    secret.chmod(0o644)
    assert "chmod 600" in diagnose(locked.settings)
    KeyFiles(ring.folder).path(key_id, "signer").unlink()
    secret.chmod(0o600)
    assert "Restore it from a backup" in diagnose(locked.settings)


def test_a_demonstration_may_keep_plain_keys(tmp_path):
    ring = keyring(tmp_path)
    assert ring.current.id
    assert diagnose(ring.settings) == ""
