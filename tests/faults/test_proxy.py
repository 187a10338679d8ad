"""The proxy: what it does to a line, seen from both ends."""

import socket
import threading
from collections import Counter
from contextlib import contextmanager
from random import Random

import pytest

from faults.proxy import LosesReplies, Mangles, Proxy, dial


@contextmanager
def server():
    """Answers each request with its number; keeps what arrived."""
    arrived = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(line):
        with line:
            while data := line.recv(65536):
                arrived.append(data)
                line.sendall(b"HTTP/1.1 200 OK\r\n\r\n%d" % len(arrived))

    def accept():
        while True:
            try:
                line, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(line,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname(), arrived
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@contextmanager
def proxied(*targets, habit=None):
    proxy = Proxy(list(targets), habit) if habit else Proxy(list(targets))
    try:
        yield proxy
    finally:
        proxy.close()


def ask(port, words=b"GET / HTTP/1.1\r\n\r\n"):
    with dial(("127.0.0.1", port)) as line:
        line.settimeout(5)
        line.sendall(words)
        try:
            return line.recv(100)
        except ConnectionError:
            return b""


def test_a_plain_line_carries_both_ways():
    with server() as (address, arrived), proxied(address) as proxy:
        assert ask(proxy.port, b"hello").endswith(b"1")
        assert arrived == [b"hello"]


def test_a_target_that_is_gone_is_passed_over():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        gone = probe.getsockname()
    with server() as (address, _arrived), proxied(gone, address) as proxy:
        assert all(ask(proxy.port) for _ in range(4))


def test_without_any_target_the_line_is_closed():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        gone = probe.getsockname()
    with proxied(gone) as proxy:
        assert ask(proxy.port) == b""
        assert proxy.counts["no target"] == 1


def test_a_lost_reply_was_asked_all_the_same():
    counts = Counter()
    habit = lambda: LosesReplies(Random(1), 1.0, counts, b"save")  # noqa: E731
    with server() as (address, arrived), proxied(address, habit=habit) as proxy:
        assert ask(proxy.port, b"save this") == b""
        assert ask(proxy.port, b"show that").endswith(b"2")
        assert arrived == [b"save this", b"show that"]
        assert counts == {"replies lost": 1}


@pytest.mark.parametrize("seed", range(3))
def test_mangled_requests_arrive_again_or_cut_short(seed):
    counts = Counter()
    request = b"POST /responses HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody"
    rng = Random(seed)
    habit = lambda: Mangles(rng, counts, b"/responses")  # noqa: E731
    with server() as (address, arrived), proxied(address, habit=habit) as proxy:
        for _ in range(60):
            ask(proxy.port, request)
        proxy.settle()
        assert counts["sent again"] > 10
        assert counts["truncated"] > 0
        assert arrived.count(request) == 60 - counts["truncated"] + counts["sent again"]
        assert all(request.startswith(one) for one in arrived)


def test_cutting_all_lines_breaks_them():
    with (
        server() as (address, _arrived),
        proxied(address) as proxy,
        dial(("127.0.0.1", proxy.port)) as line,
    ):
        line.sendall(b"x")
        assert line.recv(100)
        assert proxy.cut_all() == 1
        assert line.recv(100) == b""
