"""The signature in the file: PAdES B-B in the only revision, no later change allowed."""

import io

from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from probity.credentials.paper.tagging import FIELD
from probity.credentials.proofs.keys import PrivateKeys

RESERVED = 4096
"""Room for the signature in the file. Stated, or the whole signing would run twice to measure it."""


class _Revision(IncrementalPdfFileWriter):
    """Adds the signature and nothing else."""

    def _update_meta(self) -> None:
        """Leave the metadata as typeset: rewriting it would break PDF/A's extension schema."""

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """Stay at PDF 1.7, on which PDF/A-3 is built."""


class Seal:
    """Signs files with one key set; loaded once, for parsing keys costs more than signing."""

    def __init__(self, keys: PrivateKeys, issuer: str) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register(Certificate.load(keys.public.authority))
        pkcs8 = keys.signer.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self._signer = SimpleSigner(
            signing_cert=Certificate.load(keys.public.signer),
            signing_key=PrivateKeyInfo.load(pkcs8),
            cert_registry=store,
        )
        self._metadata = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            name=issuer,
            reason="Certificate issued",
        )

    def sign(self, pdf: bytes) -> bytes:
        """The file with its signature; the metadata stays as the typesetter wrote it."""
        writer = _Revision(io.BytesIO(pdf))
        out = io.BytesIO()
        PdfSigner(self._metadata, signer=self._signer).sign_pdf(
            writer, output=out, bytes_reserved=RESERVED
        )
        return out.getvalue()
