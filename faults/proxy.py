"""A small TCP proxy that does to a line what bad networks do. One thread for each direction."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

CHUNK = 64 * 1024
Target = tuple[str, int] | str
"""Host and port, or the path of a UNIX socket."""


class Habit:
    """What a proxy does with a line; this one only passes on. Called once for each line."""

    def upward(self, line: "Line", data: bytes) -> None:
        """Bytes of the client, on their way to the server."""
        line.up(data)

    def downward(self, line: "Line", data: bytes) -> None:
        """Bytes of the server, on their way to the client."""
        line.down(data)


class Line:
    """One connection through the proxy."""

    def __init__(self, proxy: "Proxy", client: socket.socket, server: socket.socket) -> None:
        self.proxy, self.client, self.server = proxy, client, server
        self.target: Target = proxy.targets[0]

    def up(self, data: bytes) -> None:
        self.server.sendall(data)

    def down(self, data: bytes) -> None:
        self.client.sendall(data)

    def cut(self) -> None:
        """Break both ends; what is still under way is lost."""
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class Proxy:
    """Listens on `port`; every line gets a habit of its own. With several targets it balances."""

    def __init__(self, targets: list[Target], habit: Callable[[], Habit] = Habit) -> None:
        self.targets, self.habit = targets, habit
        self.counts: Counter[str] = Counter()
        self.lines: set[Line] = set()
        self.waiting = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port: int = self.listener.getsockname()[1]
        self._turn = 0
        self._open = True
        self._threads: set[threading.Thread] = set()
        self.spawn(self._accept)

    def close(self) -> None:
        self._open = False
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.cut_all()
        for thread in list(self._threads):
            thread.join(5)

    def cut_all(self) -> int:
        """Break every line; tell how many there were."""
        lines = list(self.lines)
        for line in lines:
            line.cut()
        return len(lines)

    def settle(self, seconds: float = 10) -> None:
        """Wait until what is still to be sent again has been."""
        until = time.monotonic() + seconds
        while self.waiting and time.monotonic() < until:
            time.sleep(0.05)

    def connect(self) -> tuple[Target, socket.socket] | None:
        """A line to the next target that answers; None if none does."""
        for _ in self.targets:
            self._turn += 1
            target = self.targets[self._turn % len(self.targets)]
            with suppress(OSError):
                return target, dial(target)
        return None

    def spawn(self, work: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=self._run, args=(work, *arguments), daemon=True)
        self._threads.add(thread)
        thread.start()

    def _run(self, work: Callable[..., None], *arguments: Any) -> None:
        try:
            work(*arguments)
        finally:
            self._threads.discard(threading.current_thread())

    def _accept(self) -> None:
        while self._open:
            try:
                client, _address = self.listener.accept()
            except OSError:
                return
            found = self.connect()
            if found is None:
                self.counts["no target"] += 1
                client.close()
                continue
            line = Line(self, client, found[1])
            line.target = found[0]
            self.lines.add(line)
            self.counts["lines"] += 1
            self.spawn(self._carry, line)

    def _carry(self, line: Line) -> None:
        habit = self.habit()
        back = threading.Thread(
            target=self._pump, args=(line, line.server, habit.downward), daemon=True
        )
        back.start()
        self._pump(line, line.client, habit.upward)
        back.join()
        self.lines.discard(line)
        line.client.close()
        line.server.close()

    @staticmethod
    def _pump(line: Line, source: socket.socket, pass_on: Callable[[Line, bytes], None]) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                pass_on(line, data)
        line.cut()


def dial(target: Target, timeout: float = 5) -> socket.socket:
    """Open a line to a TCP address or a UNIX socket."""
    if isinstance(target, str):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.connect(target)
        except OSError:
            line.close()
            raise
        return line
    line = socket.create_connection(target, timeout=timeout)
    line.settimeout(None)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


class LosesReplies(Habit):
    """Passes everything up; now and then the reply is thrown away and the line is cut.

    What was asked has happened then, and nobody was told.
    """

    def __init__(self, rng: Random, share: float, counts: Counter[str], mark: bytes = b"") -> None:
        self.rng, self.share, self.counts, self.mark = rng, share, counts, mark
        self._doomed = False

    def upward(self, line: Line, data: bytes) -> None:
        if self.mark in data and self.rng.random() < self.share:
            self._doomed = True
        line.up(data)

    def downward(self, line: Line, data: bytes) -> None:
        if self._doomed:
            self.counts["replies lost"] += 1
            line.cut()
            return
        line.down(data)


class Mangles(Habit):
    """Cuts requests short, sends them again and late, and lets replies wait."""

    def __init__(self, rng: Random, counts: Counter[str], mark: bytes) -> None:
        self.rng, self.counts, self.mark = rng, counts, mark
        self._whole = b""

    def upward(self, line: Line, data: bytes) -> None:
        self._whole += data
        if not _is_whole(self._whole):
            return  # a request is passed on in one piece, or not
        request, self._whole = self._whole, b""
        if self.mark not in request:
            line.up(request)
            return
        chance = self.rng.random()
        if chance < 0.05:
            self.counts["truncated"] += 1
            line.up(request[: self.rng.randrange(1, len(request))])
            line.cut()
            return
        if chance < 0.35:
            for _ in range(self.rng.randrange(1, 5)):
                self.counts["sent again"] += 1
                line.proxy.spawn(self._again, line, request, self.rng.uniform(0, 2))
        elif chance < 0.45:
            self.counts["delayed"] += 1
            time.sleep(self.rng.uniform(0, 0.5))
        line.up(request)

    def _again(self, line: Line, request: bytes, seconds: float) -> None:
        """Replay on a line of its own after others have passed; nobody reads what comes back."""
        line.proxy.waiting += 1
        time.sleep(seconds)
        with suppress(OSError), dial(line.target) as other:
            other.settimeout(10)
            other.sendall(request)
            status = other.recv(CHUNK)[9:12].decode(errors="replace")
            self.counts[f"replay answered {status}"] += 1
        line.proxy.waiting -= 1


def _is_whole(request: bytes) -> bool:
    head, found, body = request.partition(b"\r\n\r\n")
    if not found:
        return False
    for header in head.split(b"\r\n"):
        name, _, value = header.partition(b":")
        if name.lower() == b"content-length":
            return len(body) >= int(value)
    return True
