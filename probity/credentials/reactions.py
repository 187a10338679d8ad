"""What the register does when an exam announces something: it queues the issue, or objects."""

from sqlalchemy.orm import Session

from probity.credentials import queries
from probity.credentials.queries import ISSUE
from probity.exams.events import AttemptPassed, PassTakenBack
from probity.kernel import jobs
from probity.kernel.errors import Refused
from probity.kernel.events import subscribe
from probity.kernel.i18n import gettext as _


def on_attempt_passed(session: Session, event: AttemptPassed) -> None:
    jobs.enqueue(session, ISSUE, key=f"certificate/{event.attempt_id}", attempt_id=event.attempt_id)


def on_pass_taken_back(session: Session, event: PassTakenBack) -> None:
    """A certificate must not outlive the pass it rests on."""
    if queries.rests_on(session, event.attempt_id):
        raise Refused(
            _(
                "The attempt would no longer be passed, and a certificate rests on it. "
                "The registrar has to revoke the certificate first."
            ),
            "certificate",
        )


def register() -> None:
    subscribe(AttemptPassed, on_attempt_passed)
    subscribe(PassTakenBack, on_pass_taken_back)
