"""After something was put back: no number twice, no second log, and what is missing is named."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.backup import evidence, unseen
from probity.backup.evidence import Evidence
from probity.backup.unseen import Margin
from probity.credentials import checking, numbering, rules
from probity.credentials.alerts import log_keys
from probity.credentials.checks import inspection, sandbox
from probity.credentials.models import Certificate, Reservation
from probity.credentials.proofs import credential, keys
from probity.kernel import clock, storage
from probity.kernel.errors import Refused, TooMany
from probity.kernel.permissions import SYSTEM
from probity.kernel.settings import Settings
from probity.kernel.work import writing
from probity.ledger import actions as log
from probity.ledger import queries, recovering, standalone, tiles
from probity.ledger.actions import Entry
from probity.ledger.notes import Signer, read_checkpoint

LATE_YEARS = 1
"""A pass of last year may be certified this year."""

Tell = Callable[[str, int], object]
MISSING, DIFFERS, STRANGER = "file-missing", "file-differs", "file-without-certificate"


@dataclass
class Reconciled:
    """What was found and done, in sentences; `wrong` is what a person must still mend."""

    done: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    held: bool = False


def reconcile(
    sources: Sequence[str],
    *,
    restored: bool,
    nothing_since: bool,
    tell: Tell,
    at_most: int | None = None,
) -> Reconciled:
    """Compare the installation with everything others have kept. Raises Refused.

    `restored` says that the database was just put back: then the log is held and the numbers move
    on, unless somebody vouches that nothing was issued since the copy was made. `at_most` is an
    operator's word on how many certificates were issued that nothing shows.
    """
    found = Reconciled()
    known = [evidence.load(source) for source in sources]
    report = checking.run(log_keys(_settings()), every_file=True)
    strangers = _numbers_of(
        [one.subject for one in report.findings if one.kind == STRANGER], found, tell
    )
    with writing() as session:
        issued = _follow(session, known, found)
        ahead = [one for one in known if one.checkpoint.size > queries.size(session)]
        if nothing_since and (ahead or strangers):
            raise Refused(
                "Something was issued after this copy was made: "
                + ("a larger log is known" if ahead else f"{len(strangers)} files say so")
                + ". Type it again without --nothing-since."
            )
        fresh = restored and not nothing_since and queries.held(session) is None
        jumps = fresh or at_most is not None
        margin = unseen.margin(session, at_most) if jumps else None
        _move_numbers(session, issued, strangers, found, margin)
        if fresh or ahead:
            _hold(session, ahead, found)
        found.held = queries.held(session) is not None
    _tell_files(report, found)
    return found


def release(signer: Signer, reason: str) -> int:
    """Let a held log go on, and say so in it and in the audit log. Raises Refused."""
    with writing() as session:
        held = queries.held(session)
        if held is None:
            raise Refused("The log is not held: it goes on already.")
        size = queries.size(session)
        seen = read_checkpoint(held) if held else None
        log.let_go(session)
        body = {"v": 1, "type": "restored", "time": _moment(), "size": size}
        if seen is not None and seen.size > size:
            body["seen"] = {"size": seen.size, "root": seen.root.hex()}
        log.append(session, [Entry(f"restored/{size}", body)])
        log.sign_checkpoint(session, signer)
        audit.record(
            session,
            AuditEvent.LOG_RELEASED,
            "log",
            by=SYSTEM,
            size=size,
            seen=seen.size if seen else None,
            reason=reason,
        )
    return size


def _settings() -> Settings:
    settings: Settings = current_app.config["PROBITY"]
    return settings


def _moment() -> str:
    return clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def _follow(session: Session, known: Sequence[Evidence], found: Reconciled) -> int:
    """Compare the log with each checkpoint, take back what was kept; how many issues were lost."""
    issued = 0
    for one in sorted(known, key=lambda one: one.checkpoint.size):
        seen, size = one.checkpoint, queries.size(session)
        if seen.size <= size:
            if not recovering.continues(session, seen):
                raise Refused(
                    f"The log here is not the one in {one.source}: the first {seen.size} entries "
                    "have another root (a fork). Nothing was changed. Restore another backup, or "
                    "find out with `probity log audit` which of the two was changed."
                )
            found.done.append(f"The log continues what {one.source} saw ({seen.size} entries).")
        elif one.fetch is None:
            issued = max(issued, seen.size - size)
            found.wrong.append(
                f"{one.source} saw {seen.size} entries, the log here has {size}: "
                f"{seen.size - size} are lost. Give a bundle or an export of the log to get them back."
            )
        else:
            try:
                texts = recovering.recover(session, one.fetch, seen, one.key)
            except (standalone.Unreadable, tiles.Missing) as error:
                raise Refused(f"The entries kept in {one.source} are not whole: {error}") from error
            issued += sum(json.loads(text).get("type") == "issue" for text in texts)
            found.done.append(f"{len(texts)} entries of the log were taken back from {one.source}.")
            audit.record(
                session, AuditEvent.LOG_RECOVERED, "log", by=SYSTEM, first=size, last=seen.size - 1
            )
    return issued


def _hold(session: Session, ahead: Sequence[Evidence], found: Reconciled) -> None:
    largest = max((one.checkpoint for one in ahead), key=lambda seen: seen.size, default=None)
    log.hold(session, largest)
    audit.record(
        session,
        AuditEvent.LOG_HELD,
        "log",
        by=SYSTEM,
        size=queries.size(session),
        seen=largest.size if largest else None,
    )
    found.done.append(
        "The log is held: nothing is issued or signed until `probity backup release`."
    )


def _move_numbers(
    session: Session,
    issued: int,
    strangers: dict[int, int],
    found: Reconciled,
    margin: Margin | None,
) -> None:
    """Move each series past every number that is known, and on by a margin for those that are not."""
    highest = select(Reservation.year, func.max(Reservation.serial)).group_by(Reservation.year)
    taken: dict[int, int] = {year: last for year, last in session.execute(highest)}  # noqa: C416 (rows)
    known = numbering.last_numbers(session)
    this = clock.now().year
    newest = session.scalar(select(func.max(Certificate.issued_at)))
    first = min(newest.year if newest else this, this) - LATE_YEARS
    moved = margin or issued or strangers
    years = {*range(first, this + 1), *known, *strangers} if moved else set()
    for year in sorted(years):
        last = max(known.get(year, 0), strangers.get(year, 0))
        if year >= first:
            last = max(last, taken.get(year, 0) + issued)
        if margin is not None and year >= first:
            last = margin.after(last)
        left_out = numbering.move_on(session, year, last) if last else None
        if left_out is not None:
            _note_skipped(session, year, left_out, found)
    if margin is not None:
        found.done.append(f"Numbers go on behind the highest one known: {margin.why}.")


def _note_skipped(
    session: Session, year: int, left_out: tuple[int, int], found: Reconciled
) -> None:
    first, last = left_out
    audit.record(
        session,
        AuditEvent.NUMBERS_SKIPPED,
        f"numbers/{year}",
        by=SYSTEM,
        year=year,
        first=first,
        last=last,
    )
    words = f"{rules.number(year, first)} to {rules.number(year, last)}"
    found.done.append(f"Numbers {words} are left out: they may have been given after the copy.")


def _numbers_of(files: Iterable[str], found: Reconciled, tell: Tell) -> dict[int, int]:
    """The largest number of each year in files of ours that the register does not know."""
    settings, largest = _settings(), dict[int, int]()
    trusted = keys.trusted(settings.instance_dir / "keys", demonstration=settings.demonstration)
    for count, key in enumerate(files):
        tell("Unknown files", count + 1)
        number = _number_in(storage.get(key), trusted)
        if number is None:
            found.wrong.append(f"{key} is in the storage; it is no certificate of ours.")
            continue
        found.wrong.append(
            f"{number} is in the storage ({key}) and not in the register. `probity certificates "
            "readmit` enters it again once the log has its entry."
        )
        _prefix, year, serial = number.split("-")
        largest[int(year)] = max(int(serial), largest.get(int(year), 0))
    return largest


def _number_in(data: bytes, trusted: Sequence[keys.PublicKeys]) -> str | None:
    try:
        seen = inspection.inspect(data, trusted, sandbox.read)
    except TooMany:
        return None
    if seen.document is None or not seen.is_ours:
        return None
    return rules.parse_number(credential.summary(seen.document)["number"])


def _tell_files(report: checking.Report, found: Reconciled) -> None:
    """Say what the findings mean together, then name each."""
    kinds: dict[str, list[str]] = {}
    for one in report.findings:
        kinds.setdefault(one.kind, []).append(one.subject)
    missing = kinds.pop(MISSING, [])
    if missing and len(missing) == report.certificates:
        found.wrong.append(
            f"The storage is lost or another one: none of the {len(missing)} files of the register "
            "is there. `probity backup restore … --only files` puts them back."
        )
    elif missing:
        found.wrong += [f"{number}: its file is missing." for number in missing]
    found.wrong += [f"{number}: its file was changed." for number in kinds.pop(DIFFERS, [])]
    kinds.pop(STRANGER, None)  # told with their numbers
    found.wrong += [
        f"{kind}: {subject}" for kind, subjects in kinds.items() for subject in subjects
    ]
    found.done.append(
        f"{report.certificates} certificates and {report.files_read} files were looked at."
    )
