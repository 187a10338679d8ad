"""Where each question of a numbered document begins, and which line is what."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from probity.exchange.formats.sheet import kinds
from probity.exchange.found import Other, Unreadable

_NUMBER = re.compile(r"^\s*(?:第\s*)?(\d{1,4})\s*(?:[.、．)）]|题[.、．:：]?)\s*(?!\d)(.*)$")
_OPTION = re.compile(r"^\s*[(（]?([A-Za-z])[)）]?\s*[.、．:：)）]\s*(.*)$")
_INLINE = re.compile(r"(?:(?<=\s)|(?<=[；;。]))[(（]?([B-H])\s*[.、．:：)）]\s*")
_ANSWER = re.compile(r"^\s*[【\[]?(?:参考|正确|标准)?答\s*案[】\]]?\s*(?:是|为)?\s*[:：]?\s*(.*)$")
_WHY = re.compile(r"^\s*[【\[]?(?:答案|试题|题目)?(?:解\s*析|分析|说明)[】\]]?\s*[:：]?\s*(.*)$")
_SECTION = re.compile(r"^\s*[一二三四五六七八九十]+\s*[、.．]\s*(\S.{0,40}?)\s*(?:[（(:：].*)?$")
_TRUTH = re.compile(
    r"^\s*(?:true|false|[√×])\s*[.、．:：)）]?\s*(?:正确|错误|对|错|是|否)?\s*$", re.IGNORECASE
)
_RULE = re.compile(r"^\s*[-=_*—]{3,}\s*$")
_LISTED = re.compile(r"(\d{1,4})\s*[.、．:：)）\-]?\s*([A-Ha-h]{1,8}|[√×对错✓✗])(?![A-Za-z])")
_BRACKET = re.compile(r"[(（【\[]\s*([A-H]{1,8}|[√×✓✗]|对|错)\s*[)）】\]]")
_KEYS = re.compile(r"^\s*(?:参考|正确|标准)?答\s*案\s*[:：]?\s*$")
MOST_EXCERPT = 4000
LEAST_LISTED = 2


@dataclass(slots=True)
class Block:
    """One question as it stands in the document."""

    number: str
    line: int
    section: str = ""
    stem: str = ""
    options: list[str] = field(default_factory=list)
    answer: str = ""
    explanation: str = ""
    lines: list[str] = field(default_factory=list)

    @property
    def excerpt(self) -> str:
        return "\n".join(self.lines).strip()[:MOST_EXCERPT]


def blocks(lines: Iterable[str], most: int) -> Iterator[Block | Other]:
    """Every question in order, and every line that belongs to none. Raises Unreadable."""
    found: list[Block | Other] = []
    open_block: Block | None = None
    part, section, keys = "stem", "", {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or _RULE.match(line):
            continue
        if len(found) > most:
            raise Unreadable("too_many_questions", f"line {number}", most=most)
        listed = _listed(unicodedata.normalize("NFKC", line))
        heading = _SECTION.match(line)
        start = _NUMBER.match(line)
        if len(listed) >= LEAST_LISTED:
            keys.update(listed)
            found.append(Other(f"line {number}", "answer_list", line.strip()))
        elif heading and kinds.kind_of(_label(heading[1])):
            section, open_block = _label(heading[1]), None
            found.append(Other(f"line {number}", "row_section", line.strip()))
        elif start and not (part == "option" and open_block and _is_inside(start, open_block)):
            open_block = Block(start[1], number, section, lines=[line])
            found.append(open_block)
            part = _take(open_block, start[2], "stem")
        elif open_block is None:
            found.append(Other(f"line {number}", "line_outside", line.strip()))
        else:
            open_block.lines.append(line)
            part = _take(open_block, line, part)
    for one in found:
        if isinstance(one, Block):
            _finish(one, keys)
    yield from found


def _label(words: str) -> str:
    return re.sub(r"[（(].*$", "", words).strip()


def _is_inside(start: re.Match[str], block: Block) -> bool:
    """A line of numbers below an option is a question only if its number goes on counting."""
    return bool(block.options) and not block.answer and int(start[1]) != int(block.number) + 1


def _take(block: Block, line: str, part: str) -> str:
    """Put one line where it belongs; gives the part that the next line may continue."""
    answer, why, option = _ANSWER.match(line), _WHY.match(line), _OPTION.match(line)
    if answer and not why:
        words, _, rest = answer[1].partition("解析")
        block.answer = words.strip(" 【】[]。.")
        block.explanation = rest.strip(" :：】]")
        return "answer"
    if why:
        block.explanation = why[1].strip()
        return "why"
    if _TRUTH.match(line) and block.stem:
        return "truth"  # what a true or false question always offers
    if option and _fits(option, block):
        block.options += _split(option[2], len(block.options))
        return "option"
    return _go_on(block, line.strip(), part)


def _go_on(block: Block, words: str, part: str) -> str:
    if part == "option" and block.options:
        block.options[-1] = f"{block.options[-1]}{words}"
    elif part == "why":
        block.explanation = f"{block.explanation}\n{words}".strip()
    elif part == "answer" and not block.answer:
        block.answer = words
    elif part == "answer":
        block.explanation = f"{block.explanation}\n{words}".strip()
        return "why"
    else:
        block.stem = f"{block.stem}\n{words}".strip()
    return part


def _fits(option: re.Match[str], block: Block) -> bool:
    letter = unicodedata.normalize("NFKC", option[1]).upper()
    return ord(letter) - ord("A") == len(block.options)


def _split(words: str, place: int) -> list[str]:
    """The options of a line that holds several: "A. one  B. two"."""
    parts = [""]
    last = 0
    for match in _INLINE.finditer(words):
        if ord(match[1]) - ord("A") == place + len(parts):
            parts[-1] = words[last : match.start()].strip()
            parts.append("")
            last = match.end()
    parts[-1] = words[last:].strip()
    return parts


def _listed(plain: str) -> dict[str, str]:
    """Answers in a row: "1.A 2.BC 3.√"."""
    found = dict(_LISTED.findall(plain))
    rest = _LISTED.sub("", plain)
    return found if not re.sub(r"[\s,;，；、:：]|参考|答案|正确", "", rest) else {}


def _finish(block: Block, keys: dict[str, str]) -> None:
    """Take the answer from the brackets of the stem or from the list, where no line gave it."""
    if block.answer:
        return
    bracket = _BRACKET.search(unicodedata.normalize("NFKC", block.stem))
    if bracket:
        block.answer = bracket[1]
        pattern = re.compile(r"([(（【\[])\s*[A-HＡ-Ｈ√×✓✗对错]{1,8}\s*([)）】\]])")
        block.stem = pattern.sub(r"\1 \2", block.stem, count=1)
    elif block.number in keys:
        block.answer = keys[block.number]
