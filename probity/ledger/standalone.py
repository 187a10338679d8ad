"""Audit a transparency log of certificates: python probity-log-audit.py ADDRESS-OR-FOLDER.

Needs nothing but Python 3.11. It reads every entry, builds the Merkle tree (RFC 6962) anew, and
compares it with the published hashes and with every checkpoint. Signatures are checked if the
package `cryptography` is installed. Exit code 0: no fault; 1: faults, each in a sentence; 2: nothing
could be read. The formats are c2sp.org/tlog-tiles, tlog-checkpoint, tlog-cosignature, signed-note.
"""

import argparse
import base64
import functools
import hashlib
import json
import struct
import sys
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:  # the tree is checked all the same
    Ed25519PublicKey = None  # type: ignore[assignment, misc]

Fetch = Callable[[str], bytes]
WIDTH = 256
LARGEST = 64 * 1024 * 1024
TOLD = 20
ED25519, COSIGNATURE = 1, 4


class Unreadable(Exception):
    """A file of the log is missing or makes no sense."""


@dataclass
class Report:
    """What was looked at and everything that is wrong."""

    origin: str = ""
    size: int = 0
    root: str = ""
    checkpoints: int = 0
    cosignatures: int = 0
    signatures_checked: bool = False
    remarks: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Key(NamedTuple):
    """A public key as noted down: name+hash+key."""

    name: str
    hash: bytes
    kind: int
    public: bytes

    def under(self, name: str) -> "Key":
        text = name.encode() + bytes([0x0A, self.kind]) + self.public
        return self._replace(name=name, hash=hashlib.sha256(text).digest()[:4])


class Checkpoint(NamedTuple):
    """Name, size and root as stated, and the text with its signatures."""

    origin: str
    size: int
    root: bytes
    body: str
    lines: list[tuple[str, bytes]]


def audit(
    fetch: Fetch,
    keys: Iterable[str] = (),
    noted: Iterable[str] = (),
    tell: Callable[[int], object] = int,
) -> Report:
    """Check a whole log. `noted` are checkpoints kept from earlier visits."""
    report = Report()
    current = parse_checkpoint(fetch("checkpoint").decode(errors="replace"))
    report.origin, report.size, report.root = current.origin, current.size, current.root.hex()
    known = [parse_key(text) for text in keys]
    if not known:
        known = [parse_key(text) for text in _optional(fetch, "keys").split()]
        report.remarks.append(
            "The key was taken from the log itself. Compare it with one you know from elsewhere."
        )
    stated = [current, *map(parse_checkpoint, noted), *_published(fetch)]
    _check_signatures(report, stated, known)
    by_size: dict[int, set[bytes]] = {}
    for checkpoint in stated:
        by_size.setdefault(checkpoint.size, set()).add(checkpoint.root)
    report.checkpoints = len({checkpoint.body for checkpoint in stated})
    _check_tree(report, fetch, by_size, tell)
    for size in sorted(size for size in by_size if size > current.size):
        report.faults.append(
            f"A checkpoint states {size} entries, the log now has {current.size}: "
            "its end was cut off (a roll-back)."
        )
    return report


def check_receipt(receipt: dict[str, object], keys: Iterable[str]) -> str:
    """Check one receipt without the log; returns what it proves, raises Unreadable if nothing."""
    try:
        index, text = int(str(receipt["index"])), str(receipt["checkpoint"])
        steps = [bytes.fromhex(str(step)) for step in list(receipt["proof"])]  # type: ignore[call-overload]
        entry = json.dumps(
            receipt["entry"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable("A receipt has index, entry, proof and checkpoint.") from error
    checkpoint, report = parse_checkpoint(text), Report()
    known = [parse_key(key) for key in keys]
    _check_signatures(report, [checkpoint], known)
    if report.faults:
        raise Unreadable(report.faults[0])
    if not _leads(index, checkpoint.size, leaf_hash(entry.encode()), steps, checkpoint.root):
        raise Unreadable(f"The proof does not lead from entry {index} to the root.")
    signed = "signed" if known and report.signatures_checked else "NOT CHECKED FOR ITS SIGNATURE"
    return f"Entry {index} is in {checkpoint.origin}, in the checkpoint of {checkpoint.size} entries ({signed})."  # fmt: skip


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def parse_checkpoint(text: str) -> Checkpoint:
    inside, _, signatures = text.rpartition("\n\n")
    try:
        origin, size, root, *_ = inside.split("\n")
        stated = base64.b64decode(root, validate=True)
        parts = [line.removeprefix("— ").split(" ") for line in signatures.splitlines()]
        lines = [(name, base64.b64decode(data, validate=True)) for name, data in parts]
        return Checkpoint(origin, int(size), stated, f"{inside}\n", lines)
    except ValueError as error:
        raise Unreadable("This is no checkpoint: name, size and root on three lines.") from error


def parse_key(text: str) -> Key:
    name, hashed, data = (*text.split("+", 2), "", "")[:3]
    try:
        key = base64.b64decode(data + "===") or b"\x00"
    except ValueError:
        key = b"\x00"
    if hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8] != hashed:
        raise Unreadable(f"{text!r} is not a key such as example.org/log+1a2b3c4d+AQ…")
    return Key(name, bytes.fromhex(hashed), key[0], key[1:])


def _check_tree(
    report: Report, fetch: Fetch, by_size: dict[int, set[bytes]], tell: Callable[[int], object]
) -> None:
    """Read all entries once, and compare the tree they make with everything published."""
    edge: list[tuple[int, bytes]] = []
    levels: dict[int, list[bytes]] = {}
    _compare_roots(report, by_size, 0, edge)
    for size, found in enumerate(_hashes(report, fetch), start=1):
        _add(edge, levels, size - 1, found)
        _compare_roots(report, by_size, size, edge)
        if size % WIDTH == 0 or size == report.size:
            tell(size)
    for level, hashes in sorted(levels.items()):
        for number in range(0, len(hashes), WIDTH):
            _compare_tile(report, fetch, level, number // WIDTH, hashes[number : number + WIDTH])


def _hashes(report: Report, fetch: Fetch) -> Iterator[bytes]:
    """The published hash of every entry, each compared with the entry itself."""
    for first in range(0, report.size, WIDTH):
        expected = min(WIDTH, report.size - first)
        path = _path("entries", first // WIDTH, expected)
        try:
            found = [leaf_hash(data) for data in _unpacked(fetch(path))]
        except Unreadable as error:
            report.faults.append(f"Entries from {first} on cannot be read: {error}")
            return
        if len(found) != expected:
            report.faults.append(f"{path} has {len(found)} entries instead of {expected}.")
            return
        yield from _compare_tile(report, fetch, 0, first // WIDTH, found)


def _add(edge: list[tuple[int, bytes]], levels: dict[int, list[bytes]], index: int, found: bytes) -> None:  # fmt: skip
    level = 0
    while index & 1:
        found = node_hash(edge.pop()[1], found)
        index >>= 1
        level += 1
        if level % 8 == 0:
            levels.setdefault(level // 8, []).append(found)
    edge.append((level, found))


def _compare_roots(
    report: Report, by_size: dict[int, set[bytes]], size: int, edge: list[tuple[int, bytes]]
) -> None:
    if size not in by_size:
        return
    root = edge[-1][1] if edge else hashlib.sha256(b"").digest()
    for _, left in reversed(edge[:-1]):
        root = node_hash(left, root)
    if len(by_size[size]) > 1:
        report.faults.append(
            f"FORK: {len(by_size[size])} different roots are signed for {size} entries: "
            "readers were shown different logs."
        )
    for stated in by_size[size] - {root}:
        report.faults.append(
            f"The checkpoint of {size} entries states the root {stated.hex()}, the entries give "
            f"{root.hex()}: an entry up to there was changed, removed, added or moved."
        )


def _compare_tile(
    report: Report, fetch: Fetch, level: int, number: int, hashes: list[bytes]
) -> list[bytes]:
    """Compare what we computed with what is published; hand out the latter if it is complete."""
    path = _path(str(level), number, len(hashes))
    try:
        data = fetch(path)
    except Unreadable as error:
        report.faults.append(f"Hashes are missing: {error}")
        return hashes
    published = [data[at : at + 32] for at in range(0, len(data), 32)]
    if len(published) != len(hashes):
        report.faults.append(f"{path} has {len(published)} hashes instead of {len(hashes)}.")
        return hashes
    first = number * WIDTH
    for place, found in enumerate(hashes):
        if published[place] == found:
            continue
        if level:
            fault = f"Hash {place} in {path} is wrong: it does not follow from those below."
        elif found in published:
            fault = f"Entry {first + place} is what was logged as entry {first + published.index(found)}: entries were moved."  # fmt: skip
        else:
            fault = f"Entry {first + place} does not fit {path}: it was changed after logging."
        report.faults.append(fault)
    return published


def _check_signatures(report: Report, stated: list[Checkpoint], keys: list[Key]) -> None:
    report.signatures_checked = Ed25519PublicKey is not None
    if not report.signatures_checked:
        report.remarks.append(
            "SIGNATURES WERE NOT CHECKED, only the tree: install `cryptography` to check them."
        )
        return
    names = {checkpoint.origin for checkpoint in stated}  # a site that moved had others before
    every = (one for key in keys for one in (key, *map(key.under, names)))
    known = {(key.name, key.hash): key for key in every}
    counted: set[tuple[str, bytes]] = set()
    for checkpoint in stated:
        signed, size = False, checkpoint.size
        for name, data in checkpoint.lines:
            key = known.get((name, data[:4]))
            if key is None:
                continue
            if not _holds(key, data[4:], checkpoint.body):
                fault = f"The signature of {name} on the checkpoint of {size} entries is wrong."
                report.faults.append(fault)
            elif key.kind == COSIGNATURE:
                counted.add((checkpoint.body, data))
            signed = signed or (key.kind == ED25519 and name == checkpoint.origin)
        if not signed:
            fault = f"The checkpoint of {size} entries is not signed with a known key of the log."
            report.faults.append(fault)
    report.cosignatures = len(counted)


def _holds(key: Key, signature: bytes, body: str) -> bool:
    data = body.encode()
    if key.kind == COSIGNATURE:
        if len(signature) != 72:  # noqa: PLR2004 (eight bytes of time, then the signature)
            return False
        (time,) = struct.unpack(">Q", signature[:8])
        signature, data = signature[8:], f"cosignature/v1\ntime {time}\n{body}".encode()
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _leads(index: int, size: int, found: bytes, proof: list[bytes], root: bytes) -> bool:
    if not 0 <= index < size:
        return False
    place, last = index, size - 1
    for beside in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(beside, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def _published(fetch: Fetch) -> list[Checkpoint]:
    lines = _optional(fetch, "checkpoints.jsonl").splitlines()
    try:
        return [parse_checkpoint(str(json.loads(line))) for line in lines]
    except ValueError as error:
        raise Unreadable("checkpoints.jsonl is not one text in quotes on each line.") from error


def _unpacked(data: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(data):
        end = place + 2 + int.from_bytes(data[place : place + 2], "big")
        if end > len(data):
            raise Unreadable("the file is cut off.")
        yield data[place + 2 : end]
        place = end


def _path(kind: str, number: int, width: int) -> str:
    parts = [f"{number % 1000:03d}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03d}")
    return f"tile/{kind}/{'/'.join(parts)}" + (f".p/{width}" if width < WIDTH else "")


def _optional(fetch: Fetch, path: str) -> str:
    try:
        return fetch(path).decode(errors="replace")
    except Unreadable:
        return ""


def opened(source: str) -> Fetch:
    """How to read the files of a log at an address or in a folder."""

    def fetch(path: str) -> bytes:
        try:
            if not source.startswith(("https://", "http://")):
                return Path(source, path).read_bytes()
            address = f"{source.rstrip('/')}/{path}"
            with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 (checked above)
                return bytes(answer.read(LARGEST))
        except OSError as error:
            getattr(error, "close", bool)()  # an answer that says no
            raise Unreadable(f"{path} in {source} cannot be read ({error}).") from error

    return fetch


def _tell(done: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} entries", end="", file=sys.stderr, flush=True)  # noqa: T201


def show(report: Report) -> int:
    """Write what was found; returns the exit code."""
    say = sys.stdout.write
    say(f"{report.origin}: {report.size} entries, root {report.root}\n")
    counted = f"{report.checkpoints} checkpoints, {report.cosignatures} cosignatures"
    say(f"{counted} of known witnesses\n")
    say("".join(f"{remark}\n" for remark in report.remarks))
    say("".join(f"FAULT: {fault}\n" for fault in report.faults[:TOLD]))
    if len(report.faults) > TOLD:
        say(f"FAULT: and {len(report.faults) - TOLD} more.\n")
    if not report.faults:
        say("No fault: every entry is in the tree, and every checkpoint fits.\n")
    return 1 if report.faults else 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("source", help="https://…/log, a folder, or a receipt with --receipt")
    add = functools.partial(parser.add_argument, action="append", default=[])
    add("--key", help="name+hash+key of log or witness")
    add("--noted", help="file: a checkpoint kept earlier")
    parser.add_argument("--receipt", action="store_true", help="the source is a receipt")
    given = parser.parse_args(arguments)
    try:
        if given.receipt:
            print(check_receipt(json.loads(Path(given.source).read_bytes()), given.key))  # noqa: T201
            return 0
        noted = [Path(name).read_text(encoding="utf-8") for name in given.noted]
        return show(audit(opened(given.source), given.key, noted, _tell))
    except (Unreadable, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
