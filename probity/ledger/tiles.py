"""The tree cut into files, as c2sp.org/tlog-tiles describes: where each lies, and how to read them.

A full tile holds 256 hashes and never changes; the last one of each level is partial and states its
width. Bundles hold the entries themselves, 256 in each.
"""

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from probity.ledger import merkle
from probity.ledger.merkle import Node, Reader

HEIGHT = 8
WIDTH = 1 << HEIGHT
ENTRIES = "entries"
HIGHEST = 5
"""Level 5 begins at 2**40 entries."""

_PLACE = re.compile(r"((?:x[0-9]{3}/){0,4})([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
KEPT_TILES = 64


class Missing(LookupError):
    """There is no such tile, or not what it should be; the message names it."""


class Tile(NamedTuple):
    """One file: level (None for a bundle of entries), number, how many hashes or entries."""

    level: int | None
    number: int
    width: int

    @property
    def path(self) -> str:
        kind = ENTRIES if self.level is None else self.level
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{kind}/{_numbered(self.number)}{partial}"

    @property
    def is_full(self) -> bool:
        return self.width == WIDTH

    @property
    def first(self) -> int:
        return self.number * WIDTH

    def nodes(self) -> list[Node]:
        """The nodes of the tree whose hashes lie in this tile."""
        level = HEIGHT * (self.level or 0)
        return [(level, self.first + place) for place in range(self.width)]

    def exists(self, size: int) -> bool:
        return self.first + self.width <= size >> HEIGHT * (self.level or 0)


def parse(level: int | None, place: str) -> Tile | None:
    """Read the last part of an address; None if it is not written the one right way."""
    found = _PLACE.fullmatch(place)
    if found is None or (level is not None and level > HIGHEST):
        return None
    number = int(re.sub(r"\D", "", found[1] + found[2]))
    width = int(found[3]) if found[3] else WIDTH
    tile = Tile(level, number, width)
    return tile if tile.path.split("/", 2)[2] == place else None


def all_tiles(size: int) -> Iterator[Tile]:
    """Every file of a log of this size: bundles first, then hashes, level by level."""
    yield from _across(None, size)
    level = 0
    while size >> HEIGHT * level:
        yield from _across(level, size >> HEIGHT * level)
        level += 1


def pack(entries: Sequence[bytes]) -> bytes:
    """A bundle: each entry behind its length in two bytes."""
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def unpack(data: bytes) -> list[bytes]:
    """The entries of a bundle; raises Missing if it is cut off."""
    entries, place = [], 0
    while place < len(data):
        end = place + 2 + int.from_bytes(data[place : place + 2])
        if end > len(data) or len(data) < place + 2:
            raise Missing("A bundle of entries is cut off.")
        entries.append(data[place + 2 : end])
        place = end
    return entries


@dataclass(frozen=True, slots=True)
class _Tiles:
    fetch: Callable[[str], bytes]
    size: int

    def hash(self, node: Node, hashes: Callable[[Tile], bytes]) -> bytes:
        level, below = divmod(node[0], HEIGHT)
        first = node[1] << below
        number, place = divmod(first, WIDTH)
        width = min(WIDTH, (self.size >> HEIGHT * level) - number * WIDTH)
        data = hashes(Tile(level, number, width))[place * merkle.SIZE :]
        row = [data[at : at + merkle.SIZE] for at in range(0, merkle.SIZE << below, merkle.SIZE)]
        while len(row) > 1:
            row = [merkle.node_hash(*pair) for pair in zip(row[::2], row[1::2], strict=True)]
        return row[0]

    def read(self, tile: Tile) -> bytes:
        data = self.fetch(tile.path)
        if len(data) != tile.width * merkle.SIZE:
            raise Missing(f"{tile.path} has {len(data)} bytes instead of {tile.width * 32}.")
        return data


def reader(fetch: Callable[[str], bytes], size: int) -> Reader:
    """Hands out hashes from the files of a log of this size.

    `fetch` gets paths such as `tile/0/000` and answers with bytes; it may raise Missing.
    """
    source = _Tiles(fetch, size)
    hashes = functools.lru_cache(KEPT_TILES)(source.read)

    def read(nodes: Sequence[Node]) -> Mapping[Node, bytes]:
        return {node: source.hash(node, hashes) for node in nodes}

    return read


def _across(level: int | None, count: int) -> Iterator[Tile]:
    full, rest = divmod(count, WIDTH)
    for number in range(full):
        yield Tile(level, number, WIDTH)
    if rest:
        yield Tile(level, full, rest)


def _numbered(number: int) -> str:
    parts = [f"{number % 1000:03d}"]
    while number := number // 1000:
        parts.append(f"x{number % 1000:03d}")
    return "/".join(reversed(parts))
