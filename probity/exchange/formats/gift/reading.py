"""Reading GIFT: each block as an item or with its reason."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from probity.exchange import encoding
from probity.exchange.formats.gift.splitting import CATEGORY, Block, blocks
from probity.exchange.formats.moodle import amounts, building, clozes
from probity.exchange.formats.moodle.assembling import Question
from probity.exchange.formats.moodle.building import Answer, Body, Pair, Refusal
from probity.exchange.formats.moodle.reading import folder_of
from probity.exchange.found import Found, Note, Other, Source, Unreadable
from probity.exchange.shares import decimal, exact_share

SIGNS = {":": "\ue010", "#": "\ue011", "=": "\ue012", "{": "\ue013", "}": "\ue014", "~": "\ue015",
         "n": "\ue016", "\\": "\ue017"}  # fmt: skip
BACK = str.maketrans({held: sign for sign, held in SIGNS.items()} | {SIGNS["n"]: "\n"})
ESCAPED = re.compile(r"\\([:#={}~n\\])")
HELD = re.compile("[\ue000\ue001\ue010-\ue017]")
WEIGHT = re.compile(r"%\s*(-*\d{1,3}[.,]?\d*)\s*%")
FORM = re.compile(r"\[(html|markdown|plain|moodle)\]")
FORMS = {"html": "html", "markdown": "markdown", "plain": "plain_text"}
ORDER = re.compile(r">\s*(\d*)\s*([A-Z_]*)\s*([A-Z_]*)\s*([A-Z_]*)")
CREDITS = {"ALL": "all_or_nothing", "ALL_OR_NOTHING": "all_or_nothing", "ABSOLUTE": "positions"}
CREDITS |= {"ABSOLUTE_POSITION": "positions", "RELATIVE_NEXT_EXCLUDE_LAST": "adjacent_pairs"}
CREDITS |= {"REL": "adjacent_pairs", "RELATIVE": "adjacent_pairs", "": "positions"}
TRUTHS = {"T": True, "TRUE": True, "F": False, "FALSE": False}
BLANK = "\\_\\_\\_\\_\\_"
FIRST_WORDS, MOST_ANSWERS = 80, 1000


def read(source: Source) -> Iterator[Found | Other]:
    """Give the questions, categories and descriptions of a file. Raises Unreadable."""
    source.dialect = "GIFT"
    folder: tuple[str, ...] = ()
    index = 0
    for block in blocks(encoding.lines(source), source.limits):
        where = f"line {block.line}"
        text = hold(block.text)
        if text.startswith(CATEGORY):
            path = text.removeprefix(CATEGORY).strip().translate(BACK)
            folder = folder_of(path)
            yield Other(where, "category", path)
            continue
        name, text = _name(text)
        if "{" not in text and "}" not in text:
            yield Other(where, "description", (name or text.translate(BACK))[:FIRST_WORDS])
            continue
        if index >= source.limits.most_questions:
            raise Unreadable("too_many_questions", where, most=source.limits.most_questions)
        question = Question("gift", index, where, "", source.limits, name=name, folder=folder)
        yield _Reader(question, block, text).found()
        index += 1


def hold(text: str) -> str:
    """Escaped signs as signs of no meaning, until the text has been cut."""
    return ESCAPED.sub(lambda found: SIGNS[found[1]], HELD.sub("", text))


def _name(text: str) -> tuple[str, str]:
    if text.startswith("::"):
        name, colons, rest = text[2:].partition("::")
        if colons:
            return " ".join(name.translate(BACK).split()), rest.strip()
    return "", text


@dataclass(slots=True)
class _Reader:
    """One block on its way into an item."""

    question: Question
    block: Block
    text: str
    form: str = "moodle_auto_format"

    def found(self) -> Found:
        """The question, or why it is none."""
        question = self.question
        question.excerpt = self.block.text
        question.identity, question.tags = self.block.identity, self.block.tags
        question.ref = question.name or " ".join(self.text.translate(BACK).split())[:FIRST_WORDS]
        if self.block.is_bridged:
            question.note(Note("changed", "blank_lines_inside"))
        try:
            return question.found(self.body())
        except Refusal as refusal:
            return question.refused(refusal, "\n".join(self.block.lines))

    def body(self) -> Body:
        """What the braces hold."""
        self.take_form()
        if clozes.has_gaps(self.text):
            return self.cloze()
        before, opened, rest = self.text.partition("{")
        inside, closed, after = rest.partition("}")
        if not opened or not closed or "}" in before:
            self.question.native_kind = "?"
            raise Refusal("braces")
        self.stem(before, after)
        inside, general, remark = inside.strip().rpartition("####")
        if not general:
            inside, remark = remark, ""
        if remark:
            self.question.feedback["general"] = self.words(remark)
        if inside.count("=") + inside.count("~") > MOST_ANSWERS:
            raise Refusal("too_many_options", most=MOST_ANSWERS)
        self.question.native_kind, read = self.kind(inside.strip())
        return read(inside.strip())

    def take_form(self) -> None:
        """The form that the text is written in, which its answers share."""
        found = FORM.match(self.text)
        if found:
            self.form = FORMS.get(found[1], "moodle_auto_format")
            self.text = self.text[found.end() :]

    def stem(self, before: str, after: str) -> None:
        """The text, with a blank where the answers stood in the middle of it."""
        blank = "\ue000" if after.strip() else ""
        stem = self.words(f"{before}{blank}{after}")
        self.question.stem = stem.replace("\ue000", BLANK)
        if "{" in after:
            self.question.note(Note("changed", "further_braces"))

    def words(self, raw: str, *, in_line: bool = False) -> str:
        """A piece of the text as Markdown; it may name its own form."""
        raw = raw.strip()
        found = FORM.match(raw)
        form = FORMS.get(found[1], "moodle_auto_format") if found else self.form
        raw = raw[found.end() :] if found else raw
        return self.question.words(raw.translate(BACK), form, self.find, in_line=in_line)

    def raw(self, piece: str) -> str:
        """A piece of the text as it is, without the name of its form."""
        return FORM.sub("", piece.strip(), count=1).strip().translate(BACK)

    def find(self, address: str, _alt: str) -> str | None:
        """GIFT carries no files but those inside addresses."""
        return self.question.bag.add_address(address, "") if address.startswith("data:") else None

    def kind(self, inside: str) -> tuple[str, Callable[[str], Body]]:
        """The type that the answers show, and how it is read; in the order that Moodle tries."""
        if not inside:
            return "essay", self.essay
        if inside.startswith(">"):
            return "ordering", self.ordering
        if inside.startswith("#"):
            return "numerical", self.numeric
        if "~" in inside:
            return "multichoice", self.choice
        if "=" in inside and "->" in inside:
            return "match", self.matching
        if inside.partition("#")[0].strip() in TRUTHS:
            return "truefalse", self.truth
        return "shortanswer", self.short

    def essay(self, _inside: str) -> Body:
        """Nothing between the braces."""
        return Body({"kind": "essay"}, {"answering": "none"})

    def ordering(self, inside: str) -> Body:
        """What Moodle's ordering type adds to GIFT: a head, then a line for each step."""
        head, _, rest = inside.partition("\n")
        found = ORDER.match(head)
        count, select, _layout, grading = found.groups() if found else ("", "", "", "")
        credit = CREDITS.get(grading)
        if credit is None:
            self.question.note(Note("changed", "ordering_grading", {"grading": grading.lower()}))
        steps = [line for line in rest.split("\n") if line.strip()]
        if count and int(count) < len(steps) and select not in {"", "ALL"}:
            self.question.note(Note("changed", "ordering_subset"))
        self.question.data["order"] = head.strip()
        answers = [
            Answer(self.words(line, in_line=True), self.raw(line), building.NOTHING)
            for line in steps
        ]
        return building.ordering(answers, credit or "positions")

    def numeric(self, inside: str) -> Body:
        """`{#3:2}`, `{#1..5}` or several answers."""
        answers, _, wrong = inside.removeprefix("#").partition("~")
        if wrong:
            self.question.feedback["wrong"] = self.words(self.parted(wrong)[1])
        found = []
        for piece in answers.split("="):
            if piece.strip():
                share, rest = self.weighed(piece.strip(), building.WHOLE)
                words, why = self.parted(rest)
                value, reach = _amount(words.translate(BACK))
                found.append(amounts.Amount(value, reach, share, self.words(why)))
        if not found:
            raise Refusal("no_key")
        return amounts.numeric(found)

    def choice(self, inside: str) -> Body:
        """`~` before each answer, `=` before the right one."""
        answers = []
        pieces = [piece.strip() for piece in inside.replace("=", "~=").split("~")]
        for place, bare in enumerate(pieces):
            if not bare:
                if place and pieces[place + 1 :] and not pieces[place + 1].startswith("="):
                    self.question.note(Note("lost", "option_empty"))
                continue
            if bare.startswith("="):
                share, rest = building.WHOLE, bare[1:]
            else:
                share, rest = self.weighed(bare, building.NOTHING)
            words, why = self.parted(rest)
            if not words.strip() and why.strip():  # an answer that begins with an unescaped #
                self.question.note(Note("changed", "remark_as_answer"))
                words, why = SIGNS["#"] + why.strip(), ""
            answers.append(
                Answer(self.words(words, in_line=True), self.raw(words), share, self.words(why))
            )
        return building.choice(answers, is_single="=" in inside)

    def matching(self, inside: str) -> Body:
        """`=stem -> answer`; without a stem the answer is a distractor."""
        pairs = []
        whys = []
        for piece in inside.split("="):
            if not piece.strip():
                continue
            stem, arrow, answer = piece.partition("->")
            if not arrow:
                raise Refusal("no_pairs")
            answer, why = self.parted(answer)
            pairs.append(
                Pair(
                    self.words(stem, in_line=True), self.raw(stem),
                    self.words(answer, in_line=True), self.raw(answer),
                )
            )  # fmt: skip
            if pairs[-1].stem and pairs[-1].answer:
                whys.append(self.words(why))
        body = building.matching(pairs)
        for piece_, why in zip(body.content["left"], whys, strict=True):
            if why:
                piece_["why"] = building.text(why)
        return body

    def truth(self, inside: str) -> Body:
        """TRUE or FALSE, then what is said to a wrong answer, then to a right one."""
        words, wrong, right = (*inside.split("#", 2), "", "")[:3]
        answer = TRUTHS[words.strip()]
        said = self.words(right), self.words(wrong)
        return building.truth(answer, *(said if answer else said[::-1]))

    def short(self, inside: str) -> Body:
        """`=answer`, each with its weight and remark."""
        answers = []
        for piece in inside.split("="):
            if piece.strip():
                share, rest = self.weighed(piece.strip(), building.WHOLE)
                words, why = self.parted(rest)
                answers.append(Answer("", self.raw(words), share, self.words(why)))
        return building.short(answers, keeps_case=False)

    def cloze(self) -> Body:
        """Gaps in Moodle's other notation, which GIFT itself leaves as they stand."""
        self.question.native_kind = "cloze"
        self.question.note(Note("changed", "gaps_in_gift"))
        raw = self.text.translate(BACK)
        marked, body, _weight = clozes.cloze(raw, lambda piece: self.words(piece, in_line=True))
        clozes.fill(body, self.question, self.words(marked))
        return body

    def weighed(self, piece: str, default: Fraction) -> tuple[Fraction, str]:
        """The share in front of an answer, and the rest."""
        found = WEIGHT.match(piece)
        if not found:
            return default, piece
        share = exact_share(found[1])
        return default if share is None else share, piece[found.end() :]

    def parted(self, piece: str) -> tuple[str, str]:
        """The answer and the remark behind it."""
        words, _, why = piece.partition("#")
        return words, why


def _amount(words: str) -> tuple[Decimal | None, Decimal]:
    """`3:2`, `1..5`, `42`; a `*` is any number."""
    text = words.strip()
    if text == "*":
        return None, Decimal(0)
    low, dots, high = text.partition("..")
    if dots:
        least, most = decimal(low), decimal(high)
        if least is not None and most is not None:
            return (least + most) / 2, abs(most - least) / 2
    value, _, reach = text.partition(":")
    exact, near = decimal(value), decimal(reach or "0")
    if exact is None or near is None:
        raise Refusal("number_unreadable", number=text[:40])
    return exact, near
