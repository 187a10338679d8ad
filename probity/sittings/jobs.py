"""Papers drawn ahead of time, and letters about sittings that do not take place."""

from datetime import timedelta

from flask_babel import force_locale

from probity.exams import queries as exams
from probity.kernel import mail
from probity.kernel.i18n import gettext as _
from probity.kernel.jobs import NeedsAttention, handler
from probity.kernel.permissions import SYSTEM
from probity.kernel.work import reading
from probity.kernel.worker import Claim
from probity.sittings import papers, queries
from probity.sittings.models import Sitting, SittingState

RETRIED_AFTER = timedelta(minutes=10)
"""A sitting that lacks papers shortly before or after its opening is tried again so often."""


@handler("sittings.prepare")
def prepare(job: Claim, sitting: str, number: int) -> None:
    """Draw the papers of a sitting, a few in each transaction; a second run fills the gaps only."""
    with job.step() as session:
        found = _wanted(queries.lock_sitting(session, sitting), number)
        if found is None:
            return
        papers.pin(session, found)
        done = queries.papers(session, found)
    ready = done.ready
    while True:
        with reading() as session:  # drawing is slow and holds no lock
            kept = _wanted(queries.sitting(session, sitting), number)
            if kept is None or kept.revision is None:
                return
            try:
                drawn = papers.draw(session, kept, kept.revision)
            except papers.Lacking as error:
                lacking = error.cells
                break
        if not drawn:
            return
        ready += len(drawn)
        with job.step(progress={"done": ready, "of": done.of}) as session:
            if _wanted(queries.lock_sitting(session, sitting), number) is None:
                return
            papers.keep(session, drawn)
    with job.step() as session:
        found = _wanted(queries.lock_sitting(session, sitting), number)
        if found is not None:
            found.papers_lacking = lacking
    raise NeedsAttention("The item bank cannot fill the blueprint; the sitting names the cells.")


def _wanted(sitting: Sitting | None, number: int) -> Sitting | None:
    """The sitting, if this round of its papers is still wanted."""
    if sitting is None or sitting.state is not SittingState.PLANNED:
        return None
    return sitting if sitting.papers_round == number else None


@handler("sittings.look_ahead", every=timedelta(minutes=1))
def look_ahead(job: Claim) -> None:
    """Ask for the papers of every sitting that opens within the hour and lacks some."""
    with job.step(done=True) as session:
        for sitting in queries.due_for_papers(session, exams.now(session), RETRIED_AFTER):
            papers.ask(session, sitting, by=SYSTEM)


@handler("sittings.tell_cancelled")
def tell_cancelled(job: Claim, sitting: str) -> None:
    """Tell everybody registered that a sitting does not take place, each in their language."""
    with job.step(done=True) as session:
        found = queries.sitting(session, sitting)
        if found is None:
            return
        for person in queries.cancelled_letters(session, found.id):
            with force_locale(person.locale.replace("-", "_")):
                mail.send(
                    session,
                    to=person.email,
                    subject=_("Cancelled: %(sitting)s", sitting=found.title),
                    text=_(
                        "The sitting “%(sitting)s” for which you are registered does not take "
                        "place.\n\nReason: %(reason)s\n\nNo attempt is counted. The exam office "
                        "will tell you about another date.",
                        sitting=found.title,
                        reason=found.cancel_reason or "",
                    ),
                    key=f"sitting/{sitting}/cancelled/{person.id}",
                )
