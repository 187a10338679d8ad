"""What takes too long is broken off; what is quick, or runs in another thread, is not."""

import signal
import threading
import time
from datetime import timedelta

import pytest

from probity.kernel import limits

SHORT = timedelta(seconds=0.05)


def test_what_takes_too_long_is_broken_off():
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(limits.TookTooLong), limits.within(SHORT):
        time.sleep(5)
    assert signal.getsignal(signal.SIGALRM) is before


def test_what_is_quick_is_left_alone():
    with limits.within(SHORT):
        done = True
    time.sleep(0.1)
    assert done


def test_other_threads_are_not_limited():
    ended = []

    def run():
        with limits.within(SHORT):
            time.sleep(0.1)
        ended.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert ended == [True]
