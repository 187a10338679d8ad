"""A candidate whose device never gives up: one save in flight, the same one until it is answered."""

import http.client
import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from threading import Event, Thread
from typing import Any

from benchmarks.candidate import TOKEN, Candidate
from faults.ledger import Ledger
from faults.responses import response

LINE_SECONDS = 45
"""Longer than a server that waits twice for a lock."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
BROKEN = (OSError, http.client.HTTPException)


@dataclass(frozen=True, slots=True)
class Account:
    """Who a candidate is: the address to find them by, and the cookie of a living session."""

    person_id: int
    email: str
    cookie: str


class Sitter(Candidate):
    """Sits one exam through one door, and writes everything into the ledger."""

    def __init__(self, port: int, account: Account, ledger: Ledger, rng: Random) -> None:
        super().__init__(port, account.email, "")
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=LINE_SECONDS)
        self.cookies = {"session": account.cookie} if account.cookie else {}
        self.account, self.ledger, self.rng = account, ledger, rng
        self.versions: dict[str, int] = {}
        self.waiting = False
        self.over = ""
        ledger.devices.append(self)

    def enter(self, exam: str, honour: str) -> "Sitter":
        """From the list of exams into the room."""
        self.read_token()
        self.start(exam, honour)
        return self.open_room()

    def read_token(self) -> None:
        """Take the token against forged requests from a page, as a browser does."""
        _status, body, _headers = self.patiently("GET", "/exams/")
        self.csrf = TOKEN.search(body.decode())[1]  # type: ignore[index]

    def open_room(self) -> "Sitter":
        """Read the paper; a reload does the same."""
        status, body, _headers = self.patiently("GET", f"{self.room}/paper")
        assert status == 200, (status, body[:300])
        self.sheet = json.loads(body)
        self.csrf = self.sheet["csrf"]
        self.versions = {item["item"]: item["version"] for item in self.sheet["items"]}
        return self

    @property
    def attempt(self) -> str:
        """The public id of the attempt."""
        return self.room.rsplit("/", 1)[-1]

    def patiently(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes, Any]:
        """Ask until an answer comes that is not "come back later"."""
        for pause in pauses():
            try:
                status, content, more = self.request(method, path, body, **headers)
            except BROKEN:
                self.hang_up()
                self.ledger.break_off()
            else:
                self.ledger.count(status)
                if status != 503:
                    return status, content, more
            time.sleep(pause)
        raise TimeoutError(path)

    def hang_up(self) -> None:
        """Close a line that is of no use any more; the next request opens a new one."""
        self.line.close()

    def answer_next(self, stop: Event | None = None) -> bool:
        """Say something new to some question; False if it could not be delivered."""
        question = self.rng.choice(self.sheet["items"])
        value = response(question, self.seq + 1, self.rng)
        return self.deliver(question["item"], value, stop)

    def deliver(self, item: str, value: Any, stop: Event | None = None) -> bool:
        """Send one answer again and again until it is acknowledged or refused for good."""
        self.seq += 1
        base = self.versions.get(item, 0)
        self.ledger.send((self.client, self.seq), self.attempt, item, base, value)
        self.waiting = True
        for pause in pauses():
            if self.try_once(item, base, value):
                self.waiting = False
                return not self.over
            if stop is not None and stop.is_set():
                return False
            time.sleep(pause * self.rng.uniform(0.5, 1.5))
        return False

    def try_once(self, item: str, base: int, value: Any) -> bool:
        """One request; True if the matter is settled."""
        body = json.dumps(self.body_of(item, base, value)).encode()
        try:
            status, content, _headers = self.request(
                "POST", f"{self.room}/responses", body, **self.proofs()
            )
        except BROKEN:
            self.hang_up()
            self.ledger.break_off()
            return False
        return self._settle(item, status, content)

    def body_of(self, item: str, base: int, value: Any) -> dict[str, Any]:
        """The save with the present number."""
        names = {"client": self.client, "seq": self.seq, "item": item, "base": base}
        return {**names, "response": value, "at": "2026-11-22T08:00:00.000Z"}

    def proofs(self) -> dict[str, str]:
        """What a save shows besides the cookie."""
        return {
            "Content_Type": "application/json",
            "Accept": "application/json",
            "X_CSRFToken": self.csrf,
            "X_Attempt_Token": self.sheet["token"] or "",
        }

    def _settle(self, item: str, status: int, content: bytes) -> bool:
        if status == 200:
            reply = json.loads(content)
            assert reply["seq"] == self.seq, reply
            self.ledger.acknowledge((self.client, self.seq), reply["version"])
            self.versions[item] = reply["version"]
            return True
        reason = self.ledger.refuse(status, content)
        if status >= 500 or status == 429 or reason == "paused":
            return False
        self.ledger.give_up((self.client, self.seq), reason or str(status))
        if reason == "superseded":
            self.versions[item] = json.loads(content)["version"]
        else:
            self.over = reason or str(status)
        return True

    def hand_in(self) -> dict[str, Any]:
        """Hand in, whatever it takes; the receipt comes back."""
        status, body, _headers = self.patiently(
            "POST", f"{self.room}/submission", b"{}", **self.proofs()
        )
        assert status == 200, (status, body[:300])
        receipt: dict[str, Any] = json.loads(body)
        return receipt


def pauses(seconds: float = 120) -> Iterator[float]:
    """Growing pauses between tries, for so many seconds in sum of waiting and trying."""
    until, pause = time.monotonic() + seconds, FIRST_PAUSE
    while time.monotonic() < until:
        yield pause
        pause = min(pause * 1.5, LONGEST_PAUSE)


@dataclass
class Crowd:
    """Candidates that answer all the time, each in a thread of its own."""

    people: list[Sitter]
    pause: float = 0.02
    trouble: list[str] = field(default_factory=list)

    @contextmanager
    def answering(self, most: int | None = None) -> Iterator[Event]:
        """Let everybody answer while the block runs; then each finishes what it has under way."""
        done = Event()
        threads = [Thread(target=self._sit, args=(one, done, most)) for one in self.people]
        for thread in threads:
            thread.start()
        try:
            yield done
        finally:
            done.set()
            for thread in threads:
                thread.join()
            for one in self.people:
                one.hang_up()
        if self.trouble:
            raise RuntimeError("; ".join(self.trouble[:3]))

    def _sit(self, one: Sitter, done: Event, most: int | None) -> None:
        try:
            while not done.is_set() and not one.over and (most is None or one.seq < most):
                if not one.answer_next():
                    return
                done.wait(self.pause * one.rng.uniform(0.5, 1.5))
        except Exception as error:  # noqa: BLE001 (told when the block ends)
            self.trouble.append(f"{type(error).__name__}: {error}")


def new_device(one: Sitter) -> Sitter:
    """The same person in the same session in another tab."""
    other = Sitter(one.line.port, one.account, one.ledger, one.rng)
    other.cookies, other.csrf, other.room = dict(one.cookies), one.csrf, one.room
    other.client = str(uuid.uuid4())
    other.sheet, other.versions = one.sheet, dict(one.versions)
    return other
