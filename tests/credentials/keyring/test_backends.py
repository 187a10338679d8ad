"""Keys that lie outside: in another process, and in a PKCS#11 device (SoftHSM)."""

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from probity.credentials.checks import container
from probity.credentials.keyring import encrypting, lifecycle
from probity.credentials.press import Press
from probity.credentials.proofs import credential
from probity.credentials.proofs.keys import published
from probity.credentials.proofs.signers import Purpose
from probity.kernel import settings
from probity.kernel.errors import Misconfigured
from probity.kernel.permissions import SYSTEM
from tests.factories.credentials import MADE_AT, make_facts, share_fonts
from tests.factories.keys import make_keyring
from tests.factories.outside import SOCKET

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "123456"


@pytest.fixture
def process(tmp_path):
    """A signer that runs beside us."""
    command = [sys.executable, "-m", "tests.factories.outside", str(tmp_path / SOCKET)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout.readline() == "ready\n"
        yield "tests.factories.outside:connect"
        running.kill()


def issue(press):
    facts = make_facts(press)
    document = press.sign(facts, MADE_AT)
    return facts, document, press.make(facts, MADE_AT, document, None)[0]


def check(folder, facts, document, data):
    """What a verifier does, with the published keys alone."""
    (public,) = published(folder)
    known = {public.id: public.credential}
    assert credential.verify(credential.loads(document), known) == public.id
    found = container.find(data)
    assert found.intact
    assert found.fingerprint == public.fingerprint
    signer, authority = map(x509.load_der_x509_certificate, (public.signer, public.authority))
    signer.verify_directly_issued_by(authority)


def test_a_signer_in_another_process_issues_a_certificate_that_verifies(
    process, tmp_path, font_cache
):
    share_fonts(tmp_path, font_cache)
    press = Press(settings.load({"INSTANCE_DIR": str(tmp_path), "KEYS_BACKEND": process}))
    check(press.folder, *issue(press))
    assert list(tmp_path.rglob("*.pem")) == []


def test_keys_of_a_backend_are_not_encrypted_here(process, tmp_path):
    ring = make_keyring(tmp_path, KEYS_BACKEND=process)
    with pytest.raises(Misconfigured, match="no files to encrypt"):
        encrypting.encrypt(ring.settings)


def test_a_rotation_moves_from_files_to_a_backend(process, session, tmp_path):
    files = make_keyring(tmp_path)
    old = files.current.id
    ring = make_keyring(tmp_path, KEYS_BACKEND=process)
    new = lifecycle.rotate(session, ring, old, by=SYSTEM)
    assert ring.private(new.id).credential.public == new.credential.public_bytes_raw()
    assert {path.name.split(".")[0] for path in ring.folder.glob("*.pem")} == {old}


def test_keys_that_are_not_the_published_ones_are_refused(process, tmp_path):
    ring = make_keyring(tmp_path, KEYS_BACKEND=process)
    key_id = ring.current.id
    ring.backend.make(key_id, Purpose.LOG)
    with pytest.raises(Misconfigured, match="do not belong"):
        ring.private(key_id)


@pytest.mark.parametrize("name", ["nowhere:connect", "tests.factories.outside:nothing", "x"])
def test_a_backend_that_cannot_be_loaded_is_named(tmp_path, name):
    ring = make_keyring(tmp_path, KEYS_BACKEND=name)
    with pytest.raises(Misconfigured, match=f"KEYS_BACKEND={name} cannot be loaded"):
        ring.current.id  # noqa: B018 (asking is the act)


@pytest.fixture
def device(tmp_path, monkeypatch):
    """A token of SoftHSM with its own folder."""
    pytest.importorskip("pkcs11")
    tokens, pin = tmp_path / "tokens", tmp_path / "pin"
    tokens.mkdir()
    pin.write_text(PIN)
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tokens}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    monkeypatch.setenv("PKCS11_MODULE", str(SOFTHSM))
    monkeypatch.setenv("PKCS11_TOKEN", "probity")
    monkeypatch.setenv("PKCS11_PIN_FILE", str(pin))
    command = ["softhsm2-util", "--init-token", "--free", "--label", "probity"]
    subprocess.run([*command, "--pin", PIN, "--so-pin", PIN], check=True, capture_output=True)
    return "probity.credentials.keyring.pkcs11:connect"


def test_a_device_signs_credentials_files_and_the_log(device, tmp_path):
    press = Press(settings.load({"INSTANCE_DIR": str(tmp_path / "x"), "KEYS_BACKEND": device}))
    document = credential.loads(press.sign(make_facts(press), MADE_AT))
    public = press.current
    assert credential.verify(document, {public.id: public.credential}) == public.id
    signer, authority = map(x509.load_der_x509_certificate, (public.signer, public.authority))
    signer.verify_directly_issued_by(authority)
    private = make_keyring(tmp_path / "x", KEYS_BACKEND=device).private(public.id)
    signed = private.signer.sign(b"file")
    signer.public_key().verify(signed, b"file", ec.ECDSA(hashes.SHA256()))
    public.log.verify(private.log.sign(b"log"), b"log")
    assert list(tmp_path.rglob("*.pem")) == []


def test_a_device_that_cannot_be_reached_is_named(device, tmp_path):
    from probity.credentials.keyring import pkcs11

    with pytest.raises(Misconfigured, match="Set PKCS11_TOKEN and PKCS11_PIN_FILE"):
        pkcs11.connect(tmp_path, {"PKCS11_MODULE": "/x.so"})
    broken = {"PKCS11_MODULE": "/x.so", "PKCS11_TOKEN": "t", "PKCS11_PIN_FILE": "/nowhere"}
    with pytest.raises(Misconfigured, match=r"token t .* cannot be opened"):
        pkcs11.connect(tmp_path, broken)
