"""Our own table: what stands in its columns for an item, and the item itself in the last one."""

import json
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from probity.exchange.formats.sheet.cells import Row
from probity.exchange.formats.sheet.headings import Headings

Content = dict[str, Any]
LARGEST = 32_000
"""Excel keeps 32,767 characters a cell."""

LEAST_OPTIONS = 6
MOST_LETTERS = 26
DATA = "Data (do not edit)"
_RISKY = re.compile(r"^[=+\-@\t\r]")
_PLAIN_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")

BEFORE = (
    ("id", "Item ID", "题目编号"),
    ("kind", "Kind", "题型"),
    ("name", "Name", "名称"),
    ("stem", "Question", "题干"),
    ("stem_zh", "Question (zh-Hans)", "题干（中文）"),
)
AFTER = (
    ("answer", "Answer", "答案"),
    ("explanation", "Explanation", "解析"),
    ("points", "Points", "分值"),
    ("credit", "Credit", "计分方式"),
    ("tolerance", "Tolerance", "误差"),
    ("unit", "Unit", "单位"),
    ("domain", "Domain", "领域"),
    ("competency", "Competency", "能力"),
    ("cognitive", "Cognitive level", "认知层次"),
    ("difficulty", "Difficulty", "难度系数"),
    ("tags", "Tags", "标签"),
    ("folder", "Folder", "文件夹"),
    ("use", "Use", "用途"),
)


def titles(options: int, *, chinese: bool = False) -> list[str]:
    """The headings of a table whose items have at most so many options."""
    place = 2 if chinese else 1
    word, other = ("选项", "（中文）") if chinese else ("Option ", " (zh-Hans)")
    names = [f"{word}{_letter(number)}" for number in range(options)]
    between = [label for name in names for label in (name, f"{name}{other}")]
    last = ["数据（请勿修改）"] if chinese else [DATA]
    return [column[place] for column in BEFORE] + between + [c[place] for c in AFTER] + last


def cells(content: Content, options: int, folder: Sequence[str] = ()) -> list[str]:
    """What stands in the columns for an item; the last holds all of it, or nothing if too long."""
    shown = _visible(content, folder)
    offered = shown.pop("options", [])
    offered += [("", "")] * (options - len(offered))
    before = [shown.get(name, "") for name, _, _ in BEFORE]
    between = [words for pair in offered for words in pair]
    after = [shown.get(name, "") for name, _, _ in AFTER]
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str)
    return [*before, *between, *after, data if len(data) <= LARGEST else ""]


def options_of(content: Content) -> int:
    """How many option columns an item takes."""
    return len(_visible(content, ()).get("options", ()))


def is_own(headings: Headings) -> bool:
    """Tell whether a table has the columns that only ours has."""
    return headings.find("credit") is not None and headings.find("cognitive") is not None


def is_data(headings: Headings, column: int) -> bool:
    heading = headings.columns.get(column)
    return heading is not None and heading.role == "data"


def content_of(headings: Headings, row: Row) -> Content | None:
    """The item in the last column, if the others still say what it says; else None."""
    column = headings.find("data")
    if column is None or not row.cell(column):
        return None
    try:
        content = json.loads(row.cell(column))
        options = len(headings.many("option"))
        expected = cells(content, options, _folder(headings, row))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, ZeroDivisionError):
        return None
    given = [plain(words) for words in row.cells[:column]]
    given += [""] * (column - len(given))
    tidy = [" ".join(words.split()) for words in expected[:-1]]
    return content if [" ".join(words.split()) for words in given] == tidy else None


def harmless(words: str) -> str:
    """Words that no spreadsheet takes for a formula; `plain` gives them back."""
    return f"'{words}" if _RISKY.match(words) and not _PLAIN_NUMBER.match(words) else words


def plain(words: str) -> str:
    return words[1:] if words.startswith("'") and _RISKY.match(words[1:]) else words


def _visible(content: Content, folder: Sequence[str]) -> dict[str, Any]:
    stem = content.get("stem") or content.get("title") or {}
    if content["kind"] == "cloze":
        stem = content["text"]
    feedback = (content.get("feedback") or {}).get("general")
    shown: dict[str, Any] = {
        "id": content.get("id", ""),
        "kind": content["kind"],
        "name": content.get("name", ""),
        "stem": stem.get("en", ""),
        "stem_zh": _other(stem),
        "points": str(content.get("points", 1)),
        "credit": content.get("credit", ""),
        "domain": content.get("domain", ""),
        "competency": content.get("competency", ""),
        "cognitive": content.get("cognitive", ""),
        "difficulty": str(content.get("expected_p") or ""),
        "tags": ", ".join(content.get("tags", ())),
        "folder": " / ".join(folder),
        "use": content.get("use", ""),
        "explanation": _english(content.get("why") or feedback),
    }
    return {**shown, **_ANSWERS.get(content["kind"], _nothing)(content)}


def _chosen(content: Content) -> dict[str, Any]:
    letters = [_letter(place) for place, one in enumerate(content["options"]) if one.get("correct")]
    options = [(_english(one["text"]), _other(one["text"])) for one in content["options"]]
    return {"options": options, "answer": ", ".join(letters)}


def _truth(content: Content) -> dict[str, Any]:
    why = content.get("why_true") if content["answer"] else content.get("why_false")
    return {"answer": "TRUE" if content["answer"] else "FALSE", "explanation": _english(why)}


def _accepted(content: Content) -> dict[str, Any]:
    return {"answer": " | ".join(_words(one) for one in content["accept"])}


def _words(one: Mapping[str, Any]) -> str:
    share = Fraction(one.get("share", "1/1"))
    sign = f"%{float(share * 100):g}%" if share != 1 else ""
    return " | ".join(f"{sign}{words}" for words in (one["text"], *one.get("also", ())))


def _number(content: Content) -> dict[str, Any]:
    tolerance = content.get("tolerance") or {}
    shown = str(tolerance.get("absolute") or "")
    if tolerance.get("relative"):
        shown = f"{float(Fraction(tolerance['relative']) * 100):g}%"
    unit = content.get("unit") or {}
    return {"answer": str(content["answer"]), "tolerance": shown, "unit": unit.get("code", "")}


def _pairs(content: Content) -> dict[str, Any]:
    right = {one["id"]: _english(one["text"]) for one in content["right"]}
    used = set(content["pairs"].values())
    pairs = [
        (f"{_english(one['text'])} => {right[content['pairs'][one['id']]]}", "")
        for one in content["left"]
    ]
    spare = [(f" => {words}", "") for name, words in right.items() if name not in used]
    return {"options": [*pairs, *spare]}


def _steps(content: Content) -> dict[str, Any]:
    return {"options": [(_english(one["text"]), _other(one["text"])) for one in content["steps"]]}


def _gaps(content: Content) -> dict[str, Any]:
    return {"options": [(f"{gap['id']} = {_filled(gap)}", "") for gap in content["gaps"]]}


def _filled(gap: Mapping[str, Any]) -> str:
    if gap.get("choose"):
        ordered = sorted(gap["choose"], key=lambda one: not one.get("correct"))
        return " / ".join(_english(one["text"]) for one in ordered)
    if gap.get("accept"):
        return " | ".join(_words(one) for one in gap["accept"])
    return str(gap.get("number", ""))


def _model(content: Content) -> dict[str, Any]:
    return {"explanation": _english(content.get("model_answer"))}


def _nothing(_content: Content) -> dict[str, Any]:
    return {}


def _english(text: Mapping[str, str] | None) -> str:
    return text.get("en", "") if text else ""


def _other(text: Mapping[str, str] | None) -> str:
    words = text.get("zh-Hans", "") if text else ""
    return "" if words == _english(text) else words


def _letter(place: int) -> str:
    return chr(ord("A") + place) if place < MOST_LETTERS else str(place + 1)


def _folder(headings: Headings, row: Row) -> tuple[str, ...]:
    column = headings.find("folder")
    words = plain(row.cell(column)) if column is not None else ""
    return tuple(part for part in words.split(" / ") if part)


_ANSWERS = {
    "single": _chosen,
    "multiple": _chosen,
    "true_false": _truth,
    "short_text": _accepted,
    "numeric": _number,
    "matching": _pairs,
    "ordering": _steps,
    "cloze": _gaps,
    "essay": _model,
    "upload": _model,
}
