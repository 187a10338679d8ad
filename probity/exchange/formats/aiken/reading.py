"""Reading Aiken: a question, options with letters, `ANSWER:` and a letter."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from probity.exchange import encoding
from probity.exchange.formats.moodle import building
from probity.exchange.formats.moodle.assembling import Question
from probity.exchange.formats.moodle.building import Answer, Refusal
from probity.exchange.found import Found, Other, Source, Unreadable
from probity.exchange.text import nothing

OPTION = re.compile(r"\s*([A-Z])[).](?:\s+(.*)|\s*)$")
ANSWER = re.compile(r"\s*ANSWER:\s*([A-Z]?)\s*$")
FIRST_WORDS = 80


@dataclass(slots=True)
class Block:
    """The lines of one question."""

    line: int = 0
    stem: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    key: str | None = None

    @property
    def next_letter(self) -> str:
        """The letter of the next option."""
        return chr(ord(self.options[-1][0]) + 1) if self.options else "A"

    def add(self, words: str, option: re.Match[str] | None) -> None:
        """One more line: an option, more of the last one, or of the question."""
        if option and self.stem:
            self.options.append((option[1], option[2] or ""))
        elif self.options:
            letter, before = self.options[-1]
            self.options[-1] = (letter, f"{before}\n{words}")
        else:
            self.stem.append(words)


def read(source: Source) -> Iterator[Found | Other]:
    """Give the questions of a file. Raises Unreadable."""
    source.dialect = "Aiken"
    for index, block in enumerate(_blocks(source)):
        if index >= source.limits.most_questions:
            where = f"line {block.line}"
            raise Unreadable("too_many_questions", where, most=source.limits.most_questions)
        question = Question("aiken", index, f"line {block.line}", "single", source.limits)
        question.ref = " ".join(" ".join(block.stem).split())[:FIRST_WORDS]
        yield _found(question, block)


def _found(question: Question, block: Block) -> Found:
    options = [f"{letter}) {words}" for letter, words in block.options]
    question.excerpt = "\n".join([*block.stem, *options, f"ANSWER: {block.key or ''}"])
    question.stem = question.words("\n".join(block.stem), "plain_text", nothing)
    try:
        if not block.stem:
            raise _without("no_stem")
        if block.key is None:
            raise _without("no_key")
        answers = [
            Answer(
                question.words(words, "plain_text", nothing, in_line=True),
                words.strip(),
                building.WHOLE if letter == block.key else building.NOTHING,
            )
            for letter, words in block.options
        ]
        return question.found(building.choice(answers, is_single=True))
    except Refusal as refusal:
        return question.refused(refusal, question.excerpt)


def _without(code: str) -> Refusal:
    return Refusal(code)


def _blocks(source: Source) -> Iterator[Block]:
    block, size, is_apart = Block(), 0, False
    for number, line in enumerate(encoding.lines(source), 1):
        size += len(line)
        if size > source.limits.most_question_bytes:
            raise Unreadable("question_too_large", f"line {block.line}")
        if not line.strip():
            is_apart = bool(block.options)
            continue
        answer, option = ANSWER.match(line), OPTION.match(line)
        if is_apart and not answer and not (option and option[1] == block.next_letter):
            yield block  # a question without its ANSWER line ends at a blank line
            block, size = Block(), 0
        is_apart = False
        block.line = block.line or number
        if answer:
            block.key = answer[1]
            yield block
            block, size = Block(), 0
        else:
            block.add(line.strip(), option)
    if block.line:
        yield block
