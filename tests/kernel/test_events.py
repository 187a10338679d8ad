"""Call down, announce up."""

from dataclasses import FrozenInstanceError, dataclass

import pytest

from probity.kernel import events
from probity.kernel.events import Event, announce, subscribe


@dataclass(frozen=True, slots=True)
class BellRung(Event):
    bell: int


@dataclass(frozen=True, slots=True)
class LoudBellRung(BellRung):
    pass


@pytest.fixture(autouse=True)
def _nobody_listens_afterwards():
    yield
    for kind in (BellRung, LoudBellRung):
        events._subscribers.pop(kind, None)


def test_everybody_who_subscribed_is_told_in_order(session):
    heard = []
    subscribe(BellRung, lambda unit, event: heard.append(("first", unit, event.bell)))
    subscribe(BellRung, lambda unit, event: heard.append(("second", unit, event.bell)))
    announce(session, BellRung(7))
    assert heard == [("first", session, 7), ("second", session, 7)]


def test_subscribing_twice_is_subscribing_once(session):
    heard = []

    def react(_session, event):
        heard.append(event.bell)

    subscribe(BellRung, react)
    subscribe(BellRung, react)
    announce(session, BellRung(7))
    assert heard == [7]


def test_only_those_of_this_very_kind_are_told(session):
    heard = []
    subscribe(BellRung, lambda _session, event: heard.append(event))
    announce(session, LoudBellRung(7))
    assert heard == []


def test_a_failing_subscriber_stops_the_announcer(session):
    def fail(_session, _event):
        raise ZeroDivisionError

    subscribe(BellRung, fail)
    with pytest.raises(ZeroDivisionError):
        announce(session, BellRung(7))


def test_an_event_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        BellRung(7).bell = 8
