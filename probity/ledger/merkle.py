"""The Merkle tree of RFC 6962 and RFC 9162 (SHA-256): hashes, proofs, and how they are checked.

A node is `(level, index)`: level 0 holds the leaves, and node `(l, i)` covers the `2**l` leaves from
`i * 2**l`. Only complete nodes are ever kept, so none of them changes when the tree grows.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

Node = tuple[int, int]
Reader = Callable[[Sequence[Node]], Mapping[Node, bytes]]
"""Hands out the hashes of all these nodes at once."""

SIZE = 32
EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def position(node: Node) -> int:
    """The place of a node when the tree is written in order: leaf i at 2i, parents between."""
    level, index = node
    return ((2 * index + 1) << level) - 1


def root(size: int, read: Reader) -> bytes:
    """The root of the first `size` leaves."""
    return _hashes([(0, size)], read)[0] if size else EMPTY


def inclusion_proof(index: int, size: int, read: Reader) -> list[bytes]:
    """What leads from a leaf to the root of the first `size` leaves."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    return _hashes(list(_beside_leaf(index, size))[::-1], read)


def consistency_proof(old: int, size: int, read: Reader) -> list[bytes]:
    """What shows that the first `old` leaves are still the same in a tree of `size`."""
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {size} leaves has no first {old}")
    if old in (0, size):
        return []
    return _hashes(list(_beside_tree(old, size))[::-1], read)


def verify_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected: bytes
) -> bool:
    """Check a proof for the hash of a leaf against a root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(beside, found)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            found = node_hash(found, beside)
        place >>= 1
        last >>= 1
    return last == 0 and found == expected


def verify_consistency(
    old: int, size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Check that the larger tree begins with the smaller one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= size:
        return False
    if old == size:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = old - 1, size - 1
    while place & 1:
        place >>= 1
        last >>= 1
    before = after = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(beside, before), node_hash(beside, after)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            after = node_hash(after, beside)
        place >>= 1
        last >>= 1
    return last == 0 and before == old_root and after == new_root


class Frontier:
    """The right edge of a growing tree: enough to add leaves and to tell the root."""

    def __init__(self, size: int = 0, read: Reader | None = None) -> None:
        self.size = size
        nodes = list(_cover(0, size))
        known = read(nodes) if nodes and read else {}
        self._edge = [known[node] for node in nodes]

    def add(self, leaf: bytes) -> Iterator[tuple[Node, bytes]]:
        """Add the hash of a leaf; hand out every node that is complete by it."""
        node, found = (0, self.size), leaf
        self.size += 1
        made = [(node, found)]
        while node[1] & 1:
            node, found = (node[0] + 1, node[1] >> 1), node_hash(self._edge.pop(), found)
            made.append((node, found))
        self._edge.append(found)
        yield from made

    @property
    def root(self) -> bytes:
        return _fold(self._edge) if self._edge else EMPTY


def _hashes(ranges: Sequence[tuple[int, int]], read: Reader) -> list[bytes]:
    covers = [list(_cover(first, end)) for first, end in ranges]
    known = read([node for cover in covers for node in cover])
    return [_fold([known[node] for node in cover]) for cover in covers]


def _fold(hashes: Sequence[bytes]) -> bytes:
    *rest, found = hashes
    for left in reversed(rest):
        found = node_hash(left, found)
    return found


def _cover(first: int, end: int) -> Iterator[Node]:
    """The complete nodes that cover leaves first..end-1, largest first; `first` fits the largest."""
    while first < end:
        level = (end - first).bit_length() - 1
        yield level, first >> level
        first += 1 << level


def _beside_leaf(index: int, size: int) -> Iterable[tuple[int, int]]:
    first, end = 0, size
    while end - first > 1:
        middle = first + _left_part(end - first)
        if index < middle:
            yield middle, end
            end = middle
        else:
            yield first, middle
            first = middle


def _beside_tree(old: int, size: int) -> Iterable[tuple[int, int]]:
    first, end = 0, size
    while old != end:
        middle = first + _left_part(end - first)
        if old <= middle:
            yield middle, end
            end = middle
        else:
            yield first, middle
            first = middle
    if first:
        yield first, end


def _left_part(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
