"""Signed notes, checkpoints and cosignatures: their exact text, and what is refused."""

import base64
import struct

import pytest

from probity.ledger import merkle, notes
from probity.ledger.notes import BadNote, Key
from tests.factories.ledger import ORIGIN, Signer

# the example key and note of golang.org/x/mod/sumdb/note
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ESSAY = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


@pytest.fixture
def checkpoint():
    return notes.sign(7, merkle.leaf_hash(b"x"), Signer())


def test_a_note_signed_elsewhere_is_opened():
    key = Key.parse(PETER)
    assert (key.name, key.hash.hex(), key.text) == ("PeterNeumann", "c74f20a3", PETER)
    assert [found.key for found in notes.open_note(ESSAY, [key])] == [key]
    with pytest.raises(BadNote, match="does not fit the text"):
        notes.open_note(ESSAY.replace("answer", "question"), [key])


def test_a_checkpoint_has_three_lines_and_a_signature(checkpoint):
    first, size, root, empty, signature, end = checkpoint.text.split("\n")
    assert (first, size, empty, end) == (ORIGIN, "7", "", "")
    assert base64.b64decode(root) == merkle.leaf_hash(b"x")
    dash, name, encoded = signature.split(" ")
    assert (dash, name) == ("—", ORIGIN)
    assert base64.b64decode(encoded)[:4] == Signer().key.hash
    assert notes.open_checkpoint(checkpoint.text, Signer().key) == checkpoint


def test_the_hash_of_a_key_covers_name_kind_and_key():
    key = Signer().key
    hashes = {key.hash, Signer().witness_key.hash, Signer("b").key.hash, Signer(seed=2).key.hash}
    assert len(hashes) == 4


def test_a_witness_states_a_time(checkpoint):
    witness = Signer("witness.example", seed=9)
    line = notes.cosign(checkpoint, witness, 1_763_800_000)
    stated = base64.b64decode(line.split(" ")[2])
    assert stated[:4] == witness.witness_key.hash
    assert struct.unpack(">Q", stated[4:12]) == (1_763_800_000,)
    assert len(stated) == 4 + 8 + 64
    text = checkpoint.text + line
    found = notes.open_note(text, [Signer().key, witness.witness_key])
    assert [(one.key.name, one.time) for one in found] == [
        (ORIGIN, None),
        ("witness.example", 1_763_800_000),
    ]
    assert notes.read_checkpoint(text).body == checkpoint.body
    later = stated[:4] + struct.pack(">Q", 1_763_800_001) + stated[12:]
    moved = f"— witness.example {base64.b64encode(later).decode()}\n"
    with pytest.raises(BadNote, match=r"witness\.example does not fit"):
        notes.open_note(checkpoint.text + moved, [witness.witness_key])
    short = f"— witness.example {base64.b64encode(stated[:-1]).decode()}\n"
    with pytest.raises(BadNote, match="wrong length"):
        notes.open_note(checkpoint.text + short, [witness.witness_key])


def test_lines_of_strangers_are_passed_over(checkpoint):
    text = checkpoint.text + notes.cosign(checkpoint, Signer("stranger.example", seed=3), 1)
    assert notes.open_checkpoint(text, Signer().key).size == 7
    with pytest.raises(BadNote, match="not signed with the key"):
        notes.open_checkpoint(text, Signer(seed=2).key)
    with pytest.raises(BadNote, match=r"is of localhost:8000/log, not of b"):
        notes.open_checkpoint(text, Signer("b").key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\nb\n",
        f"{ORIGIN}\n07\nAAAA\n\n— a AAAAAAAA\n",
        f"{ORIGIN}\n-1\nAAAA\n\n— a AAAAAAAA\n",
        f"{ORIGIN}\n1\nAAAA\n\n— a AAAAAAAA\n",
        f"{ORIGIN}\n1\n!\n\n— a AAAAAAAA\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(BadNote):
        notes.read_checkpoint(text)


@pytest.mark.parametrize(
    "line",
    [
        "- a AAAAAAAA\n",
        "— a AAAAAAAA",
        "— a+b AAAAAAAA\n",
        "— a AAAAAAA\n",
        "— a AAAA\n",
        "— AAAAAAAA\n",
        "—  AAAAAAAA\n",
        "\n",
    ],
)
def test_lines_that_are_no_signatures_are_refused(checkpoint, line):
    with pytest.raises(BadNote):
        notes.open_note(checkpoint.text + line, [Signer().key])


def test_every_flipped_bit_is_found(checkpoint):
    data = checkpoint.text.encode()
    for place in range(len(data)):
        for bit in (0, 5):
            spoilt = bytearray(data)
            spoilt[place] ^= 1 << bit
            with pytest.raises((BadNote, UnicodeDecodeError)):
                notes.open_checkpoint(bytes(spoilt).decode(), Signer().key)


def test_endless_notes_are_refused(checkpoint):
    with pytest.raises(BadNote, match="larger"):
        notes.open_note("x" * 70_000 + checkpoint.text, [])
    with pytest.raises(BadNote, match="too many"):
        notes.open_note(checkpoint.text + "— a AAAAAAAA\n" * 101, [])


@pytest.mark.parametrize(
    "text",
    ["", "a", "a+b+c", PETER.replace("c74f", "c74e"), PETER.replace("+AR", "+CR"), " ".join(PETER)],
)
def test_keys_written_wrong_are_refused(text):
    with pytest.raises(BadNote):
        Key.parse(text)


def test_the_log_is_named_after_its_address():
    assert notes.origin_of("https://exams.example.org") == "exams.example.org/log"
    assert notes.origin_of("http://localhost:8000") == ORIGIN
