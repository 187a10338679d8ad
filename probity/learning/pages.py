"""What course pages show: content from the catalogue, joined with one reader's progress."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from probity.bank import queries as bank
from probity.bank.marking import BadResponse, Response, View, candidate_view, feedback
from probity.bank.media import Address
from probity.bank.shapes import AnyItem
from probity.bank.showing import address_in
from probity.catalogue.models import Course, CourseRevision, Lesson
from probity.catalogue.queries import lessons_of
from probity.learning import queries, rules
from probity.learning.models import CheckResponse, Enrolment, PracticeCard

Json = dict[str, Any]
ENGLISH = "en"
ONE_DAY = timedelta(days=1)
MARKED_UP = ("html", "caption", "wide", "narrow")


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader in one course: the revision shown, and what was done of it."""

    course: Course
    revision: CourseRevision
    enrolment: Enrolment | None
    completed: frozenset[str]

    @property
    def is_behind(self) -> bool:
        """A newer revision exists than the one this learner began."""
        return self.revision.number < self.course.current


@dataclass(frozen=True, slots=True)
class ModuleEntry:
    """One module in the outline; `missing` says which lessons lock it."""

    number: int
    data: Json
    missing: list[Json]
    completed: frozenset[str]

    def entry(self, code: str) -> Json:
        """A lesson of this module as the outline lists it."""
        return next(lesson for lesson in self.data["lessons"] if lesson["id"] == code)

    @property
    def state(self) -> str:
        codes = [lesson["id"] for lesson in self.data["lessons"]]
        if self.missing:
            return "locked"
        if not codes:
            return "planned"
        return "done" if set(codes) <= self.completed else "open"


@dataclass(frozen=True, slots=True)
class ExamEntry:
    """An exam of the course: how many questions, and which lessons must come first."""

    data: Json
    questions: int
    missing: list[Json]


@dataclass(frozen=True, slots=True)
class Check:
    """An item inside a lesson, with the reader's last answer and what is to be said about it."""

    ref: str
    view: View
    number: int
    total: int
    response: Response = None
    feedback: Json | None = None
    error: str = ""


def outline(reader: Reader) -> list[ModuleEntry]:
    modules = reader.revision.content["modules"]
    return [
        ModuleEntry(number, module, missing_for(reader, module["id"]), reader.completed)
        for number, module in enumerate(modules, start=1)
    ]


def missing_for(reader: Reader, module: str) -> list[Json]:
    """The lessons still to be done before a module opens."""
    wanted = rules.requirements(reader.revision.content["modules"], module)
    return _listed(reader, rules.missing(wanted, reader.completed))


def exams(reader: Reader) -> list[ExamEntry]:
    return [
        ExamEntry(
            exam,
            sum(cell["draw"] for section in exam["sections"] for cell in section["cells"]),
            _listed(reader, rules.missing(exam["prerequisites"], reader.completed)),
        )
        for exam in reader.revision.content["exams"]
    ]


def scheme(reader: Reader) -> Json | None:
    code = reader.revision.content["course"]["certificate"]
    schemes = reader.revision.content["schemes"]
    return next((one for one in schemes if one["code"] == code), None)


def progress(reader: Reader) -> rules.Progress:
    return rules.progress([one["id"] for one in lessons_of(reader.revision)], reader.completed)


def minutes_left(reader: Reader) -> int:
    lessons = lessons_of(reader.revision)
    return sum(one["minutes"] for one in lessons if one["id"] not in reader.completed)


def next_lesson(reader: Reader) -> Json | None:
    """Where this reader goes on."""
    lessons = {lesson["id"]: lesson for lesson in lessons_of(reader.revision)}
    last = reader.enrolment.last_lesson if reader.enrolment else None
    code = rules.resume_at(list(lessons), reader.completed, last)
    return lessons[code] if code else None


def _listed(reader: Reader, codes: Sequence[str]) -> list[Json]:
    lessons = {lesson["id"]: lesson for lesson in lessons_of(reader.revision)}
    return [lessons[code] for code in codes if code in lessons]


def neighbours(reader: Reader, code: str) -> tuple[Json | None, Json | None]:
    """The lessons before and after one, as the outline lists them."""
    lessons = {lesson["id"]: lesson for lesson in lessons_of(reader.revision)}
    before, after = rules.neighbours(list(lessons), code)
    return (lessons[before] if before else None), (lessons[after] if after else None)


def shown_content(lesson: Lesson, locale: str) -> tuple[Json, str]:
    """A lesson in the reader's language, or in English where there is no translation."""
    shown = locale if locale in lesson.content else ENGLISH
    content = dict(lesson.content[shown])
    content["blocks"] = [_marked_up(block) for block in content["blocks"]]
    read = [article["checked_on"] for law in content["law"] for article in law["articles"]]
    content["checked_on"] = date.fromisoformat(min(read)) if read else None
    return content, shown


def _marked_up(block: Json) -> Json:
    """The HTML was cleaned when the course was loaded; figures are drawn by listed shapes only."""
    parts = [name for name in MARKED_UP if name in block]
    return {**block, **{name: Markup(block[name]) for name in parts}}  # noqa: S704 - see above


def check_refs(lesson: Lesson) -> list[str]:
    blocks = lesson.content[ENGLISH]["blocks"]
    return [ref for block in blocks if block["kind"] == "check" for ref in block["items"]]


def checks(
    session: Session,
    reader: Reader,
    lesson: Lesson,
    locale: str,
    tried: Mapping[str, Response | BadResponse] | None = None,
) -> dict[str, Check]:
    """Every check of a lesson, by item; `tried` holds an answer that was just given."""
    versions = {ref: reader.revision.items[ref] for ref in check_refs(lesson)}
    items = bank.parsed_versions(session, list(versions.values()))
    answers = queries.check_responses(session, reader.enrolment, lesson.code)
    found = {}
    for number, (ref, version) in enumerate(versions.items(), start=1):
        address = address_in(version)
        view = candidate_view(items[version], locale, address=address)
        plain = Check(ref, view, number, len(versions))
        given = (tried or {}).get(ref)
        found[ref] = _answered(plain, items[version], answers.get(ref), given, locale, address)
    return found


def _answered(
    check: Check,
    item: AnyItem,
    answer: CheckResponse | None,
    tried: Response | BadResponse,
    locale: str,
    address: Address,
) -> Check:
    if isinstance(tried, BadResponse):
        return replace(check, error=tried.sentence)
    response = tried if tried is not None else (answer.response if answer else None)
    if response is None:
        return check
    try:
        told = feedback(item, response, locale, address=address)
        return replace(check, response=response, feedback=told)
    except BadResponse:  # the answer was given to an older wording
        return check


@dataclass(frozen=True, slots=True)
class Desk:
    """A practice session: the item to answer now, how much waits, how well each domain goes."""

    ref: str | None
    version: int | None
    tries: int
    domain: str
    due: int
    fresh: int
    answered_today: int
    right_today: int
    mastery: dict[str, rules.Progress]


def practice_desk(
    pool: Mapping[str, tuple[int, str]],
    cards: Mapping[str, PracticeCard],
    now: datetime,
    *,
    domain: str = "",
    skip: str | None = None,
) -> Desk:
    refs = [ref for ref, (_version, own) in pool.items() if domain in {"", own}]
    due = {ref: card.due_at for ref, card in cards.items()}
    order = rules.practice_order(refs, due, now, skip)
    today = [card for card in cards.values() if now - card.answered_at < ONE_DAY]
    first = order[0] if order else None
    return Desk(
        ref=first,
        version=pool[first][0] if first else None,
        tries=cards[first].tries if first and first in cards else 0,
        domain=domain,
        due=sum(ref in due and due[ref] <= now for ref in refs),
        fresh=sum(ref not in due for ref in refs),
        answered_today=len(today),
        right_today=sum(card.last_state == "right" for card in today),
        mastery=_mastery(pool, cards),
    )


def _mastery(
    pool: Mapping[str, tuple[int, str]], cards: Mapping[str, PracticeCard]
) -> dict[str, rules.Progress]:
    """For each domain how many items are known well, of all there are."""
    found: dict[str, rules.Progress] = {}
    for domain in sorted({own for _version, own in pool.values()}):
        refs = [ref for ref, (_version, own) in pool.items() if own == domain]
        known = [ref for ref in refs if ref in cards and cards[ref].box >= rules.WELL_KNOWN]
        found[domain] = rules.progress(refs, known)
    return found
