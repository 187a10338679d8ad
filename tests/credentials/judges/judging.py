"""What programs of others say of a certificate's file; each judge gives the complaints it has."""

import io
import re
import subprocess
import unicodedata

import outloud
import page as page_validation
import pikepdf
import pypdfium2
import zxingcpp
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from probity.credentials.checks import inspection
from probity.credentials.paper.layout import AREAS, POINTS_PER_MM
from probity.credentials.proofs import qr

_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def standards(data):
    """PDF/A-3a and PDF/UA-1, by the rules a machine can check."""
    for name in ("PDF_A_3A", "PDF_UA_1"):
        profile = getattr(page_validation.ValidationProfile, name)
        report = page_validation.validate_pdf_bytes(data, profile=profile)
        yield from (f"{name}: {failure.message}" for failure in report.failures)


def accessibility(path):
    result = outloud.check(str(path))
    yield from (f"outloud: {f.message}" for f in result.findings if f.severity == "error")


def signature(path):
    """Poppler and MuPDF, neither of which trusts our authority."""
    said = _run("pdfsig", "-nocert", path)
    for words in ("Signature is Valid", "Total document signed"):
        if words not in said:
            yield f"pdfsig: no {words!r} in {said}"
    said = _run("mutool", "sign", "-v", path)
    if "The document is unchanged since signing" not in said:
        yield f"mutool: {said}"


def pyhanko(data, *roots):
    (found,) = PdfFileReader(io.BytesIO(data)).embedded_signatures
    context = ValidationContext(
        trust_roots=[Certificate.load(root) for root in roots], allow_fetching=False
    )
    status = validate_pdf_signature(found, context)
    told = {
        "intact": status.intact and status.valid,
        "trusted": status.trusted,
        "bottom line": status.bottom_line,
        "entire file": status.coverage.name == "ENTIRE_FILE",
        "no changes": found.docmdp_level.name == "NO_CHANGES",
        "one revision": len(list(PdfFileReader(io.BytesIO(data)).embedded_signatures)) == 1,
    }
    yield from (f"pyHanko: not {name}" for name, so in told.items() if not so)


def code(data, facts, key):
    """Read from a print at 150 dots per inch, then checked without the site."""
    with pypdfium2.PdfDocument(data) as pdf:
        picture = pdf[0].render(scale=150 / 72).to_pil()
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    if len(found) != 1:
        yield f"{len(found)} codes can be read"
        return
    summary = qr.read(found[0].text, {facts.key_id: key})
    if summary.number != facts.number or not found[0].text.startswith(f"{facts.address}#"):
        yield f"the code says {summary}"
    for told, stated in ((summary.name_latin, facts.name_latin), (summary.name_native, facts.name_native or "")):  # fmt: skip
        if not stated.startswith(told.rstrip("…")):
            yield f"the code says {told}"


def text(path, data, facts):
    """Every field where it belongs; the exact name for who copies it from the page."""
    with pypdfium2.PdfDocument(data) as pdf:
        page = pdf[0].get_textpage()
        found = {name: page.get_text_bounded(*area.points()) for name, area in AREAS.items()}
    printed = {name: _UNSEEN.sub("", words) for name, words in facts.printed().items()}
    yield from (f"text: {row}" for row in inspection.differing(found, printed))
    area = AREAS["holder"]
    numbers = (area.left, area.top, area.width, area.height)
    box = zip(("-x", "-y", "-W", "-H"), (str(round(n * POINTS_PER_MM)) for n in numbers), strict=True)  # fmt: skip
    copied = _run("pdftotext", *(part for pair in box for part in pair), path, "-")
    if not reads_as(copied, (facts.name_latin, facts.name_native)):
        yield f"pdftotext: {copied!r}"


def reads_as(copied, names):
    """Each name stands there; points over Hebrew and Arabic letters in whatever order."""
    copied = _plain(copied)
    for name in filter(None, names):
        wanted = _plain(name)
        pointed = any(unicodedata.bidirectional(s) in {"R", "AL"} for s in wanted) and any(unicodedata.category(s) == "Mn" for s in wanted)  # fmt: skip
        if not pointed and wanted not in copied:
            return False
        if pointed and not set(wanted) <= set(copied):
            return False
    return True


def fonts(data):
    """Only faces of ours, each embedded as TrueType."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"]  # fmt: skip
        for font in found:
            if not re.fullmatch(r"/[A-Z]{6}\+Probity-.*", str(font["/FontName"])):
                yield f"a face that is not ours: {font['/FontName']}"
            if "/FontFile2" not in font:
                yield f"not embedded: {font['/FontName']}"
        if sorted(pdf.attachments) != ["credential.json", "receipt.json"]:
            yield f"attachments: {sorted(pdf.attachments)}"


def _plain(words):
    return "".join(_UNSEEN.sub("", unicodedata.normalize("NFKC", words)).split())


def _run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
