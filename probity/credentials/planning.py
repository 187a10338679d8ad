"""What a certificate will state: by the award and its scheme, or by the one it replaces."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from probity.catalogue import queries as catalogue
from probity.credentials import facts, issuing, queries, rules, stating
from probity.credentials.designs import queries as designs
from probity.credentials.issuing import Order, Planned
from probity.credentials.models import Certificate, Correction
from probity.credentials.rules import Decision
from probity.exams import queries as exams
from probity.kernel import clock
from probity.kernel.i18n import gettext as _
from probity.kernel.jobs import NeedsAttention
from probity.kernel.settings import Settings


def plan(session: Session, order: Order, settings: Settings, key_id: str) -> Planned | None:
    """What is to be stated; None if the certificate is in the register already."""
    if order.correction_id is not None or order.replaces_id is not None:
        return _replacement(session, order, settings, key_id)
    attempt_id = order.attempt_id
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
    stated = replace(stated, design=designs.for_attempt(session, attempt_id))
    return Planned(attempt_id, award.holder_id, stated.issued_on.year, stated)


def _replacement(session: Session, order: Order, settings: Settings, key_id: str) -> Planned | None:
    """What takes the place of another; its number is one of the year in which that is decided.

    Nothing does if the other was withdrawn before a number was taken.
    """
    correction = session.get(Correction, order.correction_id) if order.correction_id else None
    former = (
        correction.certificate if correction else session.get_one(Certificate, order.replaces_id)
    )
    if queries.replacement(session, former) is not None:
        return None
    if former.attempt_id is None:  # nobody can ask for that: there is no pass to rest on
        return None
    taken = queries.reservation(session, former.attempt_id, former.id)
    if taken is not None:
        stated = facts.from_json(taken.facts)
        return Planned(former.attempt_id, former.holder_id, taken.year, stated, former.id)
    if not rules.may_follow(Decision.SUPERSEDED, queries.status_of(former)):
        return None
    stated = issuing.anew(stating.facts_of(former, settings), correction, settings, key_id)
    if correction is None:  # a corrected name keeps the look; what is issued anew has today's
        stated = replace(stated, design=designs.for_attempt(session, former.attempt_id))
    today: date = clock.now().astimezone(settings.timezone).date()
    return Planned(former.attempt_id, former.holder_id, today.year, stated, former.id)
