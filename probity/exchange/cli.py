"""Commands about files of questions: what an import would make of them, and what answers earn."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from probity.exchange import cli_batches, inspecting

bank = AppGroup("bank", help="Questions in files of other systems.")
for command in cli_batches.COMMANDS:
    bank.add_command(command)


@bank.command("inspect")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file, one a line.")
def inspect(paths: tuple[Path, ...], as_json: bool) -> None:
    """Print what an import would create; folders are walked, nothing is stored."""
    is_known = False
    for path in inspecting.files_below(paths):
        told = inspecting.as_json(inspecting.inspect(path, keep_media=False))
        is_known = is_known or bool(told["format"])
        if not told["format"] and not told["warnings"]:
            told["warnings"] = ["Nobody knows the format of this file."]
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else _summary(told))
    if not is_known:
        sys.exit(1)


@bank.command("mark")
@click.option("--native", is_flag=True, help="Responses are in the terms of each file's format.")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="The folder that the files are named from.",
)
def mark(native: bool, root: Path) -> None:
    """Read responses as JSON lines {"file", "index", "response"}, print what each earns."""
    if not native:
        raise click.UsageError("Say --native: responses are in the terms of each file's format.")
    for line in sys.stdin:
        if line.strip():
            click.echo(json.dumps(_marked(line, root), ensure_ascii=False))


def _marked(line: str, root: Path) -> dict[str, Any]:
    try:
        asked = json.loads(line)
        told = {"file": asked["file"], "index": asked["index"]}
        path = root / str(asked["file"])
    except (ValueError, KeyError, TypeError):
        return {"error": 'Write {"file": …, "index": …, "response": …}, one object a line.'}
    if not path.is_file():
        return {**told, "score": None, "max_score": None, "error": "there is no such file"}
    try:
        score, most = inspecting.native_score(path, asked["index"], asked.get("response"))
    except inspecting.NoScore as error:
        return {**told, "score": None, "max_score": None, "error": str(error)}
    return {**told, "score": float(score), "max_score": float(most)}


def _summary(told: dict[str, Any]) -> str:
    counts = f"{len(told['items'])} questions, {len(told['rejected'])} refused"
    lines = [f"{told['file']}: {told['format'] or 'unknown format'}, {counts}"]
    lines += [f"  {one['where']}: {one['ref']}: {one['why']}" for one in told["rejected"]]
    lines += [f"  {warning}" for warning in told["warnings"]]
    return "\n".join(lines)
