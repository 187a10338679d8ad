"""Whether a package that we wrote is what the schemas of items and manifests want."""

import io
import re
import zipfile

from probity.exchange.formats.qti.bundling import CP, CP3, LOM, QTI3
from probity.exchange.formats.qti.making import MATH, QTI
from probity.exchange.xml import name_of, parse
from tests.exchange.formats.qti.grammar import NAME, faults, twins

DASH = re.compile("-([a-z])")
NAMING = frozenset({"variable", "correct", "mapResponse", "mapResponsePoint", "setOutcomeValue"})


def files_in(data):
    """The files of an archive by their names."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def assert_valid(writer, data):
    """Every item and the manifest of a package keep to the schema, and refer to what is there."""
    files = files_in(data)
    for name in files:
        if name.startswith("items/"):
            root = parse(files[name])
            assert root.tag.startswith(f"{{{QTI if writer == 'qti-2.1' else QTI3}}}")
            root = root if writer == "qti-2.1" else as_version_2(root)
            assert list(faults(root)) == [], files[name].decode()
            assert not twins(root)
            assert_declared(root)
    assert_manifest(writer, parse(files["imsmanifest.xml"]), set(files) - {"imsmanifest.xml"})


def as_version_2(element):
    """The same by the names of version 2, whose bodies of feedback have no element of their own."""
    for one in element.iter():
        space, _, name = one.tag[1:].rpartition("}")
        assert space in {QTI3, MATH}
        if space == QTI3:
            assert name == name.lower()
            one.tag = f"{{{QTI}}}{_camel(name.removeprefix('qti-'))}"
            named = {_camel(key): value for key, value in one.attrib.items()}
            one.attrib.clear()
            one.attrib.update(named)
    bodies = [one for one in element.iter() if name_of(one) == "contentBody"]
    wanted = [one for one in element.iter() if name_of(one) in {"rubricBlock", "modalFeedback"}]
    assert [body.getparent() for body in bodies] == wanted
    for holder, body in zip(wanted, bodies, strict=True):
        assert [len(holder), (holder.text or "").strip()] == [1, ""]
        holder.text, holder[:] = body.text, list(body)
    return element


def _camel(name):
    return DASH.sub(lambda found: found[1].upper(), name)


def assert_declared(root):
    """Interactions and rules name what is declared."""
    declared = {one.get("identifier") for one in root if name_of(one).endswith("Declaration")}
    for element in root.iter():
        name = name_of(element)
        if name.endswith("Interaction"):
            assert element.get("responseIdentifier") in declared
        if name in NAMING:
            assert element.get("identifier") in declared, (name, element.get("identifier"))


def assert_manifest(writer, root, files):
    is_3 = writer == "qti-3.0"
    assert root.tag == f"{{{CP3 if is_3 else CP}}}manifest"
    assert [name_of(child) for child in root] == ["metadata", "organizations", "resources"]
    said = [(name_of(child), child.text) for child in root[0]]
    schema = ("QTI Package", "3.0.0") if is_3 else ("QTIv2.1 Package", "1.0.0")
    assert said == list(zip(("schema", "schemaversion"), schema, strict=True))
    assert not len(root[1])
    identifiers, listed = [root.get("identifier")], set()
    for resource in root[2]:
        assert resource.get("type") == ("imsqti_item_xmlv3p0" if is_3 else "imsqti_item_xmlv2p1")
        assert set(resource.attrib) == {"identifier", "type", "href"}
        identifiers.append(resource.get("identifier"))
        names = [name_of(child) for child in resource]
        assert re.fullmatch("(metadata )?(file )+", "".join(f"{name} " for name in names))
        hrefs = [child.get("href") for child in resource if name_of(child) == "file"]
        assert resource.get("href") == hrefs[0]
        listed |= set(hrefs)
        if is_3 and names[0] == "metadata":
            assert [child.tag for child in resource[0]] == [f"{{{LOM}}}lom"]
    assert len(set(identifiers)) == len(identifiers)
    assert all(NAME.fullmatch(identifier) for identifier in identifiers)
    assert listed == files
