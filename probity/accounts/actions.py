"""Change people, their roles and their sessions."""

import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from probity.accounts import queries, rules
from probity.accounts.events import SessionEnded
from probity.accounts.models import Invitation, Person, RoleGrant, UserSession
from probity.accounts.roles import Role
from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.kernel import clock, events, ids
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor

INVITATION_LIFETIME = timedelta(days=7)
KEPT_AFTER_THE_END = timedelta(days=90)
"""How long sessions and invitations stay after their end; the audit log keeps that they were."""


def register(
    session: Session,
    *,
    email: str,
    password_hash: str | None,
    name_latin: str,
    name_native: str | None = None,
    locale: str = "en",
    roles: Iterable[Role] = (Role.CANDIDATE,),
    confirmed_at: datetime | None = None,
    by: Actor | None = None,
) -> Person:
    """Make an account. The address must be normalised and free."""
    person = Person(
        public_id=ids.public_id(),
        email=email,
        password=password_hash,
        active=True,
        created_at=clock.now(),
        confirmed_at=confirmed_at,
        name_latin=name_latin,
        name_native=name_native or None,
        locale=locale,
        fs_uniquifier=uuid.uuid4().hex,
        fs_webauthn_user_handle=uuid.uuid4().hex,
    )
    session.add(person)
    session.flush()  # flush: the grants and the audit entry need person.id
    audit.record(session, AuditEvent.PERSON_REGISTERED, f"person/{person.id}", by=by or person)
    for role in roles:
        grant_role(session, person, role, by=by)
    return person


def grant_role(session: Session, person: Person, role: Role, *, by: Actor | None) -> None:
    """Give a role; a person who has it already keeps it."""
    if queries.live_grant(session, person, role) is not None:
        return
    session.add(
        RoleGrant(
            person_id=person.id,
            role=role,
            granted_by_id=by.id if by else None,
            granted_at=clock.now(),
        )
    )
    session.flush()  # flush: person.grants is read from the database
    session.expire(person, ["grants"])
    audit.record(session, AuditEvent.ROLE_GRANTED, f"person/{person.id}", by=by, role=str(role))


def withdraw_role(session: Session, person: Person, role: Role, *, by: Actor) -> None:
    """Take a role away at once. Refuses to leave the installation without an administrator."""
    grant = queries.live_grant(session, person, role)
    if grant is None:
        return
    if role is Role.ADMINISTRATOR and _count_holders(session, role) == 1:
        raise Refused(
            _("This is the last administrator. Give the role to someone else first."),
            "last-administrator",
        )
    grant.withdrawn_by_id, grant.withdrawn_at = by.id, clock.now()
    session.flush()  # flush: person.grants is read from the database
    session.expire(person, ["grants"])
    audit.record(session, AuditEvent.ROLE_WITHDRAWN, f"person/{person.id}", by=by, role=str(role))


def _count_holders(session: Session, role: Role) -> int:
    query = (
        select(func.count())
        .select_from(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == role, RoleGrant.withdrawn_at.is_(None), Person.active)
    )
    return session.scalar(query) or 0


def invite(
    session: Session, *, email: str, name: str, roles: Iterable[Role], by: Actor | None
) -> tuple[Invitation, str]:
    """Make a single-use link for someone without an account; return it with its secret.

    Refuses an address that has an account.
    """
    if queries.find_person(session, email) is not None:
        raise Refused(
            _("This address has an account already. Give the person the role instead."),
            "account-exists",
        )
    token = secrets.token_urlsafe(32)
    now = clock.now()
    invitation = Invitation(
        public_id=ids.public_id(),
        token_hash=queries.digest(token),
        email=email,
        name=name,
        roles=[str(role) for role in roles],
        invited_by_id=by.id if by else None,
        created_at=now,
        expires_at=now + INVITATION_LIFETIME,
    )
    session.add(invitation)
    session.flush()  # flush: the audit entry needs invitation.id
    audit.record(session, AuditEvent.PERSON_INVITED, f"invitation/{invitation.id}", by=by)
    return invitation, token


def accept_invitation(
    session: Session,
    invitation: Invitation,
    *,
    password_hash: str,
    name_latin: str,
    name_native: str | None,
    locale: str,
) -> Person:
    """Make the account an invitation promised; the link in the mail proves the address."""
    if queries.find_person(session, invitation.email) is not None:
        raise Refused(_("This address has an account by now. Sign in instead."), "account-exists")
    now = clock.now()
    invitation.accepted_at = now
    inviter = (
        queries.get_person(session, invitation.invited_by_id) if invitation.invited_by_id else None
    )
    person = register(
        session,
        email=invitation.email,
        password_hash=password_hash,
        name_latin=name_latin,
        name_native=name_native,
        locale=locale,
        roles=[Role(role) for role in invitation.roles],
        confirmed_at=now,
        by=inviter,
    )
    invitation.person_id = person.id
    return person


def forget_invitations(session: Session, most: int) -> int:
    """Delete up to `most` invitations that were used or ran out long ago; return how many."""
    end = func.coalesce(Invitation.accepted_at, Invitation.expires_at)
    past = select(Invitation.id).where(end < clock.now() - KEPT_AFTER_THE_END).limit(most)
    gone = delete(Invitation).where(Invitation.id.in_(past)).returning(Invitation.id)
    return len(session.scalars(gone).all())


def start_session(
    session: Session, person: Person, *, user_agent: str = "", multi_factor: bool = False
) -> tuple[UserSession, str]:
    """Open a session; return it with the secret for the cookie."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    opened = UserSession(
        public_id=ids.public_id(),
        token_hash=queries.digest(token),
        person_id=person.id,
        created_at=now,
        last_seen_at=now,
        user_agent=user_agent[:200],
        multi_factor=multi_factor,
    )
    session.add(opened)
    session.flush()  # flush: the audit entry needs the id
    audit.record(session, AuditEvent.SESSION_STARTED, f"session/{opened.id}", by=person)
    return opened, token


def end_session(session: Session, opened: UserSession, *, by: Actor) -> None:
    """Make every copy of the session's cookie worthless."""
    if opened.ended_at is not None:
        return
    opened.ended_at = clock.now()
    audit.record(session, AuditEvent.SESSION_ENDED, f"session/{opened.id}", by=by)
    events.announce(session, SessionEnded(opened.person_id, opened.id))


def end_sessions(
    session: Session, person: Person, *, by: Actor, keep: UserSession | None = None
) -> int:
    """End every session of a person but `keep`; return how many."""
    ended = 0
    for opened in queries.sessions_of(session, person):
        if keep is None or opened.id != keep.id:
            end_session(session, opened, by=by)
            ended += 1
    return ended


def forget_sessions(session: Session, most: int) -> int:
    """Delete up to `most` sessions whose end, or last use, is long ago; return how many."""
    end = func.coalesce(UserSession.ended_at, UserSession.last_seen_at)
    past = select(UserSession.id).where(end < clock.now() - KEPT_AFTER_THE_END).limit(most)
    gone = delete(UserSession).where(UserSession.id.in_(past)).returning(UserSession.id)
    return len(session.scalars(gone).all())


def change_names(
    session: Session, person: Person, *, name_latin: str, name_native: str | None, by: Actor
) -> None:
    """Correct a name. A name that was confirmed must be confirmed anew."""
    fresh = (name_latin, name_native or None)
    if fresh == (person.name_latin, person.name_native):
        return
    person.name_latin, person.name_native = fresh
    person.name_confirmed_at = None
    audit.record(session, AuditEvent.PERSON_NAMED, f"person/{person.id}", by=by, confirmed=False)


def confirm_name(session: Session, person: Person, *, by: Actor) -> None:
    """Keep the person's word that the name is as on the identity document."""
    if person.id != by.id:
        raise Refused(_("Only the person can confirm a name."), "not-yours")
    if not rules.is_latin(person.name_latin):
        raise Refused(
            _("Write your name in Latin letters first, as in the passport."), "name-not-latin"
        )
    person.name_confirmed_at = clock.now()
    audit.record(session, AuditEvent.PERSON_NAMED, f"person/{person.id}", by=by, confirmed=True)


def change_preferences(person: Person, *, locale: str, timezone: str | None) -> None:
    """Set the language of mails and the zone of times."""
    person.locale, person.timezone = locale, timezone or None
