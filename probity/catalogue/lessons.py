"""Lessons and their translations: checked in every language and rendered into blocks."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from probity.bank.parts import Basis
from probity.catalogue import legal, words
from probity.catalogue.figures import Figure
from probity.catalogue.library import Library
from probity.catalogue.markdown import Complain, Parsed, Surroundings, read_lesson
from probity.catalogue.problems import Report
from probity.catalogue.rendering import Block, render
from probity.catalogue.shapes import Lesson
from probity.catalogue.sources import CourseSource, LessonText
from probity.catalogue.translation import check_skeleton
from probity.kernel.yamlfile import Place

ENGLISH = "en"
TRANSLATED_FIGURE = ".zh-Hans.svg"
WORDS_IN_A_LESSON = (900, 1350)
SIGNS_IN_A_LESSON = (1500, 2700)
_START = Place(1, 1)
_FENCE_LINES = re.compile(r"^:::.*$|\]\([^)]*\)|^\|[-| :]+\|$", re.MULTILINE)
_WORD = re.compile(r"[\w'’-]+")
_WIDE = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class LessonPage:
    """One lesson in one language, as a revision stores it."""

    locale: str
    content: dict[str, Any]


def read_lessons(
    source: CourseSource, library: Library, today: date, report: Report
) -> dict[str, list[LessonPage]]:
    """Check all lessons of a course; gives what each looks like in each of its languages."""
    links, held_back = library.links_from(source), _held_back(source, library)
    pages: dict[str, list[LessonPage]] = {}
    parsed: dict[str, Parsed] = {}
    texts = {lesson.meta.value.id: lesson for lesson in source.lessons}
    for lesson in source.lessons:
        meta = lesson.meta.value
        legal.check_bases(lesson.meta, meta.legal_basis, library.shared.instruments, today, report)
        around = _surroundings(source, library, links, meta, ENGLISH, held_back)
        parsed[meta.id] = read_lesson(lesson.body, around, _complaints(lesson, report))
        pages[meta.id] = [_page(lesson, lesson, parsed[meta.id], around, today)]
        _check_length(lesson, ENGLISH, report)
    for translation in source.translations:
        original = _original(translation, texts, source, report)
        if original is None:
            continue
        meta, locale = original.meta.value, translation.meta.value.locale
        around = _surroundings(source, library, links, meta, locale, held_back)
        mine = read_lesson(translation.body, around, _complaints(translation, report))
        check_skeleton(translation, mine, original, parsed[meta.id], report)
        pages[meta.id].append(_page(translation, original, mine, around, today))
        _check_length(translation, locale, report)
    return pages


def _held_back(source: CourseSource, library: Library) -> frozenset[str]:
    """What is not complained about because the file with the answer could not be read."""
    causes = {
        "R02": any(other.unread_lessons for other in library.sources),
        "R03": source.glossary is None,
        "R04": not library.whole,
        "L01": not library.shared.instruments,
    }
    return frozenset(code for code, cause in causes.items() if cause)


def _original(
    translation: LessonText,
    texts: Mapping[str, LessonText],
    source: CourseSource,
    report: Report,
) -> LessonText | None:
    meta = translation.meta
    original = texts.get(meta.value.id)
    if original is None:
        if meta.file.replace(f".{meta.value.locale}.md", ".md") in source.unread_lessons:
            return None
        message = f"There is no lesson {meta.value.id} to translate."
        mend = "Copy the id from the English file."
        report.add(meta.file, meta.place("id"), "R02", message, mend)
        return None
    name = original.meta.file.removesuffix(".md")
    if meta.file != f"{name}.{meta.value.locale}.md":
        message = f"{meta.value.id} is the id of {original.meta.file}."
        mend = "Give the translation the name of its original, with the language before .md."
        report.add(meta.file, meta.place("id"), "T04", message, mend)
        return None
    if len(meta.value.outcomes) != len(original.meta.value.outcomes):
        message = "The translation has another number of outcomes than the original."
        mend = "Translate each outcome."
        report.add(meta.file, meta.place("outcomes"), "T02", message, mend)
    return original


def _surroundings(
    source: CourseSource,
    library: Library,
    links: Mapping[str, Any],
    meta: Lesson,
    locale: str,
    held_back: frozenset[str],
) -> Surroundings:
    instruments = library.shared.instruments
    if any(basis.instrument not in instruments for basis in meta.legal_basis):
        held_back |= {"L01", "L03"}
    return Surroundings(
        locale=locale,
        basis={legal.reference(basis): basis for basis in meta.legal_basis},
        instruments=instruments,
        terms=source.terms(),
        lessons=links,
        items=library.items,
        parts=library.parts,
        figures=_figures(source, locale),
        held_back=held_back,
    )


def _figures(source: CourseSource, locale: str) -> Mapping[str, Figure | None]:
    """Drawings by the name a lesson uses; the one in the reader's language where it exists."""
    names = [name for name in source.figures if not name.endswith(TRANSLATED_FIGURE)]
    return {
        name: source.figures.get(name.replace(".svg", f".{locale}.svg")) or source.figures[name]
        for name in names
    }


def _complaints(lesson: LessonText, report: Report) -> Complain:
    def complain(line: int, column: int, code: str, message: str, mend: str) -> None:
        place = Place(line + lesson.body_line, column + 1)
        report.add(lesson.meta.file, place, code, message, mend)

    return complain


def _check_length(lesson: LessonText, locale: str, report: Report) -> None:
    text = _FENCE_LINES.sub(" ", lesson.body)
    if locale == ENGLISH:
        count, (least, most), unit = len(_WORD.findall(text)), WORDS_IN_A_LESSON, "words"
    else:
        count, (least, most), unit = len(_WIDE.findall(text)), SIGNS_IN_A_LESSON, "characters"
    if not least <= count <= most:
        message = f"{count} {unit}; a lesson has {least:,} to {most:,}."
        mend = "Split the lesson, or fill it with a case."
        report.add(lesson.meta.file, _START, "M20", message, mend, "warning")


def _page(
    shown: LessonText, original: LessonText, parsed: Parsed, around: Surroundings, today: date
) -> LessonPage:
    """Law, minutes and competency come from the English file, words from the language's own."""
    meta, base = shown.meta.value, original.meta.value
    behind = shown is not original and meta.translated_from != original.digest
    in_force = legal.is_in_force(base.legal_basis, today)
    content = {
        "title": meta.title,
        "summary": meta.summary,
        "outcomes": meta.outcomes,
        "status": meta.status if in_force else "retired",
        "behind": behind,
        "blocks": render(parsed, around),
        "terms": _terms(parsed, around),
        "law": _law(base.legal_basis, around),
        "sources": base.sources,
        "authors": base.authors,
        "translators": [] if shown is original else meta.translators,
    }
    return LessonPage(around.locale, content)


def _terms(parsed: Parsed, around: Surroundings) -> list[Block]:
    used = dict.fromkeys(parsed.terms)
    return [
        {
            "id": name,
            "term": around.terms[name].term.get(around.locale) or around.terms[name].term["en"],
            "definition": around.terms[name].definition.get(around.locale)
            or around.terms[name].definition["en"],
        }
        for name in used
    ]


def _law(bases: Sequence[Basis], around: Surroundings) -> list[dict[str, Any]]:
    """Instruments with the articles that the lesson rests on, in the order of the front matter."""
    found: dict[str, dict[str, Any]] = {}
    for basis in bases:
        instrument = around.instruments.get(basis.instrument)
        short = instrument.short if instrument else {"en": basis.instrument}
        number = instrument.number if instrument else None
        entry = found.setdefault(
            basis.instrument,
            {
                "name": words.instrument_name(short, around.locale),
                "number": (number.get(around.locale) or number["en"]) if number else "",
                "articles": [],
            },
        )
        entry["articles"].append(_article(basis, around.locale))
    return list(found.values())


def _article(basis: Basis, locale: str) -> dict[str, Any]:
    return {
        "anchor": f"law-{basis.instrument}-{basis.article}",
        "name": words.article_name(basis.article, locale),
        "effective_from": basis.effective_from.isoformat(),
        "effective_to": basis.effective_to.isoformat() if basis.effective_to else None,
        "checked_on": basis.checked_on.isoformat(),
        "confidence": basis.confidence,
    }
