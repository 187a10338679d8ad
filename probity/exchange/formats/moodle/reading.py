"""Reading Moodle XML: one question after the other, each as an item or with its reason."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from probity.exchange import xml
from probity.exchange.formats.moodle import kinds
from probity.exchange.formats.moodle.assembling import Question
from probity.exchange.formats.moodle.building import Body, Refusal
from probity.exchange.formats.moodle.fields import Fields, folded_name, raw_of
from probity.exchange.formats.moodle.kinds import KINDS
from probity.exchange.found import Found, Note, Other, Source, Unreadable

FEEDBACK = {
    "correctfeedback": "right",
    "partiallycorrectfeedback": "partial",
    "incorrectfeedback": "wrong",
    "generalfeedback": "general",
}
TAKEN = {"name", "questiontext", "idnumber", "tags", "hint", "defaultgrade", *FEEDBACK}
MOST_VERBATIM = 200_000
NO_QUESTIONS = frozenset({"category", "description"})


def read(source: Source) -> Iterator[Found | Other]:
    """Give the questions and categories of a file. Raises Unreadable."""
    source.dialect = "Moodle XML"
    folder: tuple[str, ...] = ()
    index = 0
    for element in xml.children(source, "question"):
        kind = (element.get("type") or "").strip().lower()
        where = f"line {element.sourceline}"
        if kind == "category":
            path = folded_name("".join(raw_of(part) for part in element.findall("category")))
            folder = folder_of(path)
            yield Other(where, "category", path)
        elif kind == "description":
            yield Other(where, "description", folded_name(_name(element)))
        else:
            if index >= source.limits.most_questions:
                raise Unreadable("too_many_questions", where, most=source.limits.most_questions)
            question = Question("moodle-xml", index, where, kind, source.limits, folder=folder)
            yield read_question(element, question)
            index += 1


def read_question(element: Any, question: Question) -> Found:
    """One question, whatever it holds."""
    fields = Fields(element, question)
    verbatim = _verbatim(element)
    question.excerpt = verbatim
    try:
        _common(fields)
        body: Body = KINDS.get(question.native_kind, kinds.unknown)(fields)
        _kept(fields)
        return question.found(body)
    except Refusal as refusal:
        return question.refused(refusal, verbatim if len(verbatim) <= MOST_VERBATIM else "")


def folder_of(path: str) -> tuple[str, ...]:
    """The folders of a category: `$course$/top/A/B` is A, B; two slashes are one in a name."""
    parts = path.replace("//", "\0").split("/")
    names = [part.replace("\0", "/").strip() for part in parts]
    while names and (names[0].startswith("$") or names[0].lower() == "top"):
        names.pop(0)
    return tuple(name for name in names if name)


def _name(element: Any) -> str:
    name = element.find("name")
    return raw_of(name) if name is not None else ""


def _common(fields: Fields) -> None:
    question = fields.question
    question.name = folded_name(fields.plain("name"))
    question.identity = fields.plain("idnumber")
    if question.native_kind not in {"cloze", "multianswer", "gapselect", "ddwtos"}:
        question.stem = fields.words("questiontext")
    question.grade = fields.grade()
    for tag, name in FEEDBACK.items():
        question.feedback[name] = fields.words(tag)
    for tags in fields.all("tags"):
        question.tags.extend(folded_name(raw_of(tag)) for tag in tags.findall("tag"))
    _hints(fields)


def _hints(fields: Fields) -> None:
    """The words of hints; what a hint also does stays beside them."""
    flags: list[list[str]] = []
    has_flags = False
    for hint in fields.all("hint"):
        words = fields.words_of(hint)
        does = [xml.name_of(child) for child in hint if xml.name_of(child) not in {"text", "file"}]
        has_flags = has_flags or bool(does) or not words
        flags.append([*does, *([] if words else ["-"])])
        if words:
            fields.question.hints.append(words)
    if has_flags:
        fields.question.data["hints"] = flags


def _kept(fields: Fields) -> None:
    """Keep what we have no place for, as it stands."""
    elements: list[str] = []
    for child in fields.element:
        tag = xml.name_of(child)
        if tag and tag not in fields.taken and tag not in TAKEN and tag != "file":
            xml.tighten(child)
            elements.append(etree.tostring(child, encoding="unicode", with_tail=False))
    if elements and sum(map(len, elements)) <= MOST_VERBATIM:
        fields.question.data["elements"] = elements
    elif elements:
        fields.question.note(Note("lost", "elements_lost"))
    for file in fields.element.iter("file"):
        name = file.get("name") or "file"
        if name not in fields.used:
            fields.question.note(Note("lost", "media_unused", {"name": name[:80]}))


def _verbatim(element: Any) -> str:
    return str(etree.tostring(element, encoding="unicode", with_tail=False))
