"""All courses of a tree side by side: what an id stands for, and that no id stands for two things."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from probity.bank.shapes import AnyItem
from probity.catalogue.markdown import LessonLink
from probity.catalogue.problems import Report
from probity.catalogue.sources import CourseSource, LessonText, Read, Shared
from probity.kernel.yamlfile import Place

_LATER = "Give the newer one the next free number; ids are never used twice, not even when deleted."


@dataclass(slots=True)
class Library:
    """What texts may refer to; `None` marks an item that has errors of its own.

    `parts` names the case set that an item belongs to.
    """

    shared: Shared
    sources: list[CourseSource]
    items: dict[str, AnyItem | None] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    pool: list[AnyItem] = field(default_factory=list)
    lessons: dict[str, tuple[CourseSource, LessonText]] = field(default_factory=dict)
    titles: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        return all(source.whole_bank for source in self.sources)

    def links_from(self, course: CourseSource) -> Mapping[str, LessonLink]:
        """Lesson addresses as a lesson page of this course writes them, relative to itself."""
        return {
            identity: LessonLink(_address(course, source, lesson), self.titles[identity])
            for identity, (source, lesson) in self.lessons.items()
        }


def slug_of(lesson: LessonText) -> str:
    return str(lesson.meta.value.slug or lesson.slug)


def course_slug(source: CourseSource) -> str:
    return source.course.value.slug if source.course else source.folder


def _address(here: CourseSource, there: CourseSource, lesson: LessonText) -> str:
    if here is there:
        return f"../{slug_of(lesson)}/"
    return f"../../{course_slug(there)}/{slug_of(lesson)}/"


def build_library(shared: Shared, sources: list[CourseSource]) -> Library:
    library = Library(shared, sources)
    for source in sources:
        for read in source.items:
            library.pool.append(read.value)
            library.items.setdefault(read.value.id, read.value)
            for part in family(read.value)[1:]:
                library.parts.setdefault(part.id, read.value.id)
        for identity, _file, _place in source.faulty_items:
            library.items.setdefault(identity, None)
        for lesson in source.lessons:
            meta = lesson.meta.value
            library.lessons.setdefault(meta.id, (source, lesson))
            library.titles.setdefault(meta.id, {"en": meta.title})
        for lesson in source.translations:
            meta = lesson.meta.value
            library.titles.setdefault(meta.id, {"en": meta.title})[meta.locale] = meta.title
    return library


def family(item: AnyItem) -> list[AnyItem]:
    """An item and, for a case, the items inside it."""
    return [item, *getattr(item, "items", [])]


@dataclass(frozen=True, slots=True)
class _Claim:
    name: str
    file: str
    place: Place
    asked: bool


class _Register:
    """Who uses a name first; a second use is reported where it stands."""

    def __init__(self, report: Report, what: str, mend: str) -> None:
        self.report, self.what, self.mend = report, what, mend
        self.taken: dict[str, str] = {}

    def claim(self, claim: _Claim) -> None:
        holder = self.taken.setdefault(claim.name, f"{claim.file}:{claim.place.line}")
        if claim.asked and holder != f"{claim.file}:{claim.place.line}":
            message = f"The {self.what} {claim.name} is already used in {holder}."
            self.report.add(claim.file, claim.place, "R01", message, self.mend)


def check_identities(library: Library, asked: list[str], report: Report) -> None:
    """No id, slug or retired id is used twice in the whole tree."""
    ids = _Register(report, "id", _LATER)
    slugs = _Register(report, "slug", "Give one of them another slug.")
    # courses nobody asked about come first, so that a clash is shown in those that were asked
    for source in sorted(library.sources, key=lambda source: source.folder in asked):
        is_asked = source.folder in asked
        for name, read, place in _ids(source):
            ids.claim(_Claim(name, read, place, is_asked))
        for name, read, place in _slugs(source):
            slugs.claim(_Claim(name, read, place, is_asked))
        if is_asked:
            _check_terms(source, report)


def _ids(source: CourseSource) -> Iterator[tuple[str, str, Place]]:
    if source.course:
        course = source.course
        yield course.value.id, course.file, course.place("id")
        for number, name in enumerate(course.value.retired):
            yield name, course.file, course.place("retired", number)
    named: list[Read[Any]] = [
        *source.modules.values(),
        *(text.meta for text in source.lessons),
        *source.exams,
    ]
    for read in named:
        yield read.value.id, read.file, read.place("id")
    for planned in source.planned.values():
        for number, lesson in enumerate(planned.value.lessons):
            yield lesson.id, planned.file, planned.place("lessons", number, "id")
    for read in source.items:
        yield read.value.id, read.file, read.place("id")
        for number, child in enumerate(getattr(read.value, "items", [])):
            yield child.id, read.file, read.place("items", number, "id")
    for name, file, place in source.faulty_items:
        yield name, file, place


def _slugs(source: CourseSource) -> Iterator[tuple[str, str, Place]]:
    """Addresses: of courses, of exams, and of lessons within their course; former ones too."""
    if source.course:
        yield from _addresses("/courses/", source.course, source.course.value.slug)
    for exam in source.exams:
        yield from _addresses("/exams/", exam, exam.value.slug)
    for lesson in source.lessons:
        start = f"/courses/{course_slug(source)}/"
        yield from _addresses(start, lesson.meta, slug_of(lesson))


def _addresses(start: str, read: Read[Any], slug: str) -> Iterator[tuple[str, str, Place]]:
    yield f"{start}{slug}/", read.file, read.place("slug")
    for number, former in enumerate(read.value.formerly):
        yield f"{start}{former}/", read.file, read.place("formerly", number)


def _check_terms(source: CourseSource, report: Report) -> None:
    if not source.glossary:
        return
    terms = _Register(report, "term", "Keep one of them.")
    for number, term in enumerate(source.glossary.value.terms):
        place = source.glossary.place("terms", number, "id")
        terms.claim(_Claim(term.id, source.glossary.file, place, asked=True))
