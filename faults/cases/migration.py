"""The database is brought to a new schema, and the process dies on the way."""

import hashlib
import json
import os
import subprocess
import sys
import time
from datetime import timedelta

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, text

from faults.site import FaultSite
from faults.trial import Trial, case
from probity.audit.models import AuditEntry
from probity.kernel import clock
from probity.kernel.db import Model, db
from probity.kernel.mail import Letter
from probity.kernel.migrations import downgrade
from probity.kernel.settings import ROOT

BEFORE = "0012"
"""The schema without log, key sets, register and everything later."""

AT_ONCE = 5_000
INDEX = "item_found"


def seed(site: FaultSite, rows: int) -> None:
    """Rows by the thousand in tables that every version has."""
    now = clock.now()
    with site.writing() as session:
        for first in range(0, rows, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, rows))
            entries = [
                {
                    "at": now + timedelta(seconds=number),
                    "actor_id": None,
                    "event": "attempt:closed",
                    "subject": f"attempt/{number}",
                    "details": {"number": number, "words": "政府采购" * 5},
                }
                for number in numbers
            ]
            session.execute(insert(AuditEntry), entries)
            letters = [
                {
                    "key": f"seed/{number}",
                    "recipient": f"reader{number}@faults.example",
                    "subject": "Your result",
                    "text": "…" * 50,
                    "created_at": now,
                }
                for number in numbers
            ]
            session.execute(insert(Letter), letters)


Columns = dict[str, list[str]]


def columns(site: FaultSite) -> Columns:
    """The tables that are there now, and their columns."""
    with site.shared.app_context(), db.engine.connect() as line:
        seen = inspect(line)
        names = [name for name in seen.get_table_names() if not name.startswith(INDEX)]
        return {
            name: [column["name"] for column in seen.get_columns(name)]
            for name in names
            if name != "alembic_version"
        }


def digests(site: FaultSite, wanted: Columns) -> dict[str, str]:
    """A digest of all rows of each of these tables, over these columns."""
    found = {}
    with site.shared.app_context(), db.engine.connect() as line:
        for name, names in sorted(wanted.items()):
            listed = ", ".join(f'"{one}"' for one in names)
            rows = line.execute(text(f'SELECT {listed} FROM "{name}"'))
            told = sorted(json.dumps(list(row), default=str) for row in rows)
            found[name] = hashlib.sha256("\n".join(told).encode()).hexdigest()
    return found


def migrate(site: FaultSite, die_after: float | None) -> bool:
    """`probity migrate`, killed after so many seconds; tell whether it came to its end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "probity", "migrate"],
        cwd=ROOT,
        env={**os.environ, **site.environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    site.killer.own(process.pid)
    try:
        return process.wait(die_after) == 0
    except subprocess.TimeoutExpired:
        site.killer.kill_tree(process.pid)
        process.wait()
        return False


def back(site: FaultSite) -> None:
    with site.shared.app_context():
        downgrade(BEFORE)
        db.engine.dispose()


def fits(site: FaultSite) -> bool:
    """The schema is the one the models describe."""

    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return name != "ix_item_words_text" and not (
            kind == "table" and (name or "").startswith(INDEX)
        )

    with site.shared.app_context(), db.engine.connect() as line:
        options = {"compare_type": True, "include_name": ours}
        return (
            compare_metadata(MigrationContext.configure(line, opts=options), Model.metadata) == []
        )


@case(
    "F24",
    "A migration of a populated database is killed on the way and started again",
    "rows by the thousand; back to an earlier schema; `probity migrate` killed at growing moments, then "
    "left alone",
    "Every row of every table that both schemas have is as before; the schema is the newest",
    quick=False,
)
def killed_migration(trial: Trial) -> None:
    site = trial.use(FaultSite(trial.site.kind)).fill()
    rows = trial.either(5_000, 200_000)
    seed(site, rows)
    back(site)
    wanted = columns(site)
    before = digests(site, wanted)
    trial.claim("There are rows to lose", len(set(before.values())) > 10)
    site.forget_lines()
    began = time.monotonic()
    trial.claim("It can be done at all", migrate(site, None))
    whole = time.monotonic() - began
    trial.claim("Rows are as before after going up", digests(site, wanted) == before)
    back(site)
    trial.claim("Rows are as before after going back", digests(site, wanted) == before)
    site.forget_lines()
    killed = 0
    for part in range(1, trial.either(4, 12)):
        share = 0.45 + 0.5 * part / trial.either(4, 12)  # before that it only starts
        killed += not migrate(site, whole * share)
    trial.claim("It was killed on the way", killed)
    trial.claim("It comes to its end when left alone", migrate(site, None))
    trial.claim("Rows are as before after the deaths", digests(site, wanted) == before)
    trial.claim("The schema is the newest", fits(site))
    trial.figures |= {"rows": 2 * rows, "migration_s": round(whole, 1), "killed": killed}
