"""`probity api`: what operators decide about keys of programs."""

import click
from flask.cli import AppGroup

from probity.api import actions, queries
from probity.kernel.errors import Refused
from probity.kernel.permissions import SYSTEM
from probity.kernel.work import writing

group = AppGroup("api", help="Keys for programs.")


@group.command("quota")
@click.argument("prefix")
@click.argument("checks", type=int)
def quota(prefix: str, checks: int) -> None:
    """Let the key that begins with PREFIX ask for so many CHECKS on a day."""
    with writing() as session:
        key = queries.by_prefix(session, prefix)
        if key is None:
            raise click.ClickException(
                f"No key begins with {prefix}. Copy it from its owner's page."
            )
        try:
            actions.set_quota(session, key, checks, by=SYSTEM)
        except Refused as error:
            raise click.ClickException(error.message) from error
    click.echo(f"{prefix}: {checks} checks a day")
