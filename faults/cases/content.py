"""Questions and exams that change while somebody answers them."""

from typing import Any

from sqlalchemy import select

from faults.candidate import Sitter
from faults.cases.kills import seen
from faults.site import EXAM
from faults.trial import Trial, case
from probity.bank import actions as bank
from probity.bank import living, marking
from probity.bank import queries as bank_queries
from probity.bank.life import Act
from probity.bank.models import Item
from probity.exams import paper
from probity.exams.models import Attempt, Result
from probity.kernel.permissions import SYSTEM
from tests.factories.bank import item, text


@case(
    "F28",
    "Questions are edited, retired and loaded anew during an exam, and the exam is revised",
    "the items of open papers get another wording and another key, some are retired, the exam a revision",
    "Every paper stays as it was and is marked by the key that it was drawn with",
)
def content_changes(trial: Trial) -> None:
    people = trial.people(trial.either(3, 10), trial.node.port)
    before = [seen(person) for person in people]
    keys = [_key(trial, person) for person in people]
    retired = _change(trial)
    trial.claim("Items were retired", retired)
    trial.site.define_exam(EXAM, time={"minutes": 45, "grace_seconds": 10})
    trial.claim("The papers stay", [seen(person.open_room()) for person in people] == before)
    for person, key in zip(people, keys, strict=True):
        for name, response in key.items():
            person.deliver(name, response)
        trial.claim("Handed in", person.hand_in()["answers_sha256"])
        person.hang_up()
        earned, possible = _marks(trial, person)
        trial.claim("The key of the paper counts", earned == possible)
    _restore(trial, retired)


def _key(trial: Trial, person: Sitter) -> dict[str, Any]:
    """The right answers to a paper by the versions that it pinned."""
    with trial.site.reading() as session:
        row = session.scalars(select(Attempt).where(Attempt.public_id == person.attempt)).one()
        slots = paper.load(row.paper)
        items = bank_queries.parsed_versions(session, {slot.version_id for slot in slots})
        return {
            slot.item: marking.key_response(paper.part_of(items[slot.version_id], slot.child))
            for slot in slots
        }


def _change(trial: Trial) -> list[str]:
    """New wording and new keys for three kinds; every fourth of the others is retired: their refs."""
    words = text(f"Something else? {trial.rng.random()}")
    new = {
        "true_false": {"stem": words, "answer": True},
        "short_text": {"stem": words, "accept": [{"text": "another key"}]},
        "numeric": {"stem": words, "answer": "42"},
    }
    with trial.site.writing() as session:
        rows = session.scalars(select(Item).where(Item.ref.like("GPP-0%")).order_by(Item.ref)).all()
        made = [item(row.kind, row.ref, **new[row.kind]) for row in rows if row.kind in new]
        bank.load_items(session, made, source="corrected file", by=SYSTEM)
        others = [row for row in rows if row.kind not in new][::4]
        for row in others:
            living.retire_item(session, row, by=SYSTEM)
        trial.figures |= {"items changed": len(made), "items retired": len(others)}
        return [row.ref for row in others]


def _restore(trial: Trial, retired: list[str]) -> None:
    """Other cases use the same bank and the same exam."""
    with trial.site.writing() as session:
        for row in session.scalars(select(Item).where(Item.ref.in_(retired))):
            living.take(session, row, Act.REINSTATE, by=SYSTEM)
    trial.site.define_exam(EXAM)


def _marks(trial: Trial, person: Sitter) -> tuple[str, str]:
    with trial.site.reading() as session:
        query = select(Result.earned, Result.possible).join(Result.attempt)
        earned, possible = session.execute(query.where(Attempt.public_id == person.attempt)).one()
        return earned, possible
