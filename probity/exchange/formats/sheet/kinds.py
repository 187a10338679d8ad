"""Which kind of question a row asks for, and which answers its answer cell means."""

import re
import unicodedata
from collections.abc import Sequence

from probity.exchange.formats.sheet.headings import folded

KINDS: dict[str, tuple[str, ...]] = {
    "single": (
        "single",
        "single choice",
        "choose one",
        "sc",
        "mcsa",
        "radio",
        "one",
        "单选",
        "单选题",
        "單選題",
        "單選",
        "单项选择",
        "单项选择题",
        "multiple choice single answer",
        "mc",
        "mcq",
    ),
    "multiple": (
        "multiple",
        "multiple answer",
        "multiple answers",
        "multiple response",
        "choose several",
        "ma",
        "mr",
        "mcma",
        "checkbox",
        "多选",
        "多选题",
        "多選題",
        "多選",
        "多项选择",
        "多项选择题",
        "不定项",
        "不定项选择题",
        "不定项选择",
        "multi select",
        "multiselect",
    ),
    "choice": (
        "multichoice",
        "multiple choice",
        "choice",
        "选择",
        "选择题",
        "選擇題",
        "múltipla escolha",
        "multipla escolha",
        "opción múltiple",
        "pilihan ganda",
        "quiz",
        "qcm",
    ),
    "true_false": (
        "true false",
        "truefalse",
        "true/false",
        "tf",
        "boolean",
        "yes/no",
        "判断",
        "判断题",
        "判斷題",
        "是非題",
        "是非题",
        "对错题",
        "verdadeiro/falso",
        "verdadero/falso",
        "verdadeiro falso",
        "benar salah",
    ),
    "short_text": (
        "short text",
        "short answer",
        "shortanswer",
        "fill in",
        "fill in the blank",
        "fib",
        "text",
        "fill blank",
        "填空",
        "填空题",
        "填空題",
        "填充題",
        "resposta curta",
        "isian",
        "type answer",
        "open ended",
    ),
    "numeric": (
        "numeric",
        "numerical",
        "number",
        "calculation",
        "计算",
        "计算题",
        "数值",
        "数值题",
    ),
    "matching": ("matching", "match", "连线", "连线题", "匹配", "匹配题", "配对", "配对题"),
    "ordering": ("ordering", "order", "sequence", "sorting", "排序", "排序题"),
    "cloze": ("cloze", "gaps", "gaps in a text", "完形填空", "完形", "completion"),
    "essay": (
        "essay",
        "long answer",
        "open",
        "简答",
        "简答题",
        "簡答題",
        "問答題",
        "问答",
        "问答题",
        "论述",
        "论述题",
        "主观题",
        "名词解释",
        "案例分析",
        "案例分析题",
        "作文",
        "dissertativa",
        "esai",
        "uraian",
    ),
    "upload": ("upload", "file upload", "文件上传", "上传题"),
    "case": ("case", "case set", "材料题", "案例题"),
    "gap_match": ("gap match", "drag the words", "选词填空"),
    "matrix": ("matrix", "likert", "矩阵题"),
    "hotspot": ("hotspot", "image areas", "热点题"),
}
TRUE = frozenset(
    [
        "true",
        "t",
        "yes",
        "y",
        "1",
        "right",
        "correct",
        "对",
        "是",
        "正确",
        "對",
        "正確",
        "√",
        "✓",
        "✔",
        "v",
        "verdadeiro",
        "verdadero",
        "vrai",
        "wahr",
        "benar",
        "richtig",
        "sim",
        "si",
        "sí",
        "oui",
        "ja",
    ]
)
FALSE = frozenset(
    [
        "false",
        "f",
        "no",
        "n",
        "0",
        "wrong",
        "incorrect",
        "错",
        "否",
        "错误",
        "錯",
        "錯誤",
        "×",
        "✗",
        "✘",
        "x",
        "不对",
        "不正确",
        "不對",
        "不正確",
        "falso",
        "faux",
        "falsch",
        "salah",
        "não",
        "nao",
        "non",
        "nein",
    ]
)
STYLES = ("letters", "words", "numbers", "names")
LETTERS = re.compile(r"^[a-z]([\s,;、，；/|&+.和与]*[a-z])*[.。]?$")
SPLIT = re.compile(r"[;；|、，\n]|,\s*|\s*/\s*")
NAMED = re.compile(r"^(?:option|choice|opt|选项)[ _]*([a-z]|\d{1,2})$")
LARGEST_PLACE = 60


def kind_of(words: str) -> str:
    """The kind that a label names: one of KINDS; "" if nobody knows it."""
    plain = folded(words).replace("-", " ")
    return _KNOWN.get(plain) or _KNOWN.get(plain.removesuffix(" question").removesuffix("s")) or ""


def truth_of(words: str) -> bool | None:
    """What a word says of a statement; None if it says neither."""
    plain = folded(words).strip(".。")
    if plain in TRUE:
        return True
    return False if plain in FALSE else None


def places(answer: str, options: Sequence[str], style: str) -> list[int] | None:
    """The options that an answer means when read in one style; None if it means none."""
    plain = _bare(answer)
    if not plain:
        return None
    readers = {"letters": _letters, "words": _words, "numbers": _numbers, "names": _names}
    found = readers[style](plain, options)
    inside = found is not None and all(0 <= place < len(options) for place in found)
    return sorted(set(found)) if found and inside else None


def style_of(rows: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """The ways to read the answers of a table, the one that fits most rows first."""
    fits = {
        style: sum(places(answer, options, style) is not None for answer, options in rows)
        for style in STYLES
    }
    return sorted(STYLES, key=lambda style: (-fits[style], STYLES.index(style)))


def _letters(plain: str, _options: Sequence[str]) -> list[int] | None:
    plain = plain.strip("()[]【】 ")
    if not LETTERS.match(plain):
        return None
    return [ord(sign) - ord("a") for sign in plain if "a" <= sign <= "z"]


def _words(plain: str, options: Sequence[str]) -> list[int] | None:
    known = {_bare(option): place for place, option in reversed(list(enumerate(options)))}
    whole = known.get(_bare(plain))
    if whole is not None:
        return [whole]
    parts = [part.strip() for part in SPLIT.split(plain) if part.strip()]
    found = [known.get(_bare(part)) for part in parts]
    return [place for place in found if place is not None] if None not in found else None


def _numbers(plain: str, _options: Sequence[str]) -> list[int] | None:
    parts = [part.strip() for part in re.split(r"[\s,;、，；/|]+", plain) if part.strip()]
    if not parts or not all(part.isdigit() and len(part) < 4 for part in parts):  # noqa: PLR2004
        return None
    return [int(part) - 1 for part in parts]


def _names(plain: str, _options: Sequence[str]) -> list[int] | None:
    found = []
    for part in re.split(r"[,;、，；/|]+", plain):
        match = NAMED.match(part.strip())
        if match is None:
            return None
        sign = match[1]
        found.append(int(sign) - 1 if sign.isdigit() else ord(sign) - ord("a"))
    return found


def _bare(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


_KNOWN = {folded(word).replace("-", " "): kind for kind, words in KINDS.items() for word in words}
