"""Whoever knows the keys hands them in when the application is built; the log asks here for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app

from probity.ledger import notes
from probity.ledger.notes import Key, Signer

_NAME = "probity-ledger"


@dataclass(frozen=True, slots=True)
class _Keys:
    signer: Callable[[], Signer]
    published: Callable[[], Sequence[bytes]]


def provide(
    app: Flask, *, signer: Callable[[], Signer], published: Callable[[], Sequence[bytes]]
) -> None:
    """Say how to reach the key that signs, and every public key that ever did, newest last."""
    app.extensions[_NAME] = _Keys(signer, published)


def signer() -> Signer:
    """The private key: for the worker and for commands, never for a web process."""
    return _keys().signer()


def keys() -> list[Key]:
    """The public keys of this log, newest last, under its present name."""
    return [Key(origin(), public) for public in _keys().published()]


def origin() -> str:
    return notes.origin_of(current_app.config["PROBITY"].base_url)


def _keys() -> _Keys:
    found: _Keys = current_app.extensions[_NAME]
    return found
