"""`make bench`: a table on screen and build/bench.json. Figures are CPU, so a busy machine matters little."""

import json
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from benchmarks import floors
from benchmarks.candidate import Candidate
from benchmarks.cpu import resident_mb, used
from benchmarks.site import PASSWORD, Site, prepare
from probity.credentials.models import Certificate
from probity.exams.actions import HONOUR_VERSION
from probity.kernel import worker
from probity.kernel.settings import ROOT
from probity.kernel.work import reading, writing
from probity.portal import demonstration

CANDIDATES = 60
CERTIFICATES = 10
THREADS = 4
EXAM = "government-procurement-foundations"


def measure(site: Site, name: str, work: Iterable[Callable[[], None]]) -> dict[str, Any]:
    """Do every piece of work on a few threads; account the CPU it took on either side."""
    jobs = list(work)
    web, database = site.web, site.database
    before = used(web), used(database)
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(job) for job in jobs]:
            done.result()
    after = used(web), used(site.database)
    return {
        "step": name,
        "requests": len(jobs),
        "app_us": round((after[0] - before[0]) / len(jobs) * 1e6),
        "db_us": round((after[1] - before[1]) / len(jobs) * 1e6),
    }


def exam_hour(kind: str) -> dict[str, dict[str, Any]]:
    """The steps of an exam hour for some candidates on one database."""
    site = Site(kind)
    site.open()
    try:
        emails = prepare(site.app(), CANDIDATES)
        floor = (
            floors.postgres_us(site.url, site.database)
            if kind == "postgresql"
            else floors.sqlite_us(site.folder)
        )
        site.serve()
        people = [Candidate(site.port, email, PASSWORD) for email in emails]
        for person in people:
            person.open_sign_in()
        rows = [measure(site, "sign_in", [p.sign_in for p in people])]
        people[0].request("GET", f"/exams/{EXAM}/")
        rows.append(
            measure(site, "start", [lambda p=p: p.start(EXAM, HONOUR_VERSION) for p in people])
        )
        rows.append(measure(site, "page", [p.page for p in people] * 4))
        for person in people:
            person.paper()
        saves = [lambda p=p: [p.save(item) for item in p.sheet["items"]] for p in people]
        row = measure(site, "save", saves)
        answers = sum(len(person.sheet["items"]) for person in people)
        for side in ("app_us", "db_us"):
            row[side] = round(row[side] * row["requests"] / answers)
        row |= {"requests": answers, "floor_us": round(floor)}
        row["ratio"] = round((row["app_us"] + row["db_us"]) / floor, 2)
        rows.append(row)
        rows.append(measure(site, "submit", [p.submit for p in people]))
        rows.append(measure(site, "result", [p.result for p in people]))
        shown, cost = certificates(site)
        for person in people:
            person.line.close()  # the server ends lines that were idle meanwhile; this opens anew
        verify = [lambda p=p: p.verify(shown) for p in people] * 4
        rows.append(measure(site, "verify", verify))
        rows[-1]["memory_mb"] = round(resident_mb(site.web))
        rows.append({"step": "certificate", "requests": CERTIFICATES, "app_us": cost, "db_us": ""})
    finally:
        site.close()
    return {row.pop("step"): row for row in rows}


def certificates(site: Site) -> tuple[str, int]:
    """Let candidates pass and their certificates be made here; one public id, and CPU µs of each."""
    app = site.app()
    with app.app_context():
        for number in range(CERTIFICATES + 1):
            with writing() as session:
                person = demonstration.add_simulated(session, number)
                demonstration.sit(session, person, EXAM, 1.0, Random(number))
            if number == 0:
                worker.run_pending(app)  # the first one converts fonts and makes keys
        began = time.process_time()
        worker.run_pending(app)
        taken = time.process_time() - began
        with reading() as session:
            public_id = session.scalars(select(Certificate.public_id).limit(1)).one()
    return public_id, round(taken / CERTIFICATES * 1e6)


def main() -> None:
    kinds = sys.argv[1:] or ["sqlite", "postgresql"]
    found = {kind: exam_hour(kind) for kind in kinds}
    table = Table("database", "step", "requests", "app µs", "db µs", "floor µs", "x floor")
    for kind, steps in found.items():
        for step, row in steps.items():
            cells = (
                row["requests"],
                row["app_us"],
                row["db_us"],
                row.get("floor_us", ""),
                row.get("ratio", ""),
            )
            table.add_row(kind, step, *map(str, cells))
    Console().print(table)
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"database": found}, indent=2))


main()
