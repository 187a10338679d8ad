"""What is wrong with course files: where, what, how to mend it, and how that is printed."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal

from probity.catalogue import shapes
from probity.kernel.yamlfile import Place, Unreadable

Severity = Literal["error", "warning"]

SHOWN_WIDTH = 150
SHOWN_BEFORE = 90
_UNION = re.compile(r"'([^']+)'")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One slip of an author; errors stop a load, warnings do not."""

    file: str
    line: int
    column: int
    code: str
    message: str
    mend: str
    severity: Severity = "error"

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Report:
    """Collects problems; one slip gives one message, so a place holds one error.

    `faulty` names things that exist but have errors of their own: that something refers to them
    is no second error.
    """

    def __init__(self) -> None:
        self.faulty: set[str] = set()
        self._found: dict[tuple[str, Place, str], Problem] = {}

    def add(
        self,
        file: str,
        place: Place,
        code: str,
        message: str,
        mend: str,
        severity: Severity = "error",
    ) -> None:
        key = (file, place, "error" if severity == "error" else code)
        problem = Problem(file, place.line, place.column, code, message, mend, severity)
        self._found.setdefault(key, problem)

    def refuse(self, file: str, error: Unreadable) -> None:
        self.add(file, error.place, error.code, error.message, error.mend)

    def has_errors(self, file: str) -> bool:
        return any(problem.file == file and problem.is_error for problem in self._found.values())

    def problems(self) -> list[Problem]:
        return sorted(self._found.values())


def show(problem: Problem, source: str = "") -> str:
    """Print a problem as FORMAT says: place, what, the line with a caret, how to mend it."""
    place = f"{problem.file}:{problem.line}:{problem.column}"
    rows = [f"{place}: {problem.severity} {problem.code}: {problem.message}"]
    lines = source.split("\n")
    if 0 < problem.line <= len(lines) and lines[problem.line - 1].strip():
        rows += _caret(problem, lines[problem.line - 1])
    rows.append(f"        Mend: {problem.mend}")
    return "\n".join(rows)


def _caret(problem: Problem, line: str) -> list[str]:
    cut = max(0, problem.column - SHOWN_BEFORE)
    before = line[cut : problem.column - 1]
    wide = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in before)
    return [
        f"{problem.line:>5} | {line[cut : cut + SHOWN_WIDTH]}",
        f"      | {' ' * wide}^",
    ]


def near(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """``Did you mean `x`? `` or nothing, to be followed by the rest of the advice."""
    found = difflib.get_close_matches(word, list(known), 1, cutoff)
    return f"Did you mean `{found[0]}`? " if found else ""


def from_shape(errors: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], bool]]:
    """Drop what only follows from another slip; tell whether the key itself is to be shown.

    A misspelt key gives two errors, an unknown key and a missing one; the first says it all.
    """
    misspelt = {
        (error["loc"][:-1], _closest_field(str(error["loc"][-1])))
        for error in errors
        if error["type"] == "extra_forbidden"
    }
    return [
        (error, error["type"] == "extra_forbidden")
        for error in errors
        if not (error["type"] == "missing" and (error["loc"][:-1], error["loc"][-1]) in misspelt)
    ]


def explain(error: Mapping[str, Any]) -> tuple[str, str, str]:
    """Code, message and mend in the words of an author, not of a validator."""
    context = error.get("ctx", {})
    if "mend" in context:
        return error["type"], context["message"], context["mend"]
    name = f"`{error['loc'][-1]}`" if error["loc"] else "the file"
    return _WORDS.get(error["type"], _other)(error, name)


def _missing(error: Mapping[str, Any], name: str) -> tuple[str, str, str]:
    del error
    return "S01", f"{name} is missing here.", f"Add {name} to this block."


def _unknown_key(error: Mapping[str, Any], name: str) -> tuple[str, str, str]:
    closest = _closest_field(str(error["loc"][-1]))
    mend = "Take it out; free remarks belong in a # comment."
    return "S02", f"{name} is not a known key.", f"Did you mean `{closest}`?" if closest else mend


def _not_among(error: Mapping[str, Any], name: str) -> tuple[str, str, str]:
    context, given = error.get("ctx", {}), error["input"]
    options = _UNION.findall(str(context.get("expected", context.get("expected_tags", ""))))
    if error["type"].startswith("union_tag") and isinstance(given, Mapping):
        given, name = given.get("kind"), "`kind`"
    message = f"`{given}` is not allowed for {name}."
    if given is None:
        message = f"{name} is missing here."
    return "S03", message, f"{near(str(given), options)}Allowed: {', '.join(options)}."


def _pattern(error: Mapping[str, Any], name: str) -> tuple[str, str, str]:
    message = f"`{error['input']}` does not have the form of {name}."
    return "S04", message, f"The form is {error['ctx']['pattern']}."


def _other(error: Mapping[str, Any], name: str) -> tuple[str, str, str]:
    mend = "Change the value to what is asked for; quote article numbers and codes."
    return "S09", f"{name}: {error['msg']}.", mend


_Explainer = Callable[[Mapping[str, Any], str], tuple[str, str, str]]

_WORDS: dict[str, _Explainer] = {
    "extra_forbidden": _unknown_key,
    "literal_error": _not_among,
    "missing": _missing,
    "string_pattern_mismatch": _pattern,
    "union_tag_invalid": _not_among,
    "union_tag_not_found": _not_among,
}


@cache
def fields() -> frozenset[str]:
    """Every key that some shape knows, those of the items included."""
    schemas = shapes.json_schemas().values()
    parts = [part for schema in schemas for part in (schema, *schema.get("$defs", {}).values())]
    return frozenset(name for part in parts for name in part.get("properties", {}))


def _closest_field(word: str) -> str:
    found = difflib.get_close_matches(word, sorted(fields()), 1)
    return found[0] if found else ""
