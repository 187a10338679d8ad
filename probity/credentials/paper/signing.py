"""The signature in the file: PAdES in the only revision, no later change allowed.

With an authority it is PAdES B-LT: a time stamp over the signature, and what proves the stamp.
Without one it is B-B, and the log's receipt in the file tells the time.
"""

import io
import zlib
from typing import Any

from asn1crypto.algos import SignedDigestAlgorithm
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from probity.credentials.paper.tagging import FIELD, UNCLEAR
from probity.credentials.paper.timestamps import Authority
from probity.credentials.proofs.keys import PrivateKeys
from probity.kernel import clock

RESERVED, RESERVED_STAMPED = 4096, 24_576
"""Room for the signature in the file. Stated, or the whole signing would run twice to measure it."""

REASON = "Certificate issued"
MOST_TRIES = 5


class _Revision(IncrementalPdfFileWriter):
    """Adds the signature and nothing else."""

    def _update_meta(self) -> None:
        """Leave the metadata as typeset: rewriting it would break PDF/A's extension schema."""

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """Stay at PDF 1.7, on which PDF/A-3 is built."""

    def add_object(self, obj: Any, *given: Any, **options: Any) -> Any:
        """Pack what would be unclear otherwise: an authority's certificate is what it is."""
        return super().add_object(clear(obj), *given, **options)


def clear(obj: Any) -> Any:
    """The same stream in a form that does not end with a carriage return, see tagging.UNCLEAR."""
    if not isinstance(obj, StreamObject) or not obj.data.endswith(b"\r"):
        return obj
    packed = zlib.compress(obj.data)
    packed += b"\n" * packed.endswith(b"\r")
    return StreamObject({pdf_name("/Filter"): pdf_name("/FlateDecode")}, encoded_data=packed)


class _KeySigner(Signer):
    """Lets whatever holds the key sign: it may lie in a device that never shows it."""

    def __init__(self, keys: PrivateKeys) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register(Certificate.load(keys.public.authority))
        super().__init__(
            signing_cert=Certificate.load(keys.public.signer),
            cert_registry=store,
            signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        )
        self._key = keys.signer

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,  # noqa: ARG002 (the key signs over SHA-256 only)
        dry_run: bool = False,  # noqa: ARG002 (the room is stated)
    ) -> bytes:
        return self._key.sign(data)


class Seal:
    """Signs files with one key set; loaded once, for parsing keys costs more than signing."""

    def __init__(self, keys: PrivateKeys, issuer: str) -> None:
        self._signer = _KeySigner(keys)
        self._issuer = issuer

    def sign(self, pdf: bytes, authority: Authority | None = None, reason: str = REASON) -> bytes:
        """The file with its signature; the metadata stays as the typesetter wrote it.

        Raises AuthorityDown.
        """
        if authority is None:
            return self._sign(pdf, reason, None)
        signed: bytes = authority.guard(lambda: self._sign(pdf, reason, authority))
        return signed

    def _sign(self, pdf: bytes, reason: str, authority: Authority | None) -> bytes:
        """One in hundreds is signed a second time, see tagging.UNCLEAR."""
        for more in range(MOST_TRIES):
            signed = self._sign_with(more, pdf, reason, authority)
            if UNCLEAR not in signed[len(pdf) :]:
                break
        return signed

    def _sign_with(self, more: int, pdf: bytes, reason: str, authority: Authority | None) -> bytes:
        writer = _Revision(io.BytesIO(pdf))
        if authority is not None:
            authority.leave(authority.collect(clock.now()), writer)
        for _ in range(more):
            writer.add_object(DictionaryObject())  # type: ignore[no-untyped-call]
        metadata = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            name=self._issuer,
            reason=reason,
        )
        out = io.BytesIO()
        PdfSigner(metadata, signer=self._signer, timestamper=authority).sign_pdf(
            writer, output=out, bytes_reserved=RESERVED_STAMPED if authority else RESERVED
        )
        return out.getvalue()
