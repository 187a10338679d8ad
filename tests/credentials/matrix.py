"""The tamper matrix: every way of forging we thought of, and what the offline verifier calls it.

`python -m tests.credentials.matrix` prints it. The same files against the register are in
test_verification.py.
"""

import html
import json
import struct
import sys
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from probity.credentials.lists.rules import Purpose
from probity.credentials.offline.trust import KEYS
from probity.credentials.proofs import keys, qr
from probity.credentials.proofs.keys import Compromise
from probity.credentials.sharing import baking, picture
from tests.credentials import tampering, world
from tests.credentials.world import MADE_AT, NOW, PLACES, Log, World, entry

Make = Callable[[World], bytes]


@dataclass(frozen=True)
class Case:
    """What is handed in (and changed around it), the verdict, and a reason that must be named."""

    name: str
    make: Make
    status: str
    reason: str
    published: Callable[[World], dict[str, bytes]] | None = None
    after: timedelta = timedelta()


def altered(change, reason, status="altered"):
    return lambda name: Case(name, lambda w: change(w.pdf), status, reason)


FILES = {
    "bit in page": "changed-after-signing",
    "byte in padding": "hidden-in-signature",
    "signature value": "changed-after-signing",
    "case of a digit": "hidden-in-signature",
    "white space in padding": "hidden-in-signature",
    "junk after the end": "added-after-signing",
    "signed again": "added-after-signing",
    "painted over": "added-after-signing",
    "note added": "added-after-signing",
    "language changed": "added-after-signing",
    "attachment added": "added-after-signing",
    "shadow: content replaced": "added-after-signing",
    "shadow: content hidden": "added-after-signing",
    "shadow: pages exchanged": "added-after-signing",
    "re-saved": "signature-removed",
    "signature stripped": "signature-removed",
    "attachment swapped": "signature-removed",
    "printed to PDF": "signature-removed",
}
UNKNOWN_OFFLINE = {"attachment swapped", "printed to PDF"}
"""Nothing in them is signed any more; only the register can say which certificate it was."""


def _file_cases():
    for name, reason in FILES.items():
        status = "unknown" if name in UNKNOWN_OFFLINE else "altered"
        yield altered(tampering.BYTES[name], reason, status)(name)
    for name, change, problem in (
        ("empty", lambda _d: b"", "empty"),
        ("truncated", lambda d: d[:30_000], "truncated"),
        ("50 MB", lambda d: d + b"\0" * 50_000_000, "too-large"),
        ("encrypted", tampering.encrypted, "encrypted"),
        ("with a script", tampering.with_script, "active-content"),
        ("photographed", lambda _d: b"\xff\xd8\xff\xe0 JFIF", "picture"),
        ("signed by others (RSA)", tampering.signed_with_rsa, "forged"),
    ):
        yield altered(change, problem, "altered" if problem == "forged" else "unreadable")(name)


def _document(change, which="one"):
    """The credential, changed as somebody without the key can."""

    def make(w):
        document = json.loads(w.documents[which])
        change(document)
        return json.dumps(document).encode()

    return make


def _set(document, *path_and_value):
    *path, last, value = path_and_value
    for step in path:
        document = document[step]
    document[last] = value


def _repeated(w):
    return w.documents["one"].replace(b'{\n "@context"', b'{\n "name": "Minister",\n "@context"', 1)


def _code(w):
    return qr.address(w.one, w.press.ring.private(w.press.current.id).credential)


def _other_payload(w):
    """A character of the signed part is another one."""
    head, payload = _code(w).split("#")
    place = len(payload) // 2
    return f"{head}#{payload[:place]}{'A' if payload[place] != 'A' else 'B'}{payload[place + 1 :]}"


HOLDER = ("credentialSubject", "identifier", 0, "identityHash", "Li Si (李四)")
DOCUMENTS = (
    Case("credential: name altered", _document(lambda d: _set(d, *HOLDER)), "altered", "credential-altered"),
    Case("credential: term of no context", _document(lambda d: _set(d, "grade", "A")), "altered", "credential-altered"),
    Case("credential: only the RDF proof", _document(lambda d: _set(d, "proof", d["proof"][0])), "unknown", "proof-jcs-missing"),
    Case("credential: unknown cryptosuite", _document(lambda d: _set(d, "proof", 1, "cryptosuite", "bbs-2023")), "unknown", "proof-kind"),
    Case("credential: wrong types", _document(lambda d: _set(d, "proof", 7)), "unknown", "proof-missing"),
    Case("credential: issued by a look-alike", lambda w: w.forger.sign(replace(w.one, key_id=w.forger.current.id), MADE_AT), "altered", "credential-altered"),
    Case("credential: a key stated twice", _repeated, "unreadable", "json-duplicate"),
    Case("credential: 10 MB", lambda _w: b'{"a": "' + b"x" * 10_000_000 + b'"}', "unreadable", "json-large"),
    Case("credential: nested deeply", lambda _w: b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}", "unreadable", "json-deep"),
    Case("credential: cut off", lambda w: w.documents["one"][:900], "unreadable", "json-malformed"),
    Case("code: payload altered", lambda w: _other_payload(w).encode(), "altered", "code-altered"),
    Case("code: of another certificate", lambda w: _code(w).replace(w.one.public_id, w.two.public_id).encode(), "altered", "code-altered"),
    Case("code: on another site", lambda w: _code(w).replace("certificates.example", "certificates-example.test").encode(), "altered", "address-foreign"),
)  # fmt: skip


def _forked(w):
    """Another log of the same length, signed with the real key."""
    other = Log(w.press, b'{"v":1}', entry(w.documents["one"]), b'{"v":8}', b'{"v":9}')
    return w.page(receipt=other.receipt(1))


def _foreign_log(w):
    return w.page(receipt=Log(w.forger, b'{"v":1}', entry(w.documents["one"])).receipt(1))


def _false_proof(w):
    return w.page(receipt={**w.log.receipt(1), "proof": w.log.receipt(2)["proof"]})


def _late_log(w):
    late = entry(w.documents["one"], (MADE_AT + timedelta(days=90)).isoformat())
    return Log(w.press, b'{"v":1}', late)


def _back_dated(w):
    return w.page(receipt=_late_log(w).receipt(1))


def _specimen(w):
    folder = w.press.settings.instance_dir.parent / "demonstration"
    demo = world.make_press(folder, w.press.settings.instance_dir / "fonts")
    demo.typesetter = w.press.typesetter
    return tampering.page_made_by(demo, world.make_facts(demo))


INSIDERS = (
    Case("insider: other person's receipt", lambda w: w.page(receipt=w.log.receipt(2)), "unknown", "receipt-borrowed"),
    Case("insider: no receipt", lambda w: w.page(receipt=None), "unknown", "receipt-missing"),
    Case("insider: forked log", _forked, "unknown", "log-fork"),
    Case("insider: proof of another entry", _false_proof, "unknown", "receipt-broken"),
    Case("insider: log of a look-alike", _foreign_log, "unknown", "checkpoint-foreign"),
    Case("insider: back-dated", _back_dated, "valid", "back-dated", lambda w: w.published(**_late_log(w).files())),
    Case("insider: page names somebody else", lambda w: w.page(replace(w.one, name_latin="Li Si")), "altered", "text-differs"),
    Case("insider: later expiry on the page", lambda w: w.page(replace(w.one, valid_until=w.one.valid_until.replace(year=2035))), "altered", "text-differs"),
    Case("insider: higher level on the page", lambda w: w.page(replace(w.one, level="X")), "altered", "text-differs"),
    Case("insider: homoglyph in the name", lambda w: w.page(replace(w.one, name_latin="Lin W\u0435i")), "altered", "look-alike-letters"),
    Case("look-alike re-signs our page", lambda w: tampering.resigned(w.pdf, w.forger), "altered", "forged"),
    Case("look-alike, page of somebody else", lambda w: w.page(replace(w.one, name_latin="Li Si", key_id=w.forger.current.id), by=w.forger), "altered", "forged"),
    Case("specimen on a production site", _specimen, "unknown", "not-ours"),
)  # fmt: skip


def _withdrawn(purpose):
    return lambda w: w.published(**world.lists(w.press, {purpose: [PLACES["one"]]}))


def _stale(w):
    return w.published(**world.lists(w.press, {}, MADE_AT - timedelta(days=9)))


def _foreign_list(w):
    return w.published(**world.lists(w.forger, {}))


def _exchanged_list(w):
    found = w.published()
    revocation, suspension = (f"status/{world.rules.name(1, p)}" for p in Purpose)
    return found | {revocation: found[suspension]}


def _rolled_back(w):
    """The log as published is another one of the same length."""
    return w.published(**Log(w.press, b"a", b"b", b"c", b"d").files())


def _rewritten(w):
    """The log as published is longer, and begins otherwise."""
    return w.published(**Log(w.press, b"a", b"b", b"c", b"d", b"e").files())


def _stolen(leaf):
    def publish(w):
        (key,) = keys.published(w.press.folder)
        told = replace(key, compromised=Compromise(MADE_AT.isoformat(), leaf))
        return w.published(**{KEYS[0]: keys.dumps((told,))})

    return publish


def genuine(w):
    return w.pdf


AROUND = (
    Case("genuine", genuine, "valid", "status-as-of"),
    Case("genuine code", lambda w: _code(w).encode(), "valid", "status-not-checked"),
    Case("genuine, no lists at hand", genuine, "valid", "status-not-checked", lambda w: {p: d for p, d in w.published().items() if not p.startswith("status")}),
    Case("stale status list", genuine, "valid", "status-not-checked", _stale),
    Case("status list of a look-alike", genuine, "unknown", "list-foreign", _foreign_list),
    Case("status lists exchanged", genuine, "unknown", "list-foreign", _exchanged_list),
    Case("revoked", genuine, "revoked", "status-as-of", _withdrawn(Purpose.REVOCATION)),
    Case("suspended", genuine, "suspended", "status-as-of", _withdrawn(Purpose.SUSPENSION)),
    Case("expired", genuine, "expired", "status-not-checked", None, timedelta(days=1500)),
    Case("log replaced", genuine, "unknown", "log-fork", _rolled_back),
    Case("log rewritten and grown", genuine, "unknown", "log-fork", _rewritten),
    Case("key stolen after the entry", genuine, "valid", "status-not-checked", _stolen(3)),
    Case("key stolen before the entry", genuine, "unknown", "key-compromised", _stolen(1)),
)  # fmt: skip

NOBODYS, DRAWING = picture.png("LMP", 2026), picture.svg("LMP", 2026)


def _text(w, which="one"):
    return w.documents[which].decode()


def _renamed(w):
    return _text(w).replace("Lin Wei", "Li Si")


def _inside(words):
    """A drawing with something in it."""
    space = 'xmlns:b="https://purl.imsglobal.org/ob/v3p0"'
    return DRAWING.replace(">", f" {space}>{words}", 1).encode()


def _packed(name, flags):
    """A picture with a compressed credential after its header."""

    def make(w):
        content = name + b"openbadgecredential\0" + flags + zlib.compress(w.documents["one"])
        length, checksum = (
            struct.pack(">I", len(content) - 4),
            struct.pack(">I", zlib.crc32(content)),
        )
        return NOBODYS[:33] + length + content + checksum + NOBODYS[33:]

    return make


BADGES = (
    Case("credential alone", lambda w: w.documents["one"], "valid", "log-not-checked"),
    Case("badge (PNG)", lambda w: baking.into_png(NOBODYS, _text(w)), "valid", "badge-picture"),
    Case("badge (SVG)", lambda w: baking.into_svg(DRAWING, _text(w)), "valid", "badge-picture"),
    Case("badge (SVG), with references", lambda w: _inside(f"<b:credential>{html.escape(_text(w))}</b:credential>"), "valid", "badge-picture"),
    Case("badge (SVG), in an attribute", lambda w: _inside(f'<b:credential verify="{html.escape(_text(w))}"/>'), "valid", "badge-picture"),
    Case("badge: revoked", lambda w: baking.into_png(NOBODYS, _text(w)), "revoked", "badge-picture", _withdrawn(Purpose.REVOCATION)),
    Case("badge: name altered (PNG)", lambda w: baking.into_png(NOBODYS, _renamed(w)), "altered", "credential-altered"),
    Case("badge: name altered (SVG)", lambda w: baking.into_svg(DRAWING, _renamed(w)), "altered", "credential-altered"),
    Case("badge: two credentials", lambda w: baking.into_png(baking.into_png(NOBODYS, _text(w)), _text(w, "two")), "unreadable", "badge-several"),
    Case("badge: two in a drawing", lambda w: _inside(f"<b:credential><![CDATA[{_text(w)}]]></b:credential>" * 2), "unreadable", "badge-several"),
    Case("badge: a bit turned round", lambda w: baking.into_png(NOBODYS, _text(w)).replace(b"Wei", b"Wej", 1), "unreadable", "badge-broken"),
    Case("badge: compressed", _packed(b"iTXt", b"\1\0\0\0"), "unreadable", "badge-packed"),
    Case("badge: compressed otherwise", _packed(b"zTXt", b"\0"), "unreadable", "badge-packed"),
    Case("badge: entities", lambda w: b'<!DOCTYPE svg [<!ENTITY a "b">]>' + _inside(f"<b:credential>{_text(w)}</b:credential>"), "unreadable", "badge-entities"),
    Case("badge: nested deeply", lambda w: _inside("<g>" * 200 + f"<b:credential>{_text(w)}</b:credential>" + "</g>" * 200), "unreadable", "badge-deep"),
    Case("badge: very many parts", lambda _w: _inside("<g/>" * 30_000), "unreadable", "badge-complex"),
    Case("badge: very many pieces", lambda _w: NOBODYS[:33] + b"\0\0\0\0teXt\0\0\0\0" * 6000, "unreadable", "badge-complex"),
    Case("badge: broken markup", lambda _w: _inside("<g>"), "unreadable", "badge-malformed"),
    Case("badge: a token", lambda _w: baking.into_png(NOBODYS, "eyJhbGciOiJFZERTQSJ9.e30.AA"), "unreadable", "badge-foreign"),
    Case("badge: the older standard", lambda _w: baking.into_png(NOBODYS, "{}", old=True), "unreadable", "badge-old"),
    Case("badge: JSON of somebody", lambda _w: baking.into_svg(DRAWING, "{}"), "unreadable", "json-foreign"),
    Case("a picture without a credential", lambda _w: NOBODYS, "unreadable", "picture"),
    Case("a drawing without a credential", lambda _w: DRAWING.encode(), "unreadable", "picture"),
)  # fmt: skip

CASES = (*_file_cases(), *DOCUMENTS, *INSIDERS, *AROUND, *BADGES)


def judge(case: Case, w: World):
    published = case.published(w) if case.published else None
    return w.examine(case.make(w), published, NOW + case.after)


def main() -> int:
    wrong = 0
    table = Table("case", "verdict", "named", "expected", title="Tamper matrix, offline")
    with tempfile.TemporaryDirectory() as folder:
        w = World.build(Path(folder), Path(sys.argv[1]))
        for case in CASES:
            found = judge(case, w)
            right = found.status == case.status and case.reason in found.reasons
            wrong += not right
            expected = "" if right else f"{case.status}: {case.reason}"
            table.add_row(case.name, found.status, ", ".join(found.reasons), expected)
    Console(width=150).print(table)
    print(f"{len(CASES)} cases, {wrong} named wrongly")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
