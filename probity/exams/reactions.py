"""What exams does when a folder below it announces something."""

from sqlalchemy.orm import Session

from probity.catalogue import queries as catalogue
from probity.catalogue.events import CourseRevisionLoaded
from probity.exams import actions, queries
from probity.exams.events import ExamTouched
from probity.kernel.events import announce, subscribe
from probity.kernel.permissions import SYSTEM


def on_course_loaded(session: Session, event: CourseRevisionLoaded) -> None:
    revision = catalogue.find_revision(session, event.revision_id)
    contents = revision.content["exams"] if revision else ()
    for exam in queries.exams_with(session, [content["id"] for content in contents]):
        announce(session, ExamTouched(exam.id, "import"))
    for content in contents:
        actions.define(session, content, course_code=event.course_code, by=SYSTEM)


def register() -> None:
    subscribe(CourseRevisionLoaded, on_course_loaded)
