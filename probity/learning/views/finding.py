"""What the views of this folder look up: the course of an address, its reader, a given answer."""

from flask import abort, redirect, request, url_for

from probity.bank.marking import (
    BadResponse,
    FormData,
    Response,
    candidate_view,
    check_response,
    response_from_form,
)
from probity.bank.shapes import AnyItem
from probity.catalogue import queries as catalogue
from probity.catalogue.models import Course
from probity.kernel.db import db
from probity.kernel.errors import Refused
from probity.kernel.i18n import content_locale
from probity.kernel.i18n import gettext as _
from probity.kernel.web import actor
from probity.learning import queries
from probity.learning.models import Enrolment
from probity.learning.pages import Reader


def course_at(slug: str) -> Course:
    """The course of an address; an address it had before is redirected, any other is 404."""
    session = db.session()
    course = catalogue.find_course(session, actor(), slug)
    if course is not None:
        return course
    moved = catalogue.course_formerly_at(session, actor(), slug)
    if moved is None or request.endpoint is None:
        abort(404)
    values = {**(request.view_args or {}), "course": moved.slug}
    abort(redirect(url_for(request.endpoint, **values), code=301))


def reader_of(course: Course) -> Reader:
    """The reader in the course: on the revision begun, or on the current one."""
    session = db.session()
    enrolment = queries.find_enrolment(session, actor(), course)
    revision = enrolment.revision if enrolment else catalogue.current_revision(session, course)
    completed = frozenset(queries.completed_lessons(session, enrolment))
    return Reader(course, revision, enrolment, completed)


def own_enrolment(course: Course) -> Enrolment:
    """The person's enrolment, held for a change. Refuses people who are not enrolled."""
    enrolment = queries.lock_enrolment(db.session(), actor(), course)
    if enrolment is None:
        raise Refused(_("Enrol in this course first; then your progress is kept."), "not-enrolled")
    return enrolment


def answer_in(form: FormData, item: AnyItem, name: str) -> Response:
    """The answer that a form holds. Raises BadResponse, also when nothing was answered."""
    view = candidate_view(item, content_locale())
    given = check_response(item, response_from_form(view, form, name))
    if given is None:
        raise BadResponse(_("Choose or write an answer first."))
    return given
