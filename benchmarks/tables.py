"""`python -m benchmarks.tables FOLDER [ROWS]`: what checking a table costs, by row.

FOLDER is the INSTANCE_DIR of a demonstration on SQLite with at least one certificate; use a copy, for
a table is added to it. CPU of this thread is counted, not time.
"""

import hashlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from probity.accounts.models import Person
from probity.credentials.bulkchecks import actions, jobs, reading
from probity.credentials.bulkchecks.models import TableCheck
from probity.credentials.models import Certificate
from probity.kernel import storage, worker
from probity.kernel.work import reading as reading_work
from probity.kernel.work import writing
from probity.wiring import create_app


def cpu_ms(work: Callable[[], Any]) -> float:
    """CPU of a piece of work."""
    began = time.thread_time_ns()
    work()
    return (time.thread_time_ns() - began) / 1e6


def main() -> None:
    folder, rows = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else reading.MOST_ROWS
    app = create_app({"INSTANCE_DIR": str(folder)})
    with app.app_context():
        with reading_work() as session:
            known = session.query(Certificate).order_by(Certificate.id).first()
            assert known is not None
            right = f"{known.number},{known.name_latin}"
            person = session.query(Person).order_by(Person.id).first()
        wrong = "PRB-2019-009999,Nobody"
        lines = [right if place % 2 else wrong for place in range(rows)]
        data = "\n".join(["Number,Name", *lines]).encode()
        key = "tables/benchmark/table"
        storage.put(key, data)
        read = cpu_ms(lambda: reading.read(data))
        with writing() as session:
            table = actions.begin(
                session, "b.csv", hashlib.sha256(data).hexdigest(), key, "en", by=person
            )
            actions.note_table(table, reading.read(data))
            actions.start(session, table, 0, 1, by=person)
            identity = table.id
        checked = cpu_ms(lambda: worker.run_now(f"table/{identity}/run", lambda _session: None))
        with reading_work() as session:
            counts = session.get_one(TableCheck, identity).counts
    print(f"{rows} rows {counts}: reading {read:.0f} ms, checking {checked:.0f} ms of CPU")
    print(f"by row {checked * 1000 / rows:.0f} µs, {jobs.AT_ONCE} in a transaction")


main()
