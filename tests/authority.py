"""A home-made time stamp authority on this machine: it answers RFC 3161 and its revocation list."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from asn1crypto import tsp
from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from probity.kernel import clock

_USES = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")  # fmt: skip


def named(words):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def certificate(subject, key, issuer, issuer_key, *, address=None):
    """A root that signed itself, or a time stamp certificate with a revocation list."""
    begin = clock.now() - timedelta(days=1)
    wanted = {"digital_signature"} if address else {"key_cert_sign", "crl_sign"}
    builder = (
        x509.CertificateBuilder(named(issuer), named(subject), key.public_key(), x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=address is None, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**{use: use in wanted for use in _USES}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )  # fmt: skip
    if address:
        points = [x509.DistributionPoint([x509.UniformResourceIdentifier(address)], None, None, None)]  # fmt: skip
        use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(use, critical=True).add_extension(
            x509.CRLDistributionPoints(points), critical=False
        )
    return builder.sign(issuer_key, hashes.SHA256())


class TimeStampAuthority:
    """`down` makes it answer 503, `revoke` puts its certificate on the list."""

    def __init__(self) -> None:
        authority = self
        self.down, self.asked, self._revoked = False, 0, False
        self._root_key = ec.generate_private_key(ec.SECP256R1())
        self._root = certificate("Home-made Root", self._root_key, "Home-made Root", self._root_key)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                authority.asked += 1
                size = int(self.headers["Content-Length"])
                authority.answer(self, self.rfile.read(size))

            def do_GET(self):
                authority.send(self, authority.revocations(), "application/pkix-crl")

            def log_message(self, *_words):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self.renew()
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self._thread.start()

    def renew(self, ending: bytes = b"") -> None:
        """Take a new key and certificate, as authorities do every year or so."""
        key, place = rsa.generate_private_key(65537, 2048), f"{self.url}root.crl"
        self._leaf = None
        while self._leaf is None or not self._leaf.public_bytes(Encoding.DER).endswith(ending):
            self._leaf = certificate(
                "Home-made Time", key, "Home-made Root", self._root_key, address=place
            )
        pkcs8 = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self.stamper = DummyTimeStamper(
            Certificate.load(self._leaf.public_bytes(Encoding.DER)), PrivateKeyInfo.load(pkcs8)
        )

    def revoke(self) -> None:
        self._revoked = True

    def certificates(self, folder: Path) -> Path:
        file = folder / "authority.pem"
        file.write_bytes(self._root.public_bytes(Encoding.PEM))
        return file

    def root(self) -> bytes:
        return self._root.public_bytes(Encoding.DER)

    def leaf_pem(self) -> bytes:
        return self._leaf.public_bytes(Encoding.PEM)

    def revocations(self) -> bytes:
        now = clock.now()
        builder = (
            x509.CertificateRevocationListBuilder(named("Home-made Root"))
            .last_update(now - timedelta(hours=1))
            .next_update(now + timedelta(days=7))
            .add_extension(x509.CRLNumber(1), critical=False)
        )
        if self._revoked:
            gone = x509.RevokedCertificateBuilder(self._leaf.serial_number, now)
            builder = builder.add_revoked_certificate(gone.build())
        return builder.sign(self._root_key, hashes.SHA256()).public_bytes(Encoding.DER)

    def answer(self, handler, body: bytes) -> None:
        if self.down:
            handler.send_error(503)
            return
        reply = self.stamper.request_tsa_response(tsp.TimeStampReq.load(body))
        self.send(handler, reply.dump(), "application/timestamp-reply")

    @staticmethod
    def send(handler, data: bytes, kind: str) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


@contextmanager
def time_stamp_authority() -> Iterator[TimeStampAuthority]:
    authority = TimeStampAuthority()
    try:
        yield authority
    finally:
        authority.close()
