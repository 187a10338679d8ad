"""Issuing: exactly one number, one leaf, one file and one entry, whatever crashes.

Each step is a short transaction that only the holder of the lease can commit; typesetting and
signing happen between them. Files are named by their content, so a worker that was thought dead
can never overwrite the file that was registered. Whoever prepares one certificate prepares those
that wait behind it too, so that many enter the log under one checkpoint.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask, current_app
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials import (
    alerts,
    bulk,
    checking,
    correcting,
    issuing,
    letters,
    planning,
    queries,
    reminding,
)
from probity.credentials.alerts import log_keys
from probity.credentials.facts import CertificateFacts
from probity.credentials.issuing import Order, Planned, Prepared
from probity.credentials.keyring.ring import ring_of
from probity.exams import queries as exams
from probity.kernel import limits, storage
from probity.kernel.i18n import gettext as _
from probity.kernel.jobs import LostLease, NeedsAttention, handler
from probity.kernel.permissions import SYSTEM
from probity.kernel.settings import Settings
from probity.kernel.work import reading
from probity.kernel.worker import Claim

if TYPE_CHECKING:
    from probity.credentials.actions import IssuedFile
    from probity.credentials.paper.designed import Ready
    from probity.credentials.press import Press

log = structlog.get_logger()

AT_ONCE = 200
"""As many certificates enter the log under one checkpoint."""

MANY = 20
"""While so many wait, files get no time stamp of their own: the log's checkpoint tells the time."""


class NotPrinted(Exception):
    """A file could not be made for want of time or memory; another try may succeed."""


@handler(queries.ISSUE)
def issue(job: Claim, attempt_id: int, **asked: Any) -> None:
    """Make, store and register the certificate of a passed attempt, and tell its holder."""
    press, order = _press(), Order(attempt_id, **asked)
    with reading() as session:
        plan = planning.plan(session, order, press.settings, press.current.id)
        award = exams.award_facts(session, attempt_id)
        if plan is not None:
            _demand_glyphs(session, press, plan)
    if plan is None:
        with job.step(done=True):
            return
    ready = _prepare(job, press, plan)
    data, file = _print(press, ready)
    with job.step(progress={"step": "file"}) as session:
        left_over = issuing.note_file(session, ready.id, file.storage_key)
    if left_over is not None:
        storage.delete(left_over)
    storage.put(file.storage_key, data)
    try:
        with job.step(done=True, progress={"step": "register"}) as session:
            certificate = issuing.enter(session, ready.id, file, order)
            letters.tell_holder(
                session, certificate, locale=award.locale, base_url=press.settings.base_url
            )
    except LostLease:
        storage.delete(file.storage_key)
        raise


@handler(queries.LOG_CHANGES, every=timedelta(minutes=5))
def log_changes(job: Claim) -> None:
    """Enter decisions about certificates in the public log, under one checkpoint."""
    with reading() as session:
        if not queries.unlogged(session, 1):
            return
    signer = ring_of(_app()).log_signer()
    more = True
    while more:
        with job.step() as session:
            more = issuing.log_changes(session, signer, AT_ONCE) == AT_ONCE


@handler(reminding.REMIND, every=timedelta(hours=3))
def remind(job: Claim) -> None:
    """Send the letters that today asks for, some certificates at a time."""
    settings: Settings = current_app.config["PROBITY"]
    last: int | None = 0
    while last is not None:
        with job.step() as session:
            found, last = reminding.due(session, settings, last)
            for letter in found:
                reminding.send(session, letter)


@handler("credentials.forget_evidence", every=timedelta(days=1))
def forget_evidence(job: Claim) -> None:
    """Delete the documents of corrections that were decided 90 days ago."""
    with job.step() as session:
        gone = correcting.forget_evidence(session)
    for key in gone:
        storage.delete(key)


@handler(bulk.DO)
def decide_many(job: Claim, bulk_id: int) -> None:
    """Make the decisions that two people have agreed on, some at a time."""
    more = True
    while more:
        with job.step() as session:
            more = bulk.go_on(session, bulk_id)


@handler(checking.CHECK, every=timedelta(days=1))
def check(job: Claim) -> None:
    """Look whether passes, entries, files, the log and the lists agree; tell staff if not."""
    settings: Settings = current_app.config["PROBITY"]
    report = checking.run(log_keys(settings), every_file=False)
    with job.step(done=True, progress=report.as_json()) as session:
        audit.record(
            session,
            AuditEvent.CERTIFICATES_CHECKED,
            "certificates",
            by=SYSTEM,
            certificates=report.certificates,
            files=report.files_read,
            problems=len(report.findings),
        )
        if report.findings:
            log.error("certificates.disagree", problems=len(report.findings))
            alerts.tell_staff(session, report, settings.base_url)


def _press() -> "Press":
    # the web process knows these duties' names but must never load fonts or private keys
    from probity.credentials.press import press_of  # noqa: PLC0415

    return press_of(_app())


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return app


def _prepare(job: Claim, press: "Press", plan: Planned) -> Prepared:
    """The certificate with its number, signed credential and receipt of the log."""
    with reading() as session:
        taken = queries.reservation(session, plan.attempt_id, plan.replaces_id)
        if taken is not None and taken.receipt is not None:
            return issuing.as_prepared(taken)
        others = [] if plan.replaces_id else list(_waiting(session, press, plan.attempt_id))
    stolen = press.stolen
    while True:
        signed, mine = _sign(job, press, [plan, *others], stolen)
        try:
            with job.step(progress={"step": "log"}) as session:
                logged = issuing.enter_in_log(session, signed, press.log)
            return next(one for one in logged if one.id == mine)
        except issuing.KeyGivenUp as error:  # between the look at the keys and the log
            if error.keys <= stolen:
                raise
            stolen |= error.keys


def _sign(
    job: Claim, press: "Press", planned: list[Planned], stolen: frozenset[str]
) -> tuple[dict[int, str], int]:
    """Signed credentials by reservation: the first planned and those that are new; and its id."""
    with job.step(progress={"step": "number"}) as session:
        mine, *rest = issuing.reserve(session, planned, stolen, press.current.id)
    mine_and_new = [mine, *(one for one in rest if one.fresh)]
    signed = {
        one.id: one.credential or press.sign(one.stated, one.made_at).decode()
        for one in mine_and_new
    }
    return signed, mine.id


def _waiting(session: Session, press: "Press", besides: int) -> Iterable[Planned]:
    """Certificates that can be prepared in the same go; one with a problem waits for its turn."""
    for attempt_id in issuing.waiting_for_a_number(session, besides, AT_ONCE):
        try:
            plan = planning.plan(session, Order(attempt_id), press.settings, press.current.id)
            if plan is not None:
                _demand_glyphs(session, press, plan)
                yield plan
        except (LookupError, NeedsAttention, NoResultFound):
            continue


def _print(press: "Press", ready: Prepared) -> tuple[bytes, "IssuedFile"]:
    with reading() as session:
        in_bulk = len(queries.due_issues(session, 0, MANY)) == MANY
        design = _design_of(session, press, ready.stated)
    with _limited(press.settings.typeset_limit):
        return press.make(
            ready.stated,
            ready.made_at,
            (ready.credential or "").encode(),
            ready.receipt,
            stamped=not in_bulk,
            design=design,
        )


@contextmanager
def _limited(most: timedelta) -> Iterator[None]:
    try:
        with limits.within(most):
            yield
    except limits.TookTooLong as error:
        words = f"typesetting took longer than {most.total_seconds():g} seconds"
        raise NotPrinted(f"Not issued yet: {words}. It is tried again; nothing is lost.") from error
    except MemoryError as error:
        words = "there was not enough memory to typeset the certificate"
        raise NotPrinted(
            f"Not issued yet: {words}. Give the worker more, then try again."
        ) from error


def _design_of(session: Session, press: "Press", stated: CertificateFacts) -> "Ready | None":
    from probity.credentials.designs.loading import ready_for  # noqa: PLC0415 (as above)

    return ready_for(session, press, stated)


def _demand_glyphs(session: Session, press: "Press", plan: Planned) -> None:
    from probity.credentials.paper.typeset import Unprintable  # noqa: PLC0415 (as above)

    try:
        press.typesetter.check(plan.stated, _design_of(session, press, plan.stated))
    except Unprintable as error:
        raise NeedsAttention(_no_glyph(error.field, error.signs)) from error


def _no_glyph(field: str, signs: tuple[str, ...]) -> str:
    shown = ", ".join(f"{sign} (U+{ord(sign[0]):04X})" for sign in signs[:10])
    where = {
        "name_latin": _("the holder's name in Latin letters"),
        "name_native": _("the holder's name in their own script"),
    }.get(field, field)
    sentence: str = _(
        "Not issued: no installed font can print %(signs)s in %(where)s. Install a Noto font that "
        "has these signs (for example with apt-get install fonts-noto-extra), then try again.",
        signs=shown,
        where=where,
    )
    return sentence
