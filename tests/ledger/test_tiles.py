"""Tiles: their addresses, what lies in them, and proofs made from nothing else."""

import pytest

from probity.ledger import merkle, tiles
from probity.ledger.tiles import Missing, Tile


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0, 256), "tile/0/000"),
        (Tile(0, 999, 256), "tile/0/999"),
        (Tile(1, 1234, 256), "tile/1/x001/234"),
        (Tile(0, 1_234_067, 256), "tile/0/x001/x234/067"),
        (Tile(0, 1_000_000, 17), "tile/0/x001/x000/000.p/17"),
        (Tile(None, 42, 1), "tile/entries/042.p/1"),
    ],
)
def test_addresses_are_those_of_the_specification(tile, path):
    assert tile.path == path
    _, kind, place = path.split("/", 2)
    assert tiles.parse(None if kind == "entries" else int(kind), place) == tile


@pytest.mark.parametrize(
    "place",
    ["", "0", "00", "0000", "x000/000", "x01/234", "x001/234.p/256", "000.p/0", "000.p/257",
     "000.p/01", "000.p", "001/234", "x001/x234", "../000", "000/", "-01", "٠٠٠"],
)  # fmt: skip
def test_addresses_written_otherwise_lead_nowhere(place):
    assert tiles.parse(0, place) is None


def test_levels_have_an_end():
    assert tiles.parse(5, "000") is not None
    assert tiles.parse(6, "000") is None


def test_all_tiles_of_a_log():
    paths = [tile.path for tile in tiles.all_tiles(256 * 256 + 256 + 3)]
    assert paths[:2] == ["tile/entries/000", "tile/entries/001"]
    assert paths[257] == "tile/entries/257.p/3"
    assert paths[-3:] == ["tile/1/000", "tile/1/001.p/1", "tile/2/000.p/1"]
    assert list(tiles.all_tiles(0)) == []


def test_bundles_keep_entries_apart():
    entries = [b"", b"a", b"\x00\x01", b"x" * 65_535]
    assert tiles.unpack(tiles.pack(entries)) == entries
    assert tiles.pack([b"ab"]) == b"\x00\x02ab"
    for cut in (1, 2, 4, 5, 7):
        with pytest.raises(Missing, match="cut off"):
            tiles.unpack(tiles.pack([b"a", b"abc"])[:cut])


@pytest.fixture(scope="module")
def nodes():
    edge, found = merkle.Frontier(), {}
    for number in range(70_000):
        found.update(edge.add(merkle.leaf_hash(b"%d" % number)))
    return found


def test_proofs_need_only_tiles(nodes):
    for size in (1, 255, 256, 257, 513, 65_537, 70_000):
        files = {t.path: t for t in tiles.all_tiles(size) if t.level is not None}
        fetched = []

        def fetch(path, files=files, fetched=fetched):
            fetched.append(path)
            return b"".join(nodes[node] for node in files[path].nodes())

        read = tiles.reader(fetch, size)
        direct = lambda wanted: {node: nodes[node] for node in wanted}  # noqa: E731
        for index in {0, size // 2, size - 1}:
            proof = merkle.inclusion_proof(index, size, read)
            assert proof == merkle.inclusion_proof(index, size, direct)
            old = index + 1
            assert merkle.consistency_proof(old, size, read) == merkle.consistency_proof(
                old, size, direct
            )
        assert len(fetched) == len(set(fetched))


def test_a_tile_of_another_width_is_refused():
    read = tiles.reader(lambda _path: b"\x00" * 32, 2)
    with pytest.raises(Missing, match="instead of 64"):
        read([(0, 1)])
