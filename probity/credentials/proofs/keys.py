"""The issuer's key sets as everybody may know them, and the folder in which they lie.

`public.json` is what verifiers need. Each set has an Ed25519 key for credentials and QR codes, one
for the log, and a P-256 key with a certificate under an authority of its own for the PDF. Private
halves are only ever opened by the worker and by commands; see `keyfiles`.
"""

import fcntl
import functools
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from probity.credentials.proofs import certificates, multikey
from probity.credentials.proofs.keyfiles import KeyFiles, write
from probity.credentials.proofs.signers import Backend, Purpose, Signer, spki
from probity.kernel.errors import Misconfigured

PUBLIC_FILE = "public.json"


@dataclass(frozen=True, slots=True)
class Compromise:
    """Since when others may have had a key, and the leaf that says so.

    What the log recorded before that leaf still counts. Without a leaf nothing does.
    """

    since: str
    leaf: int | None


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What verifiers know of one key set. Sets of earlier versions get `log` from `ensure`."""

    id: str
    demonstration: bool
    created_at: str
    credential: Ed25519PublicKey
    signer: bytes
    authority: bytes
    log: Ed25519PublicKey | None = None
    retired_at: str | None = None
    compromised: Compromise | None = None

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate that signs PDF files."""
        return hashlib.sha256(self.signer).hexdigest()

    @property
    def fingerprints(self) -> frozenset[str]:
        """Those of all certificates that lie beside a signature of ours."""
        return frozenset({self.fingerprint, hashlib.sha256(self.authority).hexdigest()})

    @property
    def signs(self) -> bool:
        """Tell whether new certificates may be signed with it."""
        return self.retired_at is None and self.compromised is None


@dataclass(frozen=True, slots=True)
class PrivateKeys:
    """What the worker signs with."""

    public: PublicKeys
    credential: Signer
    log: Signer
    signer: Signer


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether what a key signed still counts, and why; `reason` is a stable code."""

    ok: bool
    reason: str


def standing(key: PublicKeys | None, leaf_index: int | None) -> Standing:
    """Judge a key by what is published about it.

    `leaf_index` is where the log proves what was signed, None if it does not.
    """
    if key is None:
        return Standing(False, "key-unknown")
    if key.compromised is None:
        return Standing(True, "key-retired" if key.retired_at else "key-current")
    if leaf_index is None or key.compromised.leaf is None:
        return Standing(False, "key-compromised-unlogged")
    if leaf_index < key.compromised.leaf:
        return Standing(True, "before-compromise")
    return Standing(False, "after-compromise")


def published(folder: Path) -> tuple[PublicKeys, ...]:
    """Every key set of the installation, oldest first; none before the first start."""
    path = folder / PUBLIC_FILE
    try:
        found = path.stat()
    except FileNotFoundError:
        return ()
    return _read(path, (found.st_ino, found.st_mtime_ns, found.st_size))


def trusted(folder: Path, *, demonstration: bool) -> tuple[PublicKeys, ...]:
    """The key sets this installation vouches for: a demonstration's never count elsewhere."""
    return tuple(k for k in published(folder) if k.demonstration == demonstration)


def current(folder: Path, *, demonstration: bool) -> PublicKeys | None:
    """The key set that signs now, if there is one."""
    able = [k for k in trusted(folder, demonstration=demonstration) if k.signs]
    return able[-1] if able else None


def ensure(
    folder: Path,
    *,
    demonstration: bool,
    issuer: str,
    now: datetime,
    backend: Backend | None = None,
) -> PublicKeys:
    """The newest key set of this kind that may sign, made if there is none."""
    present = current(folder, demonstration=demonstration)
    if present is not None and not _without_log(folder):
        return present
    kept = backend or KeyFiles(folder)
    with locked(folder):
        for earlier in _without_log(folder):
            log = to_ed25519(kept.make(earlier.id, Purpose.LOG))
            replace_set(folder, replace(earlier, log=log))
        present = current(folder, demonstration=demonstration)
        return present or add(
            folder, demonstration=demonstration, issuer=issuer, now=now, backend=kept
        )


def _without_log(folder: Path) -> tuple[PublicKeys, ...]:
    """Sets of earlier versions, which had no log."""
    return tuple(k for k in published(folder) if k.log is None)


def add(
    folder: Path, *, demonstration: bool, issuer: str, now: datetime, backend: Backend
) -> PublicKeys:
    """Make the next key set of this kind; the caller holds the lock."""
    known = published(folder)
    name = _next_name(known, demonstration, now.year)
    credential, log, signer, authority = (backend.make(name, purpose) for purpose in Purpose)
    marked = f"{issuer} (DEMONSTRATION)" if demonstration else issuer
    leaf, root = certificates.pair(marked, name, authority, signer, now)
    made = PublicKeys(
        id=name,
        demonstration=demonstration,
        created_at=now.isoformat(timespec="seconds"),
        credential=to_ed25519(credential),
        signer=leaf,
        authority=root,
        log=to_ed25519(log),
    )
    store(folder, (*known, made))
    return made


def _next_name(known: tuple[PublicKeys, ...], demonstration: bool, year: int) -> str:
    stem = f"{'demo-' if demonstration else ''}{year}-"
    taken = [int(k.id.removeprefix(stem)) for k in known if k.id.startswith(stem)]
    return f"{stem}{max(taken, default=0) + 1}"


def replace_set(folder: Path, changed: PublicKeys) -> None:
    """Write one set anew; the caller holds the lock."""
    store(folder, tuple(changed if k.id == changed.id else k for k in published(folder)))


def store(folder: Path, sets: tuple[PublicKeys, ...]) -> None:
    write(folder / PUBLIC_FILE, dumps(sets))


def load_private(folder: Path, public: PublicKeys, backend: Backend | None = None) -> PrivateKeys:
    """Open the private halves. Raises Misconfigured if one is missing or does not fit."""
    kept = backend or KeyFiles(folder)
    credential, log, signer = (
        kept.open(public.id, purpose)
        for purpose in (Purpose.CREDENTIAL, Purpose.LOG, Purpose.SIGNER)
    )
    found = PrivateKeys(public, credential, log, signer)
    if not fits(found):
        raise Misconfigured(
            f"The private keys {public.id} in {folder} do not belong to {PUBLIC_FILE}. "
            "Restore the folder from a backup."
        )
    return found


def fits(found: PrivateKeys) -> bool:
    """Tell whether signers are those that the published set names."""
    public = found.public
    return (
        found.credential.public == public.credential.public_bytes_raw()
        and public.log is not None
        and found.log.public == public.log.public_bytes_raw()
        and found.signer.public == pdf_key(public)
    )


def pdf_key(public: PublicKeys) -> bytes:
    """The key in the certificate that signs PDF files, as SubjectPublicKeyInfo."""
    key = x509.load_der_x509_certificate(public.signer).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise Misconfigured(f"The certificate of the key set {public.id} is not for a P-256 key.")
    return spki(key)


def to_ed25519(signer: Signer) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(signer.public)


@functools.lru_cache(maxsize=4)
def _read(path: Path, _version: tuple[int, ...]) -> tuple[PublicKeys, ...]:
    try:
        return loads(path.read_bytes())
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Misconfigured(
            f"{path} cannot be read ({error}). Restore it from a backup: without it no "
            "certificate can be verified."
        ) from error


def loads(text: bytes | str) -> tuple[PublicKeys, ...]:
    """Read sets as `dumps` writes them. Raises ValueError, KeyError or TypeError."""
    return tuple(_from_json(row) for row in json.loads(text))


def dumps(sets: tuple[PublicKeys, ...]) -> bytes:
    """Sets as they are kept and published."""
    return json.dumps([_to_json(keys) for keys in sets], indent=1).encode()


def _from_json(row: dict[str, Any]) -> PublicKeys:
    told = row.get("compromised")
    return PublicKeys(
        id=row["id"],
        demonstration=row["demonstration"],
        created_at=row["created_at"],
        credential=multikey.to_key(row["credential"]),
        signer=bytes.fromhex(row["signer"]),
        authority=bytes.fromhex(row["authority"]),
        log=multikey.to_key(row["log"]) if row.get("log") else None,
        retired_at=row.get("retired_at"),
        compromised=Compromise(told["since"], told["leaf"]) if told else None,
    )


def _to_json(keys: PublicKeys) -> dict[str, Any]:
    told = keys.compromised
    return {
        "id": keys.id,
        "demonstration": keys.demonstration,
        "created_at": keys.created_at,
        "credential": multikey.from_key(keys.credential),
        "log": multikey.from_key(keys.log) if keys.log else None,
        "signer": keys.signer.hex(),
        "authority": keys.authority.hex(),
        "retired_at": keys.retired_at,
        "compromised": {"since": told.since, "leaf": told.leaf} if told else None,
    }


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one process change keys while the others wait."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
