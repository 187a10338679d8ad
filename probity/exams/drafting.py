"""What the exam editor shows around a draft: rows to fill, what the bank has, what is wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from pydantic import ValidationError
from sqlalchemy.orm import Session

from probity.bank import labels as bank_labels
from probity.bank import queries as bank
from probity.bank.shapes import Case
from probity.catalogue import queries as catalogue
from probity.catalogue.shapes import Cell
from probity.exams import history, labels, matrix, rules, supply
from probity.exams.matrix import Place, Section
from probity.exams.models import ExamRevision
from probity.exams.supply import Shelf
from probity.kernel import charts
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import listed, local, named, ngettext
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
    rows: dict[str, str]
    stock: dict[Place, int]
    shelves: dict[str, Shelf]
    count: Count
    levels: dict[str, int]
    by_domain: dict[str, int]
    only_public: bool
    by_forms: bool
    competencies: list[str] = field(default_factory=list)

    @property
    def domains(self) -> dict[str, str]:
        return {row: title for row, title in self.rows.items() if "." not in row}

    def row_total(self, number: int, row: str) -> int:
        counts = self.sections[number].counts
        return sum(_number(typed) for (own, _column), typed in counts.items() if own == row)

    def column_total(self, number: int, column: str) -> int:
        counts = self.sections[number].counts
        return sum(_number(typed) for (_row, own), typed in counts.items() if own == column)

    def section_total(self, number: int) -> int:
        further = sum(_number(one.draw) for one in self.sections[number].further)
        return further + sum(map(_number, self.sections[number].counts.values()))

    def section_of(self, control: str) -> Section:
        return self.sections[matrix.section_of(control) or 0]

    def short(self) -> list[tuple[str, Shelf]]:
        return [(name, shelf) for name, shelf in self.shelves.items() if shelf.state == "short"]

    def thin(self) -> list[tuple[str, Shelf]]:
        if self.by_forms:
            return []
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


def findings(
    session: Session, sections: list[Section], *, demonstration: bool, by_forms: bool = False
) -> Findings:
    """Look the draft up in the bank; cells that are not yet cells are passed over.

    Papers that are approved forms draw nothing, so nothing can be lacking.
    """
    known, competencies = bank.places(session)
    titles = catalogue.domain_titles(session)
    rows = _rows(known, sections)
    stock = supply.stock(session, rows, demonstration=demonstration)
    other = not any(stock.values()) and not demonstration
    shelves = supply.shelves(session, _cells(sections), demonstration=demonstration)
    shelves = shelves if by_forms else supply.proved(shelves)
    return Findings(
        sections=sections,
        rows={row: _row_title(row, titles) for row in rows},
        stock={place: len(items) for place, items in stock.items()},
        shelves={shelf.name: shelf for shelf in shelves},
        count=_count(session, shelves),
        levels=_levels(shelves),
        by_domain=_by_domain(shelves),
        by_forms=by_forms,
        only_public=(
            not by_forms and other and any(supply.stock(session, rows, demonstration=True).values())
        ),
        competencies=sorted({code.partition(".")[0] for code in competencies}),
    )


def _rows(known: Sequence[str], sections: Sequence[Section]) -> list[str]:
    """Domains of the bank and of the draft; the rows of single competencies under their domains."""
    asked = matrix.rows_of(sections)
    return sorted({*known, *asked, *(row.partition(".")[0] for row in asked)})


def _row_title(row: str, titles: Mapping[str, Mapping[str, str]]) -> str:
    domain, _dot, competency = row.partition(".")
    if competency:
        return str(_("only %(competency)s", competency=competency))
    return local(titles[domain]) if domain in titles else ""


def shortages(found: Findings) -> dict[str, str]:
    """A sentence for every cell that cannot be filled, by its control."""
    return {control: shortage(shelf) for control, shelf in found.short()}


def shortage(shelf: Shelf) -> str:
    """What is missing in one cell, and what to do."""
    name = history.name_of(shelf.cell)
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


def figures(found: Findings, minutes: str) -> list[tuple[str, str, str]]:
    """Name, figure and note of what a blueprint adds up to."""
    count, limit = found.count, matrix.whole(minutes)
    spread = f"{count.least}–{count.most}" if count.least < count.most else str(count.most)
    sets = ngettext("%(num)d case set", "%(num)d case sets", count.sets) if count.sets else ""
    items = ngettext("%(num)d item", "%(num)d items", count.items)
    rows = [(_("Questions"), spread, f"{items} + {sets}" if sets else items)]
    if count.most and isinstance(limit, int) and limit:
        each = rules.shown(Fraction(limit, count.most), 1)
        whole = ngettext("%(num)d minute in all", "%(num)d minutes in all", limit)
        rows.append((_("Time for a question"), _("%(minutes)s min", minutes=each), whole))
    if found.shelves:
        shelf = min(found.shelves.values(), key=_times)
        times = rules.shown(_times(shelf), 1)
        note = history.name_of(shelf.cell)
        rows.append((_("Thinnest cell"), _("%(times)s times", times=times), note))
    total = sum(found.by_domain.values())
    shares = [
        f"{domain} {rules.shown(Fraction(100 * draw, total), 0)}%"
        for domain, draw in found.by_domain.items()
    ]
    return [*rows, (_("Domains"), str(len(shares)), listed(shares))]


def section_times(found: Findings, minutes: str) -> str:
    """Why the times of the sections do not fit that of the exam; nothing where they do."""
    times = [_number(section.minutes) for section in found.sections]
    total, limit = sum(times), _number(minutes)
    words = {"total": total, "limit": limit}
    if not total or not limit:
        return ""
    if total > limit:
        sentence = _(
            "The sections take %(total)s minutes in all, the exam %(limit)s: whoever uses the time "
            "of every section has too little for the last.",
            **words,
        )
        return str(sentence)
    if all(times) and total < limit:
        sentence = _(
            "The sections take %(total)s minutes in all, so nobody can use the %(limit)s minutes "
            "of the exam.",
            **words,
        )
        return str(sentence)
    return ""


def _times(shelf: Shelf) -> Fraction:
    return Fraction(len(shelf.fitting), shelf.cell.draw)


def level_parts(found: Findings) -> list[charts.Part]:
    """The mix of levels as parts of a bar."""
    colours = {"recall": 1, "apply": 2, "judge": 5, matrix.CASE: 3, "mixed": 6}
    names = {**labels.COLUMNS, "mixed": _("Several levels")}
    return [
        charts.Part(str(names[level]), number, colours[level])
        for level, number in found.levels.items()
    ]


def mix_chart(found: Findings) -> Markup:
    parts = level_parts(found)
    finding = listed(named(part.name, part.amount) for part in parts)
    return charts.stacked(parts, finding)
