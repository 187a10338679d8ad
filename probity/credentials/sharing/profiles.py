"""A person's public profile: chosen, looked at, switched on; switched off it is gone at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials import queries as register
from probity.credentials.models import Certificate
from probity.credentials.rules import Status
from probity.credentials.sharing import queries, rules
from probity.credentials.sharing.models import ProfileItem, PublicProfile
from probity.kernel import clock, ids
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor


@dataclass(frozen=True, slots=True)
class Choice:
    """What a profile is to show; an empty handle asks for one that cannot be guessed."""

    handle: str
    certificates: Collection[str]
    searchable: bool


def save(session: Session, choice: Choice, *, by: Actor) -> PublicProfile:
    """Keep what was chosen. A profile that is on shows it at once, another stays off."""
    profile = queries.profile_of(session, by, lock=True)
    handle = choice.handle or (profile.handle if profile else ids.public_id())
    if not rules.is_handle(handle):
        raise Refused(
            _("A handle has 4 to 40 small letters, digits and single hyphens between them."),
            "handle",
        )
    if queries.is_taken(session, handle, by):
        raise Refused(_("This handle belongs to somebody else. Choose another."), "taken")
    if profile is None:
        profile = PublicProfile(person_id=by.id, is_on=False)
        session.add(profile)
    profile.handle, profile.searchable = handle, choice.searchable
    profile.changed_at = clock.now()
    _list(session, profile, choice.certificates)
    return profile


def _list(session: Session, profile: PublicProfile, chosen: Collection[str]) -> None:
    held = [c for c in queries.held(session, profile.person_id) if c.public_id in chosen]
    if profile.is_on and not held:
        raise Refused(_("Choose at least one certificate, or switch the profile off."), "empty")
    wanted = {certificate.id for certificate in held}
    profile.items = [item for item in profile.items if item.certificate_id in wanted]
    present = {item.certificate_id for item in profile.items}
    profile.items += [ProfileItem(certificate_id=one) for one in sorted(wanted - present)]
    session.flush()


def switch(session: Session, profile: PublicProfile, *, on: bool, by: Actor) -> None:
    """Show the profile to everybody, or to nobody; the row is locked."""
    if on and not profile.items:
        raise Refused(_("Choose at least one certificate first."), "empty")
    if profile.is_on is on:
        return
    profile.is_on, profile.changed_at = on, clock.now()
    event = AuditEvent.PROFILE_OPENED if on else AuditEvent.PROFILE_CLOSED
    audit.record(session, event, f"profile/{profile.id}", by=by, certificates=len(profile.items))


def listed(session: Session, profile: PublicProfile) -> Sequence[tuple[Certificate, Status]]:
    """The chosen certificates with their status, newest first.

    One that was replaced is left out: it may state a name that its holder has laid down.
    """
    chosen = {item.certificate_id for item in profile.items}
    found = [
        (certificate, register.status_of(certificate))
        for certificate in queries.held(session, profile.person_id)
        if certificate.id in chosen
    ]
    return [(one, status) for one, status in found if status is not Status.SUPERSEDED]
