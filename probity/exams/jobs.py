"""Receipts by mail, attempts whose time is over, and results whose day has come."""

from datetime import timedelta
from typing import Any

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select

from probity.exams import actions, presenting, queries, supervision, uses
from probity.exams.models import Attempt, LateDecision
from probity.kernel import mail
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import local
from probity.kernel.jobs import Job, handler
from probity.kernel.permissions import SYSTEM
from probity.kernel.work import reading
from probity.kernel.worker import Claim

AT_ONCE = 20
"""Endings written down in one transaction: few, for SQLite has one writer."""


@handler("exams.sweep", every=timedelta(seconds=5))
def sweep(job: Claim) -> None:
    """Expiry is computed wherever it matters; this only writes it down."""
    with job.step() as session:
        for attempt in supervision.lock(session, supervision.pauses_over(session, AT_ONCE)):
            supervision.settle(session, attempt)
        for attempt in supervision.lock(session, queries.expired(session, AT_ONCE)):
            if queries.is_over(session, attempt):  # who was given time meanwhile has it
                actions.close(session, attempt, by=SYSTEM)
    with job.step(done=True) as session:
        for attempt in queries.due_results(session, AT_ONCE):
            if attempt.result is not None:
                content = queries.content_of(attempt.revision)
                actions.release(session, attempt, attempt.result, content)


@handler("exams.count_uses", every=timedelta(minutes=5))
def count_uses(job: Claim) -> None:
    """Tell the bank which items were shown; the duty remembers how far it came."""
    with reading() as session:
        known = session.scalar(select(Job.progress).where(Job.id == job.job_id)) or {}
        done = int(known.get("last", 0))
        until = uses.next_last(session, done, AT_ONCE)
    while until != done:
        with job.step(progress={"last": until}) as session:
            uses.count_shown(session, done, until)
        done = until
        with reading() as session:
            until = uses.next_last(session, done, AT_ONCE)
    with job.step(done=True):
        pass


@handler("exams.note_figures", every=timedelta(days=1))
def note_figures(job: Claim) -> None:
    """Tell the bank what answers said of its items."""
    with reading() as session:
        sat = uses.exams_sat(session)
    for exam_id in sat:
        with job.step() as session:
            uses.note_figures(session, exam_id)
    with job.step(done=True):
        pass


@handler("exams.send_receipt")
def send_receipt(job: Claim, attempt_id: int, decision_id: int | None = None) -> None:
    """Send the candidate the receipt that the result page shows, in the attempt's language.

    After a decision on late answers a new one is due, which names the reason.
    """
    settings = current_app.config["PROBITY"]
    with job.step(done=True) as session:
        attempt = session.get_one(Attempt, attempt_id)
        decision = session.get_one(LateDecision, decision_id) if decision_id else None
        proof = presenting.receipt(attempt, current_app.config["SECRET_KEY"], settings.base_url)
        with force_locale(attempt.locale.replace("-", "_")):
            title = local(queries.content_of(attempt.revision).title, attempt.locale)
            subject = _("Receipt for your exam: %(exam)s", exam=title)
            if decision is not None:
                subject = _("New receipt for your exam: %(exam)s", exam=title)
            mail.send(
                session,
                to=attempt.candidate.email,
                subject=subject,
                text=_opening(decision) + _receipt_text(title, proof),
                key=f"receipt/{attempt.public_id}" + (f"/{decision_id}" if decision_id else ""),
            )


def _opening(decision: LateDecision | None) -> str:
    """Why there is a receipt."""
    sentence: str
    if decision is None:
        sentence = _("Your exam has ended and every answer we confirmed is kept.\n\n")
    elif decision.accepted:
        sentence = _(
            "Answers of yours that had arrived after the end were accepted and count now. This "
            "receipt replaces the one before.\nReason: %(reason)s\n\n",
            reason=decision.reason,
        )
    else:
        sentence = _(
            "Answers of yours that had arrived after the end were accepted before and do not count "
            "any more. This receipt replaces the one before.\nReason: %(reason)s\n\n",
            reason=decision.reason,
        )
    return sentence


def _receipt_text(title: str, proof: dict[str, Any]) -> str:
    text: str = _(
        "Exam: %(exam)s\nAttempt: %(attempt)s\nEnded: %(time)s\nQuestions answered: %(answered)s\n"
        "Fingerprint of your answers (SHA-256): %(digest)s\nSignature: %(signature)s\n\n"
        "Keep this letter. With this address anyone can check that we gave the "
        "receipt and that nothing in it was changed:\n%(address)s",
        exam=title,
        attempt=proof["attempt"],
        time=proof["submitted_at"],
        answered=proof.get("answered", "–"),
        digest=proof["answers_sha256"],
        signature=proof["signature"],
        address=proof["check_at"],
    )
    return text
