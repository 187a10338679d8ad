"""How often one may be wrong. Failures are counted, and nobody can lock another person out.

Someone who guesses from one place is stopped there. Guesses from many places stop browsers that
this person never used; a browser that signed in before carries a signed token and is let through.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Network

from flask import Response, current_app, g, request
from flask import session as cookie
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from probity.accounts.queries import digest
from probity.kernel import ratelimit
from probity.kernel.errors import TooMany
from probity.kernel.settings import Settings

CUSTOMER_BITS = 64
YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` failures under one key within `seconds`."""

    name: str
    most: int
    seconds: int


BY_PLACE = Limit("sign-in/place", 200, 3600)
BY_PLACE_AND_ACCOUNT = Limit("sign-in/pair", 10, 900)
BY_ACCOUNT = Limit("sign-in/account", 100, 3600)
BY_PERSON = Limit("proof/person", 10, 900)
LETTERS = Limit("letters/address", 5, 3600)
ASKING = Limit("letters/place", 200, 3600)


Ask = Callable[[Session, str], bool]

_expectations: list[Ask] = []


def expect_crowds(ask: Ask) -> None:
    """Ask this before an address is stopped for its many failures: a whole room may sit behind it."""
    if ask not in _expectations:
        _expectations.append(ask)


def check(session: Session, limit: Limit, key: str) -> None:
    """Raise TooMany if this key has used up its failures."""
    ratelimit.check(session, limit.name, key, most=limit.most)


def count(session: Session, limit: Limit, key: str) -> None:
    """Count one failure."""
    ratelimit.count(session, limit.name, key, per_seconds=limit.seconds)


def is_used_up(session: Session, limit: Limit, key: str) -> bool:
    """Count one use and tell whether it was one too many."""
    try:
        check(session, limit, key)
    except TooMany:
        return True
    count(session, limit, key)
    return False


def place() -> str:
    """Where a request comes from: an IPv4 address, or the IPv6 network one customer is given."""
    address = request.remote_addr or "unknown"
    if ":" not in address:
        return address
    return str(IPv6Network((address.partition("%")[0], CUSTOMER_BITS), strict=False))


def account_key(email: str) -> str:
    return digest(email.strip().lower())


def check_sign_in(session: Session, email: str) -> None:
    """Refuse to even compare a password after too many wrong ones."""
    account = account_key(email)
    check(session, BY_PLACE_AND_ACCOUNT, f"{place()} {account}")
    _check_place(session)
    if not _is_known_browser(account):
        check(session, BY_ACCOUNT, account)


def _check_place(session: Session) -> None:
    try:
        check(session, BY_PLACE, place())
    except TooMany:
        if not any(ask(session, request.remote_addr or "") for ask in _expectations):
            raise


def count_sign_in_failure(session: Session, email: str) -> None:
    account = account_key(email)
    count(session, BY_PLACE_AND_ACCOUNT, f"{place()} {account}")
    count(session, BY_PLACE, place())
    if not _is_known_browser(account):
        count(session, BY_ACCOUNT, account)


def forget_sign_in_failures(session: Session, email: str) -> None:
    """Whoever proved to own the account starts afresh, and this browser is remembered."""
    account = account_key(email)
    ratelimit.clear(session, BY_PLACE_AND_ACCOUNT.name, f"{place()} {account}")
    g.browser_knows = account


def proof_key() -> str | None:
    """Whoever has to show a password or a code again: signed in, or half way in."""
    if current_user.is_authenticated:
        return str(current_user.fs_uniquifier)
    halfway: str | None = cookie.get("tf_user_id")
    return halfway


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="known-browser")


def _cookie_name() -> str:
    settings: Settings = current_app.config["PROBITY"]
    return "__Host-browser" if settings.https else "browser"


def _is_known_browser(account: str) -> bool:
    try:
        return bool(_signer().loads(request.cookies.get(_cookie_name(), "")) == account)
    except BadSignature:
        return False


def remember_browser(response: Response) -> Response:
    """After a sign-in, let the browser carry the proof that it once belonged to this account."""
    account = g.pop("browser_knows", None)
    if account is not None:
        settings: Settings = current_app.config["PROBITY"]
        response.set_cookie(
            _cookie_name(),
            _signer().dumps(account),
            max_age=YEAR_SECONDS,
            secure=settings.https,
            httponly=True,
            samesite="Lax",
        )
    return response
