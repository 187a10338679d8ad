"""What the log costs when it is short and when it is long: `python -m benchmarks.log [databases]`.

Both lengths in one run, in turns; CPU of the application and of the database, not time.
"""

import statistics
import sys
import time
from collections.abc import Callable
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from benchmarks.cpu import used
from benchmarks.site import Site
from probity.kernel.db import db
from probity.ledger import actions, queries
from probity.ledger.actions import Entry

FEW, MANY = 1_000, 1_000_000
AT_ONCE = 20_000
ROUNDS, TIMES = 6, 200
TIME = "2026-11-22T10:00:00Z"


TEXT = f'{{"digest":"%064x","time":"{TIME}","type":"issue","v":1}}'


class Signer:
    """A key of its own, as the worker has one."""

    name = "bench.example/log"

    def __init__(self) -> None:
        self._private = Ed25519PrivateKey.generate()
        self.public = self._private.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        return self._private.sign(data)


def entry(number: int) -> Entry:
    body = {"v": 1, "type": "issue", "digest": f"{number:064x}", "time": TIME}
    return Entry(f"issue/{number:026d}", body)


class Log:
    """A log of this many entries in a database of its own."""

    def __init__(self, kind: str, size: int) -> None:
        self.site, self.size, self.random = Site(kind), size, Random(1)
        self.site.open()
        app = self.site.app()
        with app.app_context():
            db.create_all()
            self.engine: Engine = db.engine.execution_options(writing=True)
        self.signer = Signer()
        self._fill()

    def _fill(self) -> None:
        """The same rows as by appending, without looking each subject up first."""
        with Session(self.engine) as session:
            actions.append(session, [entry(0)])
            session.commit()
        for first in range(1, self.size, AT_ONCE):
            last = min(first + AT_ONCE, self.size)
            with Session(self.engine) as session:
                made = [(entry(n).subject, TEXT % n) for n in range(first, last)]
                actions._write(session, first, made)  # noqa: SLF001
                actions.sign_checkpoint(session, self.signer)
                session.commit()
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
            line.exec_driver_sql("ANALYZE")

    def append(self) -> None:
        with Session(self.engine) as session:
            actions.append(session, [entry(self.size)])
            session.commit()
        self.size += 1

    def append_and_sign(self) -> None:
        with Session(self.engine) as session:
            actions.append(session, [entry(self.size)])
            actions.sign_checkpoint(session, self.signer)
            session.commit()
        self.size += 1

    def inclusion(self) -> None:
        with Session(self.engine) as session:
            index = self.random.randrange(self.size)
            assert queries.inclusion_proof(session, index, self.size)

    def consistency(self) -> None:
        with Session(self.engine) as session:
            old = self.random.randrange(1, self.size - 1)
            assert queries.consistency_proof(session, old, self.size)

    def receipt(self) -> None:
        with Session(self.engine) as session:
            number = self.random.randrange(FEW)
            assert queries.receipt(session, f"issue/{number:026d}")

    def cost(self, work: Callable[[], None]) -> tuple[float, float]:
        """CPU microseconds of the application (SQLite's included) and of PostgreSQL."""
        theirs, mine = used(self.site.database), time.process_time()
        for _ in range(TIMES):
            work()
        ours = time.process_time() - mine
        return ours / TIMES * 1e6, (used(self.site.database) - theirs) / TIMES * 1e6

    def close(self) -> None:
        self.engine.dispose()
        self.site.close()


STEPS = ("append", "append_and_sign", "inclusion", "consistency", "receipt")


def measure(kind: str) -> None:
    began = time.process_time()
    logs = [Log(kind, FEW), Log(kind, MANY)]
    print(f"{kind}: filled with {FEW:,} and {MANY:,} in {time.process_time() - began:.0f} s of CPU")
    print(f"{'':16}{'1,000 app':>12}{'db':>8}{'1,000,000 app':>16}{'db':>8}{'ratio':>8}")
    for step in STEPS:
        for log in logs:
            log.cost(getattr(log, step))  # warm
        rounds = [[log.cost(getattr(log, step)) for log in logs] for _ in range(ROUNDS)]
        few, many = ([statistics.median(part) for part in zip(*column, strict=True)]
                     for column in zip(*rounds, strict=True))  # fmt: skip
        ratio = sum(many) / sum(few)
        print(f"{step:16}{few[0]:12.0f}{few[1]:8.0f}{many[0]:16.0f}{many[1]:8.0f}{ratio:8.2f}")
    for log in logs:
        log.close()


if __name__ == "__main__":
    for name in sys.argv[1:] or ("sqlite", "postgresql"):
        measure(name)
