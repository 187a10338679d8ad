"""Cutting a GIFT file into its blocks: questions stand between blank lines."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from probity.exchange.found import Limits, Unreadable

ESCAPE = re.compile(r"\\.", re.DOTALL)
ID = re.compile(r"\[id:((?:\\\]|[^\]\x00-\x1f])*)\]")
TAG = re.compile(r"\[tag:((?:\\\]|[^\]\x00-\x1f])*)\]")
CATEGORY = "$CATEGORY:"
FURTHEST, DEEPEST = 200, 6


@dataclass(slots=True)
class Block:
    """One block: the number of its first line, its lines, and what comments say of it."""

    line: int
    lines: list[str]
    identity: str = ""
    tags: list[str] = field(default_factory=list)
    is_bridged: bool = False

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines).strip()


def blocks(lines: Iterable[str], limits: Limits) -> Iterator[Block]:
    """The blocks that hold more than comments; an open brace reaches over blank lines."""
    for run in chain.from_iterable(map(_parted, _runs(_numbered(lines), limits))):
        block = Block(run[0][0], [], is_bridged=any(not line.strip() for _number, line in run))
        for _number, line in run:
            bare = line.strip()
            if bare.startswith("//"):
                _comment(block, bare)
            else:
                block.lines.append(bare)
        yield from _categories(block)
        if block.text:
            yield block


def _categories(block: Block) -> Iterator[Block]:
    """The categories above a question, which then begins below them."""
    named = 0
    for line in block.lines:
        if line and not line.startswith(CATEGORY):
            break
        named += 1
        if line:
            yield Block(block.line, [line])
    block.lines = block.lines[named:]


def is_open(lines: Iterable[str]) -> bool:
    """Tell whether more braces are opened than closed."""
    bare = [ESCAPE.sub("", line) for line in lines if not line.lstrip().startswith("//")]
    return sum(line.count("{") - line.count("}") for line in bare) > 0


def _numbered(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    yield from enumerate(lines, 1)
    yield 0, ""


Run = list[tuple[int, str]]


def _runs(lines: Iterator[tuple[int, str]], limits: Limits) -> Iterator[Run]:
    """Lines between blank lines; where a brace is open, on to the line that closes it."""
    run: Run = []
    size = 0
    ahead: list[tuple[int, str]] = []
    while True:
        numbered = ahead.pop(0) if ahead else next(lines, None)
        if numbered is None:
            break
        if numbered[1].strip():
            run.append(numbered)
            size += len(numbered[1])
            if size > limits.most_question_bytes:
                raise Unreadable("question_too_large", f"line {run[0][0]}")
            continue
        if not run:
            continue
        if is_open(line for _number, line in run) and numbered[0]:
            rest = _rest(run, numbered, lines, ahead)
            if rest:
                yield run + rest
                run, size = [], 0
                continue
        yield run
        run, size = [], 0


def _parted(run: Run) -> list[Run]:
    """A run cut where a name begins a line below answers: a blank line is missing there."""
    parts: list[Run] = [[]]
    above: Run = []
    depth, is_answered = 0, False
    for numbered in run:
        line = numbered[1].strip()
        if line.startswith("//"):  # speaks of the question below it
            above.append(numbered)
            continue
        if is_answered and depth <= 0 and line.startswith("::") and "::" in line[2:]:
            parts.append([])
            depth, is_answered = 0, False
        parts[-1] += [*above, numbered]
        above = []
        depth += _opened([line])
        is_answered = is_answered or "}" in ESCAPE.sub("", line)
    parts[-1] += above
    return parts


def _rest(run: Run, blank: tuple[int, str], lines: Iterator[tuple[int, str]], ahead: Run) -> Run:
    """The lines up to the closing brace, or none; what was looked at in vain waits in `ahead`."""
    seen: Run = [blank]
    missing = _opened(line for _number, line in run)
    while len(seen) < FURTHEST:
        numbered = ahead.pop(0) if ahead else next(lines, None)
        if numbered is None:
            break
        seen.append(numbered)
        bare = numbered[1].strip()
        if bare.startswith(("::", CATEGORY)) or (not numbered[0]):
            break
        missing += _opened([numbered[1]])
        if missing <= 0:
            return seen
        if missing > DEEPEST:
            break
    ahead[:0] = seen[1:]
    return []


def _opened(lines: Iterable[str]) -> int:
    bare = [ESCAPE.sub("", line) for line in lines if not line.lstrip().startswith("//")]
    return sum(line.count("{") - line.count("}") for line in bare)


def _comment(block: Block, words: str) -> None:
    """Moodle keeps the id number and the tags of a question in the comment above it."""
    identity = ID.search(words)
    if identity:
        block.identity = identity[1].replace("\\]", "]").strip()
    block.tags.extend(tag.replace("\\]", "]").strip() for tag in TAG.findall(words))
