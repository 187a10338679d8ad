"""Results of an exam for the exam office: who sat it, how it went, and the file to take away."""

import csv
import io
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, defer, joinedload

from probity.bank.models import Item, ItemVersion
from probity.exams import queries, rules, statistics
from probity.exams.models import Attempt, AttemptState, Exam, ExamRevision, Result
from probity.exams.statistics import ItemFigures, Reliability, Scores, Sitting
from probity.kernel import charts
from probity.kernel.i18n import gettext as _

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet takes what begins like this for a formula."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it, spreadsheets read names in Chinese with the wrong letters."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an exam is: attempts by state, and results not yet released."""

    exam: Exam
    title: dict[str, str]
    running: int
    ended: int
    passed: int
    held: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Named:
    """The figures of one item, with the id and the version people know it by."""

    ref: str
    item: str
    version: int
    figures: ItemFigures


@dataclass(frozen=True, slots=True)
class Report:
    """Figures over first attempts; what rests on too few of them is left out."""

    sittings: int
    scores: Scores | None
    reliability: Reliability | None
    chart: Markup | None
    items: list[Named]
    items_seen: int


def standings(session: Session, exam: Exam | None = None) -> list[Standing]:
    """Every exam that was sat, by code; or the one asked for, sat or not."""
    running = func.sum(case((Attempt.state == AttemptState.OPEN, 1), else_=0))
    waits = Result.released_at.is_(None) & Result.withheld.is_(None)
    held = func.sum(case((Result.attempt_id.is_not(None) & waits, 1), else_=0))
    passed = func.sum(case((Result.passed, 1), else_=0))
    query = (
        select(Exam, func.count(Attempt.id), running, passed, held, func.max(Attempt.closed_at))
        .join(Attempt, Attempt.exam_id == Exam.id, isouter=exam is not None)
        .join(Result, Result.attempt_id == Attempt.id, isouter=True)
        .group_by(Exam.id)
        .order_by(Exam.code)
    )
    if exam is not None:
        query = query.where(Exam.id == exam.id)
    rows = session.execute(query).all()
    titles = queries.contents_of(session, [row[0] for row in rows])
    return [
        Standing(
            one, titles[one.id]["title"], busy or 0, total - (busy or 0), good or 0, kept or 0, last
        )
        for one, total, busy, good, kept, last in rows
    ]


def sittings(session: Session, exam: Exam) -> list[Sitting]:
    """The marked first attempts of an exam; a question is known by item version and part."""
    rows = session.execute(
        select(Attempt.paper, Result.marks, Result.passed)
        .join(Result, Result.attempt_id == Attempt.id)
        .where(Attempt.exam_id == exam.id, Attempt.number == 1)
    )
    return [
        Sitting(_marks(drawn, marks, scored=True), passed, _marks(drawn, marks, scored=False))
        for drawn, marks, passed in rows
    ]


def _marks(
    drawn: Mapping[str, Any], marks: Mapping[str, Any], *, scored: bool
) -> dict[Hashable, statistics.Mark]:
    return {
        (slot["version_id"], slot["child"]): _mark(*marks[slot["item"]])
        for slot in drawn["slots"]
        if slot["item"] in marks and slot.get("scored", True) is scored
    }


@lru_cache(maxsize=1024)
def _mark(earned: str, possible: str) -> statistics.Mark:
    """Marks repeat, so each is read once."""
    return float(Fraction(earned)), float(Fraction(possible))


def report(session: Session, exam: Exam, cut: Fraction) -> Report:
    """The figures that the number of first attempts can carry."""
    sat = sittings(session, exam)
    enough = len(sat) >= statistics.LEAST_SITTINGS
    reliable = len(sat) >= statistics.LEAST_FOR_RELIABILITY
    return Report(
        sittings=len(sat),
        scores=statistics.scores(sat),
        reliability=statistics.reliability(sat) if reliable else None,
        chart=_chart(sat, cut) if enough else None,
        items=_named(session, statistics.items(sat)),
        items_seen=len({key for one in sat for key in (*one.marks, *one.pilots)}),
    )


def _chart(sat: Sequence[Sitting], cut: Fraction) -> Markup:
    width, bands = statistics.BAND, statistics.bands(sat, float(cut))
    most = max(bands, key=lambda band: band.sittings)
    finding = _(
        "Scores from %(low)s to %(high)s per cent. Most, %(count)s of %(all)s, lie from %(start)s to "
        "%(end)s. The pass mark is %(cut)s per cent.",
        low=bands[0].low,
        high=max(band.low for band in bands if band.sittings) + width,
        count=most.sittings,
        all=len(sat),
        start=most.low,
        end=most.low + width,
        cut=rules.percent(cut),
    )
    columns = [
        charts.Column(str(band.low), band.sittings, band.passes, f"{band.low}–{band.low + width}%")
        for band in bands
    ]
    standard = float(cut * 100 - bands[0].low) / width
    name = _("pass mark %(percent)s%%", percent=rules.percent(cut))
    return charts.histogram(columns, finding, standard=standard, standard_name=name)


def _named(session: Session, found: Sequence[ItemFigures]) -> list[Named]:
    versions = {one.key[0] for one in found if isinstance(one.key, tuple)}
    rows = session.execute(
        select(ItemVersion.id, ItemVersion.number, Item.ref)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(ItemVersion.id.in_(versions))
    )
    known = {version: (number, ref) for version, number, ref in rows}
    named = []
    for figures in found:
        version, child = figures.key if isinstance(figures.key, tuple) else (0, None)
        number, ref = known[version]
        named.append(Named(child or ref, ref, number, figures))
    return named


def ended(exam: Exam) -> Select[Attempt]:
    """Closed attempts without what no list shows: papers and the marks of single questions."""
    light = (defer(Attempt.paper), joinedload(Attempt.result).defer(Result.marks))
    return queries.results_of(exam).options(*light)


def minutes(attempt: Attempt) -> int:
    """Time used, in whole minutes begun."""
    used = (attempt.closed_at or attempt.deadline) - attempt.started_at
    return -(-used // timedelta(minutes=1))


def percent(result: Result) -> str:
    """A score as people read it."""
    possible = Fraction(result.possible)
    return rules.percent(Fraction(result.earned) / possible) if possible else "0"


def attempts_csv(session: Session, exam: Exam) -> Iterator[str]:
    """Every ended attempt as a line of comma-separated values, safe to open in a spreadsheet."""
    yield BYTE_ORDER_MARK + _line(
        *("attempt", "candidate", "name in own script", "email", "number", "revision"),
        *("started", "ended", "ending", "minutes", "earned", "possible", "percent"),
        *("cut", "passed", "released"),
    )
    query = ended(exam).options(joinedload(Attempt.revision).load_only(ExamRevision.number))
    for attempt in session.scalars(query):
        yield _line(*_cells(attempt))


def _cells(attempt: Attempt) -> Iterator[object]:
    yield attempt.public_id
    yield attempt.name_latin
    yield attempt.name_native or ""
    yield attempt.candidate.email
    yield attempt.number
    yield attempt.revision.number
    yield attempt.started_at.isoformat(timespec="seconds")
    yield attempt.closed_at.isoformat(timespec="seconds") if attempt.closed_at else ""
    yield attempt.ending or ""
    yield minutes(attempt)
    if (result := attempt.result) is None:
        return
    yield rules.shown(Fraction(result.earned))
    yield rules.shown(Fraction(result.possible))
    yield percent(result)
    yield rules.percent(Fraction(result.cut))
    yield "yes" if result.passed else "no"
    yield result.released_at.isoformat(timespec="seconds") if result.released_at else ""


def _line(*cells: object) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([safe(str(cell)) for cell in cells])
    return written.getvalue()


def safe(text: str) -> str:
    """Keep a spreadsheet from running what somebody wrote as a name."""
    return f"'{text}" if text.startswith(RISKY) else text
