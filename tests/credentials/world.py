"""An issuer as auditors see it: two certificates, a log, status lists, and forgers beside it."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import rfc8785

from probity.credentials.checks import reading
from probity.credentials.checks.contents import from_json
from probity.credentials.facts import CertificateFacts, StatusRef
from probity.credentials.lists import encoding, publishing, rules
from probity.credentials.lists.rules import Purpose
from probity.credentials.offline import trust, verifier
from probity.credentials.paper.layout import AREAS
from probity.credentials.press import Press
from probity.credentials.proofs import credential, keys
from probity.credentials.proofs.signers import NamedSigner
from probity.ledger import merkle, notes, tiles
from tests.factories.credentials import MADE_AT, make_facts, make_press

BASE = "https://certificates.example"
NOW = MADE_AT + timedelta(days=1)
PLACES = {"one": 4711, "two": 99}
_AREAS = {name: area.points() for name, area in AREAS.items()}


def read(data):
    """As the sandbox does, without a process of its own."""
    return from_json(reading.read(data, _AREAS))


class Log:
    """A small log in memory."""

    def __init__(self, press: Press, *entries: bytes) -> None:
        self.tree, self.nodes, self.entries = merkle.Frontier(), {}, list(entries)
        for entry in entries:
            self.nodes.update(self.tree.add(merkle.leaf_hash(entry)))
        log = press.ring.private(press.current.id).log
        signer = NamedSigner(notes.origin_of(press.settings.base_url), log)
        self.checkpoint = notes.sign(len(entries), self.tree.root, signer)

    def receipt(self, index: int) -> dict[str, Any]:
        size = len(self.entries)
        proof = merkle.inclusion_proof(index, size, lambda w: {n: self.nodes[n] for n in w})
        return {
            "log": self.checkpoint.origin,
            "index": index,
            "entry": json.loads(self.entries[index]),
            "proof": [step.hex() for step in proof],
            "checkpoint": self.checkpoint.text,
        }

    def files(self) -> dict[str, bytes]:
        found = {"log/checkpoint": self.checkpoint.text.encode()}
        for tile in tiles.all_tiles(len(self.entries)):
            if tile.level is not None:
                found[f"log/{tile.path}"] = b"".join(self.nodes[n] for n in tile.nodes())
        return found


def entry(document: bytes, at: str = MADE_AT.isoformat()) -> bytes:
    digest = credential.digest(credential.loads(document))
    return rfc8785.dumps({"v": 1, "type": "issue", "digest": digest, "time": at})


def lists(
    press: Press, set_bits: Mapping[Purpose, list[int]], built_at=MADE_AT
) -> dict[str, bytes]:
    encoded = {(1, p): encoding.encode(set_bits.get(p, [])) for p in Purpose}
    signed = publishing.sign(encoded, press.ring.private(press.current.id), {1: BASE}, built_at)
    return {f"status/{rules.name(*s.key)}": s.document.encode() for s in signed}


@dataclass
class World:
    """`one` and `two` are certificates; `pdf` is the file of the first."""

    press: Press
    forger: Press
    one: CertificateFacts
    two: CertificateFacts
    documents: dict[str, bytes]
    log: Log
    pdf: bytes

    @classmethod
    def build(cls, folder: Path, cache: Path) -> "World":
        press = make_press(folder / "issuer", cache, BASE)
        forger = make_press(folder / "forger", cache, BASE)
        forger.typesetter = press.typesetter  # faces are dear, and forgers have the same
        one = certified(press, "one")
        two = certified(press, "two")
        documents = {"one": press.sign(one, MADE_AT), "two": press.sign(two, MADE_AT)}
        log = Log(press, b'{"v":1}', *map(entry, documents.values()), b'{"v":2}')
        pdf = press.make(one, MADE_AT, documents["one"], log.receipt(1))[0]
        return cls(press, forger, one, two, documents, log, pdf)

    def page(self, facts=None, document=None, receipt="own", by=None) -> bytes:
        """A file made with real (or a forger's) keys, whatever it says."""
        held = self.log.receipt(1) if receipt == "own" else receipt
        made = (by or self.press).make(
            facts or self.one, MADE_AT, document or self.documents["one"], held
        )
        return made[0]

    def published(self, **changes: bytes | None) -> dict[str, bytes]:
        folder = self.press.folder
        found = {
            trust.KEYS[0]: keys.dumps(keys.trusted(folder, demonstration=False)),
            **self.log.files(),
            **lists(self.press, {}),
        }
        return {path: data for path, data in (found | changes).items() if data is not None}

    @functools.cached_property
    def bundle(self) -> trust.Bundle:
        return opened(self.published())

    def examine(self, data: bytes, published=None, now=NOW):
        found = self.bundle if published is None else opened(published)
        return verifier.examine(data, found, now, read)


def certified(press: Press, which: str) -> CertificateFacts:
    other = {"public_id": "zyxwvutsrqponmlkjihgfedc77", "number": "PRB-2026-000124", "name_latin": "Li Si", "name_native": "李四"}  # fmt: skip
    facts = make_facts(press, **(other if which == "two" else {}))
    status = tuple(StatusRef(p.value, rules.address(BASE, 1, p), PLACES[which]) for p in Purpose)
    return replace(facts, status=status)


def opened(found: Mapping[str, bytes]) -> trust.Bundle:
    """As `trust.load` opens a folder."""
    sets = trust.Trust(keys.loads(found[trust.KEYS[0]]))
    return trust.Bundle(sets, found.get, trust._checkpoint(found.get, sets, Path("memory")))
