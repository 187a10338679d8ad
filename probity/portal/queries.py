"""Figures and lists that span several folders."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from probity.bank.models import Item
from probity.catalogue import queries as catalogue
from probity.kernel.permissions import Actor


@dataclass(frozen=True, slots=True)
class CourseCard:
    """A course as the front page shows it."""

    slug: str
    title: dict[str, str]
    summary: dict[str, str]
    lessons: int
    minutes: int


def courses_for_home(session: Session, actor: Actor) -> Sequence[CourseCard]:
    """Every course this reader may open."""
    return [_card(card) for card in catalogue.catalogue(session, actor)]


def _card(card: Any) -> CourseCard:
    data = card.data
    return CourseCard(
        slug=card.course.slug,
        title=data["title"],
        summary=data["summary"],
        lessons=data["lessons"],
        minutes=data["minutes"],
    )


def figures(session: Session, courses: Sequence[CourseCard]) -> dict[str, int]:
    """How much there is of each thing that can be counted in public."""
    return {
        "courses": len(courses),
        "lessons": sum(course.lessons for course in courses),
        "items": session.scalar(select(func.count()).select_from(Item)) or 0,
    }
