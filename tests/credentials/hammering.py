"""Random bits of files, credentials and codes turned round: none may be accepted.

`python -m tests.credentials.hammering FONTS [FILES TEXTS]` runs the long form and prints figures.
"""

import json
import random
import sys
import tempfile
import time
from pathlib import Path

from probity.credentials.checks import container, inspection
from probity.credentials.checks.inspection import Result
from probity.credentials.proofs import qr
from tests.credentials.world import World

MOST_BITS = 3


def flipped(data: bytes, chance: random.Random) -> bytes:
    """One to three random bits turned round."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, MOST_BITS)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def files(w: World, count: int, seed: int, *, whole: int = 0) -> list[bytes]:
    """Altered PDFs that were accepted.

    A file is valid offline only if its container passes every check; for the first `whole` files,
    and any whose container passes, the whole verifier is asked.
    """
    chance, keys, accepted = random.Random(seed), w.bundle.trust.keys, []
    for number in range(count):
        data = flipped(w.pdf, chance)
        if data == w.pdf:
            continue
        checks = inspection.check_container(container.find(data), keys)
        sound = all(check.result is Result.PASS for check in checks)
        if (sound or number < whole) and w.examine(data).status == "valid":
            accepted.append(data)
    return accepted


def credentials(w: World, count: int, seed: int) -> list[bytes]:
    """Altered credentials that were proven; another spelling of the same document is none."""
    chance, keys = random.Random(seed), w.bundle.trust.keys
    text, accepted = w.documents["one"], []
    genuine = json.loads(text)
    for _ in range(count):
        data = flipped(text, chance)
        document, proof = inspection.check_credential(data.decode("utf-8", "replace"), keys)
        if proof.result is Result.PASS and document != genuine:
            accepted.append(data)
    return accepted


def codes(w: World, count: int, seed: int) -> list[str]:
    """Altered texts of QR codes whose signed part was accepted."""
    chance, keys = random.Random(seed), w.bundle.trust.credential_keys
    text = qr.address(w.one, w.press.ring.private(w.press.current.id).credential)
    start, accepted = text.index("/c/") + 3, []
    for _ in range(count):
        data = (text[:start].encode() + flipped(text[start:].encode(), chance)).decode("latin1")
        try:
            qr.read(data, keys)
        except ValueError:
            continue
        if data != text:
            accepted.append(data)
    return accepted


def main() -> int:
    fonts, many, texts = Path(sys.argv[1]), *map(int, sys.argv[2:] or (50_000, 1_000_000))
    seed, wrong = random.SystemRandom().randrange(2**32), 0
    with tempfile.TemporaryDirectory() as folder:
        w = World.build(Path(folder), fonts)
        for name, hammer, count in (
            ("PDF files", lambda n: files(w, n, seed, whole=200), many),
            ("credentials", lambda n: credentials(w, n, seed), texts // 2),
            ("QR codes", lambda n: codes(w, n, seed), texts // 2),
        ):
            began = time.process_time()
            accepted = hammer(count)
            wrong += len(accepted)
            each = (time.process_time() - began) / count * 1000
            print(
                f"{name}: {count} altered, {len(accepted)} accepted, {each:.2f} ms each", flush=True
            )
            for data in accepted[:3]:
                print(repr(data)[:300])
    print(f"seed {seed}")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
