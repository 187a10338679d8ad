"""The order of a form: its sections, and the items within each."""

from collections.abc import Iterable

from werkzeug.datastructures import MultiDict

from probity.assembly.models import Form

FormData = MultiDict[str, str]


def sections_of(form: Form) -> dict[int, list[int]]:
    """The items of each section, in order."""
    found: dict[int, list[int]] = {}
    for section, item, _version in form.items:
        found.setdefault(section, []).append(item)
    return found


def read(form: Form, sent: FormData) -> list[tuple[int, int]]:
    """Pairs of section and item as they were sent; what is not sent keeps its place."""
    kept = sections_of(form)
    order = _moved(sent, "sections", list(kept))
    return [
        (place, item)
        for place, section in zip(sorted(kept), order, strict=True)
        for item in _moved(sent, f"section-{section}", kept[section])
    ]


def _moved(sent: FormData, name: str, known: list[int]) -> list[int]:
    """The order of one list: as moved, and by chosen positions where there are no scripts."""
    moved = [int(value) for value in sent.getlist(name) if value.isdecimal() and len(value) < 10]  # noqa: PLR2004
    if sorted(moved) != sorted(known):
        moved = known
    return sorted(moved, key=lambda one: _position(sent, name, one, moved))


def _position(sent: FormData, name: str, one: int, moved: Iterable[int]) -> int:
    chosen = sent.get(f"{name}-position-{one}", type=int)
    return list(moved).index(one) + 1 if chosen is None else chosen
