"""People who act at the same time, on several devices, or as somebody else."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import func, select, update

from faults.candidate import Sitter, new_device
from faults.site import EXAM
from faults.trial import Trial, case
from probity.exams import queries
from probity.exams.actions import HONOUR_VERSION
from probity.exams.models import Attempt, ResponseEvent

AT_ONCE = 50
GRACE_SECONDS = 10
MOST_P99_SECONDS = 5


def together(work: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all of it at the same moment; results in order, an exception as itself."""
    barrier = threading.Barrier(len(work))
    results: list[Any] = [None] * len(work)

    def run(place: int, one: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results[place] = one()
        except Exception as error:  # noqa: BLE001 (the caller looks)
            results[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(work)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@case(
    "F14a",
    "Candidates swap cookies, tokens and addresses",
    "each combination of two candidates' cookie, attempt token and room, on the short and the whole way",
    "Nobody writes into a foreign attempt, and nobody learns that it exists",
)
def swapped(trial: Trial) -> None:
    one, other = trial.people(2, trial.node.port)
    for person in (one, other):
        person.answer_next()  # the whole way, which leaves a pass
        person.answer_next()  # the short way
    statuses: dict[str, int] = {}
    for number in range(1, 7):
        cookie, token, room = ((one, other)[number >> bit & 1] for bit in (2, 1, 0))
        item = room.sheet["items"][0]["item"]
        forged = {"client": cookie.client, "seq": 900 + number, "item": item, "base": 0}
        body = json.dumps({**forged, "response": None, "at": ""}).encode()
        proofs = {**cookie.proofs(), "X_Attempt_Token": token.sheet["token"]}
        cookie.hang_up()  # the server may have closed the line after it refused
        status, _body, _headers = cookie.request("POST", f"{room.room}/responses", body, **proofs)
        statuses[f"{number:03b}"] = status
    trial.claim("Every swap is refused", all(code in (401, 404, 409) for code in statuses.values()))
    one.hang_up()
    paths = (f"{other.room}/", f"{other.room}/paper", f"{other.room}/state")
    codes = [one.request("GET", path)[0] for path in paths]
    codes.append(one.post(f"{other.room}/submission", {})[0])
    trial.claim("A foreign attempt does not exist", set(codes) == {404})
    trial.claim("Both go on", one.answer_next() and other.answer_next())
    trial.figures["answers to swaps"] = statuses


@case(
    "F14b",
    "Two tabs and two devices",
    "a tab with an old answer clears it late; a second session takes over while the first answers",
    "A stale tab blanks nothing; after the take-over the first device writes nothing any more",
)
def two_devices(trial: Trial) -> None:
    (first,) = trial.people(1, trial.node.port)
    item = first.sheet["items"][0]["item"]
    tab = new_device(first)
    first.deliver(item, None)
    first.answer_next()
    tab.deliver(item, None)  # knows nothing of version 1
    trial.claim("The stale tab is told of the newer answer", tab.versions[item] == 1)
    trial.may_refuse.add("read-only")
    with trial.site.writing() as session:
        cookie = trial.site.sign_in(session, first.account.person_id)
    second = Sitter(first.line.port, replace(first.account, cookie=cookie), trial.ledger, Random(2))
    with trial.saving([first]):
        trial.saved_before(20)
        second.enter(EXAM, HONOUR_VERSION)
        trial.claim("The same attempt on both", second.room == first.room)
        trial.claim("It can only look before it takes over", second.sheet["token"] is None)
        second.hang_up()
        status, body = second.post(f"{second.room}/lease", {})
        second.sheet["token"] = body["token"]
        trial.claim("The take-over is granted", status == 200)
        second.open_room()
        trial.claim("The second writes", all(second.answer_next() for _ in range(10)))
        trial.until(lambda: first.over)  # its next save may be a moment away
    trial.claim("The first can only read", first.over == "read-only")


@case(
    "F14c",
    "Fifty starts at the same moment",
    "one candidate, fifty requests for a start behind one barrier",
    "One attempt, and every request leads to it",
)
def parallel_starts(trial: Trial) -> None:
    port = trial.node.port
    for _ in range(trial.either(2, 10)):
        (account,) = trial.site.candidates(1)
        person = Sitter(port, account, trial.ledger, Random(1))
        person.read_token()
        doors = [new_line(person) for _ in range(AT_ONCE)]
        found = together([lambda d=d: d.enter(EXAM, HONOUR_VERSION).room for d in doors])
        for door in doors:
            door.hang_up()
        with trial.site.reading() as session:
            mine = Attempt.candidate_id == account.person_id
            number = session.scalar(select(func.count()).select_from(Attempt).where(mine))
        trial.claim("One attempt", number == 1)
        trial.claim("All fifty are led to it", len(set(map(str, found))) == 1)
        trial.claim("It can be answered", doors[0].answer_next())
        doors[0].hang_up()


def new_line(person: Sitter) -> Sitter:
    """The same browser with one more connection."""
    other = Sitter(person.line.port, person.account, person.ledger, Random(person.rng.random()))
    other.cookies, other.csrf = dict(person.cookies), person.csrf
    return other


@case(
    "F14d",
    "Fifty hand-ins at the same moment, while eight tabs answer",
    "one attempt; each tab has questions of its own; fifty submissions behind one barrier",
    "One ending, the same receipt for everybody, and what was acknowledged is what is stored",
)
def parallel_hand_ins(trial: Trial) -> None:
    trial.may_refuse.add("closed")
    for _ in range(trial.either(1, 6)):
        (person,) = trial.people(1, trial.node.port)
        tabs = [new_device(person) for _ in range(8)]
        for number, tab in enumerate(tabs):
            tab.rng = Random(number)
            tab.sheet = {**person.sheet, "items": [person.sheet["items"][number]]}
        doors = [new_device(person) for _ in range(AT_ONCE)]
        with trial.saving(tabs, pause=0.005):
            trial.saved_before(100)
            receipts = together([door.hand_in for door in doors])
        for door in doors:
            door.hang_up()
        trial.claim("The same receipt for all", len({json.dumps(one) for one in receipts}) == 1)
        trial.claim("Every tab was told that it is over", {tab.over for tab in tabs} == {"closed"})
        with trial.site.reading() as session:
            mine = select(ResponseEvent.client, ResponseEvent.seq).join(
                Attempt, Attempt.id == ResponseEvent.attempt_id
            )
            rows = session.execute(mine.where(Attempt.public_id == person.attempt))
            stored = {(client, seq) for client, seq in rows}
        ours = {key for key in trial.ledger.acknowledged if key in stored}
        trial.claim("Acknowledged equals stored", stored == ours)


@case(
    "F16",
    "Everybody hands in within one second",
    "the deadline of all is the same; at it each sends a last answer and hands in",
    "All last answers count, every hand-in is answered; p99 below 5 s in the long form, within the grace in the short one",
)
def herd(trial: Trial) -> None:
    people = trial.people(trial.either(40, 300), trial.node.port)
    for person in people:
        person.answer_next()
        person.hang_up()
    with trial.site.writing() as session:
        end = queries.now(session) + timedelta(seconds=3)
        mine = Attempt.public_id.in_([person.attempt for person in people])
        times = {"deadline": end, "accept_until": end + timedelta(seconds=GRACE_SECONDS)}
        session.execute(update(Attempt).where(mine).values(times))
    time.sleep(3)
    waits = together([lambda p=p: _last_moment(p) for p in people])
    broken = [str(wait) for wait in waits if not isinstance(wait, float)]
    trial.claim("Every hand-in was answered", not broken)
    waits = sorted(wait for wait in waits if isinstance(wait, float))
    p99 = waits[int(len(waits) * 0.99)] if waits else 99
    most = MOST_P99_SECONDS if trial.long else GRACE_SECONDS
    trial.claim(f"p99 of answer and hand-in together below {most} s", p99 < most)
    trial.figures |= {
        "hand-ins": len(waits),
        "p50_s": round(waits[len(waits) // 2], 2) if waits else None,
        "p99_s": round(p99, 2),
        "broken": broken[:3],
    }


def _last_moment(person: Sitter) -> float:
    """The last answer and the hand-in of one candidate; seconds both took."""
    began = time.monotonic()
    delivered = person.answer_next()
    receipt = person.hand_in()
    taken = time.monotonic() - began
    person.hang_up()
    assert delivered, f"the last answer was refused: {person.over}"
    assert receipt["answers_sha256"]
    return taken
