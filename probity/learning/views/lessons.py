"""One lesson: read it, answer its checks, mark it as done."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.bank.marking import BadResponse
from probity.catalogue import queries as catalogue
from probity.catalogue.models import Lesson
from probity.kernel.db import db
from probity.kernel.i18n import content_locale
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission, Public
from probity.kernel.web import actor
from probity.learning import actions, pages, queries
from probity.learning.pages import Reader
from probity.learning.views.blueprint import bp
from probity.learning.views.finding import answer_in, course_at, own_enrolment, reader_of


@bp.page("/courses/<course>/<lesson>/", needs=Public.INFORMATION)
def show_lesson(course: str, lesson: str) -> ResponseReturnValue:
    """Readers who are not enrolled try a check by GET: it is marked, nothing is stored."""
    reader = reader_of(course_at(course))
    found = catalogue.find_lesson(db.session(), reader.revision, lesson)
    if found is None:
        return _elsewhere(reader, lesson)
    ref = request.args.get("check", "")
    tried: dict[str, Any] = {}
    if ref in pages.check_refs(found):
        item = queries.check_item(db.session(), reader.revision, ref)
        try:
            tried[ref] = answer_in(request.args, item, ref)
        except BadResponse as error:
            tried[ref] = error
    return _page(reader, found, tried)


@bp.action("/courses/<course>/<lesson>/responses", needs=Permission.COURSE_LEARN)
def answer_check(course: str, lesson: str) -> ResponseReturnValue:
    found = course_at(course)
    enrolment, reader = own_enrolment(found), reader_of(found)
    row = catalogue.find_lesson(db.session(), reader.revision, lesson) or abort(404)
    ref = request.form.get("check", "")
    if ref not in pages.check_refs(row):
        abort(404)
    item = queries.check_item(db.session(), reader.revision, ref)
    try:
        given = answer_in(request.form, item, ref)
    except BadResponse as error:
        return _page(reader, row, {ref: error}), 422
    actions.answer_check(db.session(), enrolment, row.code, ref, given, locale=content_locale())
    return redirect(f"{_address(reader, lesson)}#check-{ref}", code=303)


@bp.action("/courses/<course>/<lesson>/completion", needs=Permission.COURSE_LEARN)
def complete_lesson(course: str, lesson: str) -> ResponseReturnValue:
    found = course_at(course)
    enrolment, reader = own_enrolment(found), reader_of(found)
    row = catalogue.find_lesson(db.session(), reader.revision, lesson) or abort(404)
    actions.complete_lesson(db.session(), enrolment, row.code, by=actor())
    _before, after = pages.neighbours(reader, row.code)
    if after:
        return redirect(_address(reader, after["slug"]), code=303)
    flash(_("That was the last lesson of this course."), "ok")
    return redirect(url_for("learning.show_course", course=found.slug), code=303)


def _page(reader: Reader, lesson: Lesson, tried: Mapping[str, Any]) -> str:
    locale = content_locale()
    content, shown = pages.shown_content(lesson, locale)
    modules = pages.outline(reader)
    module = next(entry for entry in modules if entry.data["id"] == lesson.module)
    before, after = pages.neighbours(reader, lesson.code)
    return render_template(
        "catalogue/lesson.html",
        reader=reader,
        lesson=lesson,
        content=content,
        shown=shown,
        module=module,
        entry=module.entry(lesson.code),
        progress=pages.progress(reader),
        checks=pages.checks(db.session(), reader, lesson, locale, tried),
        before=before,
        after=after,
    )


def _elsewhere(reader: Reader, slug: str) -> ResponseReturnValue:
    """A lesson that moved, or that only another edition of the course has."""
    now = catalogue.lesson_formerly_at(reader.revision, slug)
    if now:
        return redirect(_address(reader, now), code=301)
    current = catalogue.current_revision(db.session(), reader.course)
    if reader.is_behind and catalogue.find_lesson(db.session(), current, slug):
        flash(_("That lesson is part of a newer edition of this course."), "info")
        return redirect(url_for("learning.show_course", course=reader.course.slug), code=303)
    abort(404)


def _address(reader: Reader, slug: str) -> str:
    return url_for("learning.show_lesson", course=reader.course.slug, lesson=slug)
