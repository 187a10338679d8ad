"""Decisions for a later day: planned once, cancelled before they hold, never made by the wrong hand."""

from datetime import timedelta

import pytest
import time_machine

from probity.credentials import actions, entries, queries
from probity.credentials.queries import Filter
from probity.credentials.rules import Decision, Status
from probity.kernel import clock
from probity.kernel.errors import Refused

DAY = timedelta(days=1)


def test_a_decision_for_a_later_day_holds_from_then_unless_it_is_cancelled(
    session, certificate, rosa
):
    now = clock.now()

    def decide(decision, at=None):
        return actions.decide(
            session, certificate, decision, reason="Fees due", by=rosa, effective_at=at
        )

    def told():
        registered = entries.by_public_id(session, certificate.public_id)
        return [change.id for change in registered.history(clock.now())]

    def refusal(act, *given, **named):
        with pytest.raises(Refused) as refused:
            act(*given, **named)
        return refused.value.reason

    assert refusal(decide, Decision.SUPERSEDED) == "status", "it follows from a correction"
    assert refusal(decide, Decision.CANCELLED) == "status", "it names another decision"
    assert refusal(decide, Decision.SUSPENDED, now - DAY) == "effective"
    assert refusal(decide, Decision.SUSPENDED, now + actions.FARTHEST + DAY) == "effective"
    planned = decide(Decision.SUSPENDED, now + 9 * DAY)
    session.refresh(certificate, ["changes"])
    assert refusal(decide, Decision.SUSPENDED, now + 8 * DAY) == "scheduled"
    assert queries.status_of(certificate) is Status.VALID
    assert told() == []
    with time_machine.travel(now + 10 * DAY):
        assert queries.status_of(certificate) is Status.SUSPENDED
        assert told() == [planned.id]
        assert refusal(actions.cancel, session, planned, reason="Paid", by=rosa) == "status"
    actions.cancel(session, planned, reason="Paid", by=rosa)
    session.refresh(certificate, ["changes"])
    assert refusal(actions.cancel, session, planned, reason="Paid", by=rosa) == "status"
    with time_machine.travel(now + 10 * DAY):
        assert queries.status_of(certificate) is Status.VALID
        assert told() == []
    assert queries.change(session, certificate, planned.id) is planned
    assert queries.change(session, certificate, 0) is None


def test_the_register_is_narrowed_to_the_year_of_the_number(session, certificate):
    year = queries.years(session)[0]
    assert certificate.number.startswith(f"PRB-{year}-")
    assert session.scalars(queries.register(Filter(year=year))).all() == [certificate]
    assert session.scalars(queries.register(Filter(year=year - 1))).all() == []
