"""What is dropped when a link has ended or an account was closed. The register keeps its proof."""

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.credentials.models import Certificate
from probity.credentials.sharing import rules
from probity.credentials.sharing.models import BadgeAssertion, PublicProfile, Share
from probity.kernel import clock

AT_ONCE = 200


def forget_ended(session: Session) -> int:
    """Drop links that ended long ago; returns how many."""
    long_ago = clock.now() - rules.KEPT
    ended = or_(Share.withdrawn_at < long_ago, Share.expires_at < long_ago)
    found = session.scalars(select(Share.id).where(ended).limit(AT_ONCE)).all()
    session.execute(delete(Share).where(Share.id.in_(found)))
    return len(found)


def forget_closed(session: Session) -> int:
    """Drop what people with closed accounts shared; returns of how many people."""
    held = select(Certificate.holder_id.label("person"))
    sources = (
        held.join(Share, Share.certificate_id == Certificate.id),
        held.join(BadgeAssertion, BadgeAssertion.certificate_id == Certificate.id),
        select(PublicProfile.person_id.label("person")),
    )
    found: set[int] = set()
    for source in sources:
        people = source.subquery()
        closed = select(Person.id).join(people, people.c.person == Person.id)
        found.update(session.scalars(closed.where(~Person.active).distinct().limit(AT_ONCE)))
    gone = sorted(found)[:AT_ONCE]
    for person_id in gone:
        forget(session, person_id)
    return len(gone)


def forget(session: Session, person_id: int) -> None:
    """Drop links, badges and profile of a person. Of a handle the hash stays: it is never reused."""
    held = select(Certificate.id).where(Certificate.holder_id == person_id)
    for model in (Share, BadgeAssertion):
        session.execute(delete(model).where(model.certificate_id.in_(held)))
    profile = session.scalars(
        select(PublicProfile).where(PublicProfile.person_id == person_id)
    ).one_or_none()
    if profile is not None:
        profile.items.clear()
        profile.handle, profile.person_id, profile.is_on = rules.spent(profile.handle), None, False
    session.flush()
