"""A device that keeps passkeys, in software: it answers a page as a browser with a key would."""

import html
import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encoded(data):
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def ceremony(page):
    """What a page asks the device, and where the answer is to be sent."""
    form = re.search(r'action="([^"]+)" data-passkey="\w+" data-options="([^"]+)"', page.text)
    return html.unescape(form[1]), json.loads(html.unescape(form[2]))


class Authenticator:
    """One passkey for one site; `flags` tell whether the device asked who is there."""

    def __init__(self, origin="http://localhost", flags=PRESENT | VERIFIED):
        self.origin, self.flags = origin, flags
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.owner, self.used = b"", 0

    def register(self, options):
        self.owner = urlsafe_b64decode(options["user"]["id"] + "==")
        made = len(self.id).to_bytes(2, "big") + self.id + self._public_key()
        data = self._facts(options["rp"]["id"], self.flags | ATTESTED) + bytes(16) + made
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._client_data("webauthn.create", options)
        return self._credential(clientDataJSON=said, attestationObject=attested)

    def sign_in(self, options):
        self.used += 1
        data = self._facts(options["rpId"], self.flags)
        said = self._client_data("webauthn.get", options)
        signature = self.key.sign(data + sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(
            clientDataJSON=said, authenticatorData=data, signature=signature, userHandle=self.owner
        )

    def _public_key(self):
        point = self.key.public_key().public_numbers()
        x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _facts(self, site, flags):
        return sha256(site.encode()).digest() + bytes([flags]) + self.used.to_bytes(4, "big")

    def _client_data(self, kind, options):
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _credential(self, **response):
        parts = {name: encoded(data) for name, data in response.items()}
        name = encoded(self.id)
        whole = {"id": name, "rawId": name, "type": "public-key", "response": parts}
        return {"credential": json.dumps(whole)}
