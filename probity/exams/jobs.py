"""Receipts by mail, attempts whose time is over, and results whose day has come."""

from datetime import timedelta

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select

from probity.exams import actions, presenting, queries
from probity.exams.models import Attempt
from probity.kernel import mail
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import local
from probity.kernel.jobs import handler
from probity.kernel.permissions import SYSTEM
from probity.kernel.worker import Claim

AT_ONCE = 20
"""Endings written down in one transaction: few, for SQLite has one writer."""


@handler("exams.sweep", every=timedelta(seconds=5))
def sweep(job: Claim) -> None:
    """Expiry is computed wherever it matters; this only writes it down."""
    with job.step() as session:
        for attempt_id in queries.expired(session, AT_ONCE):
            attempt = session.scalars(
                select(Attempt).where(Attempt.id == attempt_id).with_for_update()
            ).one()
            actions.close(session, attempt, by=SYSTEM)
    with job.step(done=True) as session:
        for attempt in queries.due_results(session, AT_ONCE):
            if attempt.result is not None:
                content = queries.content_of(attempt.revision)
                actions.release(session, attempt, attempt.result, content)


@handler("exams.send_receipt")
def send_receipt(job: Claim, attempt_id: int) -> None:
    """Send the candidate the receipt that the result page shows, in the attempt's language."""
    settings = current_app.config["PROBITY"]
    with job.step(done=True) as session:
        attempt = session.get_one(Attempt, attempt_id)
        proof = presenting.receipt(attempt, current_app.config["SECRET_KEY"], settings.base_url)
        with force_locale(attempt.locale.replace("-", "_")):
            title = local(queries.content_of(attempt.revision).title, attempt.locale)
            mail.send(
                session,
                to=attempt.candidate.email,
                subject=_("Receipt for your exam: %(exam)s", exam=title),
                text=_(
                    "Your exam has ended and every answer we confirmed is kept.\n\n"
                    "Exam: %(exam)s\nAttempt: %(attempt)s\nEnded: %(time)s\n"
                    "Fingerprint of your answers (SHA-256): %(digest)s\n"
                    "Signature: %(signature)s\n\n"
                    "Keep this letter. With this address anyone can check that we gave the "
                    "receipt and that nothing in it was changed:\n%(address)s",
                    exam=title,
                    attempt=proof["attempt"],
                    time=proof["submitted_at"],
                    digest=proof["answers_sha256"],
                    signature=proof["signature"],
                    address=proof["check_at"],
                ),
                key=f"receipt/{attempt.public_id}",
            )
