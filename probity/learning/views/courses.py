"""The catalogue, one course, and enrolling in it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.catalogue import queries as catalogue
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission, Public
from probity.kernel.web import actor
from probity.learning import actions, pages, queries
from probity.learning.views.blueprint import bp
from probity.learning.views.finding import course_at, own_enrolment, reader_of

LEVELS = ("F", "P", "X")
LONGEST_SEARCH = 100


@bp.page("/courses/", needs=Public.INFORMATION)
def list_courses() -> str:
    text = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    level = request.args.get("level", "")
    level = level if level in LEVELS else ""
    session = db.session()
    states = queries.courses_of(session, actor())
    return render_template(
        "catalogue/list.html",
        cards=catalogue.catalogue(session, actor(), text=text, level=level),
        states={state.enrolment.course_id: state for state in states},
        text=text,
        level=level,
    )


@bp.page("/courses/<course>/", needs=Public.INFORMATION)
def show_course(course: str) -> str:
    reader = reader_of(course_at(course))
    return render_template(
        "catalogue/course.html",
        reader=reader,
        course=reader.revision.content["course"],
        modules=pages.outline(reader),
        exams=pages.exams(reader),
        scheme=pages.scheme(reader),
        progress=pages.progress(reader),
        minutes_left=pages.minutes_left(reader),
        next_lesson=pages.next_lesson(reader),
    )


@bp.action("/courses/<course>/enrolments", needs=Permission.COURSE_LEARN)
def enrol(course: str) -> ResponseReturnValue:
    session, found = db.session(), course_at(course)
    enrolment = actions.enrol(session, found, by=actor())
    flash(_("You are enrolled. Your progress is kept from now on."), "ok")
    lesson = pages.next_lesson(reader_of(found))
    if lesson is None:
        return redirect(url_for("learning.show_course", course=found.slug), code=303)
    actions.open_lesson(session, enrolment, lesson["id"])
    address = url_for("learning.show_lesson", course=found.slug, lesson=lesson["slug"])
    return redirect(address, code=303)


@bp.action("/courses/<course>/revision", needs=Permission.COURSE_LEARN)
def move_to_newer_revision(course: str) -> ResponseReturnValue:
    found = course_at(course)
    actions.move_to_newer_revision(db.session(), own_enrolment(found), by=actor())
    flash(_("You are on the newest edition now. What you had done stays done."), "ok")
    return redirect(url_for("learning.show_course", course=found.slug), code=303)
