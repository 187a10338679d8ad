"""Work that must not take for ever, in a process that has more to do."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any


class TookTooLong(Exception):
    """The time was up; whatever was under way was broken off."""


@contextmanager
def within(most: timedelta) -> Iterator[None]:
    """Break off what the block does when the time is up. Raises TookTooLong.

    Only the main thread of a process can be interrupted, which is where the worker does its
    duties; elsewhere nothing is limited.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def expire(*_: Any) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGALRM, expire)
    signal.setitimer(signal.ITIMER_REAL, most.total_seconds())
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
