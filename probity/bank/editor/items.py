"""Between a draft and a whole item: what the form does not show, and the shape's complaints."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from probity.bank import labels
from probity.bank.editor import draft as drafts
from probity.bank.editor.draft import Draft
from probity.bank.editor.fields import Field, Group, Rows, Words
from probity.bank.editor.kinds import OWN
from probity.bank.editor.layout import sections
from probity.bank.editor.sentences import sentence
from probity.bank.kinds.base import FormData
from probity.bank.shapes import AnyItem, parse_item, shortcomings
from probity.kernel.i18n import LANGUAGES

HIDDEN = frozenset({"pairs", "cells", "items"})
"""Parts of an item that the form shows in another shape."""

PASSED_ON = ("use", "domain", "competency", "status", "author", "facts", "legal_basis")
KEPT_BY_PARTS = (
    "competency",
    "expected_p",
    "author",
    "reviewers",
    "figure",
    "legal_basis",
    "sources",
)
PAIRED = {"matching": ("left", "right"), "gap_match": ("gaps", "choices")}
STANDS_FOR = {"pairs": ("left", "gaps"), "cells": ("rows",)}
NO_FLOOR = "none"
FROM_CASE = ("use", "domain", "status")

Problems = dict[str, str]
"""Path of a field to the sentence shown beside it; `""` holds what belongs to none."""


def fields_of(kind: str, *, new: bool) -> list[Field]:
    """Every field of the form of one kind."""
    return [field for section in sections(kind, new=new) for field in section.fields]


def new_draft(kind: str) -> Draft:
    return drafts.blank(fields_of(kind, new=True))


def draft_of(content: Mapping[str, Any]) -> Draft:
    """The draft of a stored item."""
    return drafts.show(fields_of(content["kind"], new=False), _opened(content))


def draft_from(kind: str, form: FormData, *, new: bool) -> Draft:
    """The draft in a submitted form."""
    return drafts.read(fields_of(kind, new=new), form)


def content_of(
    kind: str, draft: Draft, base: Mapping[str, Any] | None, *, author: str
) -> dict[str, Any]:
    """What the draft says, completed by what the form does not show.

    Items and parts without an id keep none: `actions.fill_refs` gives it.
    """
    fields = fields_of(kind, new=base is None)
    content = drafts.write(fields, draft)
    kept = _unshown(fields, base) if base else {"author": author}
    whole = {"competency": "", "cognitive": "", **content, **kept, "kind": kind}
    if base is None and "id" in content:
        whole["id"] = content["id"]
    _close(kind, whole)
    _carry(fields, whole, base or {})
    if kind == "case":
        before = {part["id"]: part for part in (base or {}).get("items", ())}
        whole["items"] = [_part(part, whole, before) for part in whole["items"]]
    return whole


def checked(kind: str, draft: Draft, content: dict[str, Any], *, new: bool) -> AnyItem | Problems:
    """The item, or what is wrong with the draft, field by field."""
    try:
        item = parse_item(content)
    except ValidationError as refusal:
        return _told(kind, draft, refusal.errors(), new=new)
    if item.status == "draft":
        return item
    return _told(kind, draft, [one.details() for one in shortcomings(item)], new=new) or item


def wanting(kind: str, draft: Draft, item: AnyItem, *, new: bool) -> Problems:
    """What a sound draft still lacks before it may be reviewed, field by field."""
    return _told(kind, draft, [one.details() for one in shortcomings(item)], new=new)


def _told(kind: str, draft: Draft, errors: Sequence[Mapping[str, Any]], *, new: bool) -> Problems:
    problems: Problems = {}
    known = _paths(fields_of(kind, new=new), draft)
    for error in errors:
        problems.setdefault(_place(error, known), sentence(error))
    return problems


def names_of(kind: str, draft: Draft, *, new: bool) -> dict[str, str]:
    """What each control is called in a list of faults: its label and those around it."""
    return dict(_names(fields_of(kind, new=new), draft))


def _part(
    part: dict[str, Any], case: Mapping[str, Any], before: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    old = before.get(part.get("id", ""), {})
    whole = {name: case[name] for name in PASSED_ON if name in case}
    whole |= {name: old[name] for name in KEPT_BY_PARTS if name in old}
    whole |= {name: value for name, value in part.items() if value != [] or name not in whole}
    whole |= {name: case[name] for name in FROM_CASE if name in case}
    whole.setdefault("cognitive", "")
    fields = OWN.get(part.get("kind", ""), ())
    if old.get("kind") == part.get("kind"):
        whole = {**_unshown(fields, old), **whole}
        _carry(fields, whole, old)
    _close(part.get("kind", ""), whole)
    if whole.get("kind") == "hotspot":  # its picture is listed among the files of the case
        files = (*case.get("media", ()), *old.get("media", ()))
        named = [file for file in files if file["name"] == whole.get("image")]
        whole["media"] = named[:1]
    return whole


def _unshown(fields: Sequence[Field], base: Mapping[str, Any]) -> dict[str, Any]:
    """What an item holds that its form does not show: it stays."""
    shown = {field.name for field in fields}
    return {name: base[name] for name in base.keys() - shown - HIDDEN}


def _carry(fields: Sequence[Field], content: dict[str, Any], base: Mapping[str, Any]) -> None:
    """What rows hold that the form does not show stays with the row of the same id."""
    for field in fields:
        if not isinstance(field, Rows) or field.flat or field.switch == "kind":
            continue
        before = {row.get("id"): row for row in base.get(field.name) or ()}
        shown = {one.name for one in field.fields}
        shown |= {one.name for case in field.cases.values() for one in case}
        for row in content.get(field.name, ()):
            old = before.get(row.get("id") or "")
            if old is not None and (not field.switch or _way(old) == _way(row)):
                row |= {name: old[name] for name in old.keys() - shown - row.keys()}


def _opened(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content as the fields name it: partners by row, gaps by the way they are filled."""
    shown = dict(content)
    if shown["kind"] in PAIRED:
        left, right = PAIRED[shown["kind"]]
        ids = [piece["id"] for piece in shown[right]]
        partners = shown["pairs"]
        shown[left] = [{**one, "partner": ids.index(partners[one["id"]])} for one in shown[left]]
    if shown["kind"] == "matrix":
        shown["rows"] = [{**row, "crosses": _crosses(shown, row["id"])} for row in shown["rows"]]
    if shown.get("mapping"):
        lower = shown["mapping"]["lower"]
        shown["mapping"] = {**shown["mapping"], "lower": NO_FLOOR if lower is None else lower}
    if shown["kind"] == "cloze":
        shown["gaps"] = [{**gap, "by": _way(gap)} for gap in shown["gaps"]]
    if shown["kind"] == "case":
        shown["items"] = [_opened(part) for part in shown["items"]]
    return shown


def _crosses(content: Mapping[str, Any], row: str) -> list[str]:
    columns = [column["id"] for column in content["columns"]]
    return [str(place) for place, one in enumerate(columns) if f"{row} {one}" in content["cells"]]


def _way(gap: Mapping[str, Any]) -> str:
    if gap.get("choose"):
        return "choosing"
    return "writing" if gap.get("accept") else "number"


def _close(kind: str, content: dict[str, Any]) -> None:
    """Undo what `_opened` did."""
    if kind in PAIRED:
        left, right = PAIRED[kind]
        pairs = _partners(content, left, right, "partner")
        content["pairs"] = {one: chosen[0] for one, chosen in pairs.items() if chosen}
    if kind == "matrix":
        crosses = _partners(content, "rows", "columns", "crosses")
        content["cells"] = [f"{row} {one}" for row, chosen in crosses.items() for one in chosen]
    if content.get("credit") != "mapping":
        content.pop("mapping", None)
    elif content.get("mapping", {}).get("lower") == NO_FLOOR:
        content["mapping"]["lower"] = None
    if kind == "cloze":
        for gap in content.get("gaps", ()):
            gap.pop("by", None)


def _partners(content: Mapping[str, Any], left: str, right: str, name: str) -> dict[str, list[str]]:
    """What rows of one list name of another: by place in the form, by id in the item."""
    ids = [piece.get("id", "") for piece in content.get(right, ())]
    found = {}
    for row in content.get(left, ()):
        named = row.pop(name, "")
        places = named if isinstance(named, list) else [named]
        chosen = [ids[int(one)] for one in places if one.isdigit() and int(one) < len(ids)]
        if "id" in row:
            found[row["id"]] = chosen
    return found


def _place(error: Mapping[str, Any], known: Mapping[str, str]) -> str:
    """The field that an error belongs to: the nearest one that the form shows."""
    extra = str(error.get("ctx", {}).get("at", ""))
    steps = [str(step) for step in error["loc"] if step not in labels.KINDS]
    steps += [step for step in extra.split(".") if step]
    for hidden, shown in STANDS_FOR.items():
        if hidden in steps:
            start = steps.index(hidden)
            before = ".".join(steps[:start])
            steps[start:] = [next((one for one in shown if _under(before, one) in known), shown[0])]
    for length in range(len(steps), 0, -1):
        path = ".".join(steps[:length])
        if path in known:
            return known[path]
    return ""


def _under(before: str, name: str) -> str:
    return f"{before}.{name}" if before else name


def _paths(fields: Sequence[Field], draft: Draft, before: str = "") -> Problems:
    """Every path the form shows, and the path of the control that stands for it."""
    found: Problems = {}
    for field in fields:
        path = f"{before}{field.name}"
        found[path] = path
        if isinstance(field, Words):
            found[path] = f"{path}.en"
            found |= {f"{path}.{locale}": f"{path}.{locale}" for locale in draft[field.name]}
        elif isinstance(field, Group):
            found |= _paths(field.fields, draft[field.name], f"{path}.")
        elif isinstance(field, Rows):
            for place, row in enumerate(draft[field.name]):
                found |= _paths(field.of_row(row), row, f"{path}.{place}.")
                if field.flat:
                    found[f"{path}.{place}"] = f"{path}.{place}.{field.fields[0].name}.en"
    return found


def _names(
    fields: Sequence[Field], draft: Draft, before: str = "", around: str = ""
) -> Iterator[tuple[str, str]]:
    for field in fields:
        path = f"{before}{field.name}"
        label = f"{around}{field.legend if isinstance(field, Group | Rows) else field.label}"
        yield path, label
        if isinstance(field, Words):
            yield from (
                (f"{path}.{tag}", f"{label}, {LANGUAGES[tag]}") for tag in draft[field.name]
            )
        elif isinstance(field, Group):
            yield from _names(field.fields, draft[field.name], f"{path}.", f"{label}, ")
        elif isinstance(field, Rows):
            for place, row in enumerate(draft[field.name]):
                inside = f"{around}{field.one} {place + 1}, "
                yield from _names(field.of_row(row), row, f"{path}.{place}.", inside)
