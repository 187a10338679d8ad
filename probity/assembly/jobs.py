"""The search for forms, which may take minutes, outside every request and transaction."""

import time

from probity.assembly import actions, optimiser, pool, queries
from probity.assembly.models import SetState
from probity.assembly.shapes import specification_of
from probity.assembly.solver import Settings
from probity.kernel.jobs import handler
from probity.kernel.permissions import SYSTEM
from probity.kernel.work import reading
from probity.kernel.worker import Claim

EVERY_SECONDS = 2.0


@handler("assembly.assemble")
def assemble(job: Claim, set_id: int) -> None:
    """Read the bank, search, keep what was found; a second run of a set that has forms does nothing."""
    with reading() as session:
        wanted = queries.find_set(session, set_id)
        if wanted is None or wanted.state is not SetState.WAITING:
            return
        plan = queries.plan_of(wanted.revision)
        offers = pool.offers(session, demonstration=plan.demonstration)
        settings = Settings(seconds=wanted.seconds, seed=wanted.seed)
    watch = _Watch(job, settings.seconds)
    outcome = optimiser.assemble(specification_of(plan), offers, settings, watch.report)
    watch.finish()
    with job.step(done=True) as session:
        found = queries.lock_set(session, set_id)
        if found is not None:
            actions.keep(session, found, outcome, by=SYSTEM)


class _Watch:
    """Writes the progress down now and then, which also keeps the lease of the duty."""

    def __init__(self, job: Claim, limit: float) -> None:
        self._job, self._limit = job, limit
        self._last = time.monotonic()
        self._failure: Exception | None = None

    def report(self, seconds: float, gap: float | None) -> bool:
        """Called by the solver, through which nothing may be raised."""
        if time.monotonic() < self._last + EVERY_SECONDS:
            return True
        self._last = time.monotonic()
        done = {"seconds": round(seconds, 1), "of": self._limit, "gap": gap}
        try:
            with self._job.step(progress=done):
                pass
        except Exception as failure:  # noqa: BLE001 (raised again outside the solver)
            self._failure = failure
            return False
        return True

    def finish(self) -> None:
        """Raise what stopped the search."""
        if self._failure is not None:
            raise self._failure
