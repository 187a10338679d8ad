"""What authors do with an exam: create it, revise it, publish it, close it."""

from typing import Any

from sqlalchemy.orm import Session

from probity.assembly import queries as assembly
from probity.catalogue.shapes import Exam as ExamContent
from probity.exams import actions, authoring, queries, supply
from probity.exams.events import ExamTouched
from probity.exams.models import Exam, ExamState
from probity.kernel import events
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import ngettext
from probity.kernel.permissions import Actor

MAY_BECOME = {
    ExamState.DRAFT: (ExamState.PUBLISHED,),
    ExamState.PUBLISHED: (ExamState.CLOSED,),
    ExamState.CLOSED: (ExamState.PUBLISHED,),
}


def create(session: Session, content: dict[str, Any], *, course: str, by: Actor) -> Exam:
    """Make a draft with the next free code of the course; the `id` in the content is replaced.

    Refuses an address in use, a course without free codes and a blueprint the bank cannot fill.
    """
    if not queries.lock_course(session, course):
        raise Refused(_("There is no such course."), "course")
    code = authoring.next_code(course, queries.codes(session))
    if code is None:
        raise Refused(_("Every exam number of %(course)s is used up.", course=course), "used-up")
    _refuse(session, content, None)
    return actions.define(
        session, {**content, "id": code}, course_code=course, state=ExamState.DRAFT, by=by
    )


def revise(session: Session, exam: Exam, content: dict[str, Any], *, base: int, by: Actor) -> int:
    """Give the exam a new revision unless nothing changed; returns the number in force.

    The exam must be locked. Refuses what `create` refuses, an exam that course files define, when
    somebody saved a revision after `base`, and while a sitting runs.
    """
    if is_from_files(exam):
        raise Refused(_("This exam comes from course files. Make a copy to change it."), "files")
    if queries.current_revision(session, exam).number != base:
        raise Refused(
            _(
                "Somebody saved another revision meanwhile. Look at it in a second window, then "
                "save again from the newest form."
            ),
            "changed",
        )
    _refuse(session, content, exam)
    events.announce(session, ExamTouched(exam.id, "revision"))
    actions.define(session, content, course_code=exam.course_code, state=exam.state, by=by)
    session.flush()  # flush: the revision just made is read back
    return queries.current_revision(session, exam).number


def change_state(session: Session, exam: Exam, state: ExamState, *, by: Actor) -> None:
    """Publish or close. The exam must be locked. Refuses to publish what the bank cannot fill."""
    if state == exam.state:
        return
    if state not in MAY_BECOME[exam.state]:
        raise Refused(_("This step is not possible from the state the exam is in."), "state")
    events.announce(session, ExamTouched(exam.id, "state"))
    if state is ExamState.PUBLISHED:
        refuse_shortage(session, queries.content_of(queries.current_revision(session, exam)))
    actions.set_state(session, exam, state, by=by)


def choose_paper(
    session: Session, exam: Exam, forms: list[int], pilots: int, *, base: int, by: Actor
) -> int:
    """Let papers be these approved forms, or drawn by the blueprint if there are none.

    The exam must be locked. Refuses what `revise` refuses, and forms that do not suit the exam.
    """
    content = queries.current_revision(session, exam).content
    kept = {name: value for name, value in content.items() if name not in {"forms", "pilots"}}
    _refuse_forms(session, ExamContent.model_validate(content, strict=False), forms)
    return revise(
        session, exam, {**kept, "forms": sorted(forms), "pilots": pilots}, base=base, by=by
    )


def _refuse_forms(session: Session, content: ExamContent, forms: list[int]) -> None:
    chosen = assembly.approvals(session, forms)
    if len(chosen) < len(set(forms)):
        raise Refused(_("One of these forms is not approved, or was withdrawn."), "forms")
    for approval in chosen:
        plan = assembly.plan_of(approval.form.set.revision)
        name = f"{approval.form.set_id}-{approval.form.name}"
        if plan.demonstration and not content.demonstration:
            raise Refused(
                _("Form %(name)s holds public items. Only a demonstration may use it.", name=name),
                "public",
            )
        if len({row["section"] for row in approval.content["items"]}) > len(content.sections):
            raise Refused(
                _("Form %(name)s has more sections than the exam. Add sections first.", name=name),
                "sections",
            )


def is_from_files(exam: Exam) -> bool:
    """Tell whether course files define the exam, so that the next load would undo any change."""
    return exam.created_by_id is None


def refuse_shortage(session: Session, content: ExamContent) -> None:
    """Refuse an exam whose cells the bank cannot fill all at once."""
    if content.forms and not assembly.approvals(session, content.forms):
        raise Refused(_("None of the forms of this exam is in use."), "forms")
    lacking = sum(shelf.lacking for shelf in supply.proved(supply.of_exam(session, content)))
    if lacking:
        raise Refused(
            ngettext(
                "The item bank lacks %(num)d item to fill this blueprint.",
                "The item bank lacks %(num)d items to fill this blueprint.",
                lacking,
            ),
            "blueprint",
        )


def _refuse(session: Session, content: dict[str, Any], exam: Exam | None) -> None:
    shape = ExamContent.model_validate(content, strict=False)
    holder = queries.exam_at(session, shape.slug)
    if holder is not None and holder is not exam:
        raise Refused(
            _("Another exam, %(code)s, has this address. Choose another.", code=holder.code), "slug"
        )
    refuse_shortage(session, shape)
