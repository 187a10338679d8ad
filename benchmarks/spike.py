"""The bell rings: five hundred signed-in candidates start within five seconds, papers made before."""

import http.client
import json
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask import session as cookie
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from benchmarks.cpu import used
from benchmarks.site import Site, prepare
from probity.accounts import actions as accounts
from probity.accounts.models import Person
from probity.accounts.sessions import COOKIE_KEY
from probity.exams.actions import HONOUR_VERSION
from probity.exams.models import Exam
from probity.kernel import clock, worker
from probity.kernel.permissions import SYSTEM
from probity.kernel.work import writing
from probity.sittings import actions as sittings
from probity.sittings import papers
from probity.sittings.models import WindowRule
from probity.sittings.rules import Row

EXAM = "government-procurement-foundations"
CANDIDATES, SECONDS, LANES = 500, 5.0, 100


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a signed-in browser holds."""

    cookie: str
    csrf: str


def open_sitting(app: Flask, emails: list[str]) -> None:
    """Register everybody for a sitting that is open, and make the papers."""
    with app.app_context():
        now = clock.now()
        with writing() as session:
            exam = session.scalars(select(Exam).where(Exam.slug == EXAM)).one()
            plan = sittings.Plan(
                title="Bench",
                opens_at=now - timedelta(minutes=1),
                closes_at=now + timedelta(hours=4),
                window_rule=WindowRule.START,
                timezone="UTC",
                access_code=None,
                networks=[],
                authorise=False,
            )
            sitting = sittings.plan(session, exam, plan, by=SYSTEM)
            rows = [Row(n, email, "A", str(n)) for n, email in enumerate(emails, 1)]
            sittings.register(session, sitting, rows, by=SYSTEM)
            papers.ask(session, sitting, by=SYSTEM)
        worker.run_pending(app)


def _sign_in(app: Flask, email: str) -> Ticket:
    """The cookie and the token of a new session, without the cost of a password."""
    with app.test_request_context():
        with writing() as session:
            person = session.scalars(select(Person).where(Person.email == email)).one()
            _opened, token = accounts.start_session(
                session, person, user_agent="bench", multi_factor=False
            )
            cookie.update(
                _user_id=person.fs_uniquifier,
                _fresh=True,
                fs_paa=time.time(),
                **{COOKIE_KEY: token},
            )
        csrf = generate_csrf()
        signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        return Ticket(signer.dumps(dict(cookie)), csrf)


def ring(port: int, tickets: list[Ticket]) -> tuple[list[float], Counter[int]]:
    """Start everybody, evenly over the seconds; return waiting times (s) and statuses."""
    waits: list[float] = []
    statuses: Counter[int] = Counter()
    began = time.perf_counter() + 0.5

    def lane(first: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for number in range(first, len(tickets), LANES):
            due = began + SECONDS * number / len(tickets)
            time.sleep(max(0.0, due - time.perf_counter()))
            ticket = tickets[number]
            body = urlencode({"honour": HONOUR_VERSION, "csrf_token": ticket.csrf})
            line.request(
                "POST",
                f"/exams/{EXAM}/attempts",
                body,
                {
                    "Host": f"127.0.0.1:{port}",
                    "Cookie": f"session={ticket.cookie}",
                    "Content-Type": "application/x-www-form-urlencoded",
                },
            )
            reply = line.getresponse()
            reply.read()
            waits.append(time.perf_counter() - due)  # from when it was due: no omission
            statuses[reply.status] += 1
        line.close()

    lanes = [threading.Thread(target=lane, args=(n,)) for n in range(LANES)]
    for one in lanes:
        one.start()
    for one in lanes:
        one.join()
    return waits, statuses


def measure(kind: str) -> dict[str, Any]:
    """Waiting times of the spike, CPU of one start, and what was answered."""
    site = Site(kind)
    site.open()
    try:
        app = site.app()
        emails = prepare(app, CANDIDATES)
        open_sitting(app, emails)
        tickets = [_sign_in(app, email) for email in emails]
        site.serve()
        before = used(site.web), used(site.database)
        waits, statuses = ring(site.port, tickets)
        app_s, db_s = used(site.web) - before[0], used(site.database) - before[1]
    finally:
        site.close()
    cuts = statistics.quantiles(waits, n=100)
    return {
        "candidates": len(tickets),
        "seconds": SECONDS,
        "errors": sum(count for status, count in statuses.items() if status != 303),
        "p50_ms": round(cuts[49] * 1e3),
        "p99_ms": round(cuts[98] * 1e3),
        "app_us": round(app_s / len(tickets) * 1e6),
        "db_us": round(db_s / len(tickets) * 1e6),
    }


if __name__ == "__main__":
    import sys

    for kind in sys.argv[1:] or ["sqlite", "postgresql"]:
        print(json.dumps({kind: measure(kind)}))
