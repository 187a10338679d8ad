"""Documents of QTI 2 and 3 as questions found, with all that is kept of them."""

from collections.abc import Iterator
from typing import Any

from probity.exchange.formats.qti.body import Words
from probity.exchange.formats.qti.check import demand_whole, with_files
from probity.exchange.formats.qti.effort import Effort
from probity.exchange.formats.qti.extras import folder_of, foreign, restored, unread
from probity.exchange.formats.qti.files import Fetch, no_files
from probity.exchange.formats.qti.item import (
    kinds_of,
    read_item,
    with_common,
)
from probity.exchange.formats.qti.model import Draft
from probity.exchange.formats.qti.tree import (
    kid,
    kids,
    replace,
    to_version_2,
    unwrap,
    verbatim,
    within,
)
from probity.exchange.formats.qti.tree import (
    words as plain,
)
from probity.exchange.formats.qti.values import NotOurs
from probity.exchange.found import Found, Limits, Note, Other, Unreadable
from probity.exchange.xml import Element, name_of, parse

MOST_EXCERPT, MOST_VERBATIM = 4000, 200_000
MOST_TAGS, MOST_TAG = 30, 80
OTHERS = {
    "assessmentTest": "test",
    "assessmentSection": "section",
    "assessmentStimulus": "stimulus",
    "manifest": "manifest",
    "outcomeDeclaration": "declaration",
    "responseProcessing": "template",
}


def version_of(root: Element) -> str:
    """`qti-2.0`, `qti-2.1`, `qti-2.2`, `qti-3.0`, or nothing."""
    name, space = name_of(root), root.tag.rpartition("}")[0]
    if name.startswith("qti-"):
        return "qti-3.0"
    if name not in {"assessmentItem", "assessmentTest", "assessmentSection", "assessmentStimulus"}:
        return ""
    for version in ("2p0", "2p2", "2p1"):
        if f"v{version}" in space:
            return f"qti-{version.replace('p', '.')}"
    return "qti-2.1"


def read_document(
    root: Element,
    where: str,
    fetch: Fetch = no_files,
    limits: Limits | None = None,
    metadata: Element | None = None,
    effort: Effort | None = None,
) -> Iterator[Found | Other]:
    """The questions and other things of one document; `index` is set by the caller."""
    version = version_of(root)
    digest = verbatim(root)
    if version == "qti-3.0":
        to_version_2(root)
    name = name_of(root)
    effort = effort or Effort(len(digest))
    beside = Beside(fetch, limits or Limits(), metadata, digest, effort)
    bare = Beside(fetch, limits or Limits(), metadata, "", effort)
    if name == "assessmentItem":
        yield found_item(root, where, version, beside)
        return
    yield Other(where, OTHERS.get(name, name), root.get("identifier") or root.get("title") or "")
    for item in list(within(root, "assessmentItem")):
        yield found_item(item, where, version, bare)


class Beside:
    """What comes with a document: its files, its entry in the manifest, its bytes as text."""

    def __init__(
        self, fetch: Fetch, limits: Limits, metadata: Element | None, source: str, effort: Effort
    ) -> None:
        self.fetch, self.limits, self.metadata = fetch, limits, metadata
        self.source, self.effort = source, effort


def found_item(root: Element, where: str, version: str, beside: Beside) -> Found:
    """One item: as a question of ours, or with the reason why not."""
    words = Words(beside.fetch)
    beside.effort.begin()
    identifier = root.get("identifier") or ""
    whole = verbatim(root)
    line = f"{where}:{root.sourceline}" if where else f"line {root.sourceline}"
    found = Found(0, identifier, line, *kinds_of(root))
    found.excerpt = plain(kid(root, "itemBody"))[:MOST_EXCERPT]
    found.native = {"title": root.get("title") or ""}
    found.folder = folder_of(beside.metadata)
    processing = kid(root, "responseProcessing")
    kept = verbatim(processing) if processing is not None else None
    try:
        draft = read_item(
            root, words, lambda body: _include(root, body, words, beside), beside.effort
        )
        content = with_common(draft, root)
        _keep(content, draft, root, version, kept, beside)
        content = restored(content, beside.metadata, beside.source, words, beside.fetch)
        found.kind = content["kind"]
        found.media = list(words.media.values())
        with_files(content, found.media)
        demand_whole(content, found.media)
        found.content = content
        found.native = _native(draft)
    except NotOurs as error:
        mine = unread(beside.metadata, beside.source)
        if mine is not None:
            return _unread(found, mine, beside, words)
        found.refusal = Note("lost", error.code, error.facts, line)
        found.native.update(xml=whole[:MOST_VERBATIM])
        found.media = []
    found.notes = words.notes
    return found


def _unread(found: Found, mine: dict[str, Any], beside: Beside, words: Words) -> Found:
    """An item of ours that comes back as it went."""
    content = restored(mine, beside.metadata, beside.source, words, beside.fetch)
    found.kind, found.media = content["kind"], list(words.media.values())
    try:
        with_files(content, found.media)
        demand_whole(content, found.media)
    except NotOurs as error:
        found.refusal, found.media = Note("lost", error.code, error.facts, found.where), []
        return found
    found.content = content
    found.native = {"base": "0", "best": str(content.get("points", 1)), "scorable": False}
    return found


def _native(draft: Draft) -> dict[str, Any]:
    return {
        "table": draft.table,
        "base": str(draft.base),
        "best": str(draft.best),
        "scorable": draft.is_scorable,
    }


def _keep(
    content: dict[str, Any],
    draft: Draft,
    root: Element,
    version: str,
    processing: str | None,
    beside: Beside,
) -> None:
    """What has no place with us, word for word."""
    data: dict[str, Any] = {"ids": draft.table}
    sheets = [verbatim(sheet) for sheet in kids(root, "stylesheet")]
    kept = {"rubrics": draft.rubrics, "feedback": draft.feedback, "stylesheets": sheets}
    data.update({name: texts for name, texts in kept.items() if texts})
    told = {n: root.get(n) for n in ("label", "toolName", "toolVersion") if root.get(n)}
    if told:
        data["told"] = told
    tags = keywords(beside.metadata) if beside.metadata is not None else []
    if tags:
        content["tags"] = tags
    theirs = foreign(beside.metadata) if beside.metadata is not None else None
    if theirs is not None:
        data["metadata"] = verbatim(theirs)[:MOST_VERBATIM]
    content["foreign"] = {
        "format": version,
        "id": root.get("identifier") or "",
        "max": str(float(draft.base + draft.best)),
        "data": data,
        "processing": processing,
    }


def keywords(metadata: Element) -> list[str]:
    """The keywords of an entry in the manifest."""
    found = [" ".join(plain(entry).split())[:MOST_TAG] for entry in within(metadata, "keyword")]
    return list(dict.fromkeys(tag for tag in found if tag))[:MOST_TAGS]


def _include(root: Element, body: Element, words: Words, beside: Beside) -> None:
    """Bring in what stands in other files: shared stimuli and includes."""
    for reference in reversed(kids(root, "assessmentStimulusRef")):
        part = _part_of(reference.get("href") or "", beside, "stimulusBody")
        if part is None:
            words.note("lost", "qti_stimulus", name=(reference.get("href") or "")[:120])
            continue
        part.tag = "div"
        body.insert(0, part)
        words.note("changed", "qti_stimulus_copied")
    for reference in list(within(body, "include")):
        part = _part_of(reference.get("href") or "", beside, "")
        if part is None:
            words.note("lost", "qti_stimulus", name=(reference.get("href") or "")[:120])
            unwrap(reference)
        else:
            replace(reference, part)


def _part_of(address: str, beside: Beside, name: str) -> Element | None:
    file = beside.fetch(address)
    if file is None:
        return None
    try:
        tree = parse(file.data, beside.limits)
    except Unreadable:
        return None
    if name_of(tree).startswith("qti-"):
        to_version_2(tree)
    if not name or name_of(tree) == name:
        return tree
    return next(within(tree, name), None)
