"""References between the files of a course: modules, items, exams, figures, certificates."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from probity.bank.shapes import AnyItem
from probity.catalogue import legal
from probity.catalogue.library import Library, family
from probity.catalogue.problems import Report, near
from probity.catalogue.sources import CourseSource, Read
from probity.catalogue.wording import check_wording
from probity.kernel.yamlfile import Place

LONGEST_KEY = 1.9
OTHER_LOCALE = "zh-Hans"
SHARED_LISTS = frozenset({"R05", "R09"})
"""Complaints that make no sense while the list itself cannot be read."""

_START = Place(1, 1)


class _Known:
    """Looks ids up and complains about those that do not exist; tells whether one is known."""

    def __init__(self, read: Read[Any], report: Report) -> None:
        self.read, self.report = read, report

    def demand(
        self, name: str | None, known: Mapping[str, Any], code: str, what: str, *at: str | int
    ) -> bool:
        unread = not known and code in SHARED_LISTS
        if name is None or name in known or name in self.report.faulty or unread:
            return name in known
        message = f"There is no {what} {name}."
        mend = near(name, known, cutoff=0.4) or "Correct the name, or add what is missing."
        self.report.add(self.read.file, self.read.place(*at), code, message, mend.strip())
        return False


def check_course(source: CourseSource, library: Library, report: Report) -> None:
    if source.course:
        known = _Known(source.course, report)
        scheme = source.course.value.certificate
        known.demand(scheme, library.shared.schemes, "R09", "certificate scheme", "certificate")
        courses = {other.course.value.id: 1 for other in library.sources if other.course}
        for number, name in enumerate(source.course.value.requires):
            known.demand(name, courses, "R08", "course", "requires", number)
    _check_modules(source, library, report)
    _check_prefixes(source, report)
    for exam in source.exams:
        _check_blueprint(exam, source, library, report)


def _check_modules(source: CourseSource, library: Library, report: Report) -> None:
    exams = {exam.value.id: exam for exam in source.exams}
    modules = {read.value.id: read for read in source.modules.values()}
    lessons = {lesson.meta.value.id: lesson for lesson in source.lessons}
    for read in source.modules.values():
        known = _Known(read, report)
        known.demand(read.value.quiz, exams, "R08", "exam", "quiz")
        for number, code in enumerate(read.value.competencies):
            known.demand(
                code, library.shared.competencies, "R05", "competency", "competencies", number
            )
        for number, name in enumerate(read.value.requires):
            if known.demand(
                name, {**modules, **lessons}, "R08", "module or lesson", "requires", number
            ):
                _refuse_circle(read, name, modules, report, number)
    for lesson in source.lessons:
        meta = lesson.meta
        _check_competency(meta, meta.value.competency, library, report)
        if lesson.folder not in source.modules:
            file = f"{source.folder}/modules/{lesson.folder}/module.yaml"
            if not report.has_errors(file):
                report.add(file, _START, "F07", "The file is missing.", "Describe the module.")


def _refuse_circle(
    read: Read[Any], name: str, modules: Mapping[str, Read[Any]], report: Report, number: int
) -> None:
    """A module may not wait for itself, neither directly nor through others."""
    waiting, seen = [name], set()
    while waiting:
        current = waiting.pop().partition("-L")[0]
        if current == read.value.id:
            message = f"{read.value.id} would have to be finished before it can be begun."
            place = read.place("requires", number)
            report.add(read.file, place, "R10", message, "Take one of the requirements out.")
            return
        if current not in seen and current in modules:
            seen.add(current)
            waiting += modules[current].value.requires


def _check_prefixes(source: CourseSource, report: Report) -> None:
    """Ids say where a thing belongs: GP, GP-M01, GP-M01-L2."""
    course = source.course.value.id if source.course else None
    for folder, module in source.modules.items():
        start = module.value.id.rpartition("-M")[0]
        if course and start != course:
            message = f"{module.value.id} does not begin with {course}."
            report.add(module.file, module.place("id"), "S11", message, f"Write {course}-M….")
        for lesson in source.lessons:
            meta = lesson.meta
            if lesson.folder == folder and meta.value.id.rpartition("-L")[0] != module.value.id:
                message = f"{meta.value.id} stands in the folder of {module.value.id}."
                mend = f"Move the file, or write {module.value.id}-L…."
                report.add(meta.file, meta.place("id"), "S11", message, mend)


def _check_competency(read: Read[Any], tag: str, library: Library, report: Report) -> None:
    code, _, level = tag.partition(".")
    known = library.shared.competencies
    if _Known(read, report).demand(code, known, "R05", "competency", "competency"):
        levels = known[code].levels
        if level not in levels:
            mend = f"Use {', '.join(f'{code}.{allowed}' for allowed in levels)}."
            message = f"{code} has no level {level}."
            report.add(read.file, read.place("competency"), "R05", message, mend)


def _check_blueprint(
    read: Read[Any], source: CourseSource, library: Library, report: Report
) -> None:
    known, exam = _Known(read, report), read.value
    known.demand(
        exam.certificate, library.shared.schemes, "R09", "certificate scheme", "certificate"
    )
    for number, name in enumerate(exam.prerequisites):
        lessons = {lesson.meta.value.id: 1 for lesson in source.lessons}
        if not source.unread_lessons:
            known.demand(name, lessons, "R02", "lesson", "prerequisites", number)
    for place, section in enumerate(exam.sections):
        for number, cell in enumerate(section.cells):
            at = ("sections", place, "cells", number)
            known.demand(cell.domain, library.shared.domains, "R05", "domain", *at, "domain")
            competencies = library.shared.competencies
            known.demand(cell.competency, competencies, "R05", "competency", *at, "competency")


def check_items(
    source: CourseSource, library: Library, today: date, report: Report, *, private: bool
) -> None:
    for read in source.items:
        item = read.value
        known = _Known(read, report)
        if item.use == "secure" and not private:
            message = f"{item.id} is secure, but this folder can be read by everyone."
            mend = "Move the file to the private content folder, or set `use: practice`."
            report.add(read.file, read.place("use"), "I09", message, mend)
        known.demand(item.domain, library.shared.domains, "R05", "domain", "domain")
        _check_competency(read, item.competency, library, report)
        legal.check_bases(read, item.legal_basis, library.shared.instruments, today, report)
        if item.figure and item.figure not in source.figures:
            message = f"assets/{item.figure} does not exist."
            mend = f"{near(item.figure, source.figures)}Put the file into the assets folder."
            report.add(read.file, read.place("figure"), "A03", message, mend)
        check_wording(read, report)
        for part in family(item):
            _advise(read, part, report)


def _advise(read: Read[Any], item: AnyItem, report: Report) -> None:
    """Warnings: an option that gives itself away, a language that is missing."""
    place = read.place("id")
    options = getattr(item, "options", [])
    for option in options:
        others = [len(other.text["en"]) for other in options if other is not option]
        if option.correct and len(option.text["en"]) > LONGEST_KEY * max(others):
            message = f"In {item.id} the right option is by far the longest."
            report.add(
                read.file, place, "I10", message, "Shorten it or lengthen others.", "warning"
            )
    if OTHER_LOCALE not in getattr(item, "stem", {OTHER_LOCALE: ""}):
        message = f"{item.id} has no Chinese text."
        mend = "Readers see English, marked as such."
        report.add(read.file, place, "T03", message, mend, "warning")


def check_figures(source: CourseSource, report: Report) -> None:
    """Wide figures have a narrow twin, translated ones an English original."""
    for name, figure in source.figures.items():
        if figure is None:
            continue
        file = f"{source.folder}/assets/{name}"
        stem = name.removesuffix(".svg").removesuffix(f".{OTHER_LOCALE}")
        is_narrow = stem.endswith(".narrow")
        twin = name.replace(stem, f"{stem}.narrow")
        if figure.needs_twin and not is_narrow and twin not in source.figures:
            message = f"The figure is {figure.width:g} units wide and has no twin for phones."
            mend = f"Draw assets/{twin}, at most 400 wide, so that its text stays legible."
            report.add(file, _START, "A05", message, mend, "warning")
        if is_narrow and figure.needs_twin:
            message = f"This twin is {figure.width:g} units wide; on a phone its text gets small."
            report.add(file, _START, "A05", message, "Draw it at most 400 wide.", "warning")
        original = f"{stem.removesuffix('.narrow')}.svg"
        if original not in source.figures and f"{source.folder}/assets/{original}" != file:
            message = f"The original, assets/{original}, is missing."
            report.add(file, _START, "A06", message, "Add it: English is the fallback.")
