"""Passwords: what is accepted, and hashing that neither stalls the site nor holds the database.

A hash takes some fifty milliseconds of processor and 46 MiB. Therefore it is computed before the
unit of work begins (`foretell_*`), kept for the rest of the request, and only a few at a time.
"""

import os
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import g
from flask_security import PasswordUtil
from flask_security.utils import get_hmac, hash_password, verify_password
from werkzeug.exceptions import ServiceUnavailable

from probity.accounts import strength
from probity.kernel.i18n import gettext as _

MOST_AT_ONCE = os.cpu_count() or 1
MOST_WAITING = 4
RETRY_AFTER_SECONDS = 3

ARGON2 = {"argon2__memory_cost": 47_104, "argon2__time_cost": 1, "argon2__parallelism": 1}
"""The first choice of the OWASP password storage cheat sheet."""


def normalise(password: str) -> str:
    """Bring what different keyboards send for the same characters to one form."""
    return unicodedata.normalize("NFKC", password)


def complaints(password: str, context: list[str]) -> list[str]:
    """What is wrong with a (normalised) password, in the reader's language."""
    if len(password) < strength.SHORTEST:
        return [_("Use at least %(count)s characters.", count=strength.SHORTEST)]
    if len(password) > strength.LONGEST:
        return [_("Use at most %(count)s characters.", count=strength.LONGEST)]
    if strength.is_too_easy(password, context):
        return [
            _("This password is easy to guess. Use several unrelated words, or a password manager.")
        ]
    return []


class Passwords(PasswordUtil):
    """Flask-Security asks here about every new password."""

    def normalize(self, password: str) -> str:
        return normalise(password)

    def validate(
        self,
        password: str,
        is_register: bool,  # noqa: ARG002
        **known: Any,
    ) -> tuple[list[str] | None, str]:
        person = known.pop("user", None)
        if person is not None:
            known = {"email": person.email, "latin": person.name_latin, "own": person.name_native}
        chosen = normalise(password)
        context = [value for value in known.values() if isinstance(value, str)]
        return complaints(chosen, context) or None, chosen


class Hasher:
    """Stands before the passlib context: few at a time, and never twice in one request."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._working = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._queueing = threading.BoundedSemaphore(MOST_AT_ONCE + MOST_WAITING)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def hash(self, secret: str | bytes, **options: Any) -> str:
        known: dict[bytes, str] = _kept("password_hashes")
        key = _bytes(secret)
        if key not in known:
            with self._turn():
                known[key] = self._context.hash(secret, **options)
        return known[key]

    def verify(self, secret: str | bytes, stored: str) -> bool:
        known: dict[tuple[bytes, str], bool] = _kept("password_verdicts")
        key = (_bytes(secret), stored)
        if key not in known:
            with self._turn():
                known[key] = bool(self._context.verify(secret, stored))
        return known[key]

    @contextmanager
    def _turn(self) -> Iterator[None]:
        # a crowd that signs in must leave threads for those who save answers
        if not self._queueing.acquire(blocking=False):
            raise ServiceUnavailable(retry_after=RETRY_AFTER_SECONDS)
        try:
            with self._working:
                yield
        finally:
            self._queueing.release()


def _kept(name: str) -> dict[Any, Any]:
    if name not in g:
        setattr(g, name, {})
    kept: dict[Any, Any] = getattr(g, name)
    return kept


def _bytes(secret: str | bytes) -> bytes:
    return secret.encode() if isinstance(secret, str) else secret


def foretell_verdict(password: str, stored: str | None) -> None:
    """Compare now, outside any transaction; an unknown account costs the same."""
    if stored is None:
        hash_password(password)
    else:
        verify_password(normalise(password), stored)


def foretell_hash(password: str) -> None:
    """Hash now what will be stored; what is too long to be accepted is not hashed."""
    if password and len(password) <= strength.LONGEST:
        hash_password(normalise(password))


def foretell_decoy() -> None:
    """Spare the hash by which Flask-Security hides that an address is unknown.

    Where it asks for this one, the known path hashes nothing either.
    """
    _kept("password_hashes")[get_hmac("not-a-password")] = "!"


def foretell_registration_decoy() -> None:
    """Hash what Flask-Security hashes when an address is taken already."""
    hash_password("not-a-password")


def stored_form(password: str) -> str:
    """The hash to store for a password that was accepted elsewhere (commands, demonstration)."""
    hashed: str = hash_password(normalise(password))
    return hashed
