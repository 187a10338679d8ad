"""What the exam editor shows around a draft: rows to fill, what the bank has, what is wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy.orm import Session

from probity.bank import labels as bank_labels
from probity.bank import queries as bank
from probity.bank.shapes import Case
from probity.catalogue import queries as catalogue
from probity.catalogue.shapes import Cell
from probity.exams import history, matrix, supply
from probity.exams.matrix import Row, Section
from probity.exams.models import ExamRevision
from probity.exams.supply import Shelf
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import local
from probity.kernel.permissions import Actor

KINDS = tuple(kind for kind in bank_labels.KINDS if kind not in ("essay", "upload"))
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the lists of the form offer."""

    courses: Pairs
    schemes: Pairs
    lessons: Pairs


@dataclass(frozen=True, slots=True)
class Count:
    """What a draft adds up to; the parts of case sets are known only within limits."""

    items: int = 0
    sets: int = 0
    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Findings:
    """A draft's blueprint against the bank."""

    sections: list[Section]
    domains: dict[str, str]
    stock: dict[Row, int]
    shelves: dict[str, Shelf]
    count: Count
    levels: dict[str, int]
    by_domain: dict[str, int]
    only_public: bool
    competencies: list[str] = field(default_factory=list)

    def row_total(self, number: int, domain: str) -> int:
        section = self.sections[number]
        return sum(_number(section.counts.get((domain, column))) for column in matrix.COLUMNS)

    def column_total(self, number: int, column: str) -> int:
        counts = self.sections[number].counts
        return sum(_number(typed) for (_domain, own), typed in counts.items() if own == column)

    def short(self) -> list[tuple[str, Shelf]]:
        return [(name, shelf) for name, shelf in self.shelves.items() if shelf.state == "short"]

    def thin(self) -> list[tuple[str, Shelf]]:
        return [(name, shelf) for name, shelf in self.shelves.items() if shelf.state == "thin"]


def choices(session: Session, actor: Actor, course: str, kept: Mapping[str, Any]) -> Choices:
    """Courses, certificates and lessons; what the stored exam names stays on offer."""
    cards = catalogue.catalogue(session, actor)
    courses = [
        (card.course.code, f"{card.course.code}  {local(card.data['title'])}") for card in cards
    ]
    schemes = {
        code: f"{code}  {local(scheme['title'])}"
        for code, scheme in sorted(catalogue.current_schemes(session).items())
    }
    found = catalogue.course_by_code(session, course)
    lessons = {
        lesson["id"]: f"{lesson['id']}  {local(lesson['title'])}"
        for lesson in (catalogue.lessons_of(found.revision) if found else ())
    }
    if scheme := kept.get("certificate"):
        schemes.setdefault(scheme, scheme)
    for code in kept.get("prerequisites") or ():
        lessons.setdefault(code, code)
    return Choices(courses, list(schemes.items()), list(lessons.items()))


def has_secure_items(session: Session) -> bool:
    """Tell whether an exam that is no demonstration could draw anything."""
    domains, _competencies = bank.places(session)
    return any(supply.stock(session, domains, demonstration=False).values())


def findings(session: Session, sections: list[Section], *, demonstration: bool) -> Findings:
    """Look the draft up in the bank; cells that are not yet cells are passed over."""
    known, competencies = bank.places(session)
    titles = catalogue.domain_titles(session)
    domains = sorted({*known, *matrix.domains_of(sections)})
    stock = supply.stock(session, domains, demonstration=demonstration)
    other = not any(stock.values()) and not demonstration
    shelves = supply.proved(supply.shelves(session, _cells(sections), demonstration=demonstration))
    return Findings(
        sections=sections,
        domains={code: local(titles[code]) if code in titles else "" for code in domains},
        stock={place: len(items) for place, items in stock.items()},
        shelves={shelf.name: shelf for shelf in shelves},
        count=_count(session, shelves),
        levels=_levels(shelves),
        by_domain=_by_domain(shelves),
        only_public=other and any(supply.stock(session, domains, demonstration=True).values()),
        competencies=sorted({code.partition(".")[0] for code in competencies}),
    )


def shortages(found: Findings) -> dict[str, str]:
    """A sentence for every cell that cannot be filled, by its control."""
    return {control: shortage(shelf) for control, shelf in found.short()}


def shortage(shelf: Shelf) -> str:
    """What is missing in one cell, and what to do."""
    name = history.cell_name(shelf.cell.model_dump())
    facts = {
        "cell": name,
        "want": shelf.cell.draw,
        "have": len(shelf.fitting),
        "lack": shelf.lacking,
    }
    if shelf.cell.draw > len(shelf.fitting):
        return str(
            _(
                "%(cell)s: draws %(want)s, the bank has %(have)s. Lower the number or write "
                "%(lack)s more.",
                **facts,
            )
        )
    return str(
        _(
            "%(cell)s: its items are wanted by other cells too; %(lack)s are missing when all are "
            "filled at once.",
            **facts,
        )
    )


def _cells(sections: Sequence[Section]) -> Iterator[tuple[str, Cell]]:
    for number, section in enumerate(sections):
        for typed in matrix.cells_of(section, number):
            try:
                yield typed.control, Cell.model_validate(typed.cell, strict=False)
            except ValidationError:
                continue


def _number(typed: str | None) -> int:
    value = matrix.whole(typed or "")
    return value if isinstance(value, int) else 0


def is_case(cell: Cell) -> bool:
    return cell.kinds == [matrix.CASE]


def _count(session: Session, shelves: Sequence[Shelf]) -> Count:
    """Add up; a case set has as many questions as its smallest or its largest has parts."""
    plain = sum(shelf.cell.draw for shelf in shelves if not is_case(shelf.cell))
    sets = [shelf for shelf in shelves if is_case(shelf.cell)]
    versions = {version for shelf in sets for version in shelf.fitting.values()}
    parsed = bank.parsed_versions(session, versions) if versions else {}
    least = most = plain
    for shelf in sets:
        items = [parsed[version] for version in shelf.fitting.values()]
        parts = [len(item.items) for item in items if isinstance(item, Case)] or [0]
        least += min(parts) * shelf.cell.draw
        most += max(parts) * shelf.cell.draw
    return Count(plain, sum(shelf.cell.draw for shelf in sets), least, most)


def _levels(shelves: Sequence[Shelf]) -> dict[str, int]:
    """Items by the column whose levels their cell asks for; mixed cells and case sets apart."""
    found = dict.fromkeys((*matrix.COLUMNS, matrix.CASE, "mixed"), 0)
    for shelf in shelves:
        columns = {matrix.column_of(level) for level in shelf.cell.cognitive}
        name = columns.pop() if len(columns) == 1 else "mixed"
        found[matrix.CASE if is_case(shelf.cell) else name] += shelf.cell.draw
    return {name: number for name, number in found.items() if number}


def _by_domain(shelves: Sequence[Shelf]) -> dict[str, int]:
    found: dict[str, int] = {}
    for shelf in shelves:
        found[shelf.cell.domain] = found.get(shelf.cell.domain, 0) + shelf.cell.draw
    return dict(sorted(found.items()))


def draws(content: Mapping[str, Any]) -> Count:
    """What a stored exam draws, case sets apart."""
    cells = [cell for section in content["sections"] for cell in section["cells"]]
    sets = sum(cell["draw"] for cell in cells if cell.get("kinds") == [matrix.CASE])
    return Count(items=sum(cell["draw"] for cell in cells) - sets, sets=sets)


def with_changes(
    revisions: Sequence[ExamRevision], zone: ZoneInfo
) -> list[tuple[ExamRevision, list[history.Change]]]:
    """Each revision, the newest first, and what it changed of the one before."""
    older = [*revisions[1:], None]
    return [
        (one, history.changes(before.content, one.content, zone) if before else [])
        for one, before in zip(revisions, older, strict=True)
    ]
