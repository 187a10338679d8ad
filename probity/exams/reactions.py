"""What exams does when a folder below it announces something."""

from sqlalchemy.orm import Session

from probity.catalogue import queries as catalogue
from probity.catalogue.events import CourseRevisionLoaded
from probity.exams import actions
from probity.kernel.events import subscribe
from probity.kernel.permissions import SYSTEM


def on_course_loaded(session: Session, event: CourseRevisionLoaded) -> None:
    revision = catalogue.find_revision(session, event.revision_id)
    for content in revision.content["exams"] if revision else ():
        actions.define(session, content, course_code=event.course_code, by=SYSTEM)


def register() -> None:
    subscribe(CourseRevisionLoaded, on_course_loaded)
