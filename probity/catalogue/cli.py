"""Commands for course files: check them, load them, give them back."""

import json
import sys
from pathlib import Path
from typing import NoReturn

import click
from flask import current_app
from flask.cli import AppGroup

from probity.catalogue import actions, queries
from probity.catalogue.check import Examination, examine
from probity.catalogue.content import CourseContent
from probity.catalogue.files import NoCourses
from probity.catalogue.problems import show
from probity.catalogue.shapes import json_schemas
from probity.catalogue.translation import accepted
from probity.kernel.errors import Refused
from probity.kernel.permissions import SYSTEM
from probity.kernel.work import reading, writing

courses = AppGroup("courses", help="Check, load and export course files.")

_PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
_PRIVATE = click.option("--private", is_flag=True, help="The folder may hold secure items.")


@courses.command("check")
@_PATHS
@_PRIVATE
@click.option("--json", "as_json", is_flag=True, help="One JSON object a problem, one a line.")
@click.option(
    "--accept-translation",
    is_flag=True,
    help="Write into each translation that it matches the English text as it is now.",
)
def check(paths: tuple[Path, ...], private: bool, as_json: bool, accept_translation: bool) -> None:
    """Print every slip in course files with its place and how to mend it; needs no database."""
    errors = warnings = 0
    for path in paths or _configured():
        try:
            found = examine(path, private=private)
        except NoCourses as error:
            _refuse(str(error))
        if accept_translation and _accept(found):
            found = examine(path, private=private)
        for problem in found.problems:
            words = json.dumps(problem.as_json(), ensure_ascii=False)
            click.echo(words if as_json else show(problem, found.text_of(problem)))
        errors += len(found.errors)
        warnings += len(found.problems) - len(found.errors)
    if not as_json:
        click.echo(f"{_number(errors, 'error')}, {_number(warnings, 'warning')}")
    if errors:
        sys.exit(1)


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


@courses.command("load")
@_PATHS
@_PRIVATE
def load(paths: tuple[Path, ...], private: bool) -> None:
    """Load courses into new revisions; with an error anywhere nothing is loaded.

    Folders that are loaded as they are now are not even read.
    """
    folders = paths or _configured()
    with reading() as session:
        changed = [
            path for path in folders if not actions.is_loaded(session, path, private=private)
        ]
    for path in folders:
        if path not in changed:
            click.echo(f"{path}: unchanged")
    if not changed:
        return
    try:
        contents = [
            content for path in changed for content in actions.read_courses(path, private=private)
        ]
    except Refused as refusal:
        for problem in refusal.facts.get("problems", []):  # type: ignore[attr-defined]
            where = f"{problem['file']}:{problem['line']}:{problem['column']}"
            click.echo(f"{where}: {problem['severity']} {problem['code']}: {problem['message']}")
        _refuse(refusal.message)
    with click.progressbar(contents, label="Loading courses", file=sys.stderr) as bar:
        done = [_load_one(content, private) for content in bar]
    for line in done:
        click.echo(line)


def _load_one(content: CourseContent, private: bool) -> str:
    try:
        with writing() as session:
            revision = actions.load_content(session, content, by=SYSTEM, private=private)
            if revision is None:
                return f"{content.code}: unchanged"
            counts = f"{len(content.lessons)} lessons, {len(content.items)} items"
            return f"{content.code}: revision {revision.number}, {counts}"
    except Refused as refusal:
        _refuse(f"{content.code}: {refusal.message}")


@courses.command("export")
@click.argument("code", metavar="COURSE")
@click.argument("path", type=click.Path(path_type=Path, file_okay=False))
def export(code: str, path: Path) -> None:
    """Write the files of a course's current revision into an empty or new folder."""
    if path.exists() and any(path.iterdir()):
        _refuse(f"{path} is not empty. Name a new folder.")
    with reading() as session:
        files = queries.files_of(session, code)
    if files is None:
        _refuse(f"There is no course {code}.")
    for name, text in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    click.echo(f"{code}: {len(files)} files written to {path}")


@courses.command("schema")
@click.argument("path", required=False, type=click.Path(path_type=Path, file_okay=False))
def schema(path: Path | None) -> None:
    """Print the JSON Schema of every kind of file, or write one file each into a folder."""
    schemas = json_schemas()
    if path is None:
        click.echo(json.dumps(schemas, indent=2, ensure_ascii=False))
        return
    path.mkdir(parents=True, exist_ok=True)
    for name, content in schemas.items():
        text = json.dumps(content, indent=2, ensure_ascii=False)
        (path / f"{name}.schema.json").write_text(f"{text}\n", "utf-8")
    click.echo(f"{len(schemas)} schemas written to {path}")


def _configured() -> tuple[Path, ...]:
    folders: tuple[Path, ...] = current_app.config["PROBITY"].courses_dirs
    return folders


def _accept(found: Examination) -> int:
    """Set `translated_from` where the original has moved on; gives how many files changed."""
    stale = {problem.file for problem in found.problems if problem.code == "T01"}
    changed = 0
    for source in found.library.sources:
        originals = {lesson.meta.value.id: lesson.digest for lesson in source.lessons}
        for translation in source.translations:
            name = translation.meta.file
            if name in stale:
                file = found.tree.root / name
                digest = originals[translation.meta.value.id]
                file.write_text(accepted(file.read_text("utf-8"), digest), "utf-8")
                click.echo(f"{name}: translated_from is now {digest}")
                changed += 1
    return changed


def _refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)
