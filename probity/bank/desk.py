"""What the studio shows beside items: life, reviews, filing, use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.audit import queries as audit
from probity.audit.events import AuditEvent
from probity.audit.models import AuditEntry
from probity.bank import (
    bulk,
    duplicates,
    filing,
    labels,
    life,
    listing,
    living,
    marking,
    queries,
    reviews,
    sentences,
    usage,
)
from probity.bank.labels import STATES as STATES  # noqa: PLC0414 (the pages' words)
from probity.bank.models import Item, Partition
from probity.kernel.markup import plain_text
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Actor, Permission

NEAR = 4

QUEUES = {
    "waiting": reviews.waiting_for,
    "open": reviews.open_to,
    "returned": reviews.returned_to,
    "mine": reviews.written_by,
    "said": reviews.said_by,
}


@dataclass(frozen=True, slots=True)
class Option:
    """A step that a person may take, and why it is not open yet, if so."""

    act: life.Act
    lacking: str | None
    asks_reason: bool


def beside(session: Session, row: Item, actor: Actor) -> dict[str, Any]:
    """Everything about an item that is not its words."""
    standing = living.standing(session, row)
    may_write = actor.may(Permission.ITEM_WRITE)
    asked = reviews.assigned(session, row)
    ids = {person.id for person in asked}
    return {
        "standing": standing,
        "options": _options(standing, actor),
        "discussion": reviews.discussion(session, row),
        "reviewers": asked,
        "askable": [p for p in reviews.can_be_asked(session) if p.id not in ids]
        if may_write
        else [],
        "may_judge": reviews.may_judge(session, row, actor),
        "uses": usage.uses_of(session, row),
        "figures": usage.figures_of(session, [row.id]).get(row.id),
        "enemies": filing.enemies_of(session, row, actor),
        "tags": filing.tags_of(session, [row.id]).get(row.id, []),
        "tree": filing.folders(session),
        "alike": alike(session, row.version.content, actor, besides=row.id),
        "may_see_looks": row.partition is Partition.SECURE and may_see_looks(actor),
        "sentences": sentences,
    }


def _options(standing: life.Standing, actor: Actor) -> list[Option]:
    found = []
    for act in life.open_acts(standing, actor.may):
        code = life.refusal(act, standing, "given")
        lacking = sentences.refusal(code, act, standing) if code else None
        found.append(Option(act, lacking, life.STEPS[act].reason))
    return found


def alike(
    session: Session, content: Mapping[str, Any], actor: Actor, *, besides: int | None = None
) -> list[tuple[Item, int]]:
    """Items that say nearly the same, as far as the person may see them, with per cent."""
    found = dict(duplicates.near(session, content, NEAR, besides=besides))
    rows = session.scalars(queries.items_visible_to(actor).where(Item.ref.in_(found)))
    return sorted(((row, round(found[row.ref] * 100)) for row in rows), key=lambda one: -one[1])


def may_see_looks(actor: Actor) -> bool:
    return actor.may(Permission.AUDIT_READ) or actor.may(Permission.ITEM_RELEASE)


def looks(session: Session, row: Item, number: int) -> dict[str, Any]:
    """Who saw the words of an item, the last look first."""
    seen = audit.entries(AuditEvent.ITEM_VIEWED).where(AuditEntry.subject == f"item/{row.id}")
    page = paginate(session, seen, number)
    ids = {entry.actor_id for entry in page.items if entry.actor_id is not None}
    people = session.scalars(select(Person).where(Person.id.in_(ids)))
    return {"page": page, "people": {person.id: person.name for person in people}}


def list_side(session: Session, actor: Actor, rows: Sequence[Item], address: str) -> dict[str, Any]:
    """What the list shows beside the items: tags, figures, folders, saved searches, bulk acts."""
    return {
        "beside": listing.beside(session, rows),
        "named_states": {name: str(word) for name, word in labels.STATES.items()},
        "named_kinds": {name: str(word) for name, word in labels.KINDS.items()},
        "named_levels": {name: str(word) for name, word in labels.COGNITIVE.items()},
        "named_uses": {name: str(word) for name, word in labels.PARTITIONS.items()},
        "tree": filing.folders(session),
        "tags": listing.tags_in_use(session),
        "filters": filing.filters_of(session, actor),
        "last": bulk.last_of(session, actor),
        "askable": reviews.can_be_asked(session) if actor.may(Permission.ITEM_WRITE) else [],
        "steps": [act for act in bulk.ORDERED if _may_ever(act, actor)],
        "sentences": sentences,
        "address": address,
    }


def _may_ever(act: life.Act, actor: Actor) -> bool:
    return actor.may(life.STEPS[act].needs)


def queue(session: Session, actor: Actor, tab: str, number: int) -> dict[str, Any]:
    """The lists of reviews, each with how many wait, and one page of the chosen one."""
    chosen = [name for name in QUEUES if _concerns(name, actor)]
    counts = {name: reviews.count(session, QUEUES[name](actor)) for name in chosen}
    full = next((name for name in chosen if counts[name]), chosen[0])
    shown = tab if tab in chosen else full
    page = paginate(session, QUEUES[shown](actor), number)
    return {
        "headline": headline,
        "counts": counts,
        "shown": shown,
        "page": page,
        "labels": labels,
        "sentences": sentences,
        "progress": {
            row.id: (reviews.approvals(session, row), reviews.approvals_wanted(session, row))
            for row in page.items
        },
    }


def _concerns(name: str, actor: Actor) -> bool:
    if name in {"waiting", "open", "said"}:
        return actor.may(Permission.ITEM_REVIEW)
    return actor.may(Permission.ITEM_WRITE) or not actor.may(Permission.ITEM_REVIEW)


def review_page(session: Session, row: Item, actor: Actor, locale: str) -> dict[str, Any]:
    """The review form beside the item with its key and reasons."""
    item = queries.parsed(session, row.version)
    key = marking.key_response(item) if marking.is_scorable(item) else None
    return {
        "row": row,
        "item": item,
        "shown": locale,
        "view": marking.candidate_view(item, locale),
        "response": key,
        "feedback": marking.feedback(item, key, locale) if key is not None else None,
        "labels": labels,
        "sentences": sentences,
        "may_judge": reviews.may_judge(session, row, actor),
        "said": reviews.last_of(session, row, actor),
        "discussion": reviews.discussion(session, row),
        "approvals": reviews.approvals(session, row),
        "wanted": reviews.approvals_wanted(session, row),
    }


def headline(content: Mapping[str, Any]) -> dict[str, str]:
    """The question of an item, or the title of a case set, as plain words."""
    text: dict[str, str] = content.get("stem") or content["title"]
    return {locale: plain_text(words) for locale, words in text.items()}


def folders(session: Session, actor: Actor) -> dict[str, Any]:
    return {"tree": filing.tree(session, actor)}
