"""`python -m benchmarks.endurance [database [minutes [steady]]]`: does the memory of web workers stay flat?

Without `steady` people sit one exam after another, some 1,600 in an hour; with it the same people sit one
exam for the whole time, as in an exam hour.
"""

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count

from benchmarks.candidate import Candidate
from benchmarks.cpu import resident_mb, used
from benchmarks.site import PASSWORD, Site, prepare
from benchmarks.spike import EXAM as LONG_EXAM
from probity.kernel.settings import ROOT

HONOUR = re.compile(r'name="honour" value="([^"]+)"')
EXAM = "try-the-exam-room"
"""Has no limit to its attempts, so that a few candidates can sit it over and over."""
CANDIDATES, MINUTES, PER_SECOND, PAGES, WARM = 8, 60, 10, 8, 10


def sitting(person: Candidate) -> Iterator[None]:
    """One whole exam, a request at a time."""
    _status, lobby, _headers = person.request("GET", f"/exams/{EXAM}/")
    yield
    person.start(EXAM, HONOUR.findall(lobby.decode())[0])
    yield
    for _ in range(PAGES):
        person.page()
        yield
    person.paper()
    yield
    for item in person.sheet["items"]:
        person.save(item)
        yield
    person.submit()
    yield
    person.result()
    yield


def endless(person: Candidate) -> Iterator[None]:
    while True:
        yield from sitting(person)


def steady(person: Candidate) -> Iterator[None]:
    """One exam without an end: each answer is given over and over, with a look at the page between."""
    _status, lobby, _headers = person.request("GET", f"/exams/{LONG_EXAM}/")
    yield
    person.start(LONG_EXAM, HONOUR.findall(lobby.decode())[0])
    yield
    person.paper()
    yield
    for base in count():
        person.page()
        yield
        for item in person.sheet["items"]:
            person.save(item, base=base)
            yield


def measure(
    kind: str, minutes: int = MINUTES, load: Callable[[Candidate], Iterator[None]] = endless
) -> dict[str, object]:
    """PSS of all web processes by the minute (MB), and its growth after the warm-up (MB an hour)."""
    site = Site(kind)
    site.open()
    rows: list[float] = []
    try:
        emails = prepare(site.app(), CANDIDATES)
        site.serve()
        people = [Candidate(site.port, email, PASSWORD) for email in emails]
        for person in people:
            person.open_sign_in()
            person.sign_in()
        work = [load(person) for person in people]
        began, done, before = time.monotonic(), 0, used(site.web)
        while len(rows) < minutes:
            next(work[done % len(work)])
            done += 1
            time.sleep(max(0.0, began + done / PER_SECOND - time.monotonic()))
            if time.monotonic() - began >= 60 * (len(rows) + 1):
                rows.append(round(resident_mb(site.web), 1))
        cpu = used(site.web) - before
    finally:
        site.close()
    return {
        "minutes": minutes,
        "requests": done,
        "cpu_s": round(cpu, 1),
        "memory_mb": rows,
        "growth_mb_per_hour": round(slope(rows[WARM:]) * 60, 2),
    }


def slope(values: list[float]) -> float:
    """The straight line through the values, by least squares: its rise from one to the next."""
    middle = (len(values) - 1) / 2
    mean = sum(values) / max(len(values), 1)
    spread = sum((place - middle) ** 2 for place in range(len(values)))
    rise = sum((place - middle) * (value - mean) for place, value in enumerate(values))
    return rise / spread if spread else 0.0


if __name__ == "__main__":
    kind = sys.argv[1] if len(sys.argv) > 1 else "postgresql"
    minutes = int(sys.argv[2]) if len(sys.argv) > 2 else MINUTES
    found = measure(kind, minutes, steady if sys.argv[3:] == ["steady"] else endless)
    print(json.dumps(found))
    target = ROOT / "build" / f"endurance-{kind}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(found, indent=2))
