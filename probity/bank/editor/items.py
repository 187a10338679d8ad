"""Between a draft and a whole item: what the form does not show, and the shape's complaints."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from probity.bank import labels
from probity.bank.editor import draft as drafts
from probity.bank.editor.draft import Draft
from probity.bank.editor.fields import Field, Group, Rows, Words
from probity.bank.editor.layout import sections
from probity.bank.editor.sentences import sentence
from probity.bank.kinds.base import FormData
from probity.bank.shapes import AnyItem, parse_item
from probity.kernel.i18n import LANGUAGES

KEPT = ("id", "kind", "author", "reviewers", "figure")
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
    content = drafts.write(fields_of(kind, new=base is None), draft)
    kept = {name: base[name] for name in KEPT if name in base} if base else {"author": author}
    whole = {**content, **kept, "kind": kind}
    if base is None and "id" in content:
        whole["id"] = content["id"]
    _close(kind, whole)
    if kind == "case":
        before = {part["id"]: part for part in (base or {}).get("items", ())}
        whole["items"] = [_part(part, whole, before) for part in whole["items"]]
    return whole


def checked(kind: str, draft: Draft, content: dict[str, Any], *, new: bool) -> AnyItem | Problems:
    """The item, or what is wrong with the draft, field by field."""
    try:
        return parse_item(content)
    except ValidationError as refusal:
        problems: Problems = {}
        known = _paths(fields_of(kind, new=new), draft)
        for error in refusal.errors():
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
    _close(part.get("kind", ""), whole)
    return whole


def _opened(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content as the fields name it: partners by row, gaps by the way they are filled."""
    shown = dict(content)
    if shown["kind"] == "matching":
        right = [piece["id"] for piece in shown["right"]]
        shown["left"] = [
            {**piece, "partner": right.index(shown["pairs"][piece["id"]])}
            for piece in shown["left"]
        ]
    if shown["kind"] == "cloze":
        shown["gaps"] = [{**gap, "by": _way(gap)} for gap in shown["gaps"]]
    if shown["kind"] == "case":
        shown["items"] = [_opened(part) for part in shown["items"]]
    return shown


def _way(gap: Mapping[str, Any]) -> str:
    if gap.get("choose"):
        return "choosing"
    return "writing" if gap.get("accept") else "number"


def _close(kind: str, content: dict[str, Any]) -> None:
    """Undo what `_opened` did."""
    if kind == "matching":
        right = [piece.get("id", "") for piece in content.get("right", ())]
        content["pairs"] = {}
        for piece in content.get("left", ()):
            partner = piece.pop("partner", "")
            if partner.isdigit() and int(partner) < len(right) and "id" in piece:
                content["pairs"][piece["id"]] = right[int(partner)]
    if kind == "cloze":
        for gap in content.get("gaps", ()):
            gap.pop("by", None)


def _place(error: ErrorDetails, known: Mapping[str, str]) -> str:
    """The field that an error belongs to: the nearest one that the form shows."""
    extra = str(error.get("ctx", {}).get("at", ""))
    steps = [str(step) for step in error["loc"] if step not in labels.KINDS]
    steps += [step for step in extra.split(".") if step]
    if "pairs" in steps:
        steps[steps.index("pairs") :] = ["left"]
    for length in range(len(steps), 0, -1):
        path = ".".join(steps[:length])
        if path in known:
            return known[path]
    return ""


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
