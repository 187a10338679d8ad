"""A worker as a process of its own, with one duty that says aloud when it is half done."""

import sys
import time
from datetime import timedelta

from flask import Flask
from sqlalchemy import exists, select

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.audit.models import AuditEntry
from probity.kernel import jobs, worker
from probity.kernel.db import db
from probity.kernel.permissions import SYSTEM


def build(url):
    app = Flask("worker")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    return app


def two_steps(job, number):
    """Write `first/N` and `last/N`, each once however often this is begun."""
    with job.step() as session:
        if not session.scalar(select(exists().where(AuditEntry.subject == f"first/{number}"))):
            audit.record(session, AuditEvent.EXAM_CREATED, f"first/{number}", by=SYSTEM)
    print(f"half {number}", flush=True)
    time.sleep(0.05)  # a file is being typeset, outside any transaction
    with job.step(done=True) as session:
        audit.record(session, AuditEvent.EXAM_CREATED, f"last/{number}", by=SYSTEM)
    print(f"done {number}", flush=True)


def large(_job):
    """Leave something large in memory, as a library does that a duty loaded."""
    LEFT.append(b"x" * 2 * worker.LARGE_BYTES)
    print("large", flush=True)


LEFT = []

if __name__ == "__main__":
    jobs.LEASE = timedelta(seconds=1)
    worker.POLL_SECONDS = 0.05
    worker.LARGE_SECONDS = 0.2
    jobs.handler("probe.large")(large)
    jobs.handler("probe.two-steps")(two_steps)
    worker.run_forever(build(sys.argv[1]))
