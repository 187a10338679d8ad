"""The database server dies, restarts, is full of connections or may only be read."""

import time
from collections.abc import Callable
from contextlib import ExitStack

import psycopg

from faults.trial import POSTGRESQL, Trial, case

BACK_SECONDS = 10


@case(
    "F5a",
    "PostgreSQL loses power",
    "SIGKILL to the postmaster and all its processes, then a start, which recovers from the log",
    "Acknowledged within stored; saves go on within ten seconds after the database is back",
    (POSTGRESQL,),
)
def postgres_dies(trial: Trial) -> None:
    _break(trial, lambda: trial.site.cluster.crash(trial.site.killer), trial.either(1, 6))


@case(
    "F5b",
    "PostgreSQL is stopped without a checkpoint",
    "`pg_ctl stop -m immediate`, then a start",
    "As F5a",
    (POSTGRESQL,),
)
def postgres_stops(trial: Trial) -> None:
    _break(trial, trial.site.cluster.stop_at_once, trial.either(1, 6))


def _break(trial: Trial, end: Callable[[], None], times: int) -> None:
    people = trial.people(trial.either(6, 16), trial.node.port)
    slowest = 0.0
    with trial.saving(people):
        for _ in range(times):
            trial.saved_before(trial.either(50, 200))
            end()
            time.sleep(0.5)
            trial.site.cluster.start_again()
            back = time.monotonic()
            trial.saved_before(1)
            slowest = max(slowest, time.monotonic() - back)
        trial.saved_before(50)
    trial.site.forget_lines()
    trial.claim("Saves go on soon after it is back", slowest < BACK_SECONDS)
    trial.figures |= {"stops": times, "slowest_return_s": round(slowest, 1)}


@case(
    "F5c",
    "PostgreSQL has no connection left",
    "others take every connection it grants, and the site's own are ended",
    "503 meanwhile and nothing else; saves go on once there are connections again",
    (POSTGRESQL,),
)
def no_connections(trial: Trial) -> None:
    people = trial.people(trial.either(6, 12), trial.node.port)
    with trial.saving(people), ExitStack() as held:
        trial.saved_before(20)
        ours = held.enter_context(psycopg.connect(trial.site.url, autocommit=True))
        ended = 0
        until = time.monotonic() + 3
        while time.monotonic() < until:
            try:
                held.enter_context(psycopg.connect(trial.site.url, autocommit=True))
            except psycopg.OperationalError:  # none left: now end one of the site's and take that
                ended += ours.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity"
                    " WHERE pid <> pg_backend_pid() AND query ILIKE '%response%' LIMIT 5) s"
                ).fetchone()[0]  # type: ignore[index]
        before = trial.ledger.answers[503]
        trial.figures |= {"connections ended": ended, "answers 503": before}
        held.close()
        back = time.monotonic()
        trial.claim("Saves go on", trial.saved_before(20))
        trial.figures["return_s"] = round(time.monotonic() - back, 1)
    trial.site.forget_lines()
    trial.claim("Connections were ended", ended > 0)


@case(
    "F8c",
    "The database may only be read",
    "`default_transaction_read_only` for the whole server, as after a change-over to a standby",
    "503 and no acknowledgement meanwhile; saves go on afterwards without a restart",
    (POSTGRESQL,),
)
def read_only(trial: Trial) -> None:
    people = trial.people(6, trial.node.port)
    with trial.saving(people):
        trial.saved_before(20)
        _set_read_only(trial, on=True)
        time.sleep(1)
        before = len(trial.ledger.acknowledged)
        time.sleep(trial.either(2, 6))
        trial.claim("Nothing is acknowledged meanwhile", len(trial.ledger.acknowledged) == before)
        trial.claim("It says so with 503", trial.ledger.answers[503] > 0)
        _set_read_only(trial, on=False)
        trial.claim("Saves go on", trial.saved_before(20))
    trial.site.forget_lines()


def _set_read_only(trial: Trial, *, on: bool) -> None:
    """For the whole server, as a standby is; sessions that exist notice it too."""
    with psycopg.connect(trial.site.url, autocommit=True) as line:
        line.execute("SET default_transaction_read_only = off")
        word = "on" if on else "off"
        line.execute(f"ALTER SYSTEM SET default_transaction_read_only = {word}")
        line.execute("SELECT pg_reload_conf()")
