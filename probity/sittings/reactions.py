"""What sittings does when a folder below it announces something."""

from sqlalchemy.orm import Session

from probity.accounts import limits
from probity.bank.events import ItemCompromised
from probity.exams.events import ExamTouched
from probity.exams.models import Exam
from probity.kernel.errors import Refused
from probity.kernel.events import subscribe
from probity.kernel.i18n import gettext as _
from probity.sittings import papers, queries


def on_exam_touched(session: Session, event: ExamTouched) -> None:
    """Exam-day guard: nothing that a running sitting rests on is changed under it."""
    exam = session.get_one(Exam, event.exam_id)
    sitting = queries.guarded(session, exam)
    if sitting is not None:
        raise Refused(
            _(
                "%(exam)s cannot be changed now: the sitting “%(sitting)s” opens within the hour "
                "or is running. Wait until its last attempt has ended.",
                exam=exam.code,
                sitting=sitting.title,
            ),
            "sitting-running",
            sitting=sitting.public_id,
        )


def on_item_compromised(session: Session, event: ItemCompromised) -> None:
    """Nobody is handed a paper any more that was made before with this item."""
    papers.throw_away_with(session, event.item_id)


def register() -> None:
    subscribe(ItemCompromised, on_item_compromised)
    subscribe(ExamTouched, on_exam_touched)
    limits.expect_crowds(queries.is_exam_room)
