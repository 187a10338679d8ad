"""Answers and options that stand elsewhere than on lines of their own: in brackets, in lists."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from probity.exchange.formats.chinese_text.block import Block
from probity.exchange.formats.sheet import kinds

Listed = tuple[str, str]
"""The number of a question, and its answer."""

_TRUTHS = r"[√×✓✗]|对|错|對|錯|正确|错误|正確|錯誤"
_LISTED = re.compile(r"(\d{1,4})\s*[.、:)\-]?\s*([A-Ha-h]{1,8}|[√×对错對錯✓✗])(?![A-Za-z])")
_RANGED = re.compile(
    r"(\d{1,4})\s*[-~—–至到]\s*(\d{1,4})\s*题?\s*[.、:)]?\s*((?:[A-Ha-h]\s*)+)(?![A-Za-z])"
)
_BESIDE = re.compile(r"[\s,;、:.]|参考|答案|正确|參考|正確")
_BRACKET = re.compile(
    r"([(（【\[])\s*(?:答案\s*[:：]?\s*)?"
    rf"([A-HＡ-Ｈ](?:[\s,，、]*[A-HＡ-Ｈ]){{0,7}}|{_TRUTHS})\s*([)）】\]])"
)
_TIGHT = re.compile(r"[(（]?([A-HＡ-Ｈa-hａ-ｈ])\s*[.．、:：)）]\s*")
_FIRST = re.compile(
    r"(?:^|(?<=[\s。？?！!;；)）_]))[(（]?([AＡaａ])\s*[.．、:：)）]\s*", re.MULTILINE
)
_FIRST_SPACED = re.compile(r"^\s*[AＡ][ \t\u00a0\u3000]+(?=\S)", re.MULTILINE)
_SPACED = re.compile(r"^\s*([A-HＡ-Ｈ])[ \t\u00a0\u3000]+(?=\S)", re.MULTILINE)
LEAST_LISTED = 2


def place(letter: str) -> int:
    """The place of an option by its letter, whatever its width and case."""
    return ord(unicodedata.normalize("NFKC", letter).upper()) - ord("A")


def listed(line: str) -> list[Listed]:
    """Answers in a row, "1.A 2.BC 3.√" or "1-5 ABCDA"; nothing where anything else stands there."""
    plain = unicodedata.normalize("NFKC", line)
    found: list[Listed] = []
    for first, last, letters in _RANGED.findall(plain):
        keys = "".join(letters.split())
        if len(keys) != int(last) - int(first) + 1:
            return []
        found += [(str(int(first) + step), key) for step, key in enumerate(keys)]
    rest = _RANGED.sub("", plain)
    found += [(str(int(number)), key) for number, key in _LISTED.findall(rest)]
    is_list = len(found) >= LEAST_LISTED and not _BESIDE.sub("", _LISTED.sub("", rest))
    return found if is_list else []


def give(blocks: Sequence[Block], keys: Sequence[Listed]) -> None:
    """Each question its answer: from its brackets, or from the list, where no line gave it."""
    waiting = [block for block in blocks if not block.answer]
    for block in waiting:
        _take_bracket(block)
    waiting = [block for block in waiting if not block.answer]
    for block, key in _matched(blocks, waiting, keys):
        block.answer = key
    for block in blocks:
        if len(block.options) < 2 and block.answer:  # noqa: PLR2004 - a choice
            _find_options(block)


def _take_bracket(block: Block) -> None:
    bracket = _BRACKET.search(block.stem)
    if bracket:
        block.answer = unicodedata.normalize("NFKC", bracket[2])
        before, after = block.stem[: bracket.start()], block.stem[bracket.end() :]
        block.stem = f"{before}{bracket[1]} {bracket[3]}{after}"


def _matched(
    blocks: Sequence[Block], waiting: Sequence[Block], keys: Sequence[Listed]
) -> Iterator[tuple[Block, str]]:
    """Questions with their keys; where numbers begin anew in each section, section by section."""
    lists = _runs([number for number, _key in keys])
    given = [dict(keys[start:end]) for start, end in lists]
    for some in (blocks, waiting):
        runs = _runs([block.number for block in some])
        if len(runs) == len(given):
            for (start, end), held in zip(runs, given, strict=True):
                for block in some[start:end]:
                    if block.number in held and not block.answer:
                        yield block, held[block.number]
            return
    alone = [block.number for block in waiting]
    for block in waiting:
        named = [held[block.number] for held in given if block.number in held]
        if len(named) == 1 and alone.count(block.number) == 1:
            yield block, named[0]


def _runs(numbers: Sequence[str]) -> list[tuple[int, int]]:
    """Stretches in which the numbers rise."""
    starts = [
        at for at, number in enumerate(numbers) if not at or int(number) <= int(numbers[at - 1])
    ]
    return list(pairwise([*starts, len(numbers)]))


def _find_options(block: Block) -> None:
    """Options on one line without room between, or below the question without signs."""
    if block.options:
        head, parts = block.stem, _split(f"A.{block.options[0]}", _TIGHT)
    else:
        tight = _FIRST.search(block.stem)
        first = tight or _FIRST_SPACED.search(block.stem)
        start = first.start() if first else len(block.stem)
        head = block.stem[:start].strip()
        parts = _split(block.stem[start:], _TIGHT if tight else _SPACED)
    if head and all(parts) and kinds.places(block.answer, parts, "letters"):
        block.stem, block.options = head, parts


def _split(words: str, pattern: re.Pattern[str]) -> list[str]:
    """The words between the letters A, B, C …; nothing where these do not follow each other."""
    parts: list[str] = []
    last = 0
    for match in pattern.finditer(words):
        if place(match[1]) != len(parts):
            continue
        if parts:
            parts[-1] = words[last : match.start()].strip()
        parts.append("")
        last = match.end()
    if parts:
        parts[-1] = words[last:].strip()
    return parts
