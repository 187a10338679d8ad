"""Turns facts into the signed file. Only the worker loads this: it holds the private keys."""

import hashlib
from datetime import datetime

from flask import Flask

from probity.credentials.actions import IssuedFile
from probity.credentials.facts import CertificateFacts
from probity.credentials.paper.fonts import Library
from probity.credentials.paper.signing import Seal
from probity.credentials.paper.typeset import Attachment, Typesetter
from probity.credentials.proofs import credential, keys
from probity.credentials.proofs.keys import PrivateKeys, PublicKeys
from probity.kernel import clock
from probity.kernel.settings import Settings

_EXTENSION = "probity-press"


class Press:
    """Faces, template and keys of one installation, loaded once per process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = settings.instance_dir / "keys"
        self.typesetter = Typesetter(Library(settings.instance_dir / "fonts"))
        self._opened: dict[str, tuple[PrivateKeys, Seal]] = {}

    @property
    def current(self) -> PublicKeys:
        """The key set that signs now; made at the first start."""
        return keys.ensure(
            self.folder,
            demonstration=self.settings.demonstration,
            issuer=self.settings.issuer_name,
            now=clock.now(),
        )

    def make(self, facts: CertificateFacts, made_at: datetime) -> tuple[bytes, IssuedFile]:
        """The file, and what the register keeps of it. Raises Unprintable."""
        private, seal = self._keys(facts.key_id)
        document = credential.dumps(credential.build(facts, private.credential, made_at))
        attached = Attachment(
            name="credential.json",
            content=document,
            description="Open Badges 3.0 credential (W3C Verifiable Credential)",
            relationship="Alternative",
        )
        page = self.typesetter.typeset(facts, private.credential, [attached], made_at)
        data = seal.sign(page)
        sha256 = hashlib.sha256(data).hexdigest()
        place = f"certificates/{facts.issued_on.year}/{facts.number}-{sha256[:16]}.pdf"
        return data, IssuedFile(document.decode(), sha256, place)

    def _keys(self, key_id: str) -> tuple[PrivateKeys, Seal]:
        if key_id not in self._opened:
            (public,) = (k for k in keys.published(self.folder) if k.id == key_id)
            private = keys.load_private(self.folder, public)
            self._opened[key_id] = private, Seal(private, self.settings.issuer_name)
        return self._opened[key_id]


def press_of(app: Flask) -> Press:
    """The press of this process."""
    if _EXTENSION not in app.extensions:
        app.extensions[_EXTENSION] = Press(app.config["PROBITY"])
    press: Press = app.extensions[_EXTENSION]
    return press
