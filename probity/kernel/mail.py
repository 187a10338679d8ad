"""Mail leaves through an outbox: the letter is written in the transaction that causes it."""

import smtplib
import ssl
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy import String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from probity.kernel import clock, ids, jobs
from probity.kernel.db import Model, insert
from probity.kernel.jobs import Job, JobState
from probity.kernel.logs import without_rows
from probity.kernel.settings import Settings, is_loopback
from probity.kernel.work import reading
from probity.kernel.worker import Claim

SMTP_TIMEOUT_SECONDS = 30
LATER = timedelta(minutes=5)
FOR_GOOD = 500


class Letter(Model):
    """One mail to one person. Without a mail server it is kept to be read in development."""

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    recipient: Mapped[str] = mapped_column(String(320), index=True)
    subject: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


def send(session: Session, *, to: str, subject: str, text: str, key: str | None = None) -> None:
    """Put a letter into the outbox; the same key is sent once."""
    key = key or f"letter/{ids.public_id()}"
    if not to.isprintable():
        raise ValueError("an address holds no control characters")
    letter = insert(session, Letter).values(
        key=key,
        recipient=to,
        subject=" ".join(subject.split()),
        text=text,
        created_at=clock.now(),
    )
    session.execute(letter.on_conflict_do_nothing(index_elements=[Letter.key]))
    jobs.enqueue(session, "mail.deliver", key=f"mail/{key}", letter=key)


@jobs.handler("mail.deliver")
def deliver(job: Claim, letter: str) -> None:
    """Hand one letter to the mail server. At least once, always with the same Message-ID."""
    settings: Settings = current_app.config["PROBITY"]
    with reading() as session:
        kept = session.scalars(select(Letter).where(Letter.key == letter)).one()
        already, message = kept.sent_at, _message(kept, settings)
    if already is None and settings.smtp_url:
        _hand_over_or_wait(job, message, settings.smtp_url)
        already = clock.now()
    elif already is None and not settings.demonstration:
        raise jobs.NeedsAttention("SMTP_URL is not set, so this letter cannot leave. Set it.")
    with job.step(done=True) as session:
        session.execute(update(Letter).where(Letter.key == letter).values(sent_at=already))


def _hand_over_or_wait(job: Claim, message: EmailMessage, smtp_url: str) -> None:
    """A server that is away or says "later" costs a letter no try, however long that lasts."""
    try:
        _hand_over(message, smtp_url)
    except OSError as error:  # what smtplib raises is one, too
        codes = _codes(error)
        if any(code >= FOR_GOOD for code in codes):
            raise
        if not codes:  # nobody answers: the others need not try it one after the other
            with job.step() as session:
                waiting = (Job.name == "mail.deliver", Job.state == JobState.QUEUED)
                others = update(Job).where(*waiting, Job.owner.is_(None))
                session.execute(others.values(run_at=clock.now() + LATER))
        raise jobs.NotYet(without_rows(f"{type(error).__name__}: {error}"), LATER) from error


def _codes(error: OSError) -> list[int]:
    """What the server answered; empty if it did not."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _words in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def _message(letter: Letter, settings: Settings) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        settings.mail_from,
        letter.recipient,
        letter.subject,
    )
    message["Date"] = format_datetime(letter.created_at)
    message["Message-ID"] = (
        f"<{letter.id}.{letter.key.replace('/', '.')}@{urlsplit(settings.base_url).hostname}>"
    )
    message.set_content(letter.text)
    return message


def _hand_over(message: EmailMessage, smtp_url: str) -> None:
    parts, trusted = urlsplit(smtp_url), ssl.create_default_context()
    host = parts.hostname or ""
    private = parts.scheme == "smtps" or is_loopback(host)
    with _connect(parts.scheme, host, parts.port or 0, trusted) as server:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=trusted)
            private = True
        if parts.username and not private:
            raise jobs.NeedsAttention(
                f"{host} offers no STARTTLS: the password of SMTP_URL would travel in the open."
            )
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _connect(scheme: str, host: str, port: int, trusted: ssl.SSLContext) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=SMTP_TIMEOUT_SECONDS, context=trusted)
    return smtplib.SMTP(host, port, timeout=SMTP_TIMEOUT_SECONDS)
