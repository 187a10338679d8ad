"""What a browser may send to save an answer: shape only, against the paper it belongs to."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import select

from probity.bank import queries as bank
from probity.bank.marking import BadResponse, check_response
from probity.bank.shapes import AnyItem
from probity.exams import paper
from probity.exams.models import Attempt
from probity.exams.saving import Save
from probity.exams.tokens import Holder
from probity.kernel.work import reading

CLIENT = re.compile(r"[0-9a-fA-F-]{8,36}")
LARGEST_NUMBER = 2**31 - 1
LONGEST_TIME = 40


class BadRequest(ValueError):
    """The body cannot be read as a save; the message says which member and why."""


Items = Mapping[str, tuple[int, AnyItem]]
"""The questions of one paper by their id in it: the step each lies in, and the item."""


def items_of(holder: Holder, public_id: str) -> Items | None:
    """The questions of a paper; None if the token belongs to another attempt than the address."""
    try:
        return _items(holder.attempt_id, public_id)
    except LookupError:
        return None


def read_save(body: bytes, items: Items) -> Save:
    """Read one save of an answer to one of these questions. Raises BadRequest."""
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"The body is not JSON: {error}.") from error
    if not isinstance(sent, dict):
        raise BadRequest("The body must be an object.")
    item = sent.get("item")
    if not isinstance(item, str) or item not in items:
        raise BadRequest("`item` is not a question of this paper.")
    step, part = items[item]
    client = sent.get("client")
    if not isinstance(client, str) or not CLIENT.fullmatch(client):
        raise BadRequest("`client` must be the UUID of this tab.")
    typed_at = sent.get("at", "")
    if not isinstance(typed_at, str) or len(typed_at) > LONGEST_TIME or not typed_at.isprintable():
        raise BadRequest("`at` must be a time as RFC 3339 text.")
    return Save(
        client=client.lower(),
        seq=_number(sent, "seq"),
        item=item,
        base=_number(sent, "base"),
        value=_response(part, sent),
        typed_at=typed_at,
        step=step,
    )


def _number(sent: dict[str, Any], name: str) -> int:
    value = sent.get(name)
    if type(value) is not int or not 0 <= value <= LARGEST_NUMBER:
        raise BadRequest(f"`{name}` must be a whole number from 0.")
    return value


def _response(item: AnyItem, sent: dict[str, Any]) -> Any:
    if "response" not in sent:
        raise BadRequest("`response` is missing; null clears an answer.")
    try:
        return check_response(item, sent["response"])
    except BadResponse as error:
        raise BadRequest(str(error)) from error


@lru_cache(maxsize=512)  # passes of the lane hold on to theirs
def _items(attempt_id: int, public_id: str) -> Items:
    """The questions of one paper by their id in it. A paper never changes, so it is read once."""
    with reading() as session:
        kept = session.scalar(
            select(Attempt.paper).where(Attempt.id == attempt_id, Attempt.public_id == public_id)
        )
        if kept is None:
            raise LookupError(public_id)
        slots = paper.load(kept)
        parsed = bank.parsed_versions(session, {slot.version_id for slot in slots})
        return {
            slot.item: (slot.step, paper.part_of(parsed[slot.version_id], slot.child))
            for slot in slots
        }
