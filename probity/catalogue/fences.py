"""The callout lines of a lesson, `::: name …` and `:::`, checked before anything is parsed."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from probity.catalogue.problems import near
from probity.catalogue.words import CALLOUTS

_FENCE = re.compile(r"(?P<indent>\s*)(?P<colons>:{2,})(?P<gap>\s*)(?P<name>[^\s\"]*)")
_CODE = re.compile(r" {0,3}(`{3,}|~{3,})")
COLONS = ":::"

Complain = Callable[[int, int, str, str, str], None]
"""Line (from 0), column (from 0), code, message, mend."""


@dataclass(frozen=True, slots=True)
class Fence:
    line: int
    column: int
    name: str
    colons: str
    at_start: bool


def check_fences(lines: list[str], complain: Complain) -> bool:
    """Each callout has a known name and is closed before the next begins; tells if so."""
    found: list[tuple[int, int, str, str, str]] = []
    _check(lines, lambda *slip: found.append(slip))
    for slip in found:
        complain(*slip)
    return not found


def _check(lines: list[str], complain: Complain) -> None:
    opened: Fence | None = None
    for fence in _fences(lines):
        if not fence.at_start or fence.colons != COLONS:
            complain(
                fence.line,
                fence.column,
                "M02",
                f"`{fence.colons}` is not read as a callout here.",
                "Write exactly three colons at the beginning of a line, outside lists and quotes.",
            )
        if fence.name:
            _check_name(fence, complain)
            if opened:
                _still_open(opened, "when the next one begins", complain)
            opened = fence
        elif opened is None:
            complain(
                fence.line,
                fence.column,
                "M02",
                "This closes a callout that was never opened.",
                "Take the line out, or name the callout above.",
            )
        else:
            opened = None
    if opened:
        _still_open(opened, "at the end of the lesson", complain)


def _fences(lines: list[str]) -> Iterator[Fence]:
    code = ""
    for number, line in enumerate(lines):
        mark = _CODE.match(line)
        if mark and (not code or mark[1].startswith(code)):
            code = "" if code else mark[1]
        found = None if code else _FENCE.match(line.removeprefix(">"))
        if found:
            column = len(line) - len(line.removeprefix(">")) + found.start("colons")
            start = not found["indent"] and not line.startswith(">")
            yield Fence(number, column, found["name"], found["colons"], start)


def _check_name(fence: Fence, complain: Complain) -> None:
    if fence.name not in CALLOUTS:
        complain(
            fence.line,
            fence.column + len(fence.colons) + 1,
            "M01",
            f"There is no callout `{fence.name}`.",
            f"{near(fence.name, CALLOUTS)}There are: {', '.join(CALLOUTS)}.",
        )


def _still_open(fence: Fence, when: str, complain: Complain) -> None:
    complain(
        fence.line,
        fence.column,
        "M02",
        f"This callout is still open {when}.",
        "Close it with a line `:::` after its last paragraph. Callouts are never nested.",
    )
