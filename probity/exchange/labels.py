"""The words people read for the codes of imports and exports."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString

from probity.exchange.found import Note
from probity.exchange.sentences import SENTENCES, say
from probity.exchange.wording import place as place  # noqa: PLC0414 (the pages' words)
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import lazy_gettext as _l

FORMATS: dict[str, LazyString] = {
    "probity": _l("Probity question file"),
    "xlsx": _l("Excel workbook (XLSX)"),
    "csv": _l("CSV table"),
    "chinese-text": _l("Numbered Chinese text"),
    "moodle-xml": _l("Moodle XML"),
    "gift": _l("GIFT"),
    "aiken": _l("Aiken"),
    "qti-1.2": _l("QTI 1.2"),
    "qti-2.x": _l("QTI 2.x"),
    "qti-2.1": _l("QTI 2.1 package"),
    "qti-3.0": _l("QTI 3.0 package"),
    "cartridge": _l("Common Cartridge"),
}
DIALECTS: dict[str, str | LazyString] = {
    "blackboard": "Blackboard",
    "canvas": "Canvas",
    "common-cartridge": "Common Cartridge",
    "kahoot": "Kahoot",
    "moodle-csv": _l("Table from Moodle"),
    "numbered": _l("Numbered questions"),
    "probity": _l("Our own table"),
    "respondus": "Respondus",
    "tao": "TAO",
    "tiku": _l("Chinese question bank"),
    "webct": "WebCT",
}
STATES: dict[str, LazyString] = {
    "reading": _l("Being read"),
    "ready": _l("Waits for you"),
    "importing": _l("Being imported"),
    "done": _l("Imported"),
    "undoing": _l("Being undone"),
    "undone": _l("Undone"),
    "cancelled": _l("Given up"),
    "failed": _l("Could not be read"),
}
STATE_BADGES = {
    "reading": "info",
    "ready": "sun",
    "importing": "info",
    "done": "ok",
    "undoing": "info",
    "undone": "",
    "cancelled": "",
    "failed": "bad",
}
FINDINGS: dict[str, LazyString] = {
    "new": _l("New question"),
    "same": _l("In the bank already"),
    "changed": _l("Changed since the last import"),
    "duplicate": _l("Says the same as another"),
    "refused": _l("Cannot be imported"),
}
FINDING_BADGES = {
    "new": "ok",
    "same": "",
    "changed": "info",
    "duplicate": "warn",
    "refused": "bad",
}
OUTCOMES: dict[str, LazyString] = {
    "created": _l("Imported as a draft"),
    "revised": _l("A new version was stored"),
    "skipped": _l("Left out"),
    "refused": _l("Refused"),
    "retired": _l("Taken out again"),
    "restored": _l("The version before is back"),
    "stayed": _l("Stayed: touched since"),
}
FILTERS: dict[str, LazyString] = {
    "all": _l("All"),
    "new": _l("New question"),
    "changed": _l("Something was changed"),
    "lost": _l("Something was lost"),
    "refused": _l("Refused"),
    "duplicates": _l("In the bank already"),
    "left-out": _l("Left out"),
}
EFFECTS: dict[str, LazyString] = {
    "kept": _l("Kept as it is"),
    "changed": _l("Changed"),
    "lost": _l("Lost"),
    "refused": _l("Refused"),
}
EFFECT_BADGES = {"kept": "ok", "changed": "info", "lost": "warn", "refused": "bad"}
CHANGED: dict[str, LazyString] = {
    "version": _l("Store them as new versions"),
    "new": _l("Import them as further items"),
    "skip": _l("Leave them out"),
}
EXPORT_STATES: dict[str, LazyString] = {
    "writing": _l("Being written"),
    "ready": _l("Ready"),
    "failed": _l("Could not be written"),
    "deleted": _l("Deleted after seven days"),
}
OTHERS: dict[str, LazyString] = {
    "answer_list": _l("A list of answers"),
    "assessment": _l("A test"),
    "category": _l("A category"),
    "description": _l("A description"),
    "line_outside": _l("A line that belongs to no question"),
    "row_above": _l("A row above the headings"),
    "row_headings": _l("The headings again"),
    "row_section": _l("A section"),
    "section": _l("A section"),
    "sheet_help": _l("A sheet of help"),
    "sheet_hidden": _l("A hidden sheet: not read"),
    "stimulus": _l("A text for several questions"),
    "test": _l("A test"),
}
ENCODINGS = {
    "utf-8": "UTF-8",
    "gb18030": "GBK / GB 18030",
    "big5": "Big5",
    "utf-16": "UTF-16",
    "cp1252": "Windows 1252",
    "shift_jis": "Shift JIS",
    "cp1251": "Windows 1251",
}


def sentence(note: Mapping[str, Any]) -> str:
    """The sentence of a note as it is kept."""
    code = str(note["code"])
    if code not in SENTENCES:  # a note of a release that is gone
        return code.replace("_", " ")
    return say(Note(note.get("kind", "lost"), code, note.get("facts", {}), note.get("where", "")))


def format_name(name: str) -> str:
    return str(FORMATS.get(name, name)) if name else str(_("unknown"))


def dialect(name: str) -> str:
    """Whose file it is; versions of QTI are known by their number."""
    return str(DIALECTS.get(name, name.replace("qti-", "QTI ")))


def other(what: str) -> str:
    return str(OTHERS.get(what, what.replace("_", " ")))
