"""The least a save can cost: one bare upsert per answer, committed to disk, through the driver."""

import sqlite3
import time
from pathlib import Path

import psycopg

from benchmarks.cpu import used

RUNS = 3000


def sqlite_us(folder: Path) -> float:
    """CPU microseconds of one upsert on SQLite in WAL mode with synchronous=FULL."""
    line = sqlite3.connect(folder / "floor.db", isolation_level=None)
    line.execute("PRAGMA journal_mode=WAL")
    line.execute("PRAGMA synchronous=FULL")
    line.execute("CREATE TABLE r (a INTEGER, i TEXT, v INTEGER, value TEXT, PRIMARY KEY (a, i))")
    began = time.process_time()
    for number in range(RUNS):
        line.execute(
            "INSERT INTO r VALUES (?, ?, 1, ?) ON CONFLICT (a, i) DO UPDATE SET v = r.v + 1, value = excluded.value",
            (number // 40, f"q{number % 40}", '"whole"'),
        )
    return (time.process_time() - began) / RUNS * 1e6


def postgres_us(url: str, server: list[int]) -> float:
    """CPU microseconds of one prepared upsert: client and server together."""
    with psycopg.connect(url, autocommit=True, prepare_threshold=1) as line:
        line.execute("CREATE TABLE floor (a int, i text, v int, value jsonb, PRIMARY KEY (a, i))")
        server = [*server, line.info.backend_pid]
        began, theirs = time.process_time(), used(server)
        for number in range(RUNS):
            line.execute(
                "INSERT INTO floor VALUES (%s, %s, 1, %s::jsonb) "
                "ON CONFLICT (a, i) DO UPDATE SET v = floor.v + 1, value = excluded.value",
                (number // 40, f"q{number % 40}", '"whole"'),
            )
        return (time.process_time() - began + used(server) - theirs) / RUNS * 1e6
