"""Ways in which a certificate's file comes back changed."""

import io
import json

import pikepdf
from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from probity.credentials.paper.signing import Seal
from probity.credentials.paper.tagging import FIELD
from probity.credentials.paper.typeset import Attachment
from probity.credentials.proofs import credential
from tests.factories.credentials import MADE_AT, make_file


def flip(data, place, to=None):
    changed = bytearray(data)
    changed[place] = changed[place] ^ 1 if to is None else to
    return bytes(changed)


def bit_in_page(data):
    return flip(data, data.index(b"stream\n") + 200)


def hole(data):
    """First and last place of the hexadecimal digits of the signature."""
    start = data.index(b"/Contents <3") + len(b"/Contents <")
    return start, data.index(b">", start)


def byte_in_padding(data):
    return flip(data, hole(data)[1] - 2, ord("1"))


def signature_value(data):
    """Other digits where the signature itself ends."""
    start, _end = hole(data)
    length = int(data[start + 4 : start + 8], 16) + 4  # of the whole structure, after its header
    place = start + 2 * length - 2
    return flip(data, place, ord("0") if data[place] != ord("0") else ord("1"))


def case_of_a_digit(data):
    start, _end = hole(data)
    place = next(n for n in range(start, start + 400) if data[n : n + 1] in b"ABCDEF")
    return flip(data, place, data[place] + 32)


def white_space_in_padding(data):
    _start, end = hole(data)
    return data[: end - 4] + b"  " + data[end - 2 :]


def junk_after_end(data):
    return data + b"\n%junk\n"


def added(data, change):
    """An incremental update, as an editor would write it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def painted_over(data):
    def change(writer):
        page = writer.root["/Pages"]["/Kids"][0].get_object()
        paint = b"q 1 1 1 rg 70 400 300 40 re f Q"
        extra = writer.add_object(generic.StreamObject(stream_data=paint))
        page["/Contents"] = generic.ArrayObject([*page["/Contents"], extra])
        writer.update_container(page)

    return added(data, change)


def note_added(data):
    def change(writer):
        page = writer.root["/Pages"]["/Kids"][0].get_object()
        box = generic.ArrayObject(map(generic.NumberObject, (250, 330, 600, 380)))
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/FreeText"),
                pdf_name("/Rect"): box,
                pdf_name("/Contents"): pdf_string("LI Si"),
                pdf_name("/DA"): pdf_string("/Helv 24 Tf 0 g"),
            }
        )
        page["/Annots"].append(writer.add_object(note))
        writer.update_container(page["/Annots"])
        writer.update_container(page)

    return added(data, change)


def language_changed(data):
    def change(writer):
        writer.root["/Lang"] = pdf_string("fr")
        writer.update_root()

    return added(data, change)


def rewritten(data, change=lambda _pdf: None, **options):
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out, **options)
        return out.getvalue()


def made_smaller(data):
    """Written anew without its metadata, and where the signature stood is a `<` by chance."""

    def change(pdf):
        del pdf.Root["/Metadata"]

    return flip(rewritten(data, change), hole(data)[0] - 1, ord("<"))


def attachment_swapped(data):
    def change(pdf):
        inside = json.loads(pdf.attachments["credential.json"].get_file().read_bytes())
        inside["credentialSubject"]["identifier"][0]["identityHash"] = "Li Si (李四)"
        changed = json.dumps(inside).encode()
        pdf.attachments["credential.json"] = pikepdf.AttachedFileSpec(
            pdf, changed, filename="credential.json"
        )

    return rewritten(data, change)


def printed_to_pdf(data):
    """Only the page: no signature, no attachment, no link."""

    def change(pdf):
        for name in ("/AcroForm", "/Names", "/AF", "/Perms", "/StructTreeRoot"):
            if name in pdf.Root:
                del pdf.Root[name]
        del pdf.pages[0].obj["/Annots"]
        del pdf.docinfo["/Subject"]

    return rewritten(data, change)


def picture_added(data):
    """A picture in a form that is not unpacked here, so that the text is not read either."""

    def change(pdf):
        picture = pdf.make_stream(b"abcd")
        picture.write(b"abcd", filter=pikepdf.Name("/DCTDecode"))
        pdf.pages[0].Resources["/XObject"] = pikepdf.Dictionary(Im0=picture)

    return rewritten(data, change)


def encrypted(data):
    return rewritten(data, encryption=pikepdf.Encryption(owner="x", user="y"))


def with_script(data):
    script = {"/S": pikepdf.Name("/JavaScript"), "/JS": pikepdf.String("app.alert(1)")}

    def change(pdf):
        pdf.Root["/OpenAction"] = pikepdf.Dictionary(script)

    return rewritten(data, change)


def signature_stripped(data):
    def change(pdf):
        del pdf.Root.AcroForm.Fields[0]["/V"]
        if "/Perms" in pdf.Root:
            del pdf.Root["/Perms"]

    return rewritten(data, change)


def resigned(data, press):
    """The same page under another's signature."""
    private = press.ring.private(press.current.id)
    return Seal(private, press.settings.issuer_name).sign(signature_stripped(data))


def signed_with_rsa(data):
    """The same page signed with a key of another kind."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Somebody")])
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), 7, MADE_AT, MADE_AT.replace(year=2040)
    )
    certificate = builder.sign(key, hashes.SHA256())
    signer = signers.SimpleSigner(
        signing_cert=Certificate.load(certificate.public_bytes(Encoding.DER)),
        signing_key=PrivateKeyInfo.load(
            key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        cert_registry=SimpleCertificateStore(),
    )
    out = io.BytesIO()
    signers.PdfSigner(signers.PdfSignatureMetadata(field_name=FIELD), signer).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(signature_stripped(data))), output=out
    )
    return out.getvalue()


def signed_again(data):
    """A second signature after ours, which honest programs refuse to make."""

    def change(writer):
        numbers = generic.ArrayObject(map(generic.NumberObject, (0, 10, 20, 30)))
        second = {pdf_name("/Type"): pdf_name("/Sig"), pdf_name("/ByteRange"): numbers}
        writer.root["/Second"] = writer.add_object(generic.DictionaryObject(second))
        writer.update_root()

    return added(data, change)


def page_made_by(press, facts, document=None):
    """A whole certificate by a press; `document` is the credential to put inside."""
    if document is None:
        return make_file(press, facts)[0]
    private = press.ring.private(press.current.id)
    inside = Attachment("credential.json", document, "Credential", "Alternative")
    page = press.typesetter.typeset(facts, private.credential, [inside], MADE_AT)
    return Seal(private, press.settings.issuer_name).sign(page)


def foreign_pdf():
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def credential_of(facts, press):
    private = press.ring.private(press.current.id)
    return credential.dumps(credential.build(facts, private.credential, MADE_AT))


def content_replaced(data):
    """A shadow attack (replace): the page keeps its object and shows other content."""

    def change(writer):
        page = writer.root["/Pages"]["/Kids"][0].get_object()
        other = generic.StreamObject(stream_data=b"BT /F0 24 Tf 200 300 Td (LI SI) Tj ET")
        page["/Contents"] = writer.add_object(other)
        writer.update_container(page)

    return added(data, change)


def content_hidden(data):
    """A shadow attack (hide): what lay under the page is taken away by an update."""

    def change(writer):
        page = writer.root["/Pages"]["/Kids"][0].get_object()
        page["/Contents"] = generic.ArrayObject([page["/Contents"].raw_get(0)])
        writer.update_container(page)

    return added(data, change)


def pages_exchanged(data):
    """A shadow attack (hide and replace): the catalogue leads to another page tree."""

    def change(writer):
        page = writer.root["/Pages"]["/Kids"][0].get_object()
        other = generic.DictionaryObject(page)
        other[pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b"q Q"))
        kids = generic.ArrayObject([writer.add_object(other)])
        tree = {pdf_name("/Type"): pdf_name("/Pages"), pdf_name("/Kids"): kids}
        tree[pdf_name("/Count")] = generic.NumberObject(1)
        writer.root["/Pages"] = writer.add_object(generic.DictionaryObject(tree))
        writer.update_root()

    return added(data, change)


def attachment_added(data):
    """A second file beside the credential, in an update."""

    def change(writer):
        stream = generic.StreamObject(stream_data=b'{"credentialSubject": {}}')
        writer.root["/Extra"] = writer.add_object(stream)
        writer.update_root()

    return added(data, change)


BYTES = {
    "shadow: content replaced": content_replaced,
    "shadow: content hidden": content_hidden,
    "shadow: pages exchanged": pages_exchanged,
    "attachment added": attachment_added,
    "bit in page": bit_in_page,
    "byte in padding": byte_in_padding,
    "signature value": signature_value,
    "case of a digit": case_of_a_digit,
    "white space in padding": white_space_in_padding,
    "junk after the end": junk_after_end,
    "signed again": signed_again,
    "painted over": painted_over,
    "note added": note_added,
    "language changed": language_changed,
    "re-saved": rewritten,
    "made smaller": made_smaller,
    "attachment swapped": attachment_swapped,
    "printed to PDF": printed_to_pdf,
    "signature stripped": signature_stripped,
}
