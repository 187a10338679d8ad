"""Items that say nearly the same: fingerprints of their words, kept with the newest wording.

Words are cut into overlapping runs of characters (pairs where they are Chinese, fives otherwise)
and sketched by one-permutation MinHash. Texts with many runs in common share bands of the sketch;
only items that share one are compared run by run, so a search costs the same in a large bank.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any
from zlib import crc32

from sqlalchemy import delete, exists, func, insert, select
from sqlalchemy.orm import Session

from probity.bank.models import Item, ItemVersion, Sketch
from probity.kernel.shapes import LOCALES

BANDS, ROWS = 21, 3
SLOTS = BANDS * ROWS
LATIN, CHINESE = 5, 2
LEAST_RUNS = 6
COMPARED = 24
ALIKE = 0.5
"""From this share of common runs on, people call two questions nearly the same."""

NONE = -1
"""Kept for an item with too few words to compare; nothing looks for it."""

MIXER, ODD, WIDTH = 0xFFFFFFFF, 0x9E3779B1, 63
UNSAID = frozenset(
    {"feedback", "foreign", "hints", "legal_basis", "media", "model_answer", "name", "rubric"}
    | {"sources", "tags", "traps"}
)
WORDS = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")

Runs = frozenset[str]


def keep(session: Session, item_id: int, content: Mapping[str, Any]) -> None:
    """Keep the fingerprint of an item's newest words instead of the former one."""
    session.execute(delete(Sketch).where(Sketch.item_id == item_id))
    found = sorted(bands(content)) or [NONE]
    session.execute(insert(Sketch), [{"band": band, "item_id": item_id} for band in found])


def keep_new(session: Session, contents: Mapping[int, Mapping[str, Any]]) -> None:
    """Keep the fingerprints of items that have none yet, by item id."""
    rows = [
        {"band": band, "item_id": item_id}
        for item_id, content in contents.items()
        for band in sorted(bands(content)) or [NONE]
    ]
    if rows:
        session.execute(insert(Sketch), rows)


def without(session: Session, most: int) -> list[int]:
    """Items whose words were never sketched: those of before there were sketches."""
    query = select(Item.id).where(~exists().where(Sketch.item_id == Item.id))
    return list(session.scalars(query.order_by(Item.id).limit(most)))


def near(
    session: Session, content: Mapping[str, Any], limit: int = 5, *, besides: int | None = None
) -> list[tuple[str, float]]:
    """Refs of items that say nearly the same, the nearest first, each with its likeness to 1.

    `besides` is the id of the item itself, once it has one.
    """
    wanted = bands(content)
    if not wanted:
        return []
    shared = func.count().label("shared")
    query = select(Sketch.item_id, shared).where(Sketch.band.in_(wanted)).group_by(Sketch.item_id)
    if besides is not None:
        query = query.where(Sketch.item_id != besides)
    best = query.order_by(shared.desc(), Sketch.item_id).limit(COMPARED)
    ids = [item for item, _shared in session.execute(best)]
    if not ids:
        return []
    own = spoken(content)
    rows = session.execute(
        select(Item.ref, ItemVersion.content)
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .where(Item.id.in_(ids), ItemVersion.number == Item.current)
    )
    found = [(ref, likeness(own, spoken(other))) for ref, other in rows]
    alike = [(ref, share) for ref, share in found if share >= ALIKE]
    return sorted(alike, key=lambda one: (-one[1], one[0]))[:limit]


def spoken(content: Mapping[str, Any]) -> dict[str, Runs]:
    """The runs of characters of what candidates read, by language."""
    runs = {}
    for locale in LOCALES:
        words = " ".join(_said(content, locale))
        runs[locale] = frozenset(_runs(words))
    return {locale: found for locale, found in runs.items() if len(found) >= LEAST_RUNS}


def likeness(one: Mapping[str, Runs], other: Mapping[str, Runs]) -> float:
    """The share of common runs, in the language in which the two are nearest."""
    pairs = [(runs, theirs) for runs in one.values() for theirs in other.values()]
    return max((len(a & b) / len(a | b) for a, b in pairs), default=0.0)


def bands(content: Mapping[str, Any]) -> set[int]:
    """What is looked up: equal bands mean that texts may be alike."""
    return {band for runs in spoken(content).values() for band in _bands(runs)}


def _bands(runs: Runs) -> Iterator[int]:
    slots = _sketch(runs)
    for number in range(BANDS):
        value = number + 1
        for slot in slots[number * ROWS : (number + 1) * ROWS]:
            value = (value * ODD + slot) & ((1 << WIDTH) - 1)
            value ^= value >> 29
        yield value


def _sketch(runs: Runs) -> list[int]:
    """The least value of each slot; an empty one borrows from the next (Shrivastava and Li 2014)."""
    slots: list[int | None] = [None] * SLOTS
    for run in runs:
        value = crc32(run.encode()) * ODD & MIXER
        slot, rest = value % SLOTS, value // SLOTS
        held = slots[slot]
        if held is None or rest < held:
            slots[slot] = rest
    filled = []
    for place in range(SLOTS):
        step = 0
        while (value_or_none := slots[(place + step) % SLOTS]) is None:
            step += 1
        filled.append(value_or_none + step * ODD)
    return filled


def _said(value: Any, locale: str, key: str = "") -> Iterator[str]:
    """Texts that candidates read, one after the other; reasons and evidence are left out."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in UNSAID and not name.startswith("why"):
                yield from _said(inner, locale, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _said(inner, locale, key)
    elif isinstance(value, str) and key == locale:
        yield value


def _runs(words: str) -> Iterator[str]:
    """Overlapping runs; a space stands between words, so that their order counts a little."""
    latin = []
    for word in WORDS.findall(unicodedata.normalize("NFKC", words).casefold()):
        if word[0].isascii():
            latin.append(word)
        elif len(word) == 1:
            yield word
        else:
            yield from (word[at : at + CHINESE] for at in range(len(word) - 1))
    line = " ".join(latin)
    yield from (line[at : at + LATIN] for at in range(max(0, len(line) - LATIN + 1)))
