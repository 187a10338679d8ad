"""`python -m benchmarks.verification FOLDER ROWS`: what a check costs in a register of many rows.

FOLDER is the INSTANCE_DIR of a demonstration on SQLite with at least one certificate; use a copy, for
rows are added to it. CPU of this thread is counted, not time.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from probity.credentials import enquiries
from probity.credentials.models import Certificate
from probity.kernel import storage
from probity.kernel.work import reading, writing
from probity.wiring import create_app

AT_ONCE = 20_000
GUESSES = 2000
NOBODY = "Somebody Else"
LETTERS = str.maketrans("0123456789", "abcdefghij")


def cost_us(work: Callable[[], Any], times: int) -> float:
    """Median CPU of a piece of work."""
    spent = []
    for _ in range(times):
        began = time.thread_time_ns()
        work()
        spent.append((time.thread_time_ns() - began) / 1000)
    return statistics.median(spent)


def fill(like: dict[str, Any], present: int, rows: int) -> None:
    """Certificates that nobody holds, beside the real ones."""
    with writing() as session:
        session.execute(text("DROP INDEX IF EXISTS uq_certificate_first"))
    for first in range(present, rows, AT_ONCE):
        batch = [
            like
            | {
                "id": number + 1000,
                "public_id": f"{number:026d}".translate(LETTERS),
                "number": f"PRB-2025-{number:06d}",
                "sha256": f"{number:064x}",
                "storage_key": f"none/{number}",
            }
            for number in range(first, min(first + AT_ONCE, rows))
        ]
        with writing() as session:
            session.execute(insert(Certificate), batch)


def guesses(number: str) -> tuple[list[float], list[float]]:
    """CPU of a wrong name for a known number and for an unknown one, by turns."""
    asked = {True: number, False: "PRB-2019-009999"}
    spent: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(GUESSES):
        for known in (True, False) if turn % 2 else (False, True):
            one = cost_us(lambda n=asked[known]: enquiries.check_number(n, NOBODY, place=None), 1)
            spent[known].append(one)
    return spent[True], spent[False]


def main() -> None:
    folder, rows = Path(sys.argv[1]), int(sys.argv[2])
    app = create_app({"INSTANCE_DIR": str(folder)})
    with app.app_context(), app.test_request_context():
        with reading() as session:
            first = session.query(Certificate).order_by(Certificate.id).first()
            assert first is not None
            columns = Certificate.__mapper__.columns
            like = {column.key: getattr(first, column.key) for column in columns}
            present = session.query(Certificate).count()
        like |= {"credential": "{}", "receipt": None, "printed": {}, "replaces_id": None}
        number, name, data = first.number, first.name_latin, storage.get(first.storage_key)
        fill(like, present, rows)
        right = cost_us(lambda: enquiries.check_number(number, name, place=None), 150)
        print(f"{rows} rows: number and name {right:.0f} µs")
        print(
            f"registered PDF {cost_us(lambda: enquiries.check_upload(data, place=None), 40):.0f} µs"
        )
        known, unknown = guesses(number)
        middle = [statistics.median(known), statistics.median(unknown)]
        low, _median, high = statistics.quantiles(known, n=4)
        print(
            f"wrong name {middle[0]:.0f} µs, unknown number {middle[1]:.0f} µs, spread {high - low:.0f}"
        )


main()
