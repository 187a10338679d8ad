"""What QTI has no place for: carried in a file of ours, and put back when the item is unchanged.

The schemas of manifests allow no elements of others; a further file of an item they do.
"""

import hashlib
import json
import re
from copy import deepcopy
from typing import Any

from lxml import etree

from probity.exchange.formats.qti.body import Words
from probity.exchange.formats.qti.files import Fetch
from probity.exchange.formats.qti.tree import within
from probity.exchange.xml import Element

SPACE = "urn:probity:exchange:1"
FOLDER = "probity/"
DIGEST = re.compile(r"[0-9a-f]{64}")
HOUSE = frozenset({"id", "domain", "author", "status", "use", "facts", "folder", "media"})
"""What the bank gives an item, whatever a file says."""

SAFE = frozenset(
    [
        "cognitive",
        "competency",
        "expected_p",
        "hints",
        "legal_basis",
        "name",
        "reviewers",
        "sources",
        "tags",
    ]
)
"""What holds whatever the item itself says."""


def digest_of(source: str) -> str:
    return hashlib.sha256("".join(source.split()).encode()).hexdigest()


def restored(
    content: dict[str, Any], metadata: Element | None, source: str, words: Words, fetch: Fetch
) -> dict[str, Any]:
    """The content with what an export of ours noted beside it."""
    note, extras = _noted(metadata)
    if note is None:
        return content
    fields: dict[str, Any] = extras["fields"]
    if note.get("digest") != digest_of(source):
        words.note("changed", "qti_edited")
        fields = {name: value for name, value in fields.items() if name in SAFE}
        return {**content, **fields}
    merged = {**content, **fields}
    for name in extras.get("without") or []:
        merged.pop(name, None)
    for address in extras.get("files") or []:
        found = fetch(str(address))
        if found is not None:
            words.media[found.name] = found
    return merged


def unread(metadata: Element | None, source: str) -> dict[str, Any] | None:
    """All of an unchanged item of ours whose rules are more than we can prove."""
    note, extras = _noted(metadata)
    if note is None or note.get("digest") != digest_of(source) or not extras.get("whole"):
        return None
    fields: dict[str, Any] = extras["fields"]
    return fields


def _noted(metadata: Element | None) -> tuple[Element | None, dict[str, Any]]:
    note = next(iter(within(metadata, "extras")), None) if metadata is not None else None
    if note is None or SPACE not in str(note.tag):
        return None, {}
    extras = _loaded("".join(note.itertext()))
    if not isinstance(extras, dict) or not isinstance(extras.get("fields"), dict):
        return None, {}
    fields = {name: value for name, value in extras["fields"].items() if name not in HOUSE}
    return note, {**extras, "fields": fields}


def _loaded(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def is_extras(href: str) -> bool:
    """Whether a file of a package is one that an export of ours put beside an item."""
    return href.startswith(FOLDER) and href.endswith(".json")


def joined(metadata: Element | None, data: bytes) -> Element | None:
    """The entry of an item in the manifest, with what stands in the file of ours beside it."""
    note = _loaded(data)
    if not isinstance(note, dict) or not DIGEST.fullmatch(str(note.get("digest"))):
        return metadata
    whole = etree.Element("metadata") if metadata is None else deepcopy(metadata)
    extras = etree.SubElement(whole, f"{{{SPACE}}}extras", digest=note["digest"])
    extras.text = json.dumps(note)
    return whole


def foreign(metadata: Element) -> Element | None:
    """The entry as others wrote it; nothing where it holds but ours."""
    theirs = deepcopy(metadata)
    for extras in [child for child in theirs if SPACE in str(child.tag)]:
        theirs.remove(extras)
    return theirs if len(theirs) else None


def folder_of(metadata: Element | None) -> tuple[str, ...]:
    """The folder in which an item of ours lay."""
    folder = _noted(metadata)[1].get("folder")
    if not isinstance(folder, list):
        return ()
    return tuple(str(part)[:200] for part in folder[:10])
