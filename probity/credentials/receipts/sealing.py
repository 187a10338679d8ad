"""The answer travels in the page it was shown on, sealed: nothing is kept unless it is asked for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, TimedSerializer

from probity.credentials import presenting
from probity.credentials.verification import Answer

GOOD_FOR_SECONDS = 3600


def seal(answer: Answer, asked: Mapping[str, str]) -> str:
    """What was asked and answered, as nobody but this site can write it."""
    told = presenting.as_json(answer, current_app.config["PROBITY"].base_url)
    return _serializer().dumps({"told": told, "asked": dict(asked)})


def unseal(sealed: str) -> tuple[dict[str, Any], dict[str, str], datetime] | None:
    """The answer, the question, and when; None if it is old or was not ours."""
    try:
        value, at = _serializer().loads(sealed, GOOD_FOR_SECONDS, return_timestamp=True)
    except BadSignature:
        return None
    return value["told"], value["asked"], at


def _serializer() -> TimedSerializer[str]:
    """It stands in a form, not in an address: packing it for one would cost more than sealing."""
    return TimedSerializer(current_app.config["SECRET_KEY"], salt="verification-receipt")
