"""People in courses."""

from probity.learning import actions


def enrolled(session, revision, person):
    """A person's enrolment in the course of a revision."""
    enrolment = actions.enrol(session, revision.course, by=person)
    session.commit()
    return enrolment


def complete(session, enrolment, person, *codes):
    for code in codes:
        actions.complete_lesson(session, enrolment, code, by=person)
    session.commit()
