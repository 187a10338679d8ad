"""Takes in what somebody wants verified; parses files while no transaction is open.

Failures are counted by place, for numbers must not be guessed; right answers never are.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from flask import current_app

from probity.credentials import queries
from probity.credentials.checks import inspection, sandbox
from probity.credentials.proofs import keys
from probity.credentials.verification import UNKNOWN, UNREADABLE, Answer, Desk
from probity.kernel import clock, ratelimit
from probity.kernel.settings import Settings
from probity.kernel.work import reading, writing

LIMIT = "verify"
MOST_FAILURES = 30
WITHIN_SECONDS = 600


def open_desk() -> Desk:
    """The keys this installation trusts, and the time."""
    settings: Settings = current_app.config["PROBITY"]
    trusted = keys.trusted(settings.instance_dir / "keys", demonstration=settings.demonstration)
    return Desk(trusted, clock.now(), settings.demonstration)


def check_number(number: str, name: str, *, place: str | None) -> Answer:
    """Ask the register by number and holder's name. Raises TooMany."""
    with reading() as session:
        _check_limit(session, place)
        answer = open_desk().by_number(session, number, name)
    return _counted(answer, place)


def check_file(data: bytes, *, place: str | None) -> Answer:
    """Look at a file. Raises TooMany."""
    desk = open_desk()
    with reading() as session:
        _check_limit(session, place)
        issued = queries.by_file(session, hashlib.sha256(data).hexdigest())
        if issued is not None:
            return desk.genuine(data, issued)
    found = inspection.inspect(data, desk.keys, sandbox.read)
    with reading() as session:
        answer = desk.other_file(session, found)
    return _counted(answer, place)


def check_credential(document: Mapping[str, Any], *, place: str | None) -> Answer:
    """Look at an Open Badges credential. Raises TooMany."""
    with reading() as session:
        _check_limit(session, place)
        answer = open_desk().document(session, document)
    return _counted(answer, place)


def _check_limit(session: Any, place: str | None) -> None:
    if place is not None:
        ratelimit.check(session, LIMIT, place, most=MOST_FAILURES)


def _counted(answer: Answer, place: str | None) -> Answer:
    if place is not None and answer.status in {UNKNOWN, UNREADABLE}:
        with writing() as session:
            ratelimit.count(session, LIMIT, place, per_seconds=WITHIN_SECONDS)
    return answer
