"""Lines that hold the server up while candidates answer."""

import socket
import threading
import time
from contextlib import suppress

from faults.candidate import Sitter
from faults.trial import Trial, case

BODY = 5 * 1024**2
SOCKETS = 200
SLOW_BODIES = 4


@case(
    "F26",
    "Slow lines and large bodies",
    "200 connections that send one byte of a header each second, four that begin a body and stop, "
    "and forms of 5 MB one after another",
    "Candidates save on: p99 below one second in the long form, below three in the short one",
)
def pressed(trial: Trial) -> None:
    port = trial.node.port
    people = trial.people(trial.either(6, 16), port)
    (guest,) = trial.people(1, port)
    stop = threading.Event()
    work = [(_trickle, (port, stop)), *[(_half_a_body, (guest, stop))] * SLOW_BODIES]
    threads = [threading.Thread(target=target, args=given) for target, given in work]
    large: list[int] = []
    threads.append(threading.Thread(target=_large_bodies, args=(guest, stop, large)))
    for thread in threads:
        thread.start()
    try:
        with trial.saving(people):
            trial.saved_before(20)
            time.sleep(trial.either(4, 30))
            trial.claim("Saves go on", trial.saved_before(20))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    trial.claim("p99 is low", trial.ledger.share(0.99) < (1 if trial.long else 3))
    trial.claim("Large forms do no harm", large and max(large) < 500)
    trial.figures |= {"large bodies": len(large), "answers to them": sorted(set(large))}


def _trickle(port: int, stop: threading.Event) -> None:
    """Many connections that never finish their request."""
    lines = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(SOCKETS)]
    for line in lines:
        line.sendall(b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
    while not stop.is_set():
        for line in lines:
            with suppress(OSError):
                line.sendall(b"a")
        stop.wait(1)
    for line in lines:
        line.close()


def _half_a_body(guest: Sitter, stop: threading.Event) -> None:
    """A request of somebody signed in that announces a body and then sends a byte a second."""
    cookies = "; ".join(f"{name}={value}" for name, value in guest.cookies.items())
    head = (
        f"POST {guest.room}/flags HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\n"
        f"X-CSRFToken: {guest.csrf}\r\nContent-Type: application/json\r\n"
        "Content-Length: 100000\r\n\r\n{"
    )
    with socket.create_connection(("127.0.0.1", guest.line.port), timeout=5) as line:
        line.sendall(head.encode())
        while not stop.is_set():
            with suppress(OSError):
                line.sendall(b" ")
            stop.wait(1)


def _large_bodies(guest: Sitter, stop: threading.Event, statuses: list[int]) -> None:
    """Forms of five megabytes, one after another."""
    while not stop.is_set():
        try:
            status, _body, _headers = guest.form("/exams/short-exam/attempts", honour="x" * BODY)
        except OSError:
            status = 0
        statuses.append(status)
        guest.hang_up()
