"""Commands about the log."""

import json

import click
from flask.cli import AppGroup, with_appcontext
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.orm import Session

from probity.audit import queries
from probity.audit.queries import Head, Verdict
from probity.kernel.work import reading

group = AppGroup("audit", help="The log of who changed what.")


class NotedHead(click.ParamType[Head]):
    """A head as `verify` prints it: position, colon, hash."""

    name = "POSITION:HASH"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Head:
        position, _, digest = value.partition(":")
        if not position.isdecimal() or not digest:
            message = "Write the head as `probity audit verify` printed it, such as 7:3f09…"
            self.fail(message, param, ctx)
        return Head(int(position), digest)


@group.command("verify")
@click.option("--noted", type=NotedHead(), help="A head printed earlier that must still be there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def verify(noted: Head | None, as_json: bool) -> None:
    """Check that no sealed entry was changed, removed or moved; exit 1 if one was."""
    with reading() as session:
        head = queries.head(session)
        kept = noted is None or queries.holds(session, noted)
        verdict = _check(session, head.position)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "sealed": verdict.sealed,
                    "broken": verdict.broken,
                    "head": f"{head.position}:{head.hash}",
                    "noted_head_found": kept if noted else None,
                }
            )
        )
    elif verdict.broken is None and kept:
        click.echo(f"{verdict.sealed} entries, none changed.")
        click.echo(f"Head, to note elsewhere: {head.position}:{head.hash}")
    if verdict.broken is not None:
        message = f"The chain breaks at position {verdict.broken} of {verdict.sealed}: the entry there was changed, removed or moved. Compare with a backup."
        raise click.ClickException(message)
    if not kept:
        message = f"Position {noted.position if noted else 0} no longer has the noted hash: the log was cut off or written anew. Compare with a backup."
        raise click.ClickException(message)


def _check(session: Session, total: int) -> Verdict:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Checking", total=total)
        return queries.verify(session, lambda done: bar.update(task, completed=done))
