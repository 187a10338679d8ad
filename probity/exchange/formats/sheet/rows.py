"""A table of questions: each row becomes a question or a reason why not."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from probity.exchange import language
from probity.exchange.formats.sheet import building, kept, kinds
from probity.exchange.formats.sheet.building import Asked, Refusal
from probity.exchange.formats.sheet.cells import Row, Sheet
from probity.exchange.formats.sheet.headings import Headings, find_headings, folded
from probity.exchange.formats.sheet.headless import without_headings
from probity.exchange.formats.sheet.texts import Texts
from probity.exchange.found import Found, Note, Other

JOINTS = (";", "；", "\n", "|")
PREFIX = re.compile(r"^[（(]?([A-Za-z])\s*[)）.．、:：]\s*(?=\S)")
SECTION = re.compile(r"^[一二三四五六七八九十]+[、.．]\s*(.{2,20}?)\s*(?:[（(].*)?$")
SKIPPED = {"image": "row_image", "media": "row_image", "time": "row_time"}
USES = {
    "practice": "practice", "练习": "practice", "practice only": "practice_only",
    "仅练习": "practice_only", "secure": "secure", "保密": "secure",
}  # fmt: skip
COGNITIVE = ("remember", "understand", "apply", "analyse", "evaluate")
COGNITIVE_CHINESE = ("记忆", "理解", "应用", "分析", "评价")
CREDITS = ("right_minus_wrong", "per_option", "all_or_nothing")
DIFFICULTY = {"easy": "0.8", "易": "0.8", "容易": "0.8", "简单": "0.8", "medium": "0.6", "中": "0.6",
              "中等": "0.6", "hard": "0.4", "难": "0.4", "困难": "0.4", "较难": "0.4"}  # fmt: skip
MOST_SHOWN = 400
SAMPLE = 300


@dataclass(slots=True)
class Table:
    """One sheet as it is being read."""

    sheet: Sheet
    headings: Headings
    is_own: bool = False
    styles: Sequence[str] = kinds.STYLES
    section: str = ""
    rows: list[Row] = field(default_factory=list)


def read_sheet(sheet: Sheet, start: int) -> Iterator[Found | Other]:
    """Every question of a sheet, numbered from `start`, and every row that is none."""
    headings = find_headings(sheet.rows) or without_headings(sheet.rows)
    if headings is None:
        yield from _untold(sheet, start)
        return
    first = headings.row.number if headings.row else 0
    table = Table(sheet, headings, is_own=kept.is_own(headings))
    for row in sheet.rows:
        if row.is_empty:
            continue
        if row.number < first:
            yield Other(sheet.where(row.number), "row_above", " · ".join(filter(None, row.cells)))
        elif row.number > first:
            table.rows.append(row)
    table.styles = _styles(table)
    index = start
    for row in table.rows:
        other = _no_question(table, row)
        if other:
            yield other
            continue
        yield read_row(table, row, index)
        index += 1


def read_row(table: Table, row: Row, index: int) -> Found:
    """One row as a question; what is wrong with it becomes its refusal."""
    ref = _cell(table, row, "id") or _cell(table, row, "name") or _cell(table, row, "number")
    found = Found(
        index,
        ref or table.sheet.where(row.number),
        table.sheet.where(row.number),
        _cell(table, row, "kind") or table.headings.kind,
        "other",
        excerpt=_excerpt(table, row),
        native={"row": row.number, "sheet": table.sheet.name},
    )
    try:
        _fill(table, row, found)
    except Refusal as refusal:
        where = table.sheet.where(row.number, refusal.column)
        facts = {"row": row.number, "cell": where, **refusal.facts}
        found.content = None
        found.refusal = Note("lost", refusal.code, facts, where)
    return found


def _fill(table: Table, row: Row, found: Found) -> None:
    held = kept.content_of(table.headings, row) if table.is_own else None
    if held is not None:
        found.content, found.kind = held, held["kind"]
        found.folder = _folder(_cell(table, row, "folder"))
        return
    for column in row.formulas:
        if not row.cell(column):
            raise Refusal("row_formula_empty", column)
    for column in row.errors:
        if column in table.headings.columns:
            raise Refusal("row_cell_error", column, error=row.cell(column))
    asked = _asked(table, row)
    label = found.native_kind or table.section
    if not asked.stem:
        raise Refusal("row_no_stem", table.headings.find("stem"))
    asked.kind = building.kind_meant(asked, label)
    found.kind = asked.kind
    content = building.build(asked)
    found.content = {**content, **_common(table, row, asked)}
    found.folder = _folder(_cell(table, row, "folder"))
    found.notes = [*asked.texts.notes, *asked.notes, *_left_out(table, row)]
    if language.spread(found.content):
        found.notes.append(Note("changed", "language_chinese"))
    for column in row.formulas:
        where = table.sheet.where(row.number, column)
        found.notes.append(Note("changed", "row_formula", {"cell": where}, where))


def _asked(table: Table, row: Row) -> Asked:
    headings = table.headings
    texts = Texts(markdown=table.is_own)
    options, places = _offered(table, row)
    answer = _cell(table, row, "answer")
    more = [row.cell(column) for place, column in headings.many("answer") if place]
    answer = ",".join(part for part in (answer, *more) if part)
    right = headings.find("right")
    if right is not None and row.cell(right):
        answer, options = "A", [row.cell(right), *options]
        places = [0, *(place + 1 for place in places)]
    whole = {old: new for new, old in enumerate(places)}
    choices = building.number_of(_cell(table, row, "max_choices"))
    return Asked(
        kind="",
        stem=_cell(table, row, "stem"),
        answer=answer,
        options=options,
        columns=places,
        texts=texts,
        styles=table.styles,
        stem_chinese=_cell(table, row, "stem", chinese=True),
        options_chinese=_chinese_options(table, row, places),
        whys=_numbered(table, row, "why", whole),
        scores=_numbered(table, row, "score", whole),
        explanation=_cell(table, row, "explanation"),
        tolerance=_cell(table, row, "tolerance"),
        unit=_cell(table, row, "unit"),
        shares=_cell(table, row, "shares"),
        penalty=_penalty(table, row),
        credit=_credit(_cell(table, row, "credit")),
        choices=int(choices) if choices and choices > 0 else None,
        answer_column=headings.find("answer"),
        first_option=next((column for _, column in headings.many("option")), None),
    )


def _offered(table: Table, row: Row) -> tuple[list[str], list[int]]:
    """The options of a row without their letters, and the places of their columns."""
    joined = table.headings.find("options")
    columns = table.headings.many("option")
    if joined is not None and row.cell(joined):
        words = row.cell(joined)
        joint = next((sign for sign in JOINTS if sign in words), JOINTS[0])
        parts = [part.strip() for part in words.split(joint) if part.strip()]
        return _without_letters(parts), list(range(len(parts)))
    columns = [*columns, *table.headings.many("wrong")]
    given = [(place, row.cell(column)) for place, column in columns if row.cell(column)]
    return _without_letters([words for _, words in given]), [place for place, _ in given]


def _without_letters(options: list[str]) -> list[str]:
    """Options whose own letter stands before them lose it; "A" alone stays."""
    matches = [PREFIX.match(words) for words in options]
    own = [
        bool(match) and ord(match[1].casefold()) - ord("a") == place  # type: ignore[index]
        for place, match in enumerate(matches)
    ]
    if sum(own) < 2:  # noqa: PLR2004 - one alone may be part of the words
        return options
    return [PREFIX.sub("", words) if own[place] else words for place, words in enumerate(options)]


def _chinese_options(table: Table, row: Row, places: Sequence[int]) -> list[str]:
    columns = dict(table.headings.many("option", chinese=True))
    return [row.cell(columns[place]) if place in columns else "" for place in places]


def _numbered(table: Table, row: Row, role: str, whole: dict[int, int]) -> dict[int, str]:
    found = {place: row.cell(column) for place, column in table.headings.many(role)}
    return {whole[place]: words for place, words in found.items() if place in whole}


def _common(table: Table, row: Row, asked: Asked) -> dict[str, Any]:
    """What every kind has: points, name, tags, place, difficulty, general feedback."""
    content: dict[str, Any] = {"points": _points(table, row, asked)}
    name, identity = _cell(table, row, "name"), _cell(table, row, "id")
    if name:
        content["name"] = name[:500]
    tags = [part for part in re.split(r"[,;，；、|]\s*", _cell(table, row, "tags")) if part]
    if tags:
        content["tags"] = list(dict.fromkeys(tag[:80] for tag in tags))[:30]
    content |= _place(table, row)
    if asked.explanation and asked.kind in {"single", "multiple", "matching", "cloze"}:
        content["feedback"] = {"general": asked.texts.text(asked.explanation)}
    data = _metadata(table, row)
    if identity or data:
        content["foreign"] = {"format": "sheet", "id": identity[:200], "data": data or None}
    return content


def _place(table: Table, row: Row) -> dict[str, Any]:
    """Where the item belongs and how it is shown, as far as the row says so."""
    content: dict[str, Any] = {
        role: _cell(table, row, role)[:40]
        for role in ("domain", "competency")
        if _cell(table, row, role)
    }
    cognitive = folded(_cell(table, row, "cognitive"))
    if cognitive in (*COGNITIVE, *COGNITIVE_CHINESE):
        names = dict(zip(COGNITIVE_CHINESE, COGNITIVE, strict=True))
        content["cognitive"] = names.get(cognitive, cognitive)
    use = USES.get(folded(_cell(table, row, "use")))
    if use:
        content["use"] = use
    expected = _expected(_cell(table, row, "difficulty"))
    if expected:
        content["expected_p"] = expected
    shuffle = kinds.truth_of(_cell(table, row, "shuffle"))
    if shuffle is not None:
        content["shuffle"] = shuffle
    return content


def _points(table: Table, row: Row, asked: Asked) -> int | str:
    if asked.points is not None:
        return building.written(asked.points)
    words = _cell(table, row, "points")
    number = building.number_of(re.sub(r"\s*(分|points?|pts?)$", "", words, flags=re.IGNORECASE))
    if words and number is None:
        raise Refusal("row_points", table.headings.find("points"), points=words)
    if number is not None and number <= 0:
        raise Refusal("row_points", table.headings.find("points"), points=words)
    return building.written(number) if number is not None else 1


def _penalty(table: Table, row: Row) -> Fraction:
    """The share of the points that a wrong choice takes away."""
    taken = building.number_of(_cell(table, row, "penalty"))
    points = building.number_of(_cell(table, row, "points"))
    if not taken or not points:
        return Fraction(0)
    return min(abs(Fraction(taken)) / Fraction(points), Fraction(1))


def _expected(words: str) -> str:
    """The share of candidates who will be right, where a column says so; words mean rough ones."""
    number = building.number_of(words)
    if number is not None and 0 < number <= 1:
        return f"{Decimal(number):f}"
    return DIFFICULTY.get(folded(words), "")


def _credit(words: str) -> str:
    plain = folded(words).replace(" ", "_")
    return plain if plain in CREDITS else ""


def _metadata(table: Table, row: Row) -> dict[str, str]:
    return {
        heading.role.partition(":")[2] or heading.role: row.cell(column)
        for column, heading in table.headings.columns.items()
        if (heading.role.startswith("metadata:") or heading.role in {"template", "grader"})
        and row.cell(column)
    }


def _left_out(table: Table, row: Row) -> list[Note]:
    """Cells that say something an item has no place for."""
    notes = []
    for column, words in enumerate(row.cells):
        heading = table.headings.columns.get(column)
        role = heading.role if heading else "unknown"
        where = table.sheet.where(row.number, column)
        facts = {"cell": where, "words": words[:80], "heading": table.headings.label(column)}
        if role == "unknown" and column == 0 and words.isdigit():
            continue  # a number of its own before the question
        if words and role in SKIPPED:
            notes.append(Note("lost", SKIPPED[role], facts, where))
        elif words and role == "unknown":
            notes.append(Note("lost", "row_cell_unknown", facts, where))
    return notes


def _no_question(table: Table, row: Row) -> Other | None:
    """Say what a row is that asks nothing: a heading between, or headings said again."""
    filled = [words for words in row.cells if words]
    match = SECTION.match(filled[0]) if len(filled) == 1 else None
    if match and kinds.kind_of(match[1]):
        table.section = match[1]
        return Other(table.sheet.where(row.number), "row_section", filled[0])
    if table.headings.row and row.cells == table.headings.row.cells:
        return Other(table.sheet.where(row.number), "row_headings", "")
    return None


def _styles(table: Table) -> Sequence[str]:
    asked = []
    column = table.headings.find("answer")
    if column is None:
        return kinds.STYLES
    for row in table.rows[:SAMPLE]:
        options, places = _offered(table, row)
        if options and row.cell(column):
            asked.append((row.cell(column), building.spread(options, places)))
    return kinds.style_of(asked)


def _untold(sheet: Sheet, start: int) -> Iterator[Found | Other]:
    """A sheet whose columns nobody understands: every row is refused with that reason."""
    for place, row in enumerate(row for row in sheet.rows if not row.is_empty):
        where = sheet.where(row.number)
        words = " · ".join(filter(None, row.cells))[:MOST_SHOWN]
        note = Note("lost", "sheet_no_headings", {"row": row.number, "sheet": sheet.name}, where)
        yield Found(start + place, where, where, "", "other", refusal=note, excerpt=words)


def _folder(words: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in words.split("/") if part.strip())[:10]


def _cell(table: Table, row: Row, role: str, *, chinese: bool = False) -> str:
    column = table.headings.find(role, chinese=chinese)
    return row.cell(column) if column is not None else ""


def _excerpt(table: Table, row: Row) -> str:
    labels = (
        (table.headings.label(column) or chr(ord("A") + column % 26), words)
        for column, words in enumerate(row.cells)
        if words and not kept.is_data(table.headings, column)
    )
    return "\n".join(f"{label}: {words[:MOST_SHOWN]}" for label, words in labels)
