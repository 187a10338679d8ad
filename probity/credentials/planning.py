"""What a certificate will state: by the award and its scheme, or by the one it replaces."""

from datetime import date

from sqlalchemy.orm import Session

from probity.catalogue import queries as catalogue
from probity.credentials import facts, issuing, queries, rules
from probity.credentials.facts import CertificateFacts
from probity.credentials.issuing import Planned
from probity.credentials.models import Certificate, Correction
from probity.exams import queries as exams
from probity.kernel import clock
from probity.kernel.i18n import gettext as _
from probity.kernel.jobs import NeedsAttention
from probity.kernel.settings import Settings


def plan(
    session: Session,
    attempt_id: int,
    correction_id: int | None,
    settings: Settings,
    key_id: str,
) -> Planned | None:
    """What is to be stated; None if the certificate is in the register already."""
    if correction_id is not None:
        return _replacement(session, correction_id, settings, key_id)
    if queries.first_of_attempt(session, attempt_id) is not None:
        return None
    award = exams.award_facts(session, attempt_id)
    taken = queries.reservation(session, attempt_id)
    if taken is not None:
        stated = facts.from_json(taken.facts)
        return Planned(attempt_id, taken.holder_id, taken.year, stated)
    scheme = catalogue.current_schemes(session).get(award.scheme)
    if scheme is None:
        raise NeedsAttention(
            _(
                "No course defines the certificate scheme %(code)s. Load the course that does, "
                "then try again.",
                code=award.scheme,
            )
        )
    stated = issuing.draft(award, scheme, settings, key_id)
    return Planned(attempt_id, award.holder_id, stated.issued_on.year, stated)


def _replacement(
    session: Session, correction_id: int, settings: Settings, key_id: str
) -> Planned | None:
    """The certificate under the corrected name; its number is one of the year of the correction."""
    correction = session.get_one(Correction, correction_id)
    former = correction.certificate
    if queries.replacement(session, former) is not None:
        return None
    taken = queries.reservation(session, former.attempt_id, former.id)
    if taken is not None:
        stated = facts.from_json(taken.facts)
        return Planned(former.attempt_id, former.holder_id, taken.year, stated, former.id)
    stated = issuing.corrected(_facts_of(former, settings), correction, settings, key_id)
    today: date = clock.now().astimezone(settings.timezone).date()
    return Planned(former.attempt_id, former.holder_id, today.year, stated, former.id)


def _facts_of(certificate: Certificate, settings: Settings) -> CertificateFacts:
    """What a certificate stated, from its own entry: no course is asked again."""
    return CertificateFacts(
        public_id=certificate.public_id,
        number=certificate.number,
        base_url=settings.base_url,
        issuer=certificate.issuer,
        key_id=certificate.key_id,
        name_latin=certificate.name_latin,
        name_native=certificate.name_native,
        native_lang=certificate.native_lang,
        scheme=certificate.scheme,
        title=certificate.title,
        summary=certificate.summary,
        standard=certificate.standard,
        level=certificate.level,
        issued_on=certificate.issued_on,
        valid_until=certificate.valid_until,
        begins_at=rules.first_moment(certificate.issued_on, settings.timezone),
        ends_at=certificate.ends_at,
        specimen=certificate.specimen,
    )
