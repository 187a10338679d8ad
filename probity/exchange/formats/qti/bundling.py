"""Packages of items: a manifest with metadata, the items, their files, and what QTI cannot say."""

import io
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pydantic import ValidationError

from probity.bank.shapes import dump_item
from probity.exchange.formats.qti.check import parsed
from probity.exchange.formats.qti.extras import FOLDER as FOLDER_OF_OURS
from probity.exchange.formats.qti.extras import HOUSE, SPACE, digest_of
from probity.exchange.formats.qti.reading import read_document
from probity.exchange.formats.qti.tree import kebab, verbatim
from probity.exchange.formats.qti.writing import IDENTIFIER, item_of
from probity.exchange.found import Content, Found, LoadMedia, MediaFile, Note, Written
from probity.exchange.xml import Element, name_of, parse

CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
CP3 = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
MD = "http://www.imsglobal.org/xsd/imsmd_v1p2"
LOM = "http://ltsc.ieee.org/xsd/LOM"
MANIFEST_3 = (
    "{http://www.imsglobal.org/xsd/imsqti_metadata_v3p0}qtiMetadata",
    "{http://www.imsglobal.org/xsd/qti/qtiv3p0/imscsmd_v1p1}curriculumStandardsMetadataSet",
    f"{{{LOM}}}lom",
)
"""All that a manifest of version 3 may say of an item, each once and in this order."""

QTI3 = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
MATH = "http://www.w3.org/1998/Math/MathML"
HTML = frozenset(
    [
        "a",
        "abbr",
        "audio",
        "b",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "kbd",
        "li",
        "object",
        "ol",
        "p",
        "picture",
        "pre",
        "q",
        "samp",
        "small",
        "source",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "var",
        "video",
    ]
)
EPOCH = (1980, 1, 1, 0, 0, 0)
FOLDER = "media"
BARE = re.compile(r"[^\w.\-]+")


@dataclass(frozen=True, slots=True)
class Version:
    """What differs between the versions that are written."""

    name: str
    manifest: str
    schema: str
    schema_version: str
    resource: str


VERSION_2 = Version("qti-2.1", CP, "QTIv2.1 Package", "1.0.0", "imsqti_item_xmlv2p1")
VERSION_3 = Version("qti-3.0", CP3, "QTI Package", "3.0.0", "imsqti_item_xmlv3p0")


def write_package(items: Sequence[Content], load: LoadMedia, version: Version) -> Written:
    """A package of all items; what QTI cannot say of each goes into the notes and beside it."""
    stream = io.BytesIO()
    notes: dict[int, list[Note]] = {}
    resources: list[Element] = []
    files: dict[str, bytes] = {}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        taken: set[str] = set()
        for place, content in enumerate(items):
            one = Bundle(content, _identifier(content, taken), version, load)
            resources.append(one.write(archive, files))
            if one.notes:
                notes[place] = one.notes
        for name, data in sorted(files.items()):
            _add(archive, name, data)
        _add(archive, "imsmanifest.xml", _manifest(resources, version))
    name = f"probity-{version.name}.zip"
    return Written(name, stream.getvalue(), "application/zip", notes)


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """The same items make the same archive."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data)


def _identifier(content: Content, taken: set[str]) -> str:
    """The identifier that the item had in QTI, else ours."""
    foreign = content.get("foreign") or {}
    name = str(foreign.get("id") or "") if str(foreign.get("format")).startswith("qti") else ""
    if not IDENTIFIER.fullmatch(name) or name in taken:
        name = str(content.get("id") or "item")
    base, turn = name, 2
    while name in taken:
        name = f"{base}_{turn}"
        turn += 1
    taken.add(name)
    return name


class Bundle:
    """One item on its way into a package."""

    def __init__(
        self, content: Content, identifier: str, version: Version, load: LoadMedia
    ) -> None:
        self.content, self.identifier = content, identifier
        self.version, self.load = version, load
        self.notes: list[Note] = []
        self.addresses: dict[str, str] = {}
        self.data: dict[str, bytes] = {}
        for medium in content.get("media") or []:
            self._take(medium)

    def _take(self, medium: dict[str, Any]) -> None:
        try:
            data = self.load(medium["sha256"])
        except (KeyError, FileNotFoundError):
            self.notes.append(Note("lost", "media_missing", {"name": medium["name"]}))
            return
        path = f"{FOLDER}/{medium['sha256'][:16]}/{BARE.sub('-', medium['name'])}"
        self.addresses[medium["name"]], self.data[medium["name"]] = path, data

    def address(self, name: str) -> str:
        """Where a file lies, seen from the item, which stands in a folder of its own."""
        return f"../{self.addresses[name]}" if name in self.addresses else name

    def write(self, archive: zipfile.ZipFile, files: dict[str, bytes]) -> Element:
        """Write item and files; gives the entry for the manifest."""
        item, notes = item_of(self.content, self.identifier, self.address)
        self.notes.extend(notes)
        if self.version is VERSION_3:
            item = to_version_3(item)
        data = etree.tostring(item, encoding="UTF-8", xml_declaration=True)
        href = f"items/{self.identifier}.xml"
        _add(archive, href, data)
        beside: list[str] = []
        for name, path in self.addresses.items():
            files[path] = self.data[name]
        resource = etree.Element(
            f"{{{self.version.manifest}}}resource",
            identifier=f"RES-{self.identifier}",
            type=self.version.resource,
            href=href,
        )
        metadata, apart = self._metadata()
        if len(metadata):
            resource.append(metadata)
        if apart is not None:
            beside.append(f"metadata/{self.identifier}.xml")
            _add(archive, beside[-1], etree.tostring(apart, encoding="UTF-8", xml_declaration=True))
        extras = self._extras(data, metadata)
        if extras is not None:
            beside.append(f"{FOLDER_OF_OURS}{self.identifier}.json")
            _add(archive, beside[-1], extras)
        for path in (href, *self.addresses.values(), *beside):
            etree.SubElement(resource, f"{{{self.version.manifest}}}file", href=path)
        return resource

    def _metadata(self) -> tuple[Element, Element | None]:
        """What came with the item and its tags: in the manifest, and what may not stand there."""
        metadata = etree.Element(f"{{{self.version.manifest}}}metadata")
        apart = etree.Element("metadata")
        kept = (
            ((self.content.get("foreign") or {}).get("data") or {})
            if isinstance((self.content.get("foreign") or {}).get("data"), dict)
            else {}
        )
        for element in _kept(kept.get("metadata")):
            twice = any(other.tag == element.tag for other in metadata)
            may_stand = self.version is VERSION_2 or (element.tag in MANIFEST_3 and not twice)
            (metadata if may_stand else apart).append(element)
        if self.version is VERSION_3:
            metadata[:] = sorted(metadata, key=lambda one: MANIFEST_3.index(one.tag))
        tags = self.content.get("tags") or []
        if tags and not len(metadata):
            metadata.append(_lom(self.content.get("name") or "", tags, self.version))
        return metadata, apart if len(apart) else None

    def _extras(self, data: bytes, metadata: Element) -> bytes | None:
        """What reading the item again would not give back."""
        mine = _house_free(self.content)
        root = parse(data)
        source = verbatim(root)
        there_as = metadata if len(metadata) else None
        found = next(read_document(root, "", self._file, metadata=there_as))
        theirs = found.content if isinstance(found, Found) and found.content else {}
        there = _normal(theirs, found.media if isinstance(found, Found) else [])
        here = _normal(mine, [self._medium(m) for m in self.content.get("media") or []])
        fields = {name: value for name, value in mine.items() if here.get(name) != there.get(name)}
        without = [name for name in there if name not in here]
        folder = list(self.content.get("folder") or [])
        if not fields and not without and not folder:
            return None
        note: dict[str, Any] = {
            "fields": fields,
            "without": without,
            "files": self._missing(theirs),
        }
        if not theirs:
            note["whole"] = True
        if folder:
            note["folder"] = folder
        note["digest"] = digest_of(source)
        return json.dumps(note, ensure_ascii=False, sort_keys=True, default=str).encode()

    def _medium(self, medium: dict[str, Any]) -> MediaFile:
        return MediaFile(medium["name"], self.data.get(medium["name"], b""), medium["type"])

    def _missing(self, theirs: dict[str, Any]) -> list[str]:
        """Files that only what is carried beside the item refers to."""
        words = json.dumps(theirs)
        return [
            self.address(name)
            for name in self.addresses
            if f"media:{name})" not in words and theirs.get("image") != name
        ]

    def _file(self, address: str) -> MediaFile | None:
        for medium in self.content.get("media") or []:
            if self.address(medium["name"]) == address and medium["name"] in self.data:
                return MediaFile(medium["name"], self.data[medium["name"]], medium["type"])
        return None


def _house_free(content: dict[str, Any]) -> dict[str, Any]:
    """A content without what the bank gives an item."""
    mine = {k: v for k, v in content.items() if k not in HOUSE}
    if mine["kind"] == "case":
        mine["items"] = [
            {k: v for k, v in child.items() if k not in HOUSE} for child in mine["items"]
        ]
    return mine


def _normal(content: dict[str, Any], media: list[MediaFile]) -> dict[str, Any]:
    """A content with all that goes without saying."""
    if not content:
        return {}
    try:
        return _house_free(dump_item(parsed(content, media)))
    except ValidationError:
        return content


def _kept(text: Any) -> list[Element]:
    """Foreign metadata as it came, without what we ourselves once put there."""
    if not isinstance(text, str):
        return []
    try:
        root = etree.fromstring(
            text.encode(), etree.XMLParser(resolve_entities=False, no_network=True)
        )
    except etree.XMLSyntaxError:
        return []
    if name_of(root) != "metadata":
        return [root]
    return [child for child in root if isinstance(child.tag, str) and SPACE not in child.tag]


def _lom(title: str, tags: list[str], version: Version) -> Element:
    """Name and tags as learning object metadata, of the age that the version wants."""
    space, words = (MD, "langstring") if version is VERSION_2 else (LOM, "string")
    lom = etree.Element(f"{{{space}}}lom", nsmap={None: space})
    general = etree.SubElement(lom, f"{{{space}}}general")
    for name, text in [("title", title)] * bool(title) + [("keyword", tag) for tag in tags]:
        holder = etree.SubElement(general, f"{{{space}}}{name}")
        etree.SubElement(holder, f"{{{space}}}{words}").text = text
    return lom


def to_version_3(item: Element) -> Element:
    """The same item with the names of version 3."""
    name = name_of(item)
    space = item.tag[1:].partition("}")[0]
    if space == MATH:
        return item
    is_html = name in HTML
    copy = etree.Element(
        f"{{{QTI3}}}{name if is_html else f'qti-{kebab(name)}'}", nsmap={None: QTI3}
    )
    for key, value in item.attrib.items():
        copy.set(key if is_html or "}" in key else kebab(key), value)
    copy.text = item.text
    for child in item:
        tail = child.tail
        twin = to_version_3(child)
        twin.tail = tail
        copy.append(twin)
    if name in {"modalFeedback", "rubricBlock"}:
        _wrap(copy)
    return copy


def _wrap(feedback: Element) -> None:
    """Version 3 keeps the words of feedback in a body of their own."""
    body = etree.Element(f"{{{QTI3}}}qti-content-body")
    body.text, feedback.text = feedback.text, None
    for child in list(feedback):
        body.append(child)
    feedback.append(body)


def _manifest(resources: list[Element], version: Version) -> bytes:
    def make(parent: Element | None, name: str, **attributes: str) -> Element:
        tag = f"{{{version.manifest}}}{name}"
        if parent is None:
            return etree.Element(tag, attributes, nsmap={None: version.manifest})
        return etree.SubElement(parent, tag, attributes)

    root = make(None, "manifest", identifier=f"MANIFEST-{len(resources)}")
    metadata = make(root, "metadata")
    make(metadata, "schema").text = version.schema
    make(metadata, "schemaversion").text = version.schema_version
    make(root, "organizations")
    holder = make(root, "resources")
    for resource in resources:
        holder.append(resource)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=False))
