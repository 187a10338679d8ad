"""Reading Aiken: a question, options with letters, `ANSWER:` and a letter."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from probity.exchange import encoding
from probity.exchange.formats.moodle import building
from probity.exchange.formats.moodle.assembling import Question
from probity.exchange.formats.moodle.building import Answer, Refusal
from probity.exchange.found import Found, Other, Source, Unreadable
from probity.exchange.text import nothing

OPTION = re.compile(r"\s*([A-Z])[).](?:\s+(.*)|\s*)$")
LIKE_ONE = re.compile(r"\s*([A-Za-zＡ-Ｚ])(?:[)）．]|[.](?!\w[.]))\s*(.*)$")
"""An option as many write it; only the letter that comes next is one."""
ANSWER = re.compile(r"\s*ANSWER\s*[:：]\s*(.*?)\s*$", re.IGNORECASE)
KEY = re.compile(r"([A-Z])(?:[).．）].*)?")
FIRST_WORDS, MOST_LINES = 80, 5_000


@dataclass(slots=True)
class Block:
    """The lines of one question."""

    line: int = 0
    stem: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    key: str | None = None
    small: list[str] = field(default_factory=list)

    @property
    def next_letter(self) -> str:
        """The letter of the next option."""
        return chr(ord(self.options[-1][0]) + 1) if self.options else "A"

    def option(self, line: str) -> re.Match[str] | None:
        """The line as an option, if it is one."""
        like = LIKE_ONE.match(line)
        if like and unicodedata.normalize("NFKC", like[1]).upper() == self.next_letter:
            return like
        return like if like and self.begins_anew(like) else OPTION.match(line)

    def begins_anew(self, option: re.Match[str]) -> bool:
        """Tell whether the options begin here, and what had small letters belongs to the question."""
        return bool(self.small) and option[1] == "A"

    def goes_on(self, option: re.Match[str]) -> bool:
        """Tell whether an option behind a blank line belongs to the ones before."""
        letter = unicodedata.normalize("NFKC", option[1]).upper()
        return letter == self.next_letter or self.begins_anew(option)

    def answer(self, line: str) -> re.Match[str] | None:
        """The line as the one that names the key; before the options it may be part of the text."""
        found = ANSWER.match(line)
        return found if found and (self.options or len(found[1]) <= 1) else None

    def add(self, words: str, option: re.Match[str] | None) -> None:
        """One more line: an option, more of the last one, or of the question."""
        if option and self.stem:
            if self.begins_anew(option):
                self.stem += self.small
                self.options, self.small = [], []
            is_small = bool(self.small) or (option[1].islower() and not self.options)
            letter = unicodedata.normalize("NFKC", option[1]).upper()
            self.options.append((letter, option[2] or ""))
            self.small += [words] if is_small else []
        elif self.options:
            letter, before = self.options[-1]
            self.options[-1] = (letter, f"{before}\n{words}")
            self.small += [words] if self.small else []
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
        key = _key(block)
        answers = [
            Answer(
                question.words(words, "plain_text", nothing, in_line=True),
                words.strip(),
                building.WHOLE if letter == key else building.NOTHING,
            )
            for letter, words in block.options
        ]
        return question.found(building.choice(answers, is_single=True))
    except Refusal as refusal:
        return question.refused(refusal, question.excerpt)


def _key(block: Block) -> str:
    """The letter of the right option. Raises Refusal."""
    if not block.stem:
        raise Refusal("no_stem")
    if not block.key:
        raise Refusal("no_key")
    found = KEY.fullmatch(unicodedata.normalize("NFKC", block.key).upper())
    if not found or found[1] not in {letter for letter, _words in block.options}:
        raise Refusal("key_unknown", answer=block.key[:40])
    return found[1]


def _blocks(source: Source) -> Iterator[Block]:
    block, size, lines, is_apart = Block(), 0, 0, False
    for number, line in enumerate(encoding.lines(source), 1):
        size, lines = size + len(line), lines + 1
        if size > source.limits.most_question_bytes or lines > MOST_LINES:
            raise Unreadable("question_too_large", f"line {block.line}")
        if not line.strip():
            is_apart = bool(block.options)
            continue
        answer, option = block.answer(line), block.option(line)
        if is_apart and not answer and not (option and block.goes_on(option)):
            yield block  # a question without its ANSWER line ends at a blank line
            block, size, lines = Block(), 0, 0
            option = block.option(line)
        is_apart = False
        block.line = block.line or number
        if answer:
            block.key = answer[1]
            yield block
            block, size, lines = Block(), 0, 0
        else:
            block.add(line.strip(), option)
    if block.line:
        yield block
