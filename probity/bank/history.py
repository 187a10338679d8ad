"""What changed between two versions of an item, place by place and word by word."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from probity.kernel.i18n import listed

TOKENS = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+|\s+|[^\w\s]")
SILENT = ("status", "author", "reviewers")


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs; `parts` are runs of text, each `same`, `gone` or `new`."""

    place: str
    parts: Sequence[tuple[str, str]]


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every place where two contents differ, in the order of the newer one."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    return [
        Change(place, words(old.get(place, ""), new.get(place, "")))
        for place in dict.fromkeys([*new, *old])
        if old.get(place, "") != new.get(place, "") and place.split(" › ")[0] not in SILENT
    ]


def words(before: str, after: str) -> list[tuple[str, str]]:
    """Runs of equal, removed and added words; Chinese character by character."""
    old, new = TOKENS.findall(before), TOKENS.findall(after)
    runs: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(("same", "".join(old[a:b])))
            continue
        runs += [("gone", "".join(old[a:b]))] if b > a else []
        runs += [("new", "".join(new[c:d]))] if d > c else []
    return runs


def _leaves(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Places and their texts; rows go by their ids, so that moving a row changes its place only."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if not (name == "id" and place):
                yield from _leaves(inner, f"{place} › {name}" if place else name)
    elif isinstance(value, list) and not any(isinstance(row, Mapping) for row in value):
        yield place, listed(value)
    elif isinstance(value, list):
        named = [row.get("id") or str(number) for number, row in enumerate(value, 1)]
        yield place, listed(named)
        for name, row in zip(named, value, strict=True):
            yield from _leaves(row, f"{place} › {name}")
    elif value is not None:
        yield place, str(value)
