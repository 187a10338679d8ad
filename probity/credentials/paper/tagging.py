"""What makes the page conform to PDF/A-3a and PDF/UA-1 together, and the empty signature field.

An untagged invisible field cannot satisfy both standards; tagged as a form element it does.
"""

from typing import Any

import pydyf  # type: ignore[import-untyped]

FIELD = "IssuerSignature"
SAYS = "Digital signature of the issuer"

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

_PRINT_AND_LOCK = 132
_SIGNATURES_EXIST = 1


def claim_accessibility(document: Any) -> None:
    """Let the metadata claim PDF/UA-1 beside PDF/A, with the extension schema PDF/A demands."""
    generate = document.metadata.generate_rdf_metadata

    def generate_both(*args: Any, **options: Any) -> bytes:
        rdf: bytes = generate(*args, **options)
        return rdf.replace(b"</rdf:RDF>", _CLAIM + b"</rdf:RDF>")

    document.metadata.generate_rdf_metadata = generate_both


def finish(pdf: Any, background: bytes) -> None:
    """Last touches before WeasyPrint writes.

    The background goes under the page; metadata stays plain text; each attachment is named once.
    """
    _object(pdf, pdf.catalog["Metadata"]).compress = False
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    page = next(o for o in pdf.objects if isinstance(o, dict) and o.get("Type") == "/Page")
    under = pydyf.Stream([background], compress=True)
    pdf.add_object(under)
    page["Contents"] = pydyf.Array([under.reference, page["Contents"]])
    field = _field(page)
    pdf.add_object(field)
    page.setdefault("Annots", pydyf.Array()).append(field.reference)
    pdf.catalog["AcroForm"] = pydyf.Dictionary(
        {"Fields": pydyf.Array([field.reference]), "SigFlags": _SIGNATURES_EXIST}
    )
    _tag(pdf, page, field)


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
