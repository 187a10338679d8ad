"""Does a save cost more in a full database than in an empty one? Interleaved pairs tell."""

import json
import statistics
import time
import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from benchmarks.cpu import used
from benchmarks.site import Site, prepare
from probity.accounts import actions as accounts
from probity.accounts.models import Person
from probity.accounts.queries import digest
from probity.exams import actions as exams
from probity.exams import paper, saving
from probity.exams.models import Exam
from probity.exams.tokens import Holder
from probity.kernel.db import db
from probity.kernel.work import writing

EXAM = "government-procurement-foundations"
FEW, MANY = 1_000, 1_000_000
ANSWERS = 40
PAIRS, SAVES = 10, 400
FIRST = 1_000
"""Ids from here on belong to attempts that are stored, not sat."""

_STORED = {
    "sqlite": (
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :rows) ",
        "n",
        "'\"a\"'",
    ),
    "postgresql": ("", "generate_series(0, CAST(:rows AS int) - 1) AS n(i)", "'\"a\"'::jsonb"),
}


class Place:
    """A database with many answers in it, and one candidate who answers."""

    def __init__(self, kind: str, rows: int) -> None:
        self.site = Site(kind)
        self.site.open()
        app = self.site.app()
        (email,) = prepare(app, 1)
        with app.app_context():
            self.engine: Engine = db.engine
            self.holder, self.device, self.items = _begin(email)
        _fill(self.engine, kind, rows)
        self.versions = dict.fromkeys(self.items, 0)
        self.client, self.seq = str(uuid.uuid4()), 0

    def cost(self, saves: int = SAVES) -> float:
        """CPU microseconds of one save, application and database together."""
        theirs, mine = used(self.site.database), time.process_time()
        for _ in range(saves):
            self.save()
        return (time.process_time() - mine + used(self.site.database) - theirs) / saves * 1e6

    def save(self) -> None:
        self.seq += 1
        item = self.items[self.seq % len(self.items)]
        base = self.versions[item]
        change = saving.Save(self.client, self.seq, item, base, "a", "")
        saved = saving.save_alone(self.engine, self.holder, self.device, change)
        assert saved is not None
        self.versions[item] = saved.version

    def close(self) -> None:
        self.engine.dispose()
        self.site.close()


def _begin(email: str) -> tuple[Holder, str, list[str]]:
    with writing() as session:
        person = session.scalars(select(Person).where(Person.email == email)).one()
        _opened, token = accounts.start_session(
            session, person, user_agent="bench", multi_factor=False
        )
        exam = session.scalars(select(Exam).where(Exam.slug == EXAM)).one()
        attempt = exams.start(
            session,
            exam,
            person,
            honour=exams.HONOUR_VERSION,
            locale="en",
            device=digest(token),
        )
        items = [slot.item for slot in paper.load(attempt.paper)]
        return Holder(attempt.id, person.id, attempt.lease), digest(token), items


def _fill(engine: Engine, kind: str, rows: int) -> None:
    """Responses and their events, forty to an attempt, as if so many people had sat."""
    series, source, value = _STORED[kind]
    attempt, item = f"{FIRST} + i / {ANSWERS}", f"'q' || (1 + i % {ANSWERS})"
    moment = "'2026-01-05 12:00:00+00'" if kind == "postgresql" else "'2026-01-05 12:00:00.000000'"
    with Session(engine) as session:
        session.execute(
            text(
                "INSERT INTO response (attempt_id, item, version, value, saved_at) "
                f"{series}SELECT {attempt}, {item}, 1, {value}, {moment} FROM {source}"
            ),
            {"rows": rows},
        )
        session.execute(
            text(
                "INSERT INTO response_event (attempt_id, client, seq, item, version, value, "
                f"outcome, typed_at, saved_at) {series}SELECT {attempt}, "
                f"'00000000-0000-4000-8000-000000000000', i % {ANSWERS}, {item}, 1, {value}, "
                f"'saved', '', {moment} FROM {source}"
            ),
            {"rows": rows},
        )
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
        line.execute(text("ANALYZE"))


def measure(kind: str, note: Callable[[str], None] = print) -> dict[str, Any]:
    """Median of the ratio of full to nearly empty over interleaved pairs, with its quartiles."""
    note(f"{kind}: filling databases with {FEW:,} and {MANY:,} answers")
    few, many = Place(kind, FEW), Place(kind, MANY)
    try:
        for place in (few, many):
            place.cost(SAVES)
        pairs = [
            (few.cost(), many.cost()) if turn % 2 else (many.cost(), few.cost())[::-1]
            for turn in range(PAIRS)
        ]
    finally:
        few.close()
        many.close()
    ratios = sorted(full / empty for empty, full in pairs)
    low, middle, high = statistics.quantiles(ratios, n=4)
    return {
        "few": FEW,
        "many": MANY,
        "pairs": PAIRS,
        "few_us": round(statistics.median(empty for empty, _full in pairs)),
        "many_us": round(statistics.median(full for _empty, full in pairs)),
        "ratio_median": round(middle, 3),
        "ratio_quartiles": [round(low, 3), round(high, 3)],
    }


if __name__ == "__main__":
    import sys

    for kind in sys.argv[1:] or ["sqlite", "postgresql"]:
        print(json.dumps({kind: measure(kind)}))
