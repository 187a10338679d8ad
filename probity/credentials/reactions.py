"""What the register does when an exam announces something: it queues the issue, no more."""

from sqlalchemy.orm import Session

from probity.credentials.queries import ISSUE
from probity.exams.events import AttemptPassed
from probity.kernel import jobs
from probity.kernel.events import subscribe


def on_attempt_passed(session: Session, event: AttemptPassed) -> None:
    jobs.enqueue(session, ISSUE, key=f"certificate/{event.attempt_id}", attempt_id=event.attempt_id)


def register() -> None:
    subscribe(AttemptPassed, on_attempt_passed)
