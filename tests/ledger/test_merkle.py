"""RFC 6962 exactly: known answers, and every proof of every tree up to 64 leaves."""

import pytest

from probity.ledger import merkle

# the tree of the certificate-transparency project; roots after each leaf, proofs as published
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
          "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATHS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
GROWTH = {
    (1, 1): [],
    (1, 8): PATHS[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
EXHAUSTIVE = 64


class Tree:
    """Leaves and every complete node, as the database keeps them."""

    def __init__(self, entries):
        self.nodes, self.roots = {}, [merkle.EMPTY]
        edge = merkle.Frontier()
        for data in entries:
            self.nodes.update(edge.add(merkle.leaf_hash(data)))
            self.roots.append(edge.root)

    def read(self, nodes):
        return {node: self.nodes[node] for node in nodes}


def hexed(proof):
    return [step.hex() for step in proof]


@pytest.fixture(scope="module")
def known():
    return Tree(bytes.fromhex(text) for text in INPUTS)


@pytest.fixture(scope="module")
def tree():
    return Tree(b"%d" % number for number in range(EXHAUSTIVE))


def test_roots_are_those_of_the_reference_tree(known):
    assert hexed(known.roots[1:]) == ROOTS
    assert merkle.EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(("index", "size"), PATHS)
def test_inclusion_proofs_are_the_published_ones(known, index, size):
    assert hexed(merkle.inclusion_proof(index, size, known.read)) == PATHS[index, size]


@pytest.mark.parametrize(("old", "size"), GROWTH)
def test_consistency_proofs_are_the_published_ones(known, old, size):
    assert hexed(merkle.consistency_proof(old, size, known.read)) == GROWTH[old, size]


def split(leaves):
    """The definition of RFC 6962 word by word."""
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return merkle.node_hash(split(leaves[:middle]), split(leaves[middle:]))


def test_roots_follow_the_definition(tree):
    leaves = [merkle.leaf_hash(b"%d" % number) for number in range(EXHAUSTIVE)]
    for size in range(1, EXHAUSTIVE + 1):
        assert tree.roots[size] == split(leaves[:size]) == merkle.root(size, tree.read)


def test_every_leaf_of_every_tree_is_proved(tree):
    for size in range(1, EXHAUSTIVE + 1):
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, tree.read)
            leaf, root = tree.nodes[0, index], tree.roots[size]
            assert merkle.verify_inclusion(index, size, leaf, proof, root)
            for wrong in altered(proof):
                assert not merkle.verify_inclusion(index, size, leaf, wrong, root)
            assert not merkle.verify_inclusion(index, size, tree.roots[0], proof, root)
            assert not merkle.verify_inclusion(index, size, leaf, proof, tree.roots[size - 1])
            for other in {index ^ 1, index - 1, index + 1, size} - {index}:
                assert not merkle.verify_inclusion(other, size, leaf, proof, root)


def test_every_growth_is_proved(tree):
    for size in range(1, EXHAUSTIVE + 1):
        for old in range(1, size):
            proof = merkle.consistency_proof(old, size, tree.read)
            before, after = tree.roots[old], tree.roots[size]
            assert merkle.verify_consistency(old, size, before, after, proof)
            for wrong in altered(proof):
                assert not merkle.verify_consistency(old, size, before, after, wrong)
            assert not merkle.verify_consistency(old, size, after, after, proof)
            assert not merkle.verify_consistency(old, size, before, before, proof)
            assert not merkle.verify_consistency(old + 1, size, before, after, proof)


def altered(proof):
    """Every way to spoil one step, and proofs too short, too long and turned around."""
    for place, step in enumerate(proof):
        yield [*proof[:place], bytes([step[0] ^ 1]) + step[1:], *proof[place + 1 :]]
        yield proof[:place] + proof[place + 1 :]
    yield [*proof, merkle.EMPTY]
    if len(set(proof)) > 1:
        yield proof[::-1]


def test_the_borders(tree):
    assert merkle.consistency_proof(0, 5, tree.read) == []
    assert merkle.consistency_proof(5, 5, tree.read) == []
    assert merkle.verify_consistency(0, 5, merkle.EMPTY, tree.roots[5], [])
    assert not merkle.verify_consistency(0, 5, tree.roots[4], tree.roots[5], [])
    assert merkle.verify_consistency(5, 5, tree.roots[5], tree.roots[5], [])
    assert not merkle.verify_consistency(5, 5, tree.roots[5], tree.roots[4], [])
    assert not merkle.verify_consistency(6, 5, tree.roots[6], tree.roots[5], [])
    assert not merkle.verify_consistency(3, 5, tree.roots[3], tree.roots[5], [])
    with pytest.raises(ValueError, match="no leaf 5"):
        merkle.inclusion_proof(5, 5, tree.read)
    with pytest.raises(ValueError, match="no first 6"):
        merkle.consistency_proof(6, 5, tree.read)


def test_places_in_order_are_all_different(tree):
    places = {merkle.position(node) for node in tree.nodes}
    assert places == set(range(2 * EXHAUSTIVE - 1))
    assert [merkle.position((0, leaf)) for leaf in (0, 1, 5)] == [0, 2, 10]
    assert merkle.position((6, 0)) == 63
