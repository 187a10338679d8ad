"""Tables in words: why one cannot be read, what is odd about it, its result and its receipt."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import LazyString

from probity.credentials import presenting, sentences
from probity.credentials.bulkchecks.models import TableCheck, TableRow
from probity.credentials.rules import Status
from probity.kernel.i18n import content_locale, when
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import lazy_gettext as _l

INCOMPLETE = "incomplete"
UNKNOWN = "unknown"
ORDER = (*(status.value for status in Status), UNKNOWN, INCOMPLETE)

PROBLEMS: Mapping[str, LazyString] = {
    "empty": _l("The file holds nothing. Save the table once more and choose it again."),
    "old-workbook": _l(
        "This is a workbook of the old kind (.xls), or one with a password. Save it as XLSX or CSV "
        "without a password."
    ),
    "no-table": _l("This is no table. Choose a workbook (XLSX) or a CSV file."),
    "only-heading": _l("Below its headings the table is empty."),
    "too-many-rows": _l(
        "The table has more than %(most)s rows. Split it into several files and check them one "
        "after the other."
    ),
    "csv-broken": _l(
        "The CSV file cannot be read to its end: a quotation mark is not closed. Save it again as "
        "“CSV UTF-8”."
    ),
    "encoding": _l("The letters of this CSV file cannot be told. Save it as “CSV UTF-8”."),
    "bomb": _l(
        "The workbook is far larger inside than a table of this length. Copy the two columns into "
        "a new workbook."
    ),
    "damaged": _l("The workbook is damaged. Open it in a spreadsheet and save it as XLSX."),
    "stopped": _l("The check stopped before its end. Hand the table in again."),
    "too-long": _l(
        "Reading the file took too long. Copy the two columns into a new workbook, or save it as CSV."
    ),
}
HINTS: Mapping[str, LazyString] = {
    "other-sheets": _l(
        "The workbook has several sheets. Only “%(sheet)s” is checked; save another as a file of its own."
    ),
    "swapped": _l(
        "The headings seem to be swapped: the numbers stand in the column of names. We turned them round."
    ),
    "columns": _l(
        "The headings do not say which columns are meant. Choose them below; “Number” and “Name” "
        "as headings are recognised, in Chinese too."
    ),
    "formulas": _l(
        "There are formulas in %(cells)s. The values as last saved are used. A cell without one is "
        "reported as incomplete: paste the column as values then."
    ),
    "merged": _l(
        "The cells %(cells)s are merged, so only the first row of them has the value; the others are "
        "reported as incomplete. Take the merge apart and hand the table in again."
    ),
}
_WORDS: Mapping[str, LazyString] = {
    UNKNOWN: _l("Not confirmed"),
    INCOMPLETE: _l("Incomplete"),
}
_KINDS = {UNKNOWN: ("none", "search-x"), INCOMPLETE: ("none", "circle-alert")}
_MEANING: Mapping[str, LazyString] = {
    UNKNOWN: _l("Nothing in the register answers to this number with this name."),
    INCOMPLETE: _l("The row lacks the number or the name."),
}


def word(status: str) -> str:
    """The status of a row in a word or two."""
    return str(_WORDS.get(status) or presenting.VERDICTS[Status(status)].word)


def look(status: str) -> tuple[str, str]:
    """Colour and symbol of a status."""
    if status in _KINDS:
        return _KINDS[status]
    verdict = presenting.VERDICTS[Status(status)]
    return verdict.kind, verdict.symbol


def problem(found: TableCheck) -> str:
    """Why a table cannot be read, and what to do."""
    told = found.problem or {}
    words = str(PROBLEMS[told["code"]])
    facts: dict[str, Any] = told["facts"]
    return words % facts


def hints(found: TableCheck) -> list[str]:
    """What its owner should know before the check."""
    return [str(HINTS[code]) % facts for code, facts in found.seen.get("hints", [])]


def note(row: TableRow) -> str:
    """What is to be said of a row beside its status."""
    told = [str(_MEANING[row.status])] if row.status in _MEANING else []
    return " ".join([*told, *sentences.reasons_told(tuple(row.notes))])


def headings() -> list[str]:
    """The first row of a result."""
    return [
        *(_("Row"), _("Number as given"), _("Name as given"), _("Result"), _("In words")),
        *(_("Valid to"), _("Since"), _("Note")),
    ]


def cells(row: TableRow) -> list[str]:
    """One row of a result."""
    return [
        *(str(row.place), row.number, row.name, row.status, word(row.status)),
        row.valid_until.isoformat() if row.valid_until else "",
        row.since.isoformat(timespec="seconds") if row.since else "",
        note(row),
    ]


def receipt(found: TableCheck, results: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """What the signed receipt says: which table, how many of each answer, which result files."""
    counts = [
        (word(status), str(found.counts[status])) for status in ORDER if status in found.counts
    ]
    started = found.started_at or found.created_at
    asked = [
        (_("File"), found.name),
        (_("File (SHA-256)"), found.sha256),
        (_("Rows"), str(found.rows)),
        (_("Begun"), when(started).striptags()),
    ]
    hashes = [(kind.upper(), one["sha256"]) for kind, one in results.items()]
    return {
        "lang": content_locale(),
        "message": _("Each row was compared with the register by number and holder's name."),
        "tables": [
            {"heading": heading, "rows": [list(row) for row in rows]}
            for heading, rows in (
                (_("What was asked"), asked),
                (_("What the register said"), counts),
                (_("Result files (SHA-256)"), hashes),
            )
        ],
        "answer": {
            "kind": "table",
            "certificate": None,
            "table_sha256": found.sha256,
            "rows": found.rows,
            "counts": dict(found.counts),
            "results": {kind: one["sha256"] for kind, one in results.items()},
            "begun_at": started.isoformat(timespec="seconds"),
        },
        "words": _receipt_words(found),
    }


def _receipt_words(found: TableCheck) -> dict[str, str]:
    ended = when(found.ended_at or found.created_at).striptags()
    return {
        "title": _("Receipt of a checked table"),
        "asked_at": _("checked on %(time)s", time=ended),
        "note_heading": _("What this is"),
        "note": _(
            "A record of the answers to one table, true for the moment stated. It belongs to the "
            "result files whose SHA-256 it names: keep them together. Certificates may have been "
            "revoked since. This file can itself be dropped on the verify page. The lines below are "
            "the state of the public log then."
        ),
    }


def column_names(found: TableCheck) -> Sequence[tuple[int, str]]:
    """Each column as it can be chosen: its letter and its heading."""
    headings_seen = found.seen.get("headings", [])
    return [
        (
            place,
            f"{_letter(place)} {headings_seen[place] if place < len(headings_seen) else ''}".strip(),
        )
        for place in range(found.seen.get("width", 0))
    ]


_ALPHABET = 26


def _letter(column: int) -> str:
    before, last = divmod(column, _ALPHABET)
    return (_letter(before - 1) if before else "") + chr(ord("A") + last)
