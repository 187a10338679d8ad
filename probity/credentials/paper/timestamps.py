"""Time stamps of an outside authority (RFC 3161), and what will still prove them in later years."""

import asyncio
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import pem
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, ValidationError

from probity.kernel.errors import Misconfigured

SECONDS = 10
"""How long an authority may take for one answer."""

FRESH = timedelta(hours=1)
"""For how long certificates and revocation lists of the authority are not asked for again."""

_BROKEN = (OSError, SigningError, SignatureValidationError, TimeoutError, ValidationError, PathBuildingError, ValueError)  # fmt: skip


class AuthorityDown(Exception):
    """The authority does not answer, or not with a time stamp that can be trusted."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Certificates from the authority's own to its root, and that none of them was revoked."""

    paths: tuple[Any, ...]
    ocsps: tuple[Any, ...]
    crls: tuple[Any, ...]
    collected_at: datetime

    @property
    def signers(self) -> frozenset[bytes]:
        """SHA-256 of the certificates that may sign time stamps."""
        return frozenset(path.last.sha256 for path in self.paths)


class Authority(HTTPTimeStamper):
    """Asks one authority; every answer is checked before it is put into a file for good."""

    def __init__(self, url: str, certificates: Path) -> None:
        super().__init__(url, timeout=SECONDS)
        self._roots, self._others = _read(certificates)
        self._evidence: Evidence | None = None

    def collect(self, now: datetime) -> Evidence:
        """What proves this authority's stamps, an hour old at most. Raises AuthorityDown."""
        if self._evidence is None or now - self._evidence.collected_at > FRESH:
            self._evidence = None
            self._dummy_response_cache.clear()
            self._certs.clear()
            self._evidence = self.guard(lambda: asyncio.run(self._collect(now)))
        return self._evidence

    def leave(self, evidence: Evidence, writer: BasePdfFileWriter) -> None:
        """Put the evidence into a file, before it is signed and in the same revision."""
        DocumentSecurityStore.supply_dss_in_writer(
            writer, None, paths=evidence.paths, ocsps=evidence.ocsps, crls=evidence.crls
        )

    def guard(self, work: Callable[[], Any]) -> Any:
        """Do what needs the authority. Raises AuthorityDown, after which evidence is asked anew."""
        try:
            return work()
        except AuthorityDown:
            raise
        except _BROKEN as error:
            self._evidence = None
            raise AuthorityDown(f"{self.url}: {error}") from error

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        token = await super().async_timestamp(message_digest, md_algorithm)
        signer = _signer(token["content"], message_digest)
        if self._evidence and signer not in self._evidence.signers:
            raise SigningError("the time stamp was signed with a certificate not seen before")
        return token

    async def _collect(self, now: datetime) -> Evidence:
        context = ValidationContext(
            trust_roots=self._roots,
            other_certs=self._others,
            allow_fetching=True,
            revocation_mode="hard-fail",
        )
        try:
            paths = tuple([path async for path in self.validation_paths(context)])  # type: ignore[no-untyped-call]
        finally:
            await context.aclose()  # type: ignore[no-untyped-call]
        return Evidence(paths, tuple(context.ocsps), tuple(context.crls), now)


def _signer(signed: Any, stamped: bytes) -> bytes:
    """SHA-256 of the certificate that signed a time stamp. Raises SigningError if it is not right."""
    (signer,) = signed["signer_infos"]
    serial = signer["sid"].chosen["serial_number"].native
    own = [c.chosen for c in signed["certificates"] if c.chosen.serial_number == serial]
    content = signed["encap_content_info"]["content"]
    digest = hashlib.new(signer["digest_algorithm"]["algorithm"].native, bytes(content)).digest()
    right = own and all(validate_sig_integrity(signer, own[0], "tst_info", digest))
    if not right or content.parsed["message_imprint"]["hashed_message"].native != stamped:
        raise SigningError("the time stamp's own signature is wrong")
    found: bytes = own[0].sha256
    return found


def _read(file: Path) -> tuple[list[Certificate], list[Certificate]]:
    """The roots in a PEM file, and the certificates between. Raises Misconfigured."""
    try:
        found = [Certificate.load(der) for _kind, _head, der in pem.unarmor(file.read_bytes(), multiple=True)]  # fmt: skip
    except (OSError, ValueError) as error:
        raise Misconfigured(
            f"TSA_CERTIFICATES={file} cannot be read ({error}). Name a PEM file with the "
            "certificates of the time stamp authority, up to its root."
        ) from error
    roots = [certificate for certificate in found if _is_root(certificate)]
    if not roots:
        raise Misconfigured(
            f"TSA_CERTIFICATES={file} holds no root certificate (one that signed itself). Add it: "
            "time stamps are trusted because of it."
        )
    return roots, _without(found, roots)


def _is_root(certificate: Certificate) -> bool:
    return bool(certificate.issuer == certificate.subject)


def _without(found: Iterable[Certificate], roots: list[Certificate]) -> list[Certificate]:
    return [certificate for certificate in found if certificate not in roots]
