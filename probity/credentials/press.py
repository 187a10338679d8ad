"""Turns facts into the signed file. Only the worker loads this: it holds the private keys."""

import functools
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from flask import Flask

from probity.credentials.actions import IssuedFile
from probity.credentials.facts import CertificateFacts
from probity.credentials.keyring.ring import Keyring
from probity.credentials.paper.designed import Ready
from probity.credentials.paper.fonts import Library
from probity.credentials.paper.signing import Seal
from probity.credentials.paper.timestamps import Authority, AuthorityDown
from probity.credentials.paper.typeset import Attachment, Typesetter
from probity.credentials.proofs import credential, keys
from probity.credentials.proofs.keys import PrivateKeys, PublicKeys
from probity.credentials.proofs.signers import NamedSigner
from probity.kernel import clock
from probity.kernel.jobs import NotYet
from probity.kernel.settings import Settings

BASIC, STAMPED = "B-B", "B-LT"
"""Levels of PAdES signatures: without and with a time stamp and its evidence."""

PAUSE = timedelta(minutes=2)
"""Between two tries to reach a time stamp authority that is down."""

_EXTENSION = "probity-press"

log = structlog.get_logger()


class Press:
    """Faces, template and keys of one installation, loaded once per process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.ring = Keyring(settings)
        self.typesetter = Typesetter(Library(settings.instance_dir / "fonts"))
        self.designs: dict[str, Ready] = {}
        self._seals: dict[str, Seal] = {}

    @property
    def folder(self) -> Path:
        """Where the keys lie."""
        return self.ring.folder

    @property
    def current(self) -> PublicKeys:
        """The key set that signs now; made at the first start."""
        return self.ring.current

    @property
    def log(self) -> NamedSigner:
        """Signs the log's checkpoints, under the log's name."""
        return self.ring.log_signer()

    @property
    def stolen(self) -> frozenset[str]:
        """Key sets that somebody else may have: nothing new is signed with them."""
        return frozenset(one.id for one in keys.published(self.folder) if one.compromised)

    def sign(self, facts: CertificateFacts, made_at: datetime) -> bytes:
        """The credential's text: the same, byte for byte, whenever this is repeated."""
        key = self.ring.private(facts.key_id).credential
        return credential.dumps(credential.build(facts, key, made_at))

    def make(
        self,
        facts: CertificateFacts,
        made_at: datetime,
        document: bytes,
        receipt: Mapping[str, Any] | None,
        *,
        stamped: bool = True,
        design: Ready | None = None,
    ) -> tuple[bytes, IssuedFile]:
        """The file with its credential and the log's receipt, and what the register keeps of it.

        With `stamped` it carries a time stamp if an authority is set. Raises Unprintable; NotYet
        while that authority is down and may be waited for.
        """
        private = self.ring.private(facts.key_id)
        page = self.typesetter.typeset(
            facts, private.credential, _attached(document, receipt), made_at, design
        )
        authority = self.authority if stamped else None
        data, level = self._sealed(self.seal(private), page, authority, made_at)
        sha256 = hashlib.sha256(data).hexdigest()
        place = f"certificates/{facts.issued_on.year}/{facts.number}-{sha256[:16]}.pdf"
        return data, IssuedFile(document.decode(), sha256, place, level)

    def _sealed(
        self, seal: Seal, page: bytes, authority: Authority | None, made_at: datetime
    ) -> tuple[bytes, str]:
        """The signed file and its level: waiting has an end, for the log's receipt tells the time."""
        if authority is None:
            return seal.sign(page), BASIC
        try:
            return seal.sign(page, authority), STAMPED
        except AuthorityDown as error:
            if clock.now() - made_at < self.settings.tsa_wait:
                raise NotYet(f"The time stamp authority does not answer: {error}", PAUSE) from error
            log.warning("certificate.without-time-stamp", reason=str(error))
            return seal.sign(page), BASIC

    @functools.cached_property
    def authority(self) -> Authority | None:
        chosen = self.settings
        if not chosen.tsa_url or chosen.tsa_certificates is None:
            return None
        return Authority(chosen.tsa_url, chosen.tsa_certificates)

    def seal(self, private: PrivateKeys) -> Seal:
        """Opened once: parsing a key costs more than signing with it."""
        key_id = private.public.id
        if key_id not in self._seals:
            self._seals[key_id] = Seal(private, self.settings.issuer_name)
        return self._seals[key_id]


def _attached(document: bytes, receipt: Mapping[str, Any] | None) -> list[Attachment]:
    """What lies in the file: the machine-readable form of the page, and the proof of its entry."""
    files = [
        Attachment(
            name="credential.json",
            content=document,
            description="Open Badges 3.0 credential (W3C Verifiable Credential)",
            relationship="Alternative",
        )
    ]
    if receipt is not None:
        files.append(
            Attachment(
                name="receipt.json",
                content=json.dumps(receipt, ensure_ascii=False, indent=1).encode(),
                description="Receipt of the issuer's public log (inclusion proof, checkpoint)",
                relationship="Supplement",
            )
        )
    return files


def press_of(app: Flask) -> Press:
    """The press of this process."""
    if _EXTENSION not in app.extensions:
        app.extensions[_EXTENSION] = Press(app.config["PROBITY"])
    press: Press = app.extensions[_EXTENSION]
    return press
