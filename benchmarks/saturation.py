"""How many requests a second come through when every core is busy, the clients' own work included."""

import multiprocessing
import time
from collections.abc import Callable
from typing import Any

from benchmarks.candidate import Candidate
from benchmarks.cpu import used
from benchmarks.site import Site

SECONDS = 8.0
CLIENTS = 8
"""Processes that ask without a pause: enough to keep two cores busy."""


def measure(site: Site, people: list[Candidate]) -> dict[str, dict[str, float]]:
    """Requests a second of saves and of room pages, and what share of the CPU served them."""
    return {name: _step(site, people, step) for name, step in STEPS.items()}


def _save(person: Candidate, turn: int) -> None:
    """Answer the questions one after the other, each over the version saved last."""
    item = person.sheet["items"][turn % len(person.sheet["items"])]
    person.save(item, base=1 + turn // len(person.sheet["items"]))


def _page(person: Candidate, turn: int) -> None:  # noqa: ARG001 (every turn is alike)
    person.page()


STEPS: dict[str, Callable[[Candidate, int], None]] = {"save": _save, "page": _page}


def _step(
    site: Site, people: list[Candidate], step: Callable[[Candidate, int], None]
) -> dict[str, float]:
    fork = multiprocessing.get_context("fork")
    with fork.Pool(CLIENTS, _own, (people, step)) as pool:
        web, database = site.web, site.database
        before, began = (used(web), used(database)), time.perf_counter()
        done = sum(pool.map(_ask, range(CLIENTS), chunksize=1))
        seconds = time.perf_counter() - began
        served = used(web) - before[0], used(site.database) - before[1]
    return {
        "per_second": round(done / seconds),
        "requests": done,
        "web_cores": round(served[0] / seconds, 2),
        "database_cores": round(served[1] / seconds, 2),
    }


_mine: dict[str, Any] = {}


def _own(people: list[Candidate], step: Callable[[Candidate, int], None]) -> None:
    _mine.update(people=people, step=step)


def _ask(number: int) -> int:
    """Ask for some seconds on behalf of every eighth candidate; how many requests were answered."""
    people: list[Candidate] = _mine["people"][number::CLIENTS]
    for person in people:
        person.line.close()  # the parent's connection is not ours to use
    until, turn = time.perf_counter() + SECONDS, 0
    while time.perf_counter() < until:
        for person in people:
            _mine["step"](person, turn)
        turn += 1
    return turn * len(people)
