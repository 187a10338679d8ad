"""Commands about certificates."""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from probity.accounts import queries as accounts
from probity.credentials import (
    actions,
    alerts,
    checking,
    enquiries,
    presenting,
    queries,
    readmitting,
    sentences,
)
from probity.credentials.checks.inspection import LARGEST
from probity.credentials.models import Certificate
from probity.credentials.offline import command
from probity.credentials.rules import Status
from probity.credentials.verification import Answer
from probity.kernel import clock, jobs, storage, worker
from probity.kernel.errors import Refused, TooMany
from probity.kernel.permissions import SYSTEM
from probity.kernel.settings import Settings
from probity.kernel.work import reading, writing

certificates = AppGroup("certificates", help="Issue, revoke, verify and export certificates.")

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
AT_ONCE = 500


def _settings() -> Settings:
    settings: Settings = current_app.config["PROBITY"]
    return settings


@certificates.command("issue")
@_JSON
def issue(as_json: bool) -> None:
    """Do every issue that is due; those that stopped are tried once more."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    with writing() as session:
        for job in queries.stopped(session):
            jobs.requeue(job)
    worker.run_pending(app)
    with reading() as session:
        waiting = [
            {"attempt": job.arguments["attempt_id"], "message": job.message}
            for job in queries.stopped(session)
        ]
        issued = queries.count(session)
    if as_json:
        click.echo(json.dumps({"certificates": issued, "waiting": waiting}, ensure_ascii=False))
    else:
        click.echo(f"{issued} certificates in the register, {len(waiting)} wait for a person.")
        for row in waiting:
            click.echo(f"  attempt {row['attempt']}: {row['message']}")
    sys.exit(1 if waiting else 0)


@certificates.command("fonts")
def fonts() -> None:
    """Make the font files for certificates, so that the first one need not wait for them."""
    from probity.credentials.paper.fonts import Library  # noqa: PLC0415 (only this command)

    for pair in Library(_settings().instance_dir / "fonts").base.values():
        for face in pair:
            click.echo(f"{face.family}: {len(face.widths)} characters")


@certificates.command("check")
@click.option("--every-file", is_flag=True, help="Read all files instead of this night's share.")
@_JSON
def check(every_file: bool, as_json: bool) -> None:
    """Look whether passes, entries, files, the log and the status lists agree. Exit 0 if so."""
    report = checking.run(alerts.log_keys(_settings()), every_file=every_file)
    if as_json:
        click.echo(json.dumps(report.as_json() | {"findings": _told(report)}))
    else:
        click.echo(
            f"{report.certificates} certificates, {report.files_read} files read, "
            f"{len(report.findings)} problems."
        )
        for kind, subject in _told(report):
            click.echo(f"  {kind}: {subject}")
    sys.exit(1 if report.findings else 0)


def _told(report: checking.Report) -> list[tuple[str, str]]:
    return [(one.kind, one.subject) for one in report.findings]


@certificates.command("revoke")
@click.argument("number")
@click.option("--reason", required=True, help="Everyone who verifies will read it.")
def revoke(number: str, reason: str) -> None:
    """Withdraw a certificate for good."""
    try:
        with writing() as session:
            found = queries.by_number(session, number)
            if found is None:
                raise click.ClickException(f"The register has no certificate {number}.")
            certificate = queries.lock_certificate(session, SYSTEM, found.public_id) or found
            actions.revoke(session, certificate, reason=reason, by=SYSTEM)
            shown = certificate.number
    except Refused as error:
        raise click.ClickException(error.message) from error
    click.echo(f"Revoked {shown}.")


@certificates.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--offline", is_flag=True, help="Use neither database nor network.")
@click.option(
    "--trust",
    type=click.Path(exists=True, path_type=Path),
    help="With --offline: folder, ZIP or key file as published (see /verify/offline).",
)
@_JSON
def verify(file: Path, offline: bool, trust: Path | None, as_json: bool) -> None:
    """Check a PDF, a credential, a badge or a receipt. Exit 0 only if it is valid."""
    if offline and trust is not None:
        command.run(file, trust, clock.now(), as_json=as_json)
    if offline or trust is not None:
        raise click.UsageError("--offline and --trust go together.")
    with file.open("rb") as opened:
        answer = enquiries.check_upload(opened.read(LARGEST + 1), place=None)
    told = presenting.as_json(answer, _settings().base_url)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        _show(answer, told["message"])
    sys.exit(0 if answer.status == Status.VALID else 1)


def _show(answer: Answer, message: str) -> None:
    click.echo(f"{str(answer.status).upper()}: {message}")
    for reason in sentences.reasons_told(answer.reasons):
        click.echo(f"  {reason}")
    if answer.record is not None:
        click.echo(f"  {answer.record.number}, {answer.record.holder}")
    for d in answer.differences:
        click.echo(f"  {sentences.FIELDS[d.field]}: {d.in_file!r}, issued as {d.in_register!r}")
    for check in answer.checks:
        click.echo(f"  [{check.result.value}] {check.name}: {sentences.found(check)}")


@certificates.command("readmit")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--holder", help="Address of the holder's account, if the name does not tell it.")
@click.option("--enter", "for_good", is_flag=True, help="Enter them; else it is only looked.")
def readmit(files: tuple[Path, ...], holder: str | None, for_good: bool) -> None:
    """Enter certificates again from their PDF files, after a backup that does not know them.

    Only what proves itself wholly is taken. Exit 0 if every file is.
    """
    if holder is not None and len(files) > 1:
        raise click.UsageError("--holder names one account: give one file.")
    refused = 0
    for path in files:
        try:
            click.echo(f"{path}: {_readmitted(path, holder, for_good=for_good)}")
        except (Refused, TooMany) as error:
            refused += 1
            click.echo(f"{path}: REFUSED: {error}")
    if not for_good and refused < len(files):
        click.echo("Nothing was changed. Type it again with --enter.")
    sys.exit(1 if refused else 0)


def _readmitted(path: Path, holder: str | None, *, for_good: bool) -> str:
    """What is (or would be) entered, in words. Raises Refused."""
    with path.open("rb") as opened:
        data = opened.read(LARGEST + 1)
    trust = enquiries.open_desk().trust
    proven = readmitting.prove(data, trust)
    with writing() if for_good else reading() as session:
        person = None
        if holder is not None:
            person = accounts.find_person(session, holder.strip().lower())
            if person is None:
                raise Refused(f"There is no account {holder}.")
        wanted = readmitting.plan(session, proven, trust, _settings(), person)
        if for_good:
            readmitting.enter(session, wanted, data)
        known = "its pass is known" if wanted.attempt_id else "its pass is lost"
        return (
            f"{wanted.stated.number}, {wanted.stated.holder}, account {wanted.holder.email}: entry "
            f"{wanted.recorded.index} of the log, {known}; "
            + ("entered." if for_good else "can be entered.")
        )


@certificates.command("export")
@click.option("--files", type=click.Path(file_okay=False, path_type=Path), help="Copy PDFs there.")
def export(files: Path | None) -> None:
    """Print the register, one JSON object a line; with --files also copy the files."""
    wrong = 0
    if files is not None:
        files.mkdir(parents=True, exist_ok=True)
    with reading() as session:
        shown = click.progressbar(
            _rows(session), length=queries.count(session), file=sys.stderr, label="Certificates"
        )
        with shown as rows:
            for certificate in rows:
                click.echo(json.dumps(_exported(certificate), ensure_ascii=False))
                if files is not None and not _copied(certificate, files):
                    wrong += 1
    if wrong:
        raise click.ClickException(f"{wrong} files are missing or are not those registered.")


def _rows(session: Session) -> Iterator[Certificate]:
    last = 0
    while batch := queries.after(session, last, AT_ONCE):
        yield from batch
        last = batch[-1].id


def _exported(certificate: Certificate) -> dict[str, Any]:
    return {
        "number": certificate.number,
        "public_id": certificate.public_id,
        "holder": certificate.names,
        "scheme": certificate.scheme,
        "level": certificate.level,
        "issued_on": certificate.issued_on.isoformat(),
        "valid_until": certificate.valid_until.isoformat(),
        "status": queries.status_of(certificate).value,
        "specimen": certificate.specimen,
        "key": certificate.key_id,
        "sha256": certificate.sha256,
        "changes": [
            {
                "id": change.id,
                "cancels": change.cancels_id,
                "decision": change.decision.value,
                "reason": change.reason,
                "decided_at": change.decided_at.isoformat(),
                "effective_at": change.effective_at.isoformat(),
            }
            for change in certificate.changes
        ],
    }


def _copied(certificate: Certificate, folder: Path) -> bool:
    try:
        data = storage.get(certificate.storage_key)
    except FileNotFoundError:
        data = b""
    if hashlib.sha256(data).hexdigest() != certificate.sha256:
        click.echo(f"{certificate.number}: the stored file is not the one registered", err=True)
        return False
    (folder / f"{certificate.number}.pdf").write_bytes(data)
    return True
