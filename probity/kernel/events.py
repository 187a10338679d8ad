"""Call down, announce up: a folder announces, folders above it subscribe.

Subscribers run at once, inside the announcer's transaction, and only enqueue or call one action.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Event:
    """Base class of every announcement."""


_subscribers: defaultdict[type[Event], list[Callable[[Session, Any], None]]] = defaultdict(list)

E = TypeVar("E", bound=Event)


def subscribe(kind: type[E], react: Callable[[Session, E], None]) -> None:
    """Call `react` for each later announcement of `kind`; registering twice changes nothing."""
    if react not in _subscribers[kind]:
        _subscribers[kind].append(react)


def announce(session: Session, event: Event) -> None:
    """Tell every subscriber, in order of registration."""
    for react in _subscribers[type(event)]:
        react(session, event)
