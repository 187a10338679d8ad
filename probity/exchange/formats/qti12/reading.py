"""Documents of QTI 1.2 as questions found: assessments, sections, object banks, single items."""

from collections.abc import Iterator
from typing import Any

from probity.exchange.formats.qti.body import Words, also_chinese, english, is_chinese, texts_in
from probity.exchange.formats.qti.check import demand_whole, with_files
from probity.exchange.formats.qti.effort import Effort
from probity.exchange.formats.qti.feedback import Said, place_text, put
from probity.exchange.formats.qti.files import Fetch, no_files
from probity.exchange.formats.qti.scoring import points_for
from probity.exchange.formats.qti.tree import kid, verbatim
from probity.exchange.formats.qti.tree import words as plain
from probity.exchange.formats.qti.values import NotOurs, number
from probity.exchange.formats.qti12.items import read
from probity.exchange.formats.qti12.presentation import Fields, flow, material
from probity.exchange.formats.qti12.reader import Draft, kind_of
from probity.exchange.found import Found, Note, Other, Source
from probity.exchange.xml import Element, name_of

ROOTS = frozenset({"questestinterop", "assessment", "objectbank", "section", "item"})
MOST_EXCERPT, MOST_VERBATIM = 4000, 200_000
NO_QUESTION = frozenset({"text_only_question", "cc.text_only.v0p1"})
POINTS = ("points_possible", "respondusapi_qpoints", "cc_weighting", "qmd_absolutescore_max")
KINDS = {
    "calculated_question": "numeric",
    "essay_question": "essay",
    "essay": "essay",
    "file_upload_question": "upload",
    "fill_in_multiple_blanks_question": "cloze",
    "hot_spot_question": "hotspot",
    "matching_question": "matching",
    "matching": "matching",
    "categorization_question": "matrix",
    "multiple_answers_question": "multiple",
    "multiple_choice_question": "single",
    "multiple_dropdowns_question": "cloze",
    "numerical_question": "numeric",
    "short_answer_question": "short_text",
    "true_false_question": "true_false",
}
DIALECTS = (
    ("bbmd_questiontype", "blackboard"),
    ("wct_questiontype", "webct"),
    ("respondusapi_qtype", "respondus"),
    ("cc_profile", "common-cartridge"),
    ("question_type", "canvas"),
)


def is_qti12(root: Element) -> bool:
    """Whether a document is of this version."""
    return name_of(root) in ROOTS


def read_qti12(
    root: Element,
    where: str,
    fetch: Fetch = no_files,
    source: Source | None = None,
    effort: Effort | None = None,
) -> Iterator[Found | Other]:
    """The questions and other things of one document; `index` is set by the caller."""
    stimuli: dict[str, Element] = {}
    effort = effort or Effort(source.size if source else 0)
    for element in root.iter():
        name = name_of(element)
        if name in {"assessment", "objectbank", "section", "bankentry_item"}:
            told = element.get("title") or element.get("ident") or ""
            yield Other(_line(where, element), name, told)
        elif name == "item" and not any(
            name_of(a) == "resprocessing" for a in element.iterancestors()
        ):
            fields = Fields(element)
            if source is not None and not source.dialect:
                source.dialect = dialect_of(fields)
            if kind_of(fields) in NO_QUESTION:
                stimuli[element.get("ident") or ""] = element
                yield Other(_line(where, element), "description", element.get("title") or "")
                continue
            effort.begin()
            yield found_item(element, where, Around(fetch, stimuli, effort, fields))


def dialect_of(fields: Fields) -> str:
    """Who wrote a file, by the metadata of its items."""
    for label, dialect in DIALECTS:
        if fields.get(label):
            return dialect
    return ""


def _line(where: str, element: Element) -> str:
    return f"{where}:{element.sourceline}" if where else f"line {element.sourceline}"


def found_item(item: Element, where: str, around: "Around") -> Found:
    """One item: as a question of ours, or with the reason why not."""
    words = Words(around.fetch)
    kind = kind_of(around.fields)
    ref = item.get("ident") or item.get("title") or around.fields.get("bbmd_asi_object_id")
    found = Found(0, ref, _line(where, item), kind or "item", KINDS.get(kind, "other"))
    presentation = kid(item, "presentation")
    found.excerpt = plain(presentation)[:MOST_EXCERPT]
    found.folder = _folder(item)
    try:
        draft = read(item, presentation, words, around.fields, around.effort)
        found.kind = draft.content["kind"]
        _stimulus(draft, around, words)
        _feedback(item, draft, words)
        found.content = _whole(item, draft, around.fields)
        found.media = list(words.media.values())
        with_files(found.content, found.media)
        demand_whole(found.content, found.media)
        found.native = {
            "table": draft.table,
            "base": str(draft.base),
            "best": str(draft.best),
            "scorable": draft.is_scorable,
        }
    except NotOurs as error:
        found.content, found.media = None, []
        found.refusal = Note("lost", error.code, error.facts, found.where)
        found.native = {"xml": verbatim(item)[:MOST_VERBATIM], "title": item.get("title") or ""}
    found.notes = words.notes
    return found


class Around:
    """What comes with an item: files beside it, texts before it, the effort that is left."""

    def __init__(
        self, fetch: Fetch, stimuli: dict[str, Element], effort: Effort, fields: Fields
    ) -> None:
        self.fetch, self.stimuli, self.effort, self.fields = fetch, stimuli, effort, fields


def _folder(item: Element) -> tuple[str, ...]:
    names = []
    for parent in item.iterancestors():
        if name_of(parent) in {"assessment", "objectbank", "section"}:
            title = " ".join((parent.get("title") or _bank_title(parent)).split())
            if title and title.lower() not in {"main", "root_section"}:
                names.append(title[:200])
    return tuple(reversed(names))


def _bank_title(bank: Element) -> str:
    metadata = kid(bank, "qtimetadata")
    return Fields(metadata).get("bank_title") if metadata is not None else ""


def _whole(item: Element, draft: Draft, fields: Fields) -> dict[str, Any]:
    """The content with what every kind has, and what has no place with us."""
    content = draft.content
    title = " ".join((item.get("title") or "").split())
    if title:
        content["name"] = title[:500]
    worth = number(fields.get(*POINTS))
    content["points"] = points_for(worth if worth and worth > 0 else draft.best)
    content.setdefault("competency", "")
    content.setdefault("cognitive", "")
    if is_chinese(texts_in(content)):
        content = also_chinese(content)
    processing, metadata = kid(item, "resprocessing"), kid(item, "itemmetadata")
    data: dict[str, Any] = {"ids": draft.table}
    if metadata is not None:
        data["metadata"] = verbatim(metadata)[:MOST_VERBATIM]
    content["foreign"] = {
        "format": "qti-1.2",
        "id": item.get("ident") or "",
        "max": str(float(draft.base + draft.best)),
        "data": data,
        "processing": None if processing is None else verbatim(processing)[:MOST_VERBATIM],
    }
    return content


def _stimulus(draft: Draft, around: "Around", words: Words) -> None:
    """The text that a question refers to stands before it."""
    parent = around.stimuli.get(around.fields.get("parent_stimulus_item_ident"))
    if parent is None or "stem" not in draft.content:
        return
    presentation = kid(parent, "presentation")
    text = words.block(flow(presentation)) if presentation is not None else ""
    if text:
        draft.content["stem"] = english(f"{text}\n\n{draft.content['stem']['en']}")
        words.note("changed", "qti_stimulus_copied")


def _feedback(item: Element, draft: Draft, words: Words) -> None:
    """Feedback where ours has its place, by finding out which responses show it."""
    texts = {
        element.get("ident") or "": words.block(material(element))
        for element in item.iterchildren()
        if name_of(element) == "itemfeedback"
    }
    if not any(texts.values()):
        return
    said = Said()
    runs = draft.runs or {"none": {}}
    scoring = draft.scoring
    shown = {name: scoring.run(native).shown for name, native in runs.items()} if scoring else {}
    for name, text in texts.items():
        option = _option(name, draft)
        if not text:
            continue
        if option:
            said.why(option, text)
            continue
        hits = {run for run, names in shown.items() if name in names}
        if not place_text(hits, set(shown), text, said):
            said.left.append(text)
    put(said, draft.content)
    if said.left:
        words.note("kept", "qti_feedback_kept", count=len(said.left))


def _option(name: str, draft: Draft) -> str:
    """Canvas and Blackboard name the feedback of an option after its label."""
    ids = draft.table.get("ids") or {}
    for label, ours in ids.items():
        if name in {label, f"{label}_fb"}:
            return str(ours).lower() if isinstance(ours, bool) else str(ours)
    return ""
