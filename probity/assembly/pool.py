"""The bank as the optimiser sees it: what may enter a form, and what is known of each item."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from probity.assembly import rules
from probity.assembly.models import Form, FormState
from probity.assembly.rules import Offer, Part
from probity.assembly.shapes import COLUMNS
from probity.bank import queries as bank
from probity.bank.models import Enemy, Figures, Item, ItemVersion, Place, Shelved
from probity.bank.shapes import AnyItem, Case

ENOUGH_ANSWERS = 30
"""From so many answers on, what candidates did counts more than what authors expected."""

FEW = 500
"""Up to so many numbers are sent to the database; beyond it is cheaper to read all."""


def offers(session: Session, *, demonstration: bool, apart_from: int | None = None) -> list[Offer]:
    """Everything that may enter a form, with what is known of its difficulty; pilots never may.

    `apart_from` is a set whose own forms do not count as exposure. Only case sets are opened: what
    single items are asked for stands beside their content.
    """
    place = Place.DEMONSTRATION if demonstration else Place.EXAM
    query = (
        _facts()
        .join(Shelved, Shelved.version_id == ItemVersion.id)
        .where(Shelved.place == place, ItemVersion.is_scorable)
        .order_by(Item.id)
    )
    rows = session.execute(query).all()
    sets = [row.version for row in rows if row.kind == rules.CASE]
    return _offers(session, rows, bank.parsed_versions(session, sets), apart_from)


def pinned(session: Session, form: Form) -> list[Offer]:
    """The items of a form as they stand in the versions it pins, in its order."""
    versions = [version for _section, _item, version in form.items]
    rows = session.execute(_facts().where(ItemVersion.id.in_(versions))).all()
    parsed = bank.parsed_versions(session, versions)
    found = {offer.id: offer for offer in _offers(session, rows, parsed, form.set_id)}
    return [found[item] for _section, item, _version in form.items]


def _facts() -> Any:
    return select(
        Item.id,
        Item.ref,
        Item.kind,
        ItemVersion.id.label("version"),
        ItemVersion.domain,
        ItemVersion.competency,
        ItemVersion.cognitive,
        ItemVersion.points,
        ItemVersion.expected_p,
    ).join(ItemVersion, ItemVersion.item_id == Item.id)


def _offers(
    session: Session,
    rows: Collection[Row[Any]],
    parsed: dict[int, AnyItem],
    apart_from: int | None,
) -> list[Offer]:
    items = [row.id for row in rows]
    enemies, exposure = _enemies(session, items), _exposure(session, apart_from)
    facilities = _facilities(session, items)
    return [
        Offer(
            id=row.id,
            ref=row.ref,
            version=row.version,
            parts=tuple(
                _parts(row, parsed.get(row.version), facilities.get((row.id, row.version)))
            ),
            domain=row.domain,
            enemies=frozenset(enemies.get(row.id, ())),
            exposure=exposure[row.id],
            is_set=row.kind == rules.CASE,
        )
        for row in rows
    ]


def _parts(row: Row[Any], item: AnyItem | None, facility: float | None) -> Iterator[Part]:
    if isinstance(item, Case):
        for child in item.items:
            yield Part(
                domain=child.domain,
                competency=child.competency,
                cognitive=child.cognitive,
                kind=child.kind,
                points=Fraction(str(child.points)),
                p=None if child.expected_p is None else float(child.expected_p),
                **_key(child),
            )
        return
    expected = None if row.expected_p is None else float(Fraction(row.expected_p))
    yield Part(
        domain=row.domain,
        competency=row.competency,
        cognitive=row.cognitive,
        kind=row.kind,
        points=Fraction(str(row.points)),
        p=expected if facility is None else facility,
        **(_key(item) if item else {}),
    )


def _key(item: AnyItem) -> dict[str, int]:
    """Where the key stands, and among how many options."""
    if item.kind != "single":
        return {}
    place = next(place for place, option in enumerate(item.options, 1) if option.correct)
    return {"key": place, "options": len(item.options)}


def _among(column: Any, wanted: Collection[int]) -> Any:
    return column.in_(wanted) if len(wanted) <= FEW else column.is_not(None)


def _enemies(session: Session, items: Collection[int]) -> dict[int, set[int]]:
    query = select(Enemy.one_id, Enemy.other_id).where(
        or_(_among(Enemy.one_id, items), _among(Enemy.other_id, items))
    )
    found: dict[int, set[int]] = {}
    for row in session.execute(query):
        one, other = row
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found


def _facilities(session: Session, items: Collection[int]) -> dict[tuple[int, int], float]:
    """The share of right answers by item and wording, where enough people answered."""
    query = select(Figures.item_id, Figures.version_id, Figures.facility).where(
        _among(Figures.item_id, items), Figures.answers >= ENOUGH_ANSWERS
    )
    return {(row[0], row[1]): row[2] for row in session.execute(query)}


def _exposure(session: Session, apart_from: int | None) -> Counter[int]:
    """In how many approved forms each item is, those of one set left out."""
    query = select(Form.items).where(Form.state == FormState.APPROVED)
    if apart_from is not None:
        query = query.where(Form.set_id != apart_from)
    return Counter(item for items in session.scalars(query) for _section, item, _version in items)


def stock(session: Session, *, demonstration: bool, measure: str) -> dict[tuple[str, str], float]:
    """Questions or points that single items offer for each place of the grid, and sets by domain."""
    place = Place.DEMONSTRATION if demonstration else Place.EXAM
    query = (
        select(
            ItemVersion.domain,
            ItemVersion.cognitive,
            Item.kind,
            ItemVersion.points,
            func.count(),
        )
        .join(Shelved, Shelved.version_id == ItemVersion.id)
        .join(Item, Item.id == Shelved.item_id)
        .where(Shelved.place == place, ItemVersion.is_scorable)
        .group_by(ItemVersion.domain, ItemVersion.cognitive, Item.kind, ItemVersion.points)
    )
    columns = {level: column for column, levels in COLUMNS.items() for level in levels}
    found: defaultdict[tuple[str, str], float] = defaultdict(float)
    for domain, level, kind, points, count in session.execute(query):
        column = rules.CASE if kind == rules.CASE else columns.get(level)
        if column is not None:
            is_sum = measure == "points" and column != rules.CASE
            found[domain, column] += count * float(points) if is_sum else count
    return dict(found)


def domains(session: Session, *, demonstration: bool) -> list[str]:
    """The domains that have something for a form."""
    found = stock(session, demonstration=demonstration, measure="questions")
    return sorted({domain for domain, _column in found})
