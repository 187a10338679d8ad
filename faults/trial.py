"""One run of one case on one database: its candidates, its ledger, its claims, its figures."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from faults.candidate import Crowd, Sitter
from faults.ledger import Ledger
from faults.oracle import Verdict, judge
from faults.proxy import Habit, Proxy, Target
from faults.site import EXAM, FaultSite, Node
from probity.exams.actions import HONOUR_VERSION

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = (SQLITE, POSTGRESQL)
MOST_PROBLEMS = 10


class Skipped(Exception):
    """A machine like this one cannot do it; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Case:
    """A fault, how it is made here, and what must hold."""

    name: str
    fault: str
    how: str
    invariant: str
    databases: tuple[str, ...]
    run: Callable[["Trial"], None]
    quick: bool = True
    """Its short form is run by the tests as well."""


CASES: dict[str, Case] = {}


def case(
    name: str, fault: str, how: str, invariant: str, databases: tuple[str, ...] = BOTH, **more: bool
) -> Callable[[Callable[["Trial"], None]], Callable[["Trial"], None]]:
    """Register a case under its number in the fault plan."""

    def register(run: Callable[["Trial"], None]) -> Callable[["Trial"], None]:
        CASES[name] = Case(name, fault, how, invariant, databases, run, **more)
        return run

    return register


@dataclass
class Trial:
    """What a case works with. Everything random comes from `seed`."""

    site: FaultSite
    long: bool = False
    seed: int = 1
    ledger: Ledger = field(default_factory=Ledger)
    claims: dict[str, bool] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)
        self._proxies: list[Proxy] = []
        self._own: list[FaultSite] = []
        self.may_refuse: set[str] = {"superseded"}

    @property
    def on_postgres(self) -> bool:
        return self.site.kind == POSTGRESQL

    def either(self, short: int, long: int) -> int:
        """The size of something in the short and in the long form."""
        return long if self.long else short

    def claim(self, sentence: str, holds: object) -> None:
        """Note something that must be so."""
        self.claims[sentence] = self.claims.get(sentence, True) and bool(holds)

    def use(self, site: FaultSite) -> FaultSite:
        """Go on with a site that nobody else uses; it ends with the case."""
        self._own.append(site)
        self.site = site
        site.open()
        return site

    @property
    def node(self) -> Node:
        """A web node that answers; other cases use it too."""
        return self.site.standing()

    def own_node(self, *, processes: int = 1, **environ: str) -> Node:
        """A web node of this case alone."""
        return self.site.node(processes=processes, **environ).start()

    def proxy(self, *targets: Target, habit: Callable[[], Habit] = Habit) -> Proxy:
        """A proxy that ends with the case."""
        made = Proxy(list(targets), habit)
        self._proxies.append(made)
        return made

    def people(self, number: int, port: int, exam: str = EXAM) -> list[Sitter]:
        """Candidates in the room of a new attempt, seen through this port."""
        accounts = self.site.candidates(number)
        sitters = [Sitter(port, one, self.ledger, Random(self.rng.random())) for one in accounts]
        return [one.enter(exam, HONOUR_VERSION) for one in sitters]

    @contextmanager
    def saving(self, people: list[Sitter], pause: float = 0.02) -> Iterator[Crowd]:
        """These answer while the block runs, and afterwards until nothing is under way."""
        crowd = Crowd(people, pause)
        with crowd.answering():
            yield crowd

    def saved_before(self, number: int, seconds: float = 60) -> bool:
        """Wait until so many more saves have been acknowledged."""
        wanted = len(self.ledger.acknowledged) + number
        return self.until(lambda: len(self.ledger.acknowledged) >= wanted, seconds)

    def until(self, holds: Callable[[], object], seconds: float = 10) -> bool:
        """Wait until it holds; tell whether it did in time."""
        last = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > last:
                return False
            time.sleep(0.02)
        return True

    def release(self) -> None:
        """End what the case has opened."""
        for device in self.ledger.devices:
            device.hang_up()
        for proxy in self._proxies:
            proxy.close()
        self._proxies.clear()
        self.site.stop_nodes()
        for site in self._own:
            site.close()
        self._own.clear()


def run(chosen: Case, site: FaultSite, *, long: bool = False, seed: int = 1) -> dict[str, Any]:
    """Do one case on one site; the row of the report. Raises Skipped."""
    trial, began, error = Trial(site, long, seed), time.monotonic(), ""
    verdict, before = Verdict(), site.killer.kills
    try:
        chosen.run(trial)
        trial.site.do_duties()
    except Skipped:
        raise
    except Exception as problem:  # noqa: BLE001 (a case that breaks is a case that failed)
        error = f"{type(problem).__name__}: {problem}"[:2000]
    finally:
        with suppress(Exception):  # it may be the database that is broken: then the error is told
            verdict = judge(trial.site.shared, trial.ledger)
            verdict.seen = True
        killed = trial.site.killer.kills - (before if trial.site is site else 0)
        trial.release()
    problems = _problems(trial, verdict, error)
    return {
        "name": chosen.name,
        "database": site.kind,
        "acknowledged": len(trial.ledger.acknowledged),
        "kills": killed,
        "lost": len(verdict.lost),
        "duplicated": len(verdict.duplicated),
        "errors_5xx_other_than_503": trial.ledger.errors,
        "passed": not problems,
        "fault": chosen.fault,
        "form": "long" if long else "short",
        "seed": seed,
        "seconds": round(time.monotonic() - began, 1),
        **_details(trial.ledger, verdict),
        "claims": trial.claims,
        "figures": trial.figures,
        "problems": problems,
    }


def _problems(trial: Trial, verdict: Verdict, error: str) -> list[str]:
    """Everything that must not be, in words; empty if the case passed."""
    ledger = trial.ledger
    found = [error] * bool(error)
    found += [f"not so: {sentence}" for sentence, holds in trial.claims.items() if not holds]
    found += (verdict.lost + verdict.duplicated + verdict.wrong)[:MOST_PROBLEMS]
    found += [] if verdict.seen or error else ["the database could not be looked at"]
    found += ledger.excerpts
    unexpected = Counter(reason for reason in ledger.refused.values())
    for reason in unexpected.keys() - trial.may_refuse:
        found.append(f"{unexpected[reason]} saves were refused: {reason}")
    if ledger.unanswered:
        found.append(f"{len(ledger.unanswered)} saves were never answered")
    return found


def _details(ledger: Ledger, verdict: Verdict) -> dict[str, Any]:
    return {
        "sent": len(ledger.sent),
        "stored": verdict.stored,
        "unanswered": len(ledger.unanswered),
        "lines_broken": ledger.broken,
        "answers": {str(status): n for status, n in sorted(ledger.answers.items())},
        "refusals": dict(ledger.refusals),
        "p50_ms": round(ledger.share(0.5) * 1000),
        "p99_ms": round(ledger.share(0.99) * 1000),
        "longest_silence_s": round(ledger.longest_silence(), 1),
    }
