"""What a candidate is told about a closed attempt: score, profile by domain, certificate, next steps."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.catalogue import queries as catalogue
from probity.catalogue.shapes import Exam as ExamContent
from probity.credentials import queries as credentials
from probity.exams import late, paper, precision, presence, queries, reviewing, rules
from probity.exams.models import Attempt, ExamState, Result
from probity.kernel import charts
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import listed, local
from probity.sittings import admission

NOTHING: dict[str, Any] = {
    "passed": None,
    "score": None,
    "cut_score": None,
    "each_domain": None,
    "domains": [],
    "items": [],
    "certificate": None,
}


def facts(session: Session, attempt: Attempt) -> dict[str, Any]:
    """The result as scripts read it; nothing of it before its release."""
    result = attempt.result
    if result is None or not _is_out(result):
        return {"status": _status(result), **NOTHING}
    return {
        "status": "released",
        "passed": result.passed,
        "score": f"{_shown(result.earned)}/{_shown(result.possible)}",
        "cut_score": result.cut,
        "each_domain": queries.content_of(attempt.revision).cut_score.each_domain,
        "percent": percent_of(result.earned, result.possible),
        "domains": [
            {"code": code, "score": f"{_shown(earned)}/{_shown(possible)}"}
            for code, (earned, possible) in _domains(attempt, result).items()
        ],
        "items": [
            {"number": one.number, "state": one.state, "score": f"{one.earned}/{one.possible}"}
            for one in reviewing.reviewed(session, attempt, result)
        ],
        "certificate": _certificate(session, attempt, result),
    }


def _is_out(result: Result) -> bool:
    return result.released_at is not None and result.withheld is None


def _status(result: Result | None) -> str:
    if result is None:
        return "pending"
    return "withheld" if result.withheld is not None else "provisional"


@dataclass(frozen=True, slots=True)
class DomainRow:
    """One domain of the profile; `title` is missing where no course explains the code.

    `low` and `high` are per cent: where the share may lie. A row with too few questions has none.
    `is_weak` if it lies below what the exam asks of each domain.
    """

    code: str
    title: Mapping[str, str] | None
    questions: int
    score: str
    percent: str
    low: int | None
    high: int | None
    is_met: bool
    is_clear: bool
    is_weak: bool

    @property
    def is_judged(self) -> bool:
        return self.low is not None


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the candidate may start again, and how often; None is without limit."""

    allowed: int | None
    left: int | None
    refusal: rules.Refusal | None


def profile(session: Session, attempt: Attempt) -> list[DomainRow]:
    """The domains of a released result that its exam lets candidates see."""
    result = attempt.result
    if result is None or not _is_out(result):
        return []
    titles = catalogue.domain_titles(session)
    asked = Counter(slot.domain for slot in paper.load(attempt.paper) if slot.scored)
    cuts = (Fraction(result.cut), _least(attempt))
    return [
        _row(code, titles.get(code), asked[code], (earned, possible), cuts)
        for code, (earned, possible) in _domains(attempt, result).items()
    ]


def _row(
    code: str,
    title: Mapping[str, str] | None,
    questions: int,
    points: tuple[str, str],
    cuts: tuple[Fraction, Fraction],
) -> DomainRow:
    cut, least = cuts
    earned, possible = (Fraction(part) for part in points)
    share = earned / possible if possible else Fraction(0)
    low: int | None = None
    high: int | None = None
    if questions >= precision.LEAST_QUESTIONS:
        bottom, top = precision.wilson(share, questions)
        low, high = math.floor(bottom * 100), math.ceil(top * 100)
    return DomainRow(
        code=code,
        title=title,
        questions=questions,
        score=f"{rules.shown(earned)} / {rules.shown(possible)}",
        percent=rules.percent(share),
        low=low,
        high=high,
        is_met=earned >= cut * possible,
        is_clear=low is not None and high is not None and not low < cut * 100 <= high,
        is_weak=earned < least * possible,
    )


def _least(attempt: Attempt) -> Fraction:
    """What the exam asks of each domain; 0 where only the whole score decides."""
    return Fraction(queries.content_of(attempt.revision).cut_score.each_domain or 0)


def chart(rows: list[DomainRow], cut: str) -> Markup:
    """The profile drawn, with its finding in one sentence."""
    share = rules.percent(Fraction(cut))
    words = listed(f"{_name(row)} {row.percent}%" for row in rows)
    return charts.profile(
        [
            charts.Bar(
                _name(row),
                float(row.percent),
                f"{row.percent}%",
                (row.low, row.high) if row.low is not None and row.high is not None else None,
                is_judged=row.is_judged,
            )
            for row in rows
        ],
        _(
            "Share of points by domain: %(domains)s. The cut score is %(cut)s%%.",
            domains=words,
            cut=share,
        ),
        standard=float(share),
        standard_name=_("cut score %(cut)s%%", cut=share),
    )


def standing(session: Session, attempt: Attempt, person: Person, zone: ZoneInfo) -> Standing | None:
    """What the lobby of the exam says to another attempt now; None if it is no longer open."""
    exam = attempt.exam
    if exam.state is not ExamState.PUBLISHED:
        return None
    found = admission.standing(session, exam, person, zone)
    allowed = found.policy.allowed
    left = None if allowed is None else max(allowed - len(found.history.ended_at), 0)
    return Standing(allowed, left, found.refusal)


def page(session: Session, attempt: Attempt, person: Person, zone: ZoneInfo) -> dict[str, Any]:
    """Everything the page of a result shows."""
    content = queries.content_of(attempt.revision)
    rows = profile(session, attempt)
    given = queries.answers(session, attempt.id)
    counted = [slot.item for slot in paper.load(attempt.paper) if slot.scored]
    result = attempt.result
    spent = (attempt.closed_at or attempt.deadline) - attempt.started_at
    return {
        "attempt": attempt,
        "content": content,
        "facts": facts(session, attempt),
        "cut": rules.percent(Fraction(content.cut_score.share)),
        "each_domain": rules.percent(_least(attempt)),
        "is_reached": result is not None and _reaches(result),
        "rows": rows,
        "chart": chart(rows, content.cut_score.share) if rows else None,
        "answered": sum(not rules.is_empty(given[item].value) for item in counted if item in given),
        "asked": len(counted),
        "ended_because": presence.reason_of_ending(presence.notices(session, attempt.id)),
        "late": late.standing(session, attempt),
        "questions": reviewing.reviewed(session, attempt, result) if result else [],
        "least": precision.LEAST_QUESTIONS,
        "minutes": max(round(spent.total_seconds() / 60), 1),
        "standing": standing(session, attempt, person, zone),
        "course": catalogue.course_by_code(session, attempt.exam.course_code or ""),
    }


def _domains(attempt: Attempt, result: Result) -> dict[str, Any]:
    content: ExamContent = queries.content_of(attempt.revision)
    return result.domains if content.release.detail != "none" else {}


def _reaches(result: Result) -> bool:
    """Whether the whole score alone would do."""
    earned, possible = Fraction(result.earned), Fraction(result.possible)
    return rules.Tally(earned, possible).passes(Fraction(result.cut))


def _name(row: DomainRow) -> str:
    return local(row.title) if row.title else row.code


def _shown(value: str) -> str:
    return rules.shown(Fraction(value))


def percent_of(earned: str, possible: str) -> str:
    """The share of the points as it is shown, also where an exam had none to give."""
    whole = Fraction(possible)
    return rules.percent(Fraction(earned) / whole if whole else Fraction(0))


def _certificate(session: Session, attempt: Attempt, result: Result) -> dict[str, Any] | None:
    if not result.passed or not attempt.revision.content.get("certificate"):
        return None
    issued = credentials.certificate_of_attempt(session, attempt.id)
    if issued is None:
        return {"status": "issuing", "public_id": None, "number": None}
    return {"status": "issued", "public_id": issued.public_id, "number": issued.number}
