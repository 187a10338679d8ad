"""Items on trial: asked in a paper like any other, never scored, so that figures can be gathered."""

from collections.abc import Collection, Sequence
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.bank import queries as bank
from probity.bank.models import Enemy, Item, ItemVersion, Place, Shelved
from probity.catalogue.shapes import Exam as ExamContent
from probity.exams.paper import Drawn


def mix_in(
    session: Session,
    content: ExamContent,
    drawn: Sequence[Drawn],
    rng: Random,
    seen: Collection[int] = (),
) -> list[Drawn]:
    """The paper with as many items on trial as the exam asks for and the bank has for its domains.

    Each stands at a place left to chance in a section that asks for its domain. Unseen ones come
    first; case sets and enemies of what is asked already are left out.
    """
    if not content.pilots or content.demonstration:
        return list(drawn)
    pool = _pool(session, {one.item.domain for one in drawn})
    order = sorted(rng.sample(sorted(pool), len(pool)), key=lambda item: item in seen)
    chosen = _peaceful(session, order, {one.item_id for one in drawn}, content.pilots)
    parsed = bank.parsed_versions(session, {pool[item] for item in chosen})
    mixed = list(drawn)
    for item in chosen:
        question = parsed[pool[item]]
        section = rng.choice([one.section for one in drawn if one.item.domain == question.domain])
        here = [place for place, one in enumerate(mixed) if one.section == section]
        place = rng.choice([*here, here[-1] + 1])  # never before its section, which would move it
        mixed.insert(place, Drawn(section, item, pool[item], question, scored=False))
    return mixed


def _pool(session: Session, domains: Collection[str]) -> dict[int, int]:
    """Items on trial in these domains and the version to show."""
    query = (
        select(Item.id, Shelved.version_id)
        .join(Shelved, Shelved.item_id == Item.id)
        .join(ItemVersion, ItemVersion.id == Shelved.version_id)
        .where(
            Shelved.place == Place.PILOT,
            Item.kind != "case",
            ItemVersion.is_scorable,
            ItemVersion.domain.in_(domains),
        )
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _peaceful(
    session: Session, order: Sequence[int], asked: Collection[int], most: int
) -> list[int]:
    """The first items of which no two, and none with what is asked already, are enemies."""
    rows = session.execute(select(Enemy.one_id, Enemy.other_id)).all()
    pairs = {(row[0], row[1]) for row in rows} | {(row[1], row[0]) for row in rows}
    chosen: list[int] = []
    for item in order:
        if len(chosen) == most:
            break
        if item not in asked and not any((item, other) in pairs for other in (*asked, *chosen)):
            chosen.append(item)
    return chosen
