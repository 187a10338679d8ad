"""What the files of a tree say, each read into its shape, with the places kept for messages."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from probity.bank.shapes import AnyItem
from probity.catalogue import files, shapes
from probity.catalogue.figures import Figure, read_figure
from probity.catalogue.files import SHARED, Tree
from probity.catalogue.problems import Report, explain, from_shape
from probity.kernel.shapes import Shape
from probity.kernel.yamlfile import Document, Place, Unreadable, decode, parse, refuse_tabs

S = TypeVar("S", bound=Shape)
T = TypeVar("T")

DIGEST_SIGNS = 12
_FRONT_MATTER = re.compile(r"---\n(?P<keys>.*?)\n---(?:\n|$)", re.DOTALL)
_START = Place(1, 1)


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """One file (or one item of a file) in its shape."""

    file: str
    value: T
    document: Document
    prefix: tuple[str | int, ...] = ()

    def place(self, *location: str | int) -> Place:
        return self.document.place((*self.prefix, *location))


@dataclass(frozen=True, slots=True)
class LessonText:
    """A lesson file: front matter, body, and where the body begins."""

    meta: Read[Any]
    body: str
    body_line: int
    digest: str
    folder: str
    number: str
    slug: str


@dataclass(slots=True)
class CourseSource:
    """One course as its files say; a part with errors of its own is missing here."""

    folder: str
    course: Read[shapes.Course] | None = None
    glossary: Read[shapes.Glossary] | None = None
    modules: dict[str, Read[shapes.Module]] = field(default_factory=dict)
    planned: dict[str, Read[shapes.Planned]] = field(default_factory=dict)
    lessons: list[LessonText] = field(default_factory=list)
    translations: list[LessonText] = field(default_factory=list)
    items: list[Read[AnyItem]] = field(default_factory=list)
    faulty_items: list[tuple[str, str, Place]] = field(default_factory=list)
    whole_bank: bool = True
    unread_lessons: set[str] = field(default_factory=set)
    exams: list[Read[shapes.Exam]] = field(default_factory=list)
    figures: dict[str, Figure | None] = field(default_factory=dict)

    def terms(self) -> Mapping[str, shapes.Term]:
        return {term.id: term for term in self.glossary.value.terms} if self.glossary else {}


@dataclass(slots=True)
class Shared:
    """The lists that all courses use."""

    instruments: dict[str, shapes.Instrument] = field(default_factory=dict)
    competencies: dict[str, shapes.Competency] = field(default_factory=dict)
    domains: dict[str, shapes.Domain] = field(default_factory=dict)
    schemes: dict[str, shapes.Scheme] = field(default_factory=dict)


def read_shared(tree: Tree, report: Report) -> Shared:
    shared = Shared()
    names = dict.fromkeys(files.SHARED_FILES)
    for name in names:
        raw = tree.files.get(f"{SHARED}/{name}")
        shape = shapes.FILES[name.removesuffix(".yaml")]
        read = raw is not None and read_shape(f"{SHARED}/{name}", raw, shape, report)
        if not read:
            continue
        for part in type(read.value).model_fields:
            if part != "format":
                _keep_codes(read, part, getattr(shared, part), report)
    return shared


def _keep_codes(read: Read[Any], part: str, kept: dict[str, Any], report: Report) -> None:
    for number, entry in enumerate(getattr(read.value, part)):
        if entry.code in kept:
            place = read.place(part, number, "code")
            message = f"The code {entry.code} stands twice."
            report.add(read.file, place, "R01", message, "Keep one of them.")
        kept.setdefault(entry.code, entry)


def read_course(tree: Tree, folder: str, report: Report) -> CourseSource:
    """Read every file of a course; what cannot be read is reported and left out."""
    source = CourseSource(folder)
    for path, raw in sorted(tree.below(folder).items()):
        _read_file(source, path, raw, report)
    for name, missing in (("course.yaml", source.course), ("glossary.yaml", source.glossary)):
        if missing is None and f"{folder}/{name}" not in tree.files:
            mend = "A course folder has course.yaml, glossary.yaml and modules/."
            report.add(f"{folder}/{name}", _START, "F07", "The file is missing.", mend)
    return source


def _read_file(source: CourseSource, path: str, raw: bytes, report: Report) -> None:
    file = f"{source.folder}/{path}"
    if path == "course.yaml":
        source.course = read_shape(file, raw, shapes.Course, report)
    elif path == "glossary.yaml":
        source.glossary = read_shape(file, raw, shapes.Glossary, report)
    elif path.startswith("modules/"):
        _read_of_module(source, path, raw, report)
    elif files.QUESTIONS.fullmatch(path):
        _read_questions(source, file, raw, report)
    elif files.EXAM.fullmatch(path):
        exam = read_shape(file, raw, shapes.Exam, report)
        source.exams += [exam] if exam else []
    else:
        _read_figure(source, file, raw, report)


def _read_of_module(source: CourseSource, path: str, raw: bytes, report: Report) -> None:
    file = f"{source.folder}/{path}"
    if found := files.LESSON.fullmatch(path):
        _read_lesson(source, file, raw, found, shapes.Lesson, report)
    elif found := files.TRANSLATION.fullmatch(path):
        _read_lesson(source, file, raw, found, shapes.Translation, report)
    else:
        folder, name = path.split("/")[1:]
        is_plan = name == "planned.yaml"
        kept: dict[str, Any] = source.planned if is_plan else source.modules
        shape = shapes.Planned if is_plan else shapes.Module
        read = read_shape(file, raw, shape, report)
        if read:
            kept[folder] = read


def _read_figure(source: CourseSource, file: str, raw: bytes, report: Report) -> None:
    name = file.rpartition("/")[2]
    try:
        source.figures[name] = read_figure(name, raw)
    except Unreadable as error:
        source.figures[name] = None
        report.refuse(file, error)


def _read_lesson(
    source: CourseSource,
    file: str,
    raw: bytes,
    found: re.Match[str],
    shape: type[Shape],
    report: Report,
) -> None:
    parts = _split(file, raw, shape, report)
    if parts is None:
        source.unread_lessons.add(file)
        return
    lesson = LessonText(*parts, found["module"], found["number"], found["slug"])
    (source.lessons if shape is shapes.Lesson else source.translations).append(lesson)


def _split(
    file: str, raw: bytes, shape: type[Shape], report: Report
) -> tuple[Read[Any], str, int, str] | None:
    """Front matter, body, the line where the body begins, the digest of the whole."""
    try:
        text = decode(raw)
        refuse_tabs(text)
    except Unreadable as error:
        report.refuse(file, error)
        return None
    front = _FRONT_MATTER.match(text)
    if not front:
        mend = "Begin the file with a line `---`, the keys, and a line `---`."
        report.add(file, _START, "M00", "The front matter is missing.", mend)
        return None
    meta = read_shape(file, front["keys"].encode(), shape, report, first_line=2)
    if meta is None:
        return None
    digest = hashlib.sha256(text.encode()).hexdigest()[:DIGEST_SIGNS]
    return meta, text[front.end() :], front[0].count("\n") + 1, digest


def _read_questions(source: CourseSource, file: str, raw: bytes, report: Report) -> None:
    """Items are read one by one, so that a slip in one does not hide the others."""
    document = read_document(file, raw, report)
    if document is None:
        source.whole_bank = False
        return
    data = document.data
    listed = data.get("items") if isinstance(data, dict) else None
    rest = {**data, "items": []} if isinstance(listed, list) else data
    if not fit(file, document, rest, shapes.Questions, report) or not isinstance(listed, list):
        source.whole_bank = False
        return
    defaults = data.get("defaults") or {}
    for number, given in enumerate(listed):
        _read_item(source, file, document, number, _completed(given, defaults), report)


def _completed(given: object, defaults: dict[str, Any]) -> object:
    if not isinstance(given, dict):
        return given
    full = {**defaults, **given}
    if isinstance(given.get("items"), list):
        full["items"] = [_completed(child, defaults) for child in given["items"]]
    return full


def _read_item(
    source: CourseSource, file: str, document: Document, number: int, full: object, report: Report
) -> None:
    data = {"format": shapes.FORMAT, "items": [full]}
    prefix = ("items", number)
    box = fit(file, document, data, shapes.Questions, report, drop=2, prefix=prefix)
    if box:
        source.items.append(Read(file, box.items[0], document, prefix))
        return
    source.whole_bank = False
    if isinstance(full, dict):
        place = document.place((*prefix, "id"))
        identities = [full, *(full["items"] if isinstance(full.get("items"), list) else [])]
        source.faulty_items += [
            (str(part.get("id")), file, place) for part in identities if isinstance(part, dict)
        ]


def read_document(file: str, raw: bytes, report: Report, *, first_line: int = 1) -> Document | None:
    try:
        document = parse(decode(raw), first_line=first_line)
    except Unreadable as error:
        report.refuse(file, error)
        return None
    if not isinstance(document.data, dict):
        mend = "Write keys and values, such as `format: probity/1`."
        report.add(file, Place(first_line, 1), "S09", "The file holds no keys.", mend)
        return None
    return document


def read_shape(
    file: str, raw: bytes, shape: type[S], report: Report, *, first_line: int = 1
) -> Read[S] | None:
    document = read_document(file, raw, report, first_line=first_line)
    if document is None:
        return None
    value = fit(file, document, document.data, shape, report)
    return None if value is None else Read(file, value, document)


def fit(
    file: str,
    document: Document,
    data: object,
    shape: type[S],
    report: Report,
    *,
    drop: int = 0,
    prefix: tuple[str | int, ...] = (),
) -> S | None:
    """Validate; each error is reported at its place in the file."""
    try:
        return shape.model_validate(data, strict=True)
    except ValidationError as found:
        errors = found.errors(include_url=False)
    if isinstance(data, dict) and isinstance(data.get("id"), str):
        report.faulty.add(data["id"])
    for error, at_key in from_shape(errors):
        inside = tuple(_steps(error.get("ctx", {}).get("at", "")))
        location = (*prefix, *error["loc"][drop:], *inside)
        place = document.key_place(location) if at_key else document.place(location)
        report.add(file, place, *explain(error))
    return None


def _steps(dotted: str) -> Iterator[str | int]:
    for step in dotted.split("."):
        if step:
            yield int(step) if step.isdigit() else step
