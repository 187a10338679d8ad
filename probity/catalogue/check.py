"""Check a courses folder: every file by itself, then all of them against each other."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from probity.catalogue import legal
from probity.catalogue.crosschecks import check_course, check_figures, check_items
from probity.catalogue.feasibility import check_exam
from probity.catalogue.files import Tree, read_tree
from probity.catalogue.lessons import LessonPage, read_lessons
from probity.catalogue.library import Library, build_library, check_identities
from probity.catalogue.problems import Problem, Report
from probity.catalogue.sources import CourseSource, read_course, read_shared
from probity.kernel import clock


@dataclass(slots=True)
class Examination:
    """What a check found: the problems, and the courses as they may be loaded without errors."""

    tree: Tree
    problems: list[Problem]
    library: Library
    pages: dict[str, dict[str, list[LessonPage]]] = field(default_factory=dict)
    """Rendered lessons: course folder, lesson id, one page a language."""

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.is_error]

    def source_of(self, folder: str) -> CourseSource:
        return next(source for source in self.library.sources if source.folder == folder)

    def text_of(self, problem: Problem) -> str:
        return self.tree.files.get(problem.file, b"").decode("utf-8", "replace")


def examine(path: Path, *, private: bool = False, today: date | None = None) -> Examination:
    """Read and check; `private` allows secure items, which a public folder must not hold."""
    report = Report()
    day = today or clock.now().date()
    tree = read_tree(path, report)
    shared = read_shared(tree, report)
    sources = [
        read_course(tree, folder, report if folder in tree.asked else Report())
        for folder in tree.courses()
    ]
    library = build_library(shared, sources)
    check_identities(library, tree.asked, report)
    examination = Examination(tree, [], library)
    for source in sources:
        if source.folder in tree.asked:
            pages = _check_source(source, library, day, report, private=private)
            examination.pages[source.folder] = pages
    examination.problems = report.problems()
    return examination


def _check_source(
    source: CourseSource, library: Library, today: date, report: Report, *, private: bool
) -> dict[str, list[LessonPage]]:
    check_course(source, library, report)
    check_items(source, library, today, report, private=private)
    check_figures(source, report)
    _check_glossary(source, library, report)
    if library.whole:
        for exam in source.exams:
            if not report.has_errors(exam.file):
                check_exam(exam, library.pool, report)
    return read_lessons(source, library, today, report)


def _check_glossary(source: CourseSource, library: Library, report: Report) -> None:
    if not source.glossary:
        return
    read: Any = source.glossary
    for number, term in enumerate(read.value.terms):
        for place, reference in enumerate(term.basis):
            at = read.place("terms", number, "basis", place)
            code = reference.partition("/")[0]
            legal.check_instrument(read.file, at, code, library.shared.instruments, report)
