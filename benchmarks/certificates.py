"""What a certificate costs: CPU of each step of its making, and whether it grows.

`.venv/bin/python -m benchmarks.certificates [count]` prints milliseconds of CPU for each step and
for the whole at B-B; a tenth as many are made at B-LT, with an authority in this process, whose
own work is shown too. The log is that of a SQLite database.
"""

import dataclasses
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from asn1crypto import tsp

from probity.credentials.facts import CertificateFacts, StatusRef
from probity.credentials.press import Press
from probity.credentials.proofs import credential, integrity
from probity.kernel import ids, settings
from probity.kernel.db import db
from probity.kernel.work import writing
from probity.ledger import actions as ledger
from probity.ledger import queries
from probity.ledger.actions import Entry
from probity.wiring import create_app
from tests.authority import TimeStampAuthority, time_stamp_authority
from tests.databases import environment
from tests.factories.credentials import MADE_AT, make_facts, share_fonts

COUNT = 200
FONTS = Path(".pytest_cache/d/certificate-fonts")
NAMES = (
    ("Lin Wei", "林蔚"),
    ("José Álvarez", None),
    ("Ouyang Nana", "歐陽娜娜"),
    ("Ada Lim", None),
)


class Meter:
    """CPU of named steps, in milliseconds, in the order of their coming."""

    def __init__(self) -> None:
        self.steps: dict[str, list[float]] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.process_time()
        yield
        self.steps.setdefault(name, []).append((time.process_time() - began) * 1000)

    def told(self) -> dict[str, dict[str, float]]:
        """The mean, and the best tenth: what a machine with nothing else to do would need."""
        return {
            name: {
                "mean": round(sum(spent) / len(spent), 1),
                "best_tenth": round(sorted(spent)[len(spent) // 10], 1),
            }
            for name, spent in self.steps.items()
        }

    def halves(self, name: str) -> tuple[float, float]:
        spent = self.steps[name]
        middle = len(spent) // 2
        first, second = spent[:middle], spent[middle:]
        return round(sum(first) / len(first), 1), round(sum(second) / len(second), 1)


def stated(press: Press, number: int) -> CertificateFacts:
    latin, native = NAMES[number % len(NAMES)]
    lists = f"{press.settings.base_url}/status/1"
    return dataclasses.replace(
        make_facts(press, name_latin=latin, name_native=native),
        number=f"PRB-2026-{number:06d}",
        public_id=ids.public_id(),
        status=(
            StatusRef("revocation", f"{lists}-revocation", number),
            StatusRef("suspension", f"{lists}-suspension", number),
        ),
    )


def make_one(press: Press, number: int, meter: Meter) -> None:
    facts = stated(press, number)
    with meter.step("both proofs"):
        document = press.sign(facts, MADE_AT)
    with meter.step("log"):
        receipt = enter_in_log(press, facts, document)
    with meter.step("typeset and sign"):
        press.make(facts, MADE_AT, document, receipt)


def enter_in_log(press: Press, facts: CertificateFacts, document: bytes) -> dict[str, Any] | None:
    digest = credential.digest(credential.loads(document))
    body = {"v": 1, "type": "issue", "digest": digest, "time": integrity.moment(MADE_AT)}
    subject = f"issue/{facts.public_id}"
    with writing() as session:
        ledger.append(session, [Entry(subject, body)])
        ledger.sign_checkpoint(session, press.log)
        return queries.receipt(session, subject)


def take_apart(press: Press, number: int, meter: Meter) -> None:
    """The parts of two steps, each alone."""
    facts = stated(press, number)
    keys = press.ring.private(facts.key_id)
    document = press.sign(facts, MADE_AT)
    bare = {name: value for name, value in credential.loads(document).items() if name != "proof"}
    for suite in integrity.SUITES:
        with meter.step(f"  proof {suite}"):
            integrity.proof_of(bare, keys.credential, f"{facts.did}#{facts.key_id}", MADE_AT, suite)
    with meter.step("  typeset"):
        page = press.typesetter.typeset(facts, keys.credential, [], MADE_AT)
    with meter.step("  sign"):
        press.seal(keys).sign(page)


def with_authority(press: Press, authority: TimeStampAuthority, folder: Path) -> Press:
    """A press with an authority that answers in this process, without a line between."""
    chosen = dataclasses.replace(
        press.settings, tsa_url=authority.url, tsa_certificates=authority.certificates(folder)
    )
    stamping = Press(chosen)
    stamping.typesetter = press.typesetter
    made: Any = stamping.authority

    async def answer(request: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return authority.stamper.request_tsa_response(request)

    made.async_request_tsa_response = answer
    return stamping


def measure(count: int, say: Callable[[str], None] = print) -> dict[str, Any]:
    with TemporaryDirectory(prefix="probity-certificates-") as folder:
        instance = Path(folder) / "instance"
        instance.mkdir()
        if FONTS.is_dir():
            share_fonts(instance, FONTS.resolve())
        environ = environment(f"sqlite:///{folder}/bench.db", instance)
        app = create_app(environ, TESTING=True)
        with app.app_context():
            db.create_all()
            press = Press(settings.load(environ))
            make_one(press, 0, Meter())
            take_apart(press, 0, Meter())
            basic, parts, stamped = Meter(), Meter(), Meter()
            for number in range(1, count + 1):
                with basic.step("whole at B-B"):
                    make_one(press, number, basic)
            for number in range(count // 10):
                take_apart(press, number, parts)
            with time_stamp_authority() as authority:
                stamping = with_authority(press, authority, Path(folder))
                make_one(stamping, count + 1, Meter())
                for number in range(count // 10):
                    with stamped.step("whole at B-LT"):
                        make_one(stamping, count + 2 + number, stamped)
            db.engine.dispose()
    found = {
        "count": count,
        "b_b": basic.told(),
        "parts": parts.told(),
        "b_lt": stamped.told(),
        "first_half_ms_second_half_ms": basic.halves("whole at B-B"),
    }
    say(json.dumps(found, indent=2, ensure_ascii=False))
    return found


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
