"""Find people, their sessions and their invitations."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, contains_eager

from probity.accounts.models import Invitation, Passkey, Person, RoleGrant, UserSession
from probity.accounts.roles import Role
from probity.kernel import clock


def digest(token: str) -> str:
    """What is stored of a secret that travels in a cookie or a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_person(session: Session, email: str) -> Person | None:
    """The person with this (normalised) address."""
    return session.scalars(select(Person).where(Person.email == email)).one_or_none()


def get_person(session: Session, person_id: int) -> Person | None:
    return session.get(Person, person_id)


def person_of(session: Session, public_id: str) -> Person | None:
    """The person with this public id."""
    return session.scalars(select(Person).where(Person.public_id == public_id)).one_or_none()


def lock_person(session: Session, public_id: str) -> Person | None:
    """The person with this public id, held until the end of the transaction."""
    query = select(Person).where(Person.public_id == public_id).with_for_update()
    return session.scalars(query).one_or_none()


def people(words: str = "", role: Role | None = None) -> Select[Person]:
    """Everybody with an account, narrowed by words of name or address and by role."""
    query = select(Person).order_by(Person.name_latin, Person.id)
    for word in words.split():
        like = f"%{_escape(word)}%"
        query = query.where(
            or_(
                Person.email.ilike(like, escape="\\"),
                Person.name_latin.ilike(like, escape="\\"),
                Person.name_native.ilike(like, escape="\\"),
            )
        )
    if role is not None:
        query = query.where(
            Person.id.in_(
                select(RoleGrant.person_id).where(
                    RoleGrant.role == role, RoleGrant.withdrawn_at.is_(None)
                )
            )
        )
    return query


def _escape(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def session_of_token(session: Session, token: str) -> UserSession | None:
    """The session a cookie stands for, with its person and roles, in one statement."""
    query = (
        select(UserSession)
        .join(UserSession.person)
        .outerjoin(
            RoleGrant,
            (RoleGrant.person_id == Person.id) & RoleGrant.withdrawn_at.is_(None),
        )
        .options(contains_eager(UserSession.person).contains_eager(Person.grants))
        .where(UserSession.token_hash == digest(token), UserSession.ended_at.is_(None))
    )
    return session.scalars(query).unique().one_or_none()


def sessions_of(session: Session, person: Person) -> Sequence[UserSession]:
    """Open sessions, the one used last first."""
    query = (
        select(UserSession)
        .where(UserSession.person_id == person.id, UserSession.ended_at.is_(None))
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    )
    return session.scalars(query).all()


def session_of(session: Session, person: Person, public_id: str) -> UserSession | None:
    """One open session of this person."""
    query = select(UserSession).where(
        UserSession.person_id == person.id,
        UserSession.public_id == public_id,
        UserSession.ended_at.is_(None),
    )
    return session.scalars(query).one_or_none()


def passkeys_of(session: Session, person: Person) -> Sequence[Passkey]:
    query = select(Passkey).where(Passkey.person_id == person.id).order_by(Passkey.id)
    return session.scalars(query).all()


def grants_of(session: Session, person: Person) -> Sequence[RoleGrant]:
    """Every role ever given, the newest first."""
    query = select(RoleGrant).where(RoleGrant.person_id == person.id).order_by(RoleGrant.id.desc())
    return session.scalars(query).all()


def names_of_givers(session: Session, person: Person) -> dict[int, str]:
    """Names of those who gave or withdrew roles of this person, by id."""
    grants = select(RoleGrant.granted_by_id).where(RoleGrant.person_id == person.id)
    withdrawals = select(RoleGrant.withdrawn_by_id).where(RoleGrant.person_id == person.id)
    query = select(Person).where(or_(Person.id.in_(grants), Person.id.in_(withdrawals)))
    return {giver.id: giver.name for giver in session.scalars(query)}


def live_grant(session: Session, person: Person, role: Role) -> RoleGrant | None:
    query = select(RoleGrant).where(
        RoleGrant.person_id == person.id,
        RoleGrant.role == role,
        RoleGrant.withdrawn_at.is_(None),
    )
    return session.scalars(query).one_or_none()


def open_invitation(session: Session, token: str, *, lock: bool = False) -> Invitation | None:
    """The invitation behind a link that can still be used."""
    query = select(Invitation).where(
        Invitation.token_hash == digest(token),
        Invitation.accepted_at.is_(None),
        Invitation.expires_at > clock.now(),
    )
    if lock:
        query = query.with_for_update()
    return session.scalars(query).one_or_none()


def open_invitations(session: Session) -> Sequence[Invitation]:
    """Invitations nobody has used yet, the newest first."""
    query = (
        select(Invitation)
        .where(Invitation.accepted_at.is_(None), Invitation.expires_at > clock.now())
        .order_by(Invitation.id.desc())
    )
    return session.scalars(query).all()
