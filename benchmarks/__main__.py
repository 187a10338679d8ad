"""`make bench [databases]`: tables on screen and build/bench.json. CPU is counted, not time."""

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

from benchmarks import certificates, floors, growth, saturation, spike
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
MADE = 200
THREADS = 4
PAGES = 8
"""How often a candidate of the exam hour asks for the paper; ours holds it whole."""
PEERS_MS = {
    "start": (126, "TCExam 17.2"),
    "page": (88, "Moodle 5.1, five questions with their save"),
    "save": (14.5, "Moodle 5.1, autosave of five"),
    "submit": (50, "Moodle 5.1"),
    "result": (106, "Moodle 5.1"),
    "verify": (51, "Moodle 5.1 with customcert"),
    "certificate": (379, "Moodle 5.1 with customcert, at each download"),
}
"""CPU of the best of Moodle, TCExam and RELATE for the same step, database included, measured on the
same class of machine (2 cores, Debian 12, PostgreSQL 15) on 2026-11-22."""
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


def exam_hour(kind: str) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, float]]]:
    """The steps of an exam hour for some candidates on one database, and its saturation."""
    site = Site(kind)
    site.open()
    try:
        app = site.app()
        emails = prepare(app, CANDIDATES)
        spike.open_sitting(app, emails)
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
        for person in people:
            person.request("GET", f"/exams/{EXAM}/")
        rows.append(
            measure(site, "start", [lambda p=p: p.start(EXAM, HONOUR_VERSION) for p in people])
        )
        rows.append(measure(site, "page", [p.page for p in people] * PAGES))
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
        busy = saturation.measure(site, people)
        for person in people:
            person.line.close()  # the server ends lines that were idle meanwhile; this opens anew
        rows.append(measure(site, "submit", [p.submit for p in people]))
        rows.append(measure(site, "result", [p.result for p in people]))
        shown, cost = issue_some(site)
        for person in people:
            person.line.close()  # the server ends lines that were idle meanwhile; this opens anew
        verify = [lambda p=p: p.verify(shown) for p in people] * 4
        rows.append(measure(site, "verify", verify))
        rows[-1]["memory_mb"] = round(resident_mb(site.web))
        rows.append({"step": "certificate", "requests": CERTIFICATES, "app_us": cost, "db_us": ""})
    finally:
        site.close()
    return {row.pop("step"): row for row in rows}, busy


def issue_some(site: Site) -> tuple[str, int]:
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


def steps_table(found: dict[str, dict[str, dict[str, Any]]]) -> Table:
    table = Table(
        *("database", "step", "requests", "app µs", "db µs", "floor µs", "x floor"),
        *("best peer ms", "x cheaper"),
    )
    for kind, steps in found.items():
        for step, row in steps.items():
            peer, _who = PEERS_MS.get(step, ("", ""))
            whole = row["app_us"] + (row["db_us"] or 0)
            cells = (
                *(row["requests"], row["app_us"], row["db_us"]),
                *(row.get("floor_us", ""), row.get("ratio", ""), peer),
                round(peer * 1000 / whole) if isinstance(peer, int | float) else "",
            )
            table.add_row(kind, step, *map(str, cells))
    return table


def hour_ms(steps: dict[str, dict[str, Any]], answers: int = 40) -> float:
    """CPU milliseconds of one candidate's exam hour without the sign-in."""
    times = {"start": 1, "page": PAGES, "save": answers, "submit": 1, "result": 1}
    return round(
        sum(n * (steps[step]["app_us"] + steps[step]["db_us"]) for step, n in times.items()) / 1000,
        1,
    )


def main() -> None:
    kinds = sys.argv[1:] or ["sqlite", "postgresql"]
    console = Console()
    hour = {kind: exam_hour(kind) for kind in kinds}
    found = {kind: steps for kind, (steps, _busy) in hour.items()}
    busy = {kind: rates for kind, (_steps, rates) in hour.items()}
    console.print(steps_table(found))
    hours = {kind: hour_ms(steps) for kind, steps in found.items()}
    console.print(f"Exam hour of one candidate, CPU ms: {hours} (best peer 1,128: Moodle 5.1)")
    console.print(f"Requests a second with every core busy: {json.dumps(busy, indent=2)}")
    spikes = {kind: spike.measure(kind) for kind in kinds}
    console.print(f"500 starts in 5 s: {json.dumps(spikes, indent=2)}")
    grown = {kind: growth.measure(kind, console.print) for kind in kinds}
    console.print(f"Save with many answers stored: {json.dumps(grown, indent=2)}")
    made = certificates.measure(MADE, console.print)
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    made |= {
        kind: {"whole_ms": steps["certificate"]["app_us"] / 1000} for kind, steps in found.items()
    }
    whole = {
        "database": found,
        "certificate": made,
        "exam_hour_ms": hours,
        "saturation": busy,
        "spike": spikes,
        "growth": grown,
    }
    target.write_text(json.dumps(whole, indent=2))


main()
