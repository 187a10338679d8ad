"""Commands about exams for operators: which there are, how they went, and the key of a paper."""

import dataclasses
import json
import sys
from collections.abc import Iterator
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from probity.exams import operating, queries, rebuild
from probity.exams.models import Attempt, Exam
from probity.exams.rebuild import Difference
from probity.kernel.permissions import SYSTEM
from probity.kernel.work import reading, writing

exams = AppGroup("exams", help="List exams and results, and read the key of a paper.")

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
AT_ONCE = 500


@exams.command("list")
@_JSON
def list_exams(as_json: bool) -> None:
    """List every exam in every state with what it asks."""
    with reading() as session:
        for row in queries.studio_list(session):
            content = queries.content_of(row.revision)
            facts = {
                "exam": row.exam.slug,
                "code": row.exam.code,
                "course": row.exam.course_code,
                "state": row.exam.state.value,
                "title": content.title,
                "revision": row.revision.number,
                "minutes": content.time.minutes,
                "attempts_allowed": content.attempts.allowed,
                "cut_score": content.cut_score.share,
                "certificate": content.certificate,
                "attempts": row.attempts,
            }
            words = [row.exam.slug, row.exam.code, row.exam.state.value, f"{row.attempts} attempts"]
            _print(facts, words, as_json=as_json)


@exams.command("results")
@click.argument("exam", required=False)
@_JSON
def results(exam: str | None, as_json: bool) -> None:
    """List the attempts at one EXAM (its address or code), or at all, in the order of starts.

    Operators see results before their release; `status` says whether the candidate does.
    """
    with reading() as session:
        chosen = _exam(session, exam) if exam is not None else None
        for attempt in _attempts(session, chosen):
            facts = operating.outcome(attempt)
            score = facts["score"] or "-"
            words = [attempt.public_id, facts["exam"], facts["email"], facts["status"], score]
            _print(facts, words, as_json=as_json)


@exams.command("key")
@click.argument("attempt")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def key(attempt: str, as_json: bool) -> None:
    """Print the responses that earn full marks in one ATTEMPT; the audit log keeps who looked."""
    with writing() as session:
        found = operating.attempt(session, attempt)
        if found is None:
            raise click.ClickException(f"There is no attempt {attempt}.")
        responses = operating.read_key(session, found, by=SYSTEM)
        facts = {"attempt": found.public_id, "exam": found.exam.slug, "responses": responses}
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    for item, response in responses.items():
        click.echo(f"{item}\t{json.dumps(response, ensure_ascii=False)}")


@exams.command("rebuild")
@click.option("--attempt", help="Look at this attempt alone.")
@click.option("--check", "mode", flag_value="check", help="Compare and change nothing.")
@click.option("--repair", "mode", flag_value="repair", help="Set answers to what the record says.")
@_JSON
def rebuild_answers(attempt: str | None, mode: str | None, as_json: bool) -> None:
    """Compute the answers that count anew from everything that arrived, and compare.

    Ends with 1 if an answer differs (`--check`), or still differs (`--repair`).
    """
    if mode is None:
        raise click.UsageError("Say --check or --repair.")
    wrong = list(_differences(attempt, quiet=as_json))
    if mode == "repair":
        wrong = [left for one in sorted({d.attempt_id for d in wrong}) for left in _repair(one)]
    for difference in wrong:
        facts = dataclasses.asdict(difference)
        _print(facts, [str(fact) for fact in facts.values()], as_json=as_json)
    if not as_json:
        click.echo(
            f"{len(wrong)} differences." if wrong else "Every answer is what its record says."
        )
    if wrong:
        raise SystemExit(1)


def _differences(name: str | None, *, quiet: bool) -> Iterator[Difference]:
    """Stretch by stretch, each in a unit of work of its own."""
    with reading() as session:
        if name is None:
            parts, total = list(rebuild.stretches(session)), rebuild.count(session)
        elif (found := operating.attempt(session, name)) is None:
            raise click.ClickException(f"There is no attempt {name}.")
        else:
            parts, total = [(found.id, found.id)], 1
    click.echo(f"{total} attempts", err=True)
    with click.progressbar(parts, label="Comparing", file=sys.stderr, hidden=quiet) as bar:
        for first, last in bar:
            with reading() as session:
                wrong = rebuild.differences(session, first, last)
            yield from wrong


def _repair(attempt_id: int) -> list[Difference]:
    with writing() as session:
        return rebuild.repair(session, attempt_id, by=SYSTEM)


def _exam(session: Session, name: str) -> Exam:
    found = queries.exam_at(session, name) or queries.find_exam(session, name)
    if found is None:
        raise click.ClickException(f"There is no exam {name}. `probity exams list` shows them.")
    return found


def _attempts(session: Session, exam: Exam | None) -> Iterator[Attempt]:
    last = 0
    while batch := operating.attempts_after(session, last, AT_ONCE, exam):
        yield from batch
        last = batch[-1].id
        session.expunge_all()


def _print(facts: dict[str, Any], words: list[str], *, as_json: bool) -> None:
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else "\t".join(words))
