"""What `probity certificates verify --offline` prints."""

import sys
from datetime import datetime
from pathlib import Path

import click

from probity.credentials import presenting, sentences
from probity.credentials.checks import sandbox
from probity.credentials.checks.inspection import LARGEST
from probity.credentials.offline import trust, verifier
from probity.credentials.offline.verifier import Finding
from probity.kernel.errors import Misconfigured


def run(file: Path, bundle: Path, now: datetime, *, as_json: bool) -> None:
    """Check a file with a bundle alone: no database, no network. Exit 0 only if it is valid."""
    try:
        opened = trust.load(bundle)
    except Misconfigured as error:
        raise click.ClickException(str(error)) from error
    with file.open("rb") as source:
        found = verifier.examine(source.read(LARGEST + 1), opened, now, sandbox.read)
    if as_json:
        click.echo(verifier.as_json(found, sentences.found))
    else:
        _show(found)
    sys.exit(0 if found.status == verifier.VALID else 1)


def _show(found: Finding) -> None:
    heading = presenting.VERDICTS[found.status].heading
    click.echo(f"{found.status.upper()}: {heading}.")
    if found.problem is not None:
        click.echo(f"  {sentences.PROBLEMS[found.problem]}")
    if found.as_of is not None:
        click.echo(f"  Status as of {found.as_of.isoformat(timespec='minutes')}.")
    for reason in sentences.reasons_told(found.reasons):
        click.echo(f"  {reason}")
    for name, value in found.stated.items():
        click.echo(f"  {sentences.FIELDS[name]}: {value}")
    for name, given, signed in found.differences:
        click.echo(f"  {sentences.FIELDS[name]}: {given!r}, signed as {signed!r}")
    for check in found.checks:
        click.echo(f"  [{check.result.value}] {check.name}: {sentences.found(check)}")
