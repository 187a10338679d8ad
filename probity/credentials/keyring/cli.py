"""Commands about keys, for whoever runs the host. They need no second person and are recorded."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from probity.credentials.keyring import encrypting, lifecycle, proposals
from probity.credentials.keyring.ring import Keyring, ring_of
from probity.credentials.proofs.keys import PublicKeys
from probity.credentials.queries import PUBLISH_LISTS
from probity.kernel import jobs
from probity.kernel.errors import Misconfigured, Refused
from probity.kernel.permissions import SYSTEM
from probity.kernel.work import reading, writing

keys = AppGroup("keys", help="The keys that sign certificates.")

T = TypeVar("T")

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _ring() -> Keyring:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return ring_of(app)


@keys.command("list")
@_JSON
def list_keys(as_json: bool) -> None:
    """Show the key sets; made now if this installation has none. Nothing secret is printed."""
    ring = _ring()
    current = _told(lambda: ring.current)
    with reading() as session:
        uses = proposals.uses(session)
    for key in lifecycle.sets(ring):
        row = _row(key, current.id, uses.get(key.id, 0))
        kind = "demonstration" if key.demonstration else "real"
        words = (
            f"{key.id}  {kind}  since {key.created_at}  {row['state']}  "
            f"{row['certificates']} certificates  {key.fingerprint}"
        )
        click.echo(json.dumps(row) if as_json else words)


def _row(key: PublicKeys, current: str, certificates: int) -> dict[str, Any]:
    return {
        "id": key.id,
        "demonstration": key.demonstration,
        "state": _state(key, current),
        "created_at": key.created_at,
        "retired_at": key.retired_at,
        "compromised_since": key.compromised.since if key.compromised else None,
        "compromised_leaf": key.compromised.leaf if key.compromised else None,
        "certificates": certificates,
        "pdf_certificate_sha256": key.fingerprint,
    }


def _state(key: PublicKeys, current: str) -> str:
    if key.compromised:
        return "compromised"
    if key.retired_at:
        return "retired"
    return "signs" if key.id == current else "succeeded"


@keys.command("rotate")
def rotate() -> None:
    """Make a new key set that signs from now on; the earlier ones stay verifiable."""
    ring = _ring()
    with writing() as session:
        before = _told(lambda: ring.current)
        made = _told(lambda: lifecycle.rotate(session, ring, before.id, by=SYSTEM))
        jobs.hasten(session, PUBLISH_LISTS)
    click.echo(f"{made.id} signs from now on; {before.id} stays verifiable. Make a backup now.")


@keys.command("retire")
@click.argument("key")
def retire(key: str) -> None:
    """Let a succeeded key set never sign again; what it signed stays valid."""
    ring = _ring()
    with writing() as session:
        _told(lambda: lifecycle.retire(session, ring, key, by=SYSTEM))
    click.echo(f"{key} signs no more; what it signed stays valid.")


@keys.command("compromise")
@click.argument("key")
@click.option(
    "--since", required=True, help="When others may have got it, such as 2026-11-22T08:00."
)
def compromise(key: str, since: str) -> None:
    """Give a key set up. What the log recorded before now stays valid, all else is refused."""
    ring = _ring()
    begun = _moment(ring, since)
    with writing() as session:
        leaf = _told(lambda: lifecycle.compromise(session, ring, key, begun, by=SYSTEM))
        jobs.hasten(session, PUBLISH_LISTS)
    with reading() as session:
        lifecycle.settle(session, ring)
    current = ring.current
    click.echo(
        f"{key} is given up with entry {leaf} of the log. What it signed and the log recorded "
        f"before that entry stays valid. {current.id} signs from now on."
    )


@keys.command("encrypt")
def encrypt() -> None:
    """Encrypt the private keys in place with KEYS_PASSPHRASE_FILE (or KEYS_PASSPHRASE)."""
    done = _told(lambda: encrypting.encrypt(_ring().settings))
    with writing() as session:
        encrypting.record(session, done)
    click.echo(
        f"{len(done)} files encrypted." if done else "All private keys are encrypted already."
    )


def _moment(ring: Keyring, told: str) -> datetime:
    try:
        found = datetime.fromisoformat(told)
    except ValueError as error:
        raise click.ClickException(
            f"--since {told} is no time. Write it like 2026-11-22T08:00 (in the zone of this "
            "installation) or 2026-11-22T08:00+00:00."
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=ring.settings.timezone)


def _told(act: Callable[[], T]) -> T:
    """Do something; what is refused or wrongly set up is told in a sentence."""
    try:
        return act()
    except (Misconfigured, Refused) as error:
        raise click.ClickException(str(error)) from error
