"""What makes the page conform to PDF/A-3a and PDF/UA-1 together, and the empty signature field.

An untagged invisible field cannot satisfy both standards; tagged as a form element it does.
"""

import functools
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pydyf  # type: ignore[import-untyped]

FIELD = "IssuerSignature"
SAYS = "Digital signature of the issuer"

NOTHING = "\u200b"
"""The text of a glyph that only shapes its neighbour; every glyph must have one."""

_RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""'
_UA = "http://www.aiim.org/pdfua/ns/id/"
_NAMESPACES = (
    'xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
    'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" '
    'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"'
)
_CLAIM = f"""<rdf:Description {_RDF} xmlns:pdfuaid="{_UA}"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description {_RDF} {_NAMESPACES}><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{_UA}</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates which part of ISO 14289 the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
""".encode()

DEFLATED = 9
UNCLEAR = b"\r\nendstream"
"""A stream that ends with a carriage return: the line feed behind it joins it, and strict readers
find a length that is one too large."""

_PRINT_AND_LOCK = 132
_SIGNATURES_EXIST = 1


def claim_accessibility(document: Any) -> None:
    """Let the metadata claim PDF/UA-1 beside PDF/A, with the extension schema PDF/A demands."""
    generate = document.metadata.generate_rdf_metadata

    def generate_both(*args: Any, **options: Any) -> bytes:
        rdf: bytes = generate(*args, **options)
        return rdf.replace(b"</rdf:RDF>", _CLAIM + b"</rdf:RDF>")

    document.metadata.generate_rdf_metadata = generate_both


def say_as_written(document: Any, signs: Mapping[str, Mapping[int, str]]) -> None:
    """Let a copied or spoken text be what was written where its glyphs alone do not tell.

    Scripts that put signs over one another leave the order of letters open. Those that run to the
    left are left alone: readers turn them round by themselves, and would turn this round too.
    `signs` has the character of each glyph, by family, for faces that join letters.
    """
    for page in document.pages:
        page.paint = functools.partial(_paint, page.paint, signs)


def _paint(
    paint: Callable[[Any, float], None],
    signs: Mapping[str, Mapping[int, str]],
    stream: Any,
    scale: float = 1,
) -> None:
    mark = stream.marked

    @contextmanager
    def marked(box: Any, tag: str) -> Iterator[None]:
        with mark(box, tag):
            text = getattr(box, "text", "")
            if _leaves_open(text):
                stream.stream[-2]["ActualText"] = pydyf.String(text)
            yield

    stream.marked = marked
    paint(stream, scale)
    for font in stream._fonts.values():  # noqa: SLF001 (there is no other way to them)
        _spell(font.to_unicode, signs.get(font.family, {}))


def _leaves_open(text: str) -> bool:
    return any(map(_is_mark, text)) and not any(
        unicodedata.bidirectional(sign) in {"R", "AL"} for sign in text
    )


def _spell(found: dict[int, str], signs: Mapping[int, str]) -> None:
    """Give every glyph a text: of a letter with its marks only the first glyph has one yet."""
    marks = {signs[glyph] for glyph in found if _is_mark(signs.get(glyph, ""))}
    for glyph, text in found.items() if signs else ():
        own = signs.get(glyph, "")
        rest = "".join(sign for sign in text if sign not in marks)
        found[glyph] = (own if _is_mark(own) else rest or own) or NOTHING


def _is_mark(sign: str) -> bool:
    return sign != "" and unicodedata.category(sign).startswith("M")


def finish(background: bytes, more: int, _document: Any, pdf: Any) -> None:
    """Last touches before WeasyPrint writes.

    The background goes under the page; metadata stays plain text; each attachment is named once.
    With `more` empty objects the tables at the end are written otherwise.
    """
    _object(pdf, pdf.catalog["Metadata"]).compress = False
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    page = next(o for o in pdf.objects if isinstance(o, dict) and o.get("Type") == "/Page")
    under = pydyf.Stream([_deflated(background)], {"Filter": "/FlateDecode"})
    pdf.add_object(under)
    page["Contents"] = pydyf.Array([under.reference, page["Contents"]])
    field = _field(page)
    pdf.add_object(field)
    page.setdefault("Annots", pydyf.Array()).append(field.reference)
    pdf.catalog["AcroForm"] = pydyf.Dictionary(
        {"Fields": pydyf.Array([field.reference]), "SigFlags": _SIGNATURES_EXIST}
    )
    _tag(pdf, page, field)
    for thing in pdf.objects:
        if isinstance(thing, pydyf.Stream):
            _pack(thing)
    for _ in range(more):
        pdf.add_object(pydyf.Dictionary())


@functools.lru_cache(maxsize=8)
def _deflated(data: bytes) -> bytes:
    """Kept, for few backgrounds lie under all pages."""
    return zlib.compress(data, DEFLATED)


def _pack(stream: Any) -> None:
    """Deflate a stream once, for it is asked for its bytes twice; and see UNCLEAR."""
    data = b"\n".join(pydyf._to_bytes(part) for part in stream.stream)  # noqa: SLF001 (as it does)
    if stream.compress:
        data = zlib.compress(data, DEFLATED)
        stream.extra["Filter"] = "/FlateDecode"
        stream.compress = False
    stream.stream = [data, b""] if data.endswith(b"\r") else [data]  # joined with a line feed


def _field(page: Any) -> Any:
    return pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(FIELD),
            "TU": pydyf.String(SAYS),
            "Contents": pydyf.String(SAYS),
            "F": _PRINT_AND_LOCK,
            "Rect": pydyf.Array([62, 62, 62, 62]),
            "P": page.reference,
        }
    )


def _tag(pdf: Any, page: Any, field: Any) -> None:
    """Give the field its place in the structure tree."""
    tree = _object(pdf, pdf.catalog["StructTreeRoot"])
    top = _object(pdf, tree["K"][0] if isinstance(tree["K"], list) else tree["K"])
    numbers = _object(pdf, tree["ParentTree"])["Nums"]
    key = max(int(number) for number in numbers[0::2]) + 1
    field["StructParent"] = key
    element = pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": "/Form",
            "P": top.reference,
            "Pg": page.reference,
            "Alt": pydyf.String(SAYS),
        }
    )
    pdf.add_object(element)
    element["K"] = pydyf.Array(
        [pydyf.Dictionary({"Type": "/OBJR", "Obj": field.reference, "Pg": page.reference})]
    )
    children = top["K"] if isinstance(top["K"], list) else [top["K"]]
    top["K"] = pydyf.Array([*children, element.reference])
    numbers.extend([key, element.reference])


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
