"""Where each question of a numbered document begins, and which line is what."""

import re
from collections.abc import Iterable, Iterator

from probity.exchange.formats.chinese_text import answers
from probity.exchange.formats.chinese_text.block import Block
from probity.exchange.formats.sheet import kinds
from probity.exchange.found import Other, Unreadable

_YEAR = r"(?=(?:1[89]|20)\d\d\s*[年至到~～—–-])"
_NUMBER = re.compile(
    r"^\s*(?:第\s*)?(\d{1,4})\s*(?:、\s*(?!\d{1,2}\s*[、，,和与])|(?:[.．)）]|题[.、．:：]?)\s*"
    rf"(?:(?!\d)|{_YEAR}))(.*)$"
)
_BRACKETED = re.compile(r"^\s*[(（\[【]\s*(\d{1,4})\s*[)）\]】]\s*[.、．]?\s*(.*)$")
_LED = re.compile(
    r"^\s*([(（]\s*(?:[√×✓✗对错對錯]|正确|错误|正確|錯誤|([A-HＡ-Ｈ]{1,8}))?\s*[)）])\s*"
    r"(\d{1,4}\s*[.、．].*)$"
)
_GIVEN = re.compile(r"^\s*(?:我|你|您|学生|考生)的?答案\s*[:：].*?(?=正确答案|$)")
_NAMED = re.compile(r"^([A-HＡ-Ｈ])\s*[:：.．、]\s*[^A-HＡ-Ｈ\s].*$")
_OPTION = re.compile(r"^\s*[(（]?([A-Za-zＡ-Ｚａ-ｚ])[)）]?\s*[.、．:：)）]\s*(.*)$")
_INLINE = re.compile(r"(?:(?<=\s)|(?<=[；;。]))[(（]?([B-HＢ-Ｈ])\s*[.、．:：)）]\s*")
_ANSWER = re.compile(
    r"^\s*[【\[（(]?(?:参考|正确|标准|參考|正確|標準)?答\s*案[】\]]?\s*(?:是|为)?\s*[:：]?\s*(.*)$"
)
_WHY = re.compile(r"^\s*[【\[]?(?:答案|试题|题目)?(?:解\s*析|分析|说明)[】\]]?\s*[:：]?\s*(.*)$")
_SECTION = re.compile(
    r"^\s*(?:[(（]?[一二三四五六七八九十]+[)）]?\s*[、.．]?\s*)?(\S.{0,40}?)\s*(?:[（(:：]\s*(.*))?$"
)
_TRUTH = re.compile(
    r"^\s*(?:true|false|[√×])\s*[.、．:：)）]?\s*(?:正确|错误|对|错|是|否)?\s*$", re.IGNORECASE
)
MOST_LINES = 5_000
_RULE = re.compile(r"^\s*[-=_*—]{3,}\s*$")


def blocks(lines: Iterable[str], most: int) -> Iterator[Block | Other]:
    """Every question in order, and every line that belongs to none. Raises Unreadable."""
    found: list[Block | Other] = []
    open_block: Block | None = None
    part, section = "stem", ""
    keys: list[tuple[str, str]] = []
    for number, original in enumerate(lines, start=1):
        line = _turned(original, open_block)
        if not line.strip() or _RULE.match(line):
            continue
        if len(found) > most:
            raise Unreadable("too_many_questions", f"line {number}", most=most)
        listed = answers.listed(line)
        heading = _heading(line)
        start = _start(line, open_block, part)
        if listed:
            keys += listed
            found.append(Other(f"line {number}", "answer_list", line.strip()))
        elif heading:
            section, open_block = heading[0], None
            keys += answers.listed(heading[1])
            found.append(Other(f"line {number}", "row_section", line.strip()))
        elif start:
            open_block = Block(str(int(start[1])), number, section, lines=[line])
            open_block.is_bracketed = start.re is _BRACKETED
            open_block.is_led = line != original
            found.append(open_block)
            part = _take(open_block, start[2], "stem")
        elif open_block is None:
            found.append(Other(f"line {number}", "line_outside", line.strip()))
        else:
            open_block.lines.append(line)
            if len(open_block.lines) > MOST_LINES:
                raise Unreadable("question_too_large", f"line {open_block.line}")
            part = _take(open_block, line, part)
    answers.give([one for one in found if isinstance(one, Block)], keys)
    yield from found


def _turned(line: str, block: Block | None) -> str:
    """A line with its answer behind the question where it stood before its number: "(√) 1. …"."""
    led = _LED.match(line)
    if not led or (led[2] and block and not block.is_led):  # "(B) 1. …" may be an option
        return line
    return f"{led[3]} {led[1]}"


def _heading(line: str) -> tuple[str, str] | None:
    """The kind of the questions that follow, and what else the line says."""
    match = _SECTION.match(line)
    label = _label(match[1]) if match else ""
    if not match or not kinds.kind_of(label):
        return None
    bare = line.strip().startswith(label)  # without a number only what can be nothing else
    return None if bare and not label.endswith(("题", "題")) else (label, match[2] or "")


def _start(line: str, block: Block | None, part: str) -> re.Match[str] | None:
    """The number and the words of a question that begins in this line."""
    start = _NUMBER.match(line)
    if start:
        return None if part == "option" and block and _is_inside(start, block) else start
    start = _BRACKETED.match(line)
    if not start or block is None:
        return start
    goes_on = block.is_bracketed and int(start[1]) == int(block.number) + 1
    return start if goes_on and part != "stem" else None


def _label(words: str) -> str:
    return re.sub(r"[（(].*$", "", words).strip()


def _is_inside(start: re.Match[str], block: Block) -> bool:
    """A line of numbers below an option is a question only if its number goes on counting."""
    return bool(block.options) and not block.answer and int(start[1]) != int(block.number) + 1


def _take(block: Block, line: str, part: str) -> str:
    """Put one line where it belongs; gives the part that the next line may continue."""
    bare = _GIVEN.sub("", line)  # what somebody once answered says nothing of the key
    if not bare.strip():
        return part
    answer, why, option = _ANSWER.match(bare), _WHY.match(line), _OPTION.match(line)
    if answer and not why:
        words, _, rest = answer[1].partition("解析")
        if line.lstrip()[:1] in {"（", "("}:
            words = words.rstrip("）) ")
        block.answer = _letters(words.strip(" 【】[]。."))
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


def _letters(answer: str) -> str:
    """The letters of an answer that says the words of its options too: "A:red;C:blue"."""
    named = [_NAMED.match(part.strip()) for part in re.split("[;；]", answer) if part.strip()]
    return "".join(match[1] for match in named if match) if named and all(named) else answer


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
    return answers.place(option[1]) == len(block.options)


def _split(words: str, place: int) -> list[str]:
    """The options of a line that holds several: "A. one  B. two"."""
    parts = [""]
    last = 0
    for match in _INLINE.finditer(words):
        if answers.place(match[1]) == place + len(parts):
            parts[-1] = words[last : match.start()].strip()
            parts.append("")
            last = match.end()
    parts[-1] = words[last:].strip()
    return parts
