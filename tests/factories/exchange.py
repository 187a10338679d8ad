"""Question files as people upload them, and imports made of them."""

import hashlib
import io
from dataclasses import dataclass, field

from flask import current_app
from openpyxl import Workbook

from probity.exchange import actions
from probity.exchange.completing import Choices
from probity.exchange.found import Format, Found, Note, Other, Source, Unreadable
from probity.exchange.staging import keep_upload
from probity.kernel.ids import public_id
from probity.kernel.permissions import SYSTEM

HEADINGS = ("ID", "Kind", "Question", "Option A", "Option B", "Option C", "Answer", "Explanation")
COLOURS = ("Q1", "single", "Which colour has the sky?", "Red", "Blue", "Green", "B", "Look up.")
PRIMES = ("Q2", "multiple", "Which numbers are prime?", "2", "4", "5", "A, C", "")
LOST = ("Q3", "single", "Which option is meant?", "One", "Two", "", "Z", "")
ROWS = (HEADINGS, COLOURS, PRIMES, LOST)


def csv_of(*rows):
    """Rows as the bytes of a CSV file."""
    quoted = (",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows)
    return "\r\n".join(quoted).encode()


def many(count):
    """A CSV file of so many single choice questions, all different."""
    rows = [
        (f"N{number}", "single", f"How many sheep are in flock {number}?", f"{number}", "none",
         f"{number + 1}", "A", "")
        for number in range(count)
    ]  # fmt: skip
    return csv_of(HEADINGS, *rows)


def workbook_of(*rows, sheet="Questions"):
    """Rows as the bytes of an XLSX file."""
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def add_batch(app, session, data=None, name="questions.csv", by=SYSTEM, **chosen):
    """An import that waits to be read."""
    data = csv_of(*ROWS) if data is None else data
    folder = public_id()
    with app.app_context():
        key = keep_upload(folder, 0, data)
    upload = actions.Upload(name, key, hashlib.sha256(data).hexdigest(), len(data))
    choices = Choices(domain="GPP-1", **chosen)
    batch = actions.begin(session, [upload], choices, by=by, identity=folder)
    session.flush()
    return batch


def storage_of(app):
    with app.app_context():
        return current_app.extensions["probity-storage"]


@dataclass(slots=True)
class Reading:
    """All that one file holds."""

    format: str
    dialect: str = ""
    encoding: str = ""
    found: list[Found] = field(default_factory=list)
    others: list[Other] = field(default_factory=list)
    problems: list[Note] = field(default_factory=list)


def read_all(format_: Format, source: Source) -> Reading:
    """Read a whole file; a file that cannot be read becomes a problem, not an exception."""
    reading = Reading(format_.name)
    try:
        for thing in format_.read(source):
            if isinstance(thing, Found):
                reading.found.append(thing)
            else:
                reading.others.append(thing)
    except Unreadable as error:
        reading.problems.append(error.note)
    reading.problems.extend(source.problems)
    reading.dialect, reading.encoding = source.dialect, source.encoding
    return reading
