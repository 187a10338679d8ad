"""The encrypted stream: whole or not at all, and where it was touched is named."""

import io
import re

import pytest

from probity.backup import sealing
from probity.backup.sealing import (
    CHUNK,
    Damaged,
    Identity,
    Passphrase,
    Recipient,
    SealedReader,
    SealingWriter,
    WrongKey,
)

SECRET = b"a passphrase of the tests"


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    monkeypatch.setattr(sealing, "SCRYPT_N", 2)


def sealed(data, lock=None):
    out = io.BytesIO()
    writer = SealingWriter(out, lock or Passphrase(SECRET))
    for first in range(0, len(data), 50_000):
        writer.write(data[first : first + 50_000])
    writer.finish()
    return out.getvalue()


def opened(data, opener=None):
    return SealedReader(io.BytesIO(data), opener or Passphrase(SECRET)).readall()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_goes_in_comes_out(size):
    data = bytes(range(256)) * (size // 256 + 1)
    assert opened(sealed(data[:size])) == data[:size]


def test_nothing_of_it_can_be_read_without_the_secret():
    made = sealed(b"Ada Lim" * 10_000)
    assert b"Ada Lim" not in made
    assert sealed(b"Ada Lim" * 10_000) != made
    with pytest.raises(WrongKey, match="passphrase or key is not the one"):
        opened(made, Passphrase(b"another passphrase"))


def test_a_flipped_bit_anywhere_is_named():
    made = sealed(bytes(3 * CHUNK))
    for place in [*range(0, 220, 7), CHUNK // 2, 2 * CHUNK, len(made) - 1]:
        broken = bytearray(made)
        broken[place] ^= 1
        with pytest.raises((Damaged, WrongKey)):
            opened(bytes(broken))
    broken = bytearray(made)
    broken[2 * CHUNK] ^= 1
    with pytest.raises(Damaged, match=r"in bytes [\d,]+ to [\d,]+") as told:
        opened(bytes(broken))
    first, last = (int(n) for n in re.findall(r"\d+", str(told.value).replace(",", "")))
    assert first <= 2 * CHUNK < last + 1


def test_chunks_can_be_neither_cut_off_nor_moved_nor_added():
    made = sealed(bytes(3 * CHUNK))
    step, start = CHUNK + 16, len(made) - 3 * (CHUNK + 16)
    chunks = [made[start + n * step : start + (n + 1) * step] for n in range(3)]
    for order in ([0, 1], [0, 2], [0, 2, 1], [0, 1, 2, 2], [0, 0, 1, 2]):
        with pytest.raises(Damaged):
            opened(made[:start] + b"".join(chunks[n] for n in order))
    with pytest.raises(Damaged, match="end is missing"):
        opened(made[:-20])


def test_a_machine_with_the_public_half_cannot_read_what_it_made():
    private, public = sealing.new_pair()
    made = sealed(b"secret" * 100, Recipient(f"{public}\n"))
    assert opened(made, Identity(private)) == b"secret" * 100
    with pytest.raises(WrongKey, match="for another key"):
        opened(made, Identity(sealing.new_pair()[0]))
    with pytest.raises(WrongKey, match="--identity"):
        opened(made)
    with pytest.raises(WrongKey, match="--passphrase-file"):
        opened(sealed(b""), Identity(private))


@pytest.mark.parametrize(
    "text", ["", "age1abc", "probity-backup-public-", "probity-backup-public-é"]
)
def test_a_key_that_is_none_is_told_so(text):
    with pytest.raises(WrongKey, match="key"):
        Recipient(text)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        sealing.MAGIC,
        sealing.MAGIC + b"{}\n",
        sealing.MAGIC + b"[]\n",
        sealing.MAGIC + b'{"kind": "scrypt", "salt": "", "n": 1073741824}\n',
        sealing.MAGIC + b"x" * 5000,
    ],
)
def test_what_is_no_backup_is_told_so(data):
    with pytest.raises((Damaged, WrongKey)):
        opened(data)
