"""A draft: the texts in the editor's fields, as a tree. Form to draft, draft to item and back."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from probity.bank.editor.fields import Field, Group, Line, Rows, Words
from probity.bank.editor.layout import DEFAULTS
from probity.bank.kinds.base import FormData
from probity.kernel.forms import tidy
from probity.kernel.shapes import LOCALES

Draft = dict[str, Any]

SEPARATORS = re.compile(r"[,，、;；\n]+")
WHOLE = re.compile(r"-?\d{1,15}")
SLUG = re.compile(r"[a-z][a-z0-9]*|[0-9]+")
LIST_LIMIT = 100
SEVERAL = ("checks", "crosses")
PARTNERS = {"right": "left", "choices": "gaps", "columns": "rows"}
"""Lists whose rows other lists name by their place, and those others."""
PLACES = ("remove", "up", "down")


def blank(fields: Sequence[Field]) -> Draft:
    """A draft with as many empty rows as the item needs at least."""
    return {field.name: _blank(field) for field in fields}


def read(fields: Sequence[Field], form: FormData, path: str = "") -> Draft:
    """The draft that a submitted form holds; what is not a field of the form is ignored."""
    return {field.name: _read(field, form, f"{path}{field.name}") for field in fields}


def show(fields: Sequence[Field], content: Mapping[str, Any]) -> Draft:
    """The draft of a stored item."""
    return {field.name: _show(field, content.get(field.name)) for field in fields}


def write(fields: Sequence[Field], draft: Draft) -> dict[str, Any]:
    """The item's content; what is empty is left out, so that the shape can say what is missing."""
    written = {field.name: _write(field, draft.get(field.name)) for field in fields}
    return {name: value for name, value in written.items() if value is not None}


def press(fields: Sequence[Field], draft: Draft, command: str) -> None:
    """Do what a button beside a list says: `add:options`, `remove:options.2`, `up:`, `down:`."""
    verb, _colon, path = command.partition(":")
    steps = path.split(".")
    for field in fields:
        if field.name == steps[0] and isinstance(field, Rows):
            _press(field, draft[field.name], verb, steps[1:])
            if field.name in PARTNERS and verb in PLACES and steps[1:] and steps[1].isdigit():
                place, left = int(steps[1]), len(draft[field.name])
                _follow(draft.get(PARTNERS[field.name], []), verb, place, left)


def _press(field: Rows, rows: list[Draft], verb: str, steps: list[str]) -> None:
    if not steps:
        if verb == "add" and len(rows) < field.most:
            rows.append(_blank_row(field))
        return
    place = int(steps[0]) if steps[0].isdigit() else len(rows)
    if place >= len(rows):
        return
    if len(steps) > 1:
        press(field.of_row(rows[place]), rows[place], f"{verb}:{'.'.join(steps[1:])}")
    elif verb == "remove":
        del rows[place]
    elif verb in {"up", "down"}:
        other = place + (1 if verb == "down" else -1)
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]


def _follow(rows: list[Draft], verb: str, place: int, left: int) -> None:
    """Partners are named by their row, so they follow rows that move or go."""
    other = place + {"down": 1, "up": -1}.get(verb, 0)
    moved = {place: other, other: place} if 0 <= other < left else {}

    def followed(partner: str) -> str:
        if not partner.isdigit() or (verb != "remove" and int(partner) not in moved):
            return partner
        number = int(partner)
        if verb != "remove":
            return str(moved[number])
        return "" if number == place else str(number - (number > place))

    for row in rows:
        if "partner" in row:
            row["partner"] = followed(row["partner"])
        if "crosses" in row:
            row["crosses"] = [one for one in map(followed, row["crosses"]) if one]


def _blank(field: Field) -> Any:
    match field:
        case Line():
            if field.start is not None:
                return field.start
            return DEFAULTS.get(field.name, [] if field.as_ in SEVERAL else "")
        case Words():
            return dict.fromkeys(LOCALES, "")
        case Group():
            return blank(field.fields)
        case _:
            return [_blank_row(field) for _row in range(field.least)]


def _blank_row(field: Rows) -> Draft:
    row = blank(field.fields)
    return {**row, **blank(field.cases.get(str(row.get(field.switch)), ()))}


def _read(field: Field, form: FormData, path: str) -> Any:
    match field:
        case Line(as_="checks"):
            return [value for value in form.getlist(path) if value in dict(field.choices)]
        case Line(as_="crosses"):
            return [value for value in form.getlist(path) if WHOLE.fullmatch(value)]
        case Line():
            return tidy(form.get(path) or "")
        case Words():
            return {locale: tidy(form.get(f"{path}.{locale}") or "") for locale in LOCALES}
        case Group():
            return read(field.fields, form, f"{path}.")
        case _:
            return _read_rows(field, form, path)


def _read_rows(field: Rows, form: FormData, path: str) -> list[Draft]:
    count = form.get(f"{path}.rows") or ""
    rows = []
    most = field.most or LIST_LIMIT
    for place in range(min(int(count) if count.isascii() and count.isdigit() else 0, most)):
        here = f"{path}.{place}."
        row = read(field.fields, form, here)
        row |= read(field.cases.get(str(row.get(field.switch)), ()), form, here)
        for extra in field.cases.get(str(row.get(field.switch)), ()):
            if isinstance(extra, Rows) and form.get(f"{here}{extra.name}.rows") is None:
                row[extra.name] = _blank(extra)
        if field.flag == "one":
            row["correct"] = "1" if form.get(f"{path}.correct") == str(place) else ""
        elif field.flag == "many":
            row["correct"] = form.get(f"{here}correct") or ""
        rows.append(row)
    return rows


def _show(field: Field, value: Any) -> Any:
    match field:
        case Line():
            convert: Callable[[Any], Any] = _SHOW.get(field.as_, _shown_text)
            return convert(value)
        case Words():
            return {locale: (value or {}).get(locale, "") for locale in LOCALES}
        case Group():
            return show(field.fields, value or {})
        case _:
            return [_show_row(field, row) for row in value or []]


def _show_row(field: Rows, row: Any) -> Draft:
    if field.flat:
        row = {field.fields[0].name: row}
    shown = show(field.of_row(row), row)
    return {**shown, "correct": "1" if row.get("correct") else ""} if field.flag else shown


def _shown_text(value: Any) -> str:
    return "" if value is None else str(value)


_SHOW: dict[str, Callable[[Any], Any]] = {
    "check": lambda value: "1" if value else "",
    "truth": lambda value: "" if value is None else str(value).lower(),
    "codes": lambda value: ", ".join(value or []),
    "lines": lambda value: "\n".join(value or []),
    "checks": lambda value: list(value or []),
    "crosses": lambda value: list(value or []),
    "numbers": lambda value: ", ".join(str(number) for number in value or []),
    "entries": lambda value: "\n".join(f"{name} = {one}" for name, one in (value or {}).items()),
}


def _write(field: Field, value: Any) -> Any:
    match field:
        case Line():
            return _WRITE.get(field.as_, _text)(value or "")
        case Words():
            return {locale: words for locale, words in value.items() if words} or None
        case Group():
            written = write(field.fields, value)
            if field.needs == "*":
                said = [one for one in written.values() if one is not False and one != []]
                return written if said else None
            return written if not field.needs or value.get(field.needs) else None
        case _:
            return _write_rows(field, value)


def _write_rows(field: Rows, rows: list[Draft]) -> list[Any]:
    written = []
    for row in rows:
        content = write(field.of_row(row), row)
        if field.flag:
            content["correct"] = bool(row.get("correct"))
        written.append(content)
    if any(inner.name == "id" for inner in field.fields):
        _fill_ids(written)
    return [row.get(field.fields[0].name) for row in written] if field.flat else written


def _fill_ids(rows: list[dict[str, Any]]) -> None:
    """Give rows without an id a word out of their English text, different in every row."""
    used = {row["id"] for row in rows if "id" in row}
    for row in rows:
        words = (row.get("text") or row.get("title") or row.get("label") or {}).get("en", "")
        if "id" in row or not words or "kind" in row:
            continue
        stem = "_".join(SLUG.findall(words.casefold())[:3])
        stem = stem if stem[:1].isalpha() else f"n{stem}" if stem else "part"
        name, number = stem[:30], 2
        while name in used:
            name, number = f"{stem[:30]}_{number}", number + 1
        used.add(name)
        row["id"] = name


def _text(text: str) -> str | None:
    return text or None


def _number(text: str) -> int | str | None:
    folded = unicodedata.normalize("NFKC", text).replace("−", "-")
    return int(folded) if WHOLE.fullmatch(folded) else folded or None


def _entries(text: str) -> dict[str, int | str | None] | None:
    """Lines such as `km = 1000`; a line without a sign between keeps its words, to be refused."""
    pairs = [line.rpartition("=") for line in text.splitlines() if line.strip()]
    return {name.strip(): _number(value.strip()) for name, _sign, value in pairs} or None


_WRITE: dict[str, Callable[[Any], Any]] = {
    "int": _number,
    "number": _number,
    "check": bool,
    "truth": {"true": True, "false": False}.get,
    "codes": lambda text: _listed(SEPARATORS.split(text)),
    "lines": lambda text: _listed(text.splitlines()),
    "checks": list,
    "crosses": list,
    "kept": _number,
    "numbers": lambda text: [_number(part) for part in _listed(SEPARATORS.split(text))],
    "entries": _entries,
}


def _listed(parts: list[str]) -> list[str]:
    return [part.strip() for part in parts if part.strip()][:LIST_LIMIT]
