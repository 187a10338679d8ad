"""Who asks: a program with a key, counted against its quota, or anybody, counted by place."""

from dataclasses import dataclass

from flask import Response, g, make_response, request
from flask.typing import ResponseReturnValue

from probity.api import actions, queries
from probity.api.queries import Held, Standing
from probity.kernel import ratelimit
from probity.kernel.error_pages import answer
from probity.kernel.i18n import gettext as _
from probity.kernel.work import reading, writing

LIMIT, MOST_WRONG, WITHIN_SECONDS = "api-key", 30, 600
DAY_SECONDS = 86_400
SCHEME = "bearer "


class NotLetIn(Exception):
    """A key that cannot be used, or one that is missing; becomes a problem document."""

    def __init__(
        self, status: int, reason: str, message: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.reason, self.message = status, reason, message
        self.headers = headers or {}

    def answer(self) -> ResponseReturnValue:
        response = make_response(answer(self.status, self.reason, self.message))
        response.headers.update(self.headers)
        return response


@dataclass(frozen=True, slots=True)
class Caller:
    """`place` is None where the quota of a key takes its part."""

    key: Held | None
    place: str | None


def caller() -> Caller:
    """Whoever sent this request. Raises NotLetIn for a key that is not good, TooMany for guesses."""
    sent = request.headers.get("Authorization")
    if sent is None:
        return Caller(None, request.remote_addr)
    place = request.remote_addr or ""
    with reading() as session:
        ratelimit.check(session, LIMIT, place, most=MOST_WRONG)
        bearer = sent[: len(SCHEME)].lower() == SCHEME
        key = queries.by_token(session, sent[len(SCHEME) :].strip()) if bearer else None
        if key is not None:
            g.api_standing = queries.standing(session, key.id, key.quota)
            return Caller(key, None)
    with writing() as session:
        ratelimit.count(session, LIMIT, place, per_seconds=WITHIN_SECONDS)
    raise _unknown(
        _("This key is unknown, revoked or over. Make another on the page of your keys.")
    )


def keyed() -> Held:
    """The key of this request. Raises NotLetIn if there is none."""
    key = caller().key
    if key is None:
        raise _unknown(_("This address needs a key: send it as “Authorization: Bearer …”."))
    return key


def spend(key: Held | None, checks: int = 1) -> None:
    """Count checks against a key's quota. Raises NotLetIn when it is used up."""
    if key is None:
        return
    with writing() as session:
        counted = actions.spend(session, key.id, key.quota, checks)
    if counted is not None:
        g.api_standing = counted
        return
    standing: Standing = g.api_standing
    raise NotLetIn(
        429,
        "quota",
        _(
            "The quota of this key is %(quota)s checks a day of UTC, and this would exceed it.",
            quota=key.quota,
        ),
        {"Retry-After": str(standing.seconds)},
    )


def tell_standing(response: Response) -> Response:
    """Say in the headers what is left of the quota, as the IETF drafts name them."""
    standing: Standing | None = g.pop("api_standing", None)
    if standing is not None:
        response.headers["RateLimit-Policy"] = f'"day";q={standing.quota};w={DAY_SECONDS}'
        response.headers["RateLimit"] = f'"day";r={standing.left};t={standing.seconds}'
    return response


def _unknown(message: str) -> NotLetIn:
    return NotLetIn(401, "key", message, {"WWW-Authenticate": 'Bearer realm="api"'})
