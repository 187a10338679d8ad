"""Exams of a running site, and what its database says about attempts at them."""

from typing import Any

from sqlalchemy import select

from probity.bank import actions as bank
from probity.exams import actions, queries
from probity.exams.models import Attempt, ExamState
from probity.kernel.permissions import SYSTEM
from tests.browser.site import Site
from tests.factories.bank import item
from tests.factories.exams import exam_content, fill_bank, text

KINDS = (
    *("single", "multiple", "true_false", "numeric"),
    *("short_text", "matching", "ordering", "cloze", "case"),
)
OTHER_DOMAIN = "GPP-3"


def fill(site: Site) -> None:
    """Items of every kind in one domain, a few in another."""
    with site.writing() as session:
        fill_bank(session)
        others = [item("single", f"GPP-{number}", domain=OTHER_DOMAIN) for number in range(101, 105)]
        bank.load_items(session, others, source="test", by=SYSTEM)


def define_exam(site: Site, number: int, kinds: tuple[str, ...] = KINDS, **changes: Any) -> str:
    """Publish an exam with one question of each kind, in this order; return its slug."""
    slug = f"room-{number}"
    cells = [
        {"domain": "GPP-1", "cognitive": ["apply"], "kinds": [kind], "draw": 1} for kind in kinds
    ]
    sections = [{"id": "all", "title": text("All"), "cells": cells}]
    navigation = {"order": "free", "shuffle_items": False, "shuffle_options": True}
    content = exam_content(
        id=f"GP-X{number}", slug=slug, sections=sections, navigation=navigation, **changes
    )
    with site.writing() as session:
        actions.define(session, content, course_code="GP", state=ExamState.PUBLISHED, by=SYSTEM)
    return slug


def stored(site: Site, public_id: str) -> dict[str, Any]:
    """The answers that count now, by question."""
    with site.reading() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.public_id == public_id)).one()
        return {name: row.value for name, row in queries.answers(session, attempt.id).items()}
