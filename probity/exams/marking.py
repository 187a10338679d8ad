"""Marking a closed attempt from the item versions its paper pinned."""

from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from probity.bank import marking as bank_marking
from probity.bank import queries as bank
from probity.exams import paper, queries, rules
from probity.exams.models import Attempt
from probity.exams.paper import Slot


def marks_of(session: Session, attempt: Attempt) -> dict[str, rules.SlotMark]:
    """Mark every slot; what was not answered earns nothing."""
    slots = paper.load(attempt.paper)
    items = bank.parsed_versions(session, {slot.version_id for slot in slots})
    given = queries.answers(session, attempt.id)
    return {
        slot.item: _mark(slot, items[slot.version_id], given.get(slot.item), attempt.locale)
        for slot in slots
    }


def _mark(slot: Slot, item: Any, response: Any, locale: str) -> rules.SlotMark:
    part = paper.part_of(item, slot.child)
    value = response.value if response is not None else None
    mark = bank_marking.mark(part, value, locale)
    return rules.SlotMark(slot.domain, Fraction(mark.earned), Fraction(mark.possible), slot.scored)


def dump(marks: dict[str, rules.SlotMark]) -> dict[str, Any]:
    """The JSON form kept with a result: exact fractions as text, items on trial included."""
    return {item: [str(mark.earned), str(mark.possible)] for item, mark in marks.items()}
