"""Reviews of items, and people who give them."""

from typing import Any

from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.accounts.roles import Role
from probity.bank import reviewing, sentences
from probity.bank.models import Item, Review
from tests.factories.accounts import add_person


def reviewer(session: Session, name: str = "rita") -> Person:
    """Somebody who reads items and judges them."""
    person = add_person(
        session, f"{name}@example.org", Role.REVIEWER, name_latin=f"{name.title()} Review"
    )
    session.flush()
    return person


def opinion(verdict: str = "accept", **changes: Any) -> reviewing.Opinion:
    ratings = dict.fromkeys(sentences.RATINGS, "yes") | changes.pop("ratings", {})
    comment = changes.pop("comment", "" if verdict == "accept" else "The stem is too long.")
    return reviewing.Opinion(verdict, ratings, comment=comment, **changes)


def judge(session: Session, row: Item, by: Person, verdict: str = "accept") -> Review:
    return reviewing.review(session, row, opinion(verdict), base=row.current, by=by)
