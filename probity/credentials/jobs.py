"""Issuing: exactly one number, one file and one entry per passed attempt, whatever crashes.

Each step is a short transaction that only the holder of the lease can commit; typesetting and
signing happen between them. Files are named by their content, so a worker that was thought dead
can never overwrite the file that was registered.
"""

from flask import current_app

from probity.catalogue import queries as catalogue
from probity.credentials import actions, facts, letters, queries
from probity.credentials.facts import CertificateFacts
from probity.exams import queries as exams
from probity.exams.queries import AwardFacts
from probity.kernel import storage
from probity.kernel.i18n import gettext as _
from probity.kernel.jobs import LostLease, NeedsAttention, handler
from probity.kernel.settings import Settings
from probity.kernel.work import reading
from probity.kernel.worker import Claim


@handler(queries.ISSUE)
def issue(job: Claim, attempt_id: int) -> None:
    """Make, store and register the certificate of a passed attempt, and tell its holder."""
    # the web process knows this duty's name but must never load fonts or private keys
    from probity.credentials.paper.typeset import Unprintable  # noqa: PLC0415
    from probity.credentials.press import press_of  # noqa: PLC0415

    press = press_of(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001
    award, planned = _plan(attempt_id, press.settings, press.current.id)
    if planned is None:
        with job.step(done=True):
            return
    try:
        press.typesetter.check(planned)
    except Unprintable as error:
        raise NeedsAttention(_no_glyph(error.field, error.signs)) from error
    with job.step(progress={"step": "number"}) as session:
        reservation = actions.reserve(session, award, planned)
        stated, made_at = facts.from_json(reservation.facts), reservation.made_at
    data, file = press.make(stated, made_at)
    with job.step(progress={"step": "file"}) as session:
        left_over = actions.note_file(session, attempt_id, file.storage_key)
    if left_over is not None:
        storage.delete(left_over)
    storage.put(file.storage_key, data)
    try:
        with job.step(done=True, progress={"step": "register"}) as session:
            certificate = actions.issue(session, attempt_id, file)
            letters.tell_holder(
                session, certificate, locale=award.locale, base_url=press.settings.base_url
            )
    except LostLease:
        storage.delete(file.storage_key)
        raise


def _plan(
    attempt_id: int, settings: Settings, key_id: str
) -> tuple[AwardFacts, CertificateFacts | None]:
    """What is to be stated; None if the certificate is in the register already."""
    with reading() as session:
        award = exams.award_facts(session, attempt_id)
        if queries.certificate_of_attempt(session, attempt_id) is not None:
            return award, None
        taken = queries.reservation(session, attempt_id)
        if taken is not None:
            return award, facts.from_json(taken.facts)
        scheme = catalogue.current_schemes(session).get(award.scheme)
        if scheme is None:
            raise NeedsAttention(
                _(
                    "No course defines the certificate scheme %(code)s. Load the course that does, "
                    "then try again.",
                    code=award.scheme,
                )
            )
        return award, actions.draft(award, scheme, settings, key_id)


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
