"""Writing Moodle XML: the common fields of every question, and which type each becomes."""

import io
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from lxml import etree

from probity.exchange.formats.moodle import writing_gaps, writing_kinds
from probity.exchange.formats.moodle.sheet import Sheet
from probity.exchange.found import Content, LoadMedia, Note, Written

FEEDBACK = {
    "general": "generalfeedback",
    "right": "correctfeedback",
    "partial": "partiallycorrectfeedback",
    "wrong": "incorrectfeedback",
}
UNHELD = ("facts", "legal_basis", "sources", "competency", "cognitive", "expected_p", "figure")
TYPES: dict[str, tuple[str, Callable[[Sheet], None]]] = {
    "single": ("multichoice", writing_kinds.choice),
    "multiple": ("multichoice", writing_kinds.choice),
    "true_false": ("truefalse", writing_kinds.truth),
    "short_text": ("shortanswer", writing_kinds.short),
    "numeric": ("numerical", writing_kinds.numeric),
    "matching": ("matching", writing_kinds.matching),
    "ordering": ("ordering", writing_kinds.ordering),
    "essay": ("essay", writing_kinds.essay),
    "upload": ("essay", writing_kinds.essay),
    "cloze": ("cloze", writing_gaps.cloze),
    "gap_match": ("ddwtos", writing_gaps.words_into_text),
}


def write(items: Sequence[Content], load: LoadMedia) -> Written:
    """One file of all the items; what does not fit is named for each."""
    out = io.BytesIO()
    notes: dict[int, list[Note]] = {}
    folder: list[str] | None = None
    with etree.xmlfile(out, encoding="utf-8") as file:
        file.write_declaration()
        with file.element("quiz"):
            for place, item in enumerate(items):
                wanted = list(item.get("folder") or ())
                if wanted and wanted != folder:
                    file.write("\n", _category(wanted))
                    folder = wanted
                for sheet in _sheets(item, load):
                    if len(sheet.element):
                        file.write("\n", sheet.element, pretty_print=True)
                    if sheet.notes:
                        notes.setdefault(place, []).extend(sheet.notes)
            file.write("\n")
    return Written("questions.xml", out.getvalue(), "application/xml", notes)


def _category(folder: list[str]) -> Any:
    element = etree.Element("question", type="category")
    path = "/".join(["$course$", "top", *(name.replace("/", "//") for name in folder)])
    etree.SubElement(etree.SubElement(element, "category"), "text").text = path
    return element


def _sheets(item: Content, load: LoadMedia) -> Iterable[Sheet]:
    if item["kind"] == "case":
        yield _material(item, load)
        for child in item["items"]:
            yield _sheet({"media": item.get("media", []), **child}, load)
        return
    yield _sheet(item, load)


def _sheet(item: Content, load: LoadMedia) -> Sheet:
    kind, fill = TYPES.get(item["kind"], ("", writing_kinds.nothing))
    if not kind:
        sheet = Sheet(item, "none", load)
        sheet.note("kind_unheld", kind=item["kind"])
        return sheet
    if kind == "cloze" and writing_gaps.is_select(item):
        kind, fill = "gapselect", writing_gaps.gap_select
    sheet = Sheet(item, kind, load)
    sheet.wrapped("name", _name(item))
    if kind not in {"cloze", "gapselect", "ddwtos"}:
        sheet.formatted("questiontext", item["stem"])
    _common(sheet, kind)
    fill(sheet)
    sheet.take_foreign()
    _unheld(sheet)
    return sheet


def _common(sheet: Sheet, kind: str) -> None:
    item = sheet.item
    feedback = item.get("feedback") or {}
    for name, tag in FEEDBACK.items():
        said = feedback.get(name)
        if name == "general" and not said and item.get("why") and kind == "ordering":
            said = item["why"]
        if said:
            sheet.formatted(tag, said)
    sheet.plain("defaultgrade", _grade(sheet))
    identity = sheet.foreign.get("id") if sheet.is_at_home else item.get("id", "")
    if identity:
        sheet.plain("idnumber", identity)
    if item.get("tags"):
        tags = etree.SubElement(sheet.element, "tags")
        for tag in item["tags"]:
            sheet.wrapped("tag", tag, tags)
    _hints(sheet)
    if kind in {"multichoice", "matching", "gapselect", "ddwtos"}:
        sheet.plain("shuffleanswers", int(item.get("shuffle", True)))


def _hints(sheet: Sheet) -> None:
    """The hints, with what each did besides in the file that they came from."""
    hints = iter(sheet.item.get("hints", []))
    for flags in sheet.data.get("hints", []):
        words = None if "-" in flags else next(hints, None)
        element = sheet.formatted("hint", words)
        for flag in flags:
            if flag != "-":
                etree.SubElement(element, flag)
    for words in hints:
        sheet.formatted("hint", words)


def _grade(sheet: Sheet) -> str:
    """The points; in the file's own words where they are the same."""
    points = Fraction(str(sheet.item.get("points", 1)))
    native = str(sheet.foreign.get("max") or "")
    if native:
        value = Fraction(native)
        if points in {value, round(value, 4)} or not value > 0:
            return native
    return sheet.exact(points)


def _name(item: Content) -> str:
    return str(item.get("name") or item.get("id") or " ".join(item["stem"]["en"].split())[:80])


def _material(item: Content, load: LoadMedia) -> Sheet:
    """The texts of a case set as a description in front of its questions."""
    sheet = Sheet(item, "description", load)
    sheet.wrapped("name", str(item.get("name") or item.get("id") or item["title"]["en"]))
    parts = [item["title"], *(text for one in item.get("material", [])
                              for text in (one["title"], one["text"]))]  # fmt: skip
    names: list[str] = []
    html = "".join(sheet.html(text, names) for text in parts)
    element = etree.SubElement(sheet.element, "questiontext", format="html")
    sheet.put_raw(element, html, names)
    sheet.note("case_split")
    return sheet


def _unheld(sheet: Sheet) -> None:
    lost = [name for name in UNHELD if sheet.item.get(name)]
    if lost:
        sheet.note("fields_unheld", names=lost)
