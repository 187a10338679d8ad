"""YAML files written by people: read safely, with the place of every value kept for messages."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

LIMIT_BYTES = 1_000_000
MAX_DEPTH = 24
MOST_OPEN_BRACKETS = 200  # brackets in quoted text are counted too, hence so many

_BRACKETS = re.compile(r"[\[\]{}]")
_TAG = "tag:yaml.org,2002:"
_ALLOWED_CONTROLS = {"\n", "\t"}
_FIRST_PRINTABLE = 0x20
_QUOTING = (
    "Quote text that holds `: ` or begins with a sign; give each key once; indent with spaces."
)

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a column, both counted from 1."""

    line: int
    column: int


class Unreadable(Exception):
    """A file that cannot be read at all: where, what is wrong, how to mend it."""

    def __init__(self, code: str, message: str, mend: str, place: Place = Place(1, 1)) -> None:
        super().__init__(message)
        self.code, self.message, self.mend, self.place = code, message, mend, place


@dataclass(slots=True)
class Document:
    """Plain data (dict, list, str, int, Decimal, date, bool, None) and where each part stands."""

    data: Any
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)

    def place(self, location: Iterable[str | int]) -> Place:
        """Find the deepest part of ``location`` that stands in the file.

        Parts that lead nowhere are skipped, such as the name of the chosen shape that pydantic
        puts into the location of an error.
        """
        return self.values.get(self._known(location), Place(1, 1))

    def key_place(self, location: Iterable[str | int]) -> Place:
        """Find the key of that part, or the part itself when it stands in a list."""
        path = self._known(location)
        return self.keys.get(path) or self.values.get(path, Place(1, 1))

    def _known(self, location: Iterable[str | int]) -> Path:
        path: Path = ()
        for part in location:
            if (*path, part) in self.values:
                path = (*path, part)
        return path


def decode(raw: bytes) -> str:
    """Give the text of a file with plain line ends; refuse what an editor may have spoilt."""
    if len(raw) > LIMIT_BYTES:
        raise Unreadable("F03", "The file is larger than 1 MB.", "Split it.")
    if raw.startswith(b"\xef\xbb\xbf"):
        raise Unreadable(
            "F02",
            "The file begins with a byte order mark (BOM).",
            "Save it as “UTF-8”, not as “UTF-8 with BOM”.",
        )
    try:
        text = raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        _refuse_encoding(raw, error.start)
    for index, sign in enumerate(text):
        if ord(sign) < _FIRST_PRINTABLE and sign not in _ALLOWED_CONTROLS:
            raise Unreadable(
                "F05",
                f"A control character (U+{ord(sign):04X}) stands here.",
                "Delete it; it cannot be seen in most editors.",
                place_of(text, index),
            )
    return text


def refuse_tabs(text: str) -> None:
    """Tabs look like spaces and indent differently in every editor."""
    index = text.find("\t")
    if index >= 0:
        raise Unreadable(
            "Y05", "A tab stands here.", "Indent with spaces only.", place_of(text, index)
        )


def place_of(text: str, index: int) -> Place:
    return Place(text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


def parse(text: str, *, first_line: int = 1) -> Document:
    """Read one YAML 1.2 document; places are counted from ``first_line``."""
    refuse_tabs(text)
    _refuse_brackets(text, first_line)
    reader = YAML(typ="rt", pure=True)
    reader.composer.warn_double_anchors = False  # every anchor is refused, with its place
    try:
        node = reader.compose(text)
    except RecursionError:
        _refuse_depth(Place(first_line, 1))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + first_line, mark.column + 1) if mark else Place(first_line, 1)
        problem = (error.problem or "it cannot be read").splitlines()[0]
        context = f"{error.context}, " if error.context and problem.startswith("but") else ""
        raise Unreadable("Y01", f"YAML: {context}{problem}.", _QUOTING, place) from error
    except YAMLError as error:
        problem = str(error).splitlines()[0]
        raise Unreadable("Y01", f"YAML: {problem}.", _QUOTING, Place(first_line, 1)) from error
    document = Document(None)
    document.data = None if node is None else _Builder(document, first_line).build(node, ())
    return document


class _Builder:
    """Turn composed nodes into plain data; aliases and tags are refused, so nothing can unfold."""

    def __init__(self, document: Document, first_line: int) -> None:
        self.document, self.first_line = document, first_line

    def build(self, node: Node, path: Path) -> Any:
        place = self.place(node)
        self.document.values[path] = place
        if len(path) > MAX_DEPTH:
            _refuse_depth(place)
        _refuse_anchor(node, place)
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.build(child, (*path, n)) for n, child in enumerate(node.value)]
        return self.scalar(cast("ScalarNode", node), place)

    def mapping(self, node: MappingNode, path: Path) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            place = self.place(key_node)
            _refuse_anchor(key_node, place)
            if not isinstance(key_node, ScalarNode):
                raise Unreadable("Y01", "YAML: a key must be a word.", _QUOTING, place)
            key = self.scalar(key_node, place)
            if key in found:
                raise Unreadable(
                    "Y02",
                    f"The key `{key}` stands twice in this block.",
                    "Keep one of them, or indent the second to the block it belongs to.",
                    place,
                )
            self.document.keys[(*path, key)] = place
            found[key] = self.build(value_node, (*path, key))
        return found

    def scalar(self, node: ScalarNode, place: Place) -> Any:
        text, tag = str(node.value), str(node.tag).removeprefix(_TAG)
        if tag in {"str", "value"}:
            return text
        if tag == "null":
            return None
        if tag == "bool":
            return text.lower() == "true"
        try:
            return _READERS[tag](text)
        except KeyError:
            message = f"The tag `{node.tag}` is not used in these files."
            raise Unreadable("Y03", message, "Take it out.", place) from None
        except (ValueError, InvalidOperation):
            message = f"`{text}` is neither a plain number nor a date such as 2026-11-22."
            mend = "Put it in quotation marks if it is text."
            raise Unreadable("Y04", message, mend, place) from None

    def place(self, node: Node) -> Place:
        mark = node.start_mark
        return Place(mark.line + self.first_line, mark.column + 1)


def _integer(text: str) -> int:
    digits = text.replace("_", "")
    based = digits.lstrip("+-")[:2] in {"0x", "0o", "0b"}
    return int(digits, 0) if based else int(digits)


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace("_", ""))  # YAML writes .inf and .nan, which Decimal refuses


_READERS = {"int": _integer, "float": _decimal, "timestamp": date.fromisoformat}


def _refuse_encoding(raw: bytes, at: int) -> NoReturn:
    before = raw[:at]
    place = Place(before.count(b"\n") + 1, at - before.rfind(b"\n"))
    try:
        raw.decode("gb18030")
        seems = "The file is not UTF-8; it looks like GBK (GB 18030)."
    except UnicodeDecodeError:
        seems = "The file is not UTF-8 text."
    raise Unreadable("F01", seems, "Open it in your editor and save it as UTF-8.", place) from None


def _refuse_anchor(node: Node, place: Place) -> None:
    if getattr(node, "anchor", None):
        raise Unreadable(
            "Y03",
            f"The anchor `&{node.anchor}` is not used in these files.",
            "Write the value out where it is needed.",
            place,
        )


def _refuse_brackets(text: str, first_line: int) -> None:
    """Stop before the reader does: it slows down badly on thousands of open brackets."""
    depth = 0
    for found in _BRACKETS.finditer(text):
        depth = depth + 1 if found[0] in "[{" else max(depth - 1, 0)
        if depth > MOST_OPEN_BRACKETS:
            place = place_of(text, found.start())
            _refuse_depth(Place(place.line + first_line - 1, place.column))


def _refuse_depth(place: Place) -> NoReturn:
    message = f"Blocks are nested more than {MAX_DEPTH} deep here."
    raise Unreadable("Y06", message, "Close a bracket, or check the indentation.", place) from None
