"""Processes and nodes die while candidates answer."""

import time
from typing import Any

from faults.candidate import Sitter
from faults.site import Node
from faults.trial import POSTGRESQL, Trial, case

IN_ORDER = "Every candidate finds the same paper and the same deadline again"


@case(
    "F1",
    "A web worker dies",
    "SIGKILL to one worker process after another, a second after saves go on; a server that gives "
    "up is started again, as systemd does",
    "Acknowledged within stored within sent; one death never ends the server",
)
def workers_die(trial: Trial) -> None:
    node = trial.own_node(processes=2 if trial.on_postgres else 1)
    people = trial.people(trial.either(6, 16), node.port)
    until = time.monotonic() + trial.either(4, 75)
    deaths = restarts = 0
    with trial.saving(people):
        while time.monotonic() < until:
            trial.saved_before(20)
            time.sleep(1)
            before = node.workers
            trial.site.killer.kill(trial.rng.choice(before))
            deaths += 1
            if not _replaced(node, before):
                trial.claim("One death does not end the server", deaths > 1)
                node.start()
                restarts += 1
        trial.claim("Answers go on being saved", trial.saved_before(20))
    trial.figures |= {"workers killed": deaths, "server started again": restarts}


def _replaced(node: Node, before: list[int], seconds: float = 60) -> bool:
    """Wait until as many workers run as before; False if the server ended instead."""
    until = time.monotonic() + seconds
    while node.running and time.monotonic() < until:
        now = node.workers
        if len(now) >= len(before) and set(now) != set(before):
            return True
        time.sleep(0.05)
    return False


@case(
    "F2",
    "A whole web node loses power",
    "SIGKILL to the server and all its workers, then a start",
    "Acknowledged within stored within sent; open attempts go on with the same paper and deadline",
)
def node_dies(trial: Trial) -> None:
    node = trial.node
    people = trial.people(trial.either(6, 16), node.port)
    before = [seen(one) for one in people]
    with trial.saving(people):
        for _ in range(trial.either(1, 12)):
            trial.saved_before(trial.either(20, 100))
            node.kill()
            node.start()
    trial.claim(IN_ORDER, [seen(one.open_room()) for one in people] == before)


def seen(one: Sitter) -> tuple[str, list[dict[str, Any]]]:
    """What must not change: the deadline, the questions and the order of everything in them."""
    questions = [{k: v for k, v in item.items() if k != "version"} for item in one.sheet["items"]]
    return one.sheet["deadline"], questions


@case(
    "F3",
    "One of two web nodes dies",
    "two nodes on one database behind a balancer; SIGKILL to one and then the other",
    "Sessions and attempts go on through the other node; each hand-in is one",
    (POSTGRESQL,),
)
def one_of_two_dies(trial: Trial) -> None:
    nodes = [trial.site.standing(), trial.own_node()]
    door = trial.proxy(*[("127.0.0.1", node.port) for node in nodes])
    people = trial.people(trial.either(6, 16), door.port)
    before = [seen(one) for one in people]
    with trial.saving(people):
        for turn in range(trial.either(1, 10)):
            trial.saved_before(20)
            dying = nodes[turn % 2]
            dying.kill()
            trial.claim("The other node saves meanwhile", trial.saved_before(20))
            dying.start()
    trial.claim(IN_ORDER, [seen(one.open_room()) for one in people] == before)
    nodes[0].kill()
    receipts = [one.hand_in() for one in people]
    trial.claim("The same receipt again", [one.hand_in() for one in people] == receipts)
