"""What a revision stores: the outline of a course and its lessons, as plain JSON values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from probity.bank.shapes import AnyItem
from probity.catalogue import legal
from probity.catalogue.check import Examination
from probity.catalogue.lessons import LessonPage
from probity.catalogue.library import Library, slug_of
from probity.catalogue.sources import CourseSource, LessonText
from probity.kernel.yamlfile import decode

EDITION = 1
"""Raised when rendering changes, so that unchanged files make a new revision."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LessonContent:
    code: str
    slug: str
    module: str
    position: int
    content: Json


@dataclass(frozen=True, slots=True)
class CourseContent:
    """All that one load writes."""

    code: str
    slug: str
    formerly: list[str]
    digest: str
    outline: Json
    card: Json
    lessons: list[LessonContent]
    items: list[AnyItem]
    files: dict[str, str]


def course_content(examination: Examination, folder: str, today: date) -> CourseContent:
    """Put a course together; only for an examination without errors."""
    source, library = examination.source_of(folder), examination.library
    if source.course is None or examination.errors:
        raise ValueError("a course with errors has no content")
    pages = examination.pages[folder]
    course = source.course.value
    modules = [_module(source, name, pages) for name in sorted({*source.modules})]
    outline = {
        "course": course.model_dump(mode="json", exclude={"format", "retired"}),
        "retired": course.retired,
        "modules": modules,
        "glossary": [term.model_dump(mode="json") for term in source.terms().values()],
        **_vocabulary(library),
        "exams": [exam.value.model_dump(mode="json") for exam in source.exams],
        "schemes": [scheme.model_dump(mode="json") for scheme in library.shared.schemes.values()],
    }
    return CourseContent(
        code=course.id,
        slug=course.slug,
        formerly=course.formerly,
        digest=examination.tree.digest(folder, EDITION),
        outline=outline,
        card=_card(outline),
        lessons=_lessons(source, pages),
        items=[_dated(read.value, today) for read in source.items],
        files={path: decode(raw) for path, raw in examination.tree.below(folder).items()},
    )


def _ordered(source: CourseSource) -> list[LessonText]:
    return sorted(source.lessons, key=lambda lesson: (lesson.folder, lesson.number))


def _module(source: CourseSource, folder: str, pages: Mapping[str, list[LessonPage]]) -> Json:
    module = source.modules[folder].value
    written = [
        _listed(lesson, pages[lesson.meta.value.id])
        for lesson in _ordered(source)
        if lesson.folder == folder
    ]
    planned = source.planned[folder].value.lessons if folder in source.planned else []
    return {
        **module.model_dump(mode="json", exclude={"format"}),
        "lessons": written,
        "planned": [lesson.model_dump(mode="json") for lesson in planned],
        "minutes": sum(lesson["minutes"] for lesson in written),
    }


def _listed(lesson: LessonText, pages: list[LessonPage]) -> Json:
    """A lesson as outlines show it."""
    meta = lesson.meta.value
    return {
        "id": meta.id,
        "slug": slug_of(lesson),
        "formerly": meta.formerly,
        "minutes": meta.minutes,
        "competency": meta.competency,
        "status": pages[0].content["status"],
        "title": {page.locale: page.content["title"] for page in pages},
        "summary": {page.locale: page.content["summary"] for page in pages},
        "outcomes": {page.locale: page.content["outcomes"] for page in pages},
        "checks": _checks(pages[0]),
    }


def _checks(page: LessonPage) -> list[str]:
    blocks = page.content["blocks"]
    return [name for block in blocks if block["kind"] == "check" for name in block["items"]]


def _lessons(source: CourseSource, pages: Mapping[str, list[LessonPage]]) -> list[LessonContent]:
    found = []
    for position, lesson in enumerate(_ordered(source), start=1):
        meta = lesson.meta.value
        content = {page.locale: page.content for page in pages[meta.id]}
        module = source.modules[lesson.folder].value.id
        found.append(LessonContent(meta.id, slug_of(lesson), module, position, content))
    return found


def _vocabulary(library: Library) -> Json:
    """Titles of domains and competencies, for profiles and filters."""
    shared = library.shared
    return {
        "domains": {
            code: domain.model_dump(mode="json", exclude={"code"})
            for code, domain in shared.domains.items()
        },
        "competencies": {code: one.title for code, one in shared.competencies.items()},
    }


def _card(outline: Json) -> Json:
    """What the catalogue shows and searches: small, so that a list of courses stays cheap."""
    course, modules = outline["course"], outline["modules"]
    lessons = [lesson for module in modules for lesson in module["lessons"]]
    planned = [lesson for module in modules for lesson in module["planned"]]
    return {
        "title": course["title"],
        "summary": course["summary"],
        "level": course["level"],
        "locales": course["locales"],
        "certificate": course["certificate"],
        "modules": len(modules),
        "lessons": len(lessons),
        "planned": len(planned),
        "minutes": sum(lesson["minutes"] for lesson in lessons),
        "find": [
            {"slug": lesson["slug"], "title": lesson["title"], "summary": lesson["summary"]}
            for lesson in lessons
        ],
    }


def _dated(item: AnyItem, today: date) -> AnyItem:
    """An item that rests on an article no longer in force is loaded as retired."""
    if legal.is_in_force(item.legal_basis, today):
        return item
    return item.model_copy(update={"status": "retired"})
