"""Writing GIFT; what it cannot hold is named for each item."""

import base64
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from probity.exchange.formats.moodle import multilang
from probity.exchange.formats.moodle.sheet import Sheet
from probity.exchange.formats.moodle.writing_gaps import notation
from probity.exchange.formats.moodle.writing_kinds import GRADING, around, shares_of, written
from probity.exchange.found import Content, LoadMedia, Note, Written
from probity.exchange.text import to_html

SPECIAL = re.compile(r"[\\#=~{}:]")
UNHELD = ("facts", "legal_basis", "sources", "competency", "cognitive", "expected_p", "figure",
          "hints", "unit", "decimals", "choose", "rubric", "model_answer")  # fmt: skip
GAP = re.compile(r"\[\[([a-z_0-9]+)\]\]")


def write(items: Sequence[Content], load: LoadMedia) -> Written:
    """One file of all the items."""
    out: list[str] = []
    notes: dict[int, list[Note]] = {}
    folder: list[str] | None = None
    for place, item in enumerate(items):
        wanted = list(item.get("folder") or ())
        if wanted and wanted != folder:
            names = "/".join(name.replace("/", "//") for name in wanted)
            out.append(f"$CATEGORY: $course$/top/{names}\n")
            folder = wanted
        for sheet, text in _parts(item, load):
            if text:
                out.append(text)
            if sheet.notes:
                notes.setdefault(place, []).extend(sheet.notes)
    return Written("questions.gift", "\n".join(out).encode(), "text/plain", notes)


def _parts(item: Content, load: LoadMedia) -> Iterator[tuple["_Block", str]]:
    """The question; of a case set its texts as a description, then its questions."""
    if item["kind"] != "case":
        block = _Block(item, load)
        yield block, block.block()
        return
    whole = _Block(item, load)
    texts = [item["title"]]
    texts += [text for one in item.get("material", []) for text in (one["title"], one["text"])]
    words = "\\n".join(whole.words(text) for text in texts)
    whole.note("case_split")
    yield whole, f"::{escape(item.get('name') or item['title']['en'])}::[html]{words}\n"
    for part in item["items"]:
        block = _Block({"media": item.get("media", []), **part}, load)
        yield block, block.block()


class _Block(Sheet):
    """One question as text."""

    def __init__(self, item: Content, load: LoadMedia) -> None:
        super().__init__(item, "none", load)
        self.is_at_home = (item.get("foreign") or {}).get("format") == "gift"
        self.foreign = item["foreign"] if self.is_at_home else {}
        self.data = self.foreign.get("data") or {}

    def block(self) -> str:
        """The whole question, or nothing where GIFT has no such kind."""
        item = self.item
        kinds: dict[str, Callable[[], str]] = {
            "single": self.choice, "multiple": self.choice, "true_false": self.truth,
            "short_text": self.short, "numeric": self.numeric, "matching": self.matching,
            "ordering": self.ordering, "essay": str, "upload": str,
        }  # fmt: skip
        if item["kind"] == "cloze" and self.is_at_home:
            text = self.cloze()
        elif item["kind"] in kinds:
            answers, general = kinds[item["kind"]](), self.general()
            answers = answers.rstrip("\n") if general else answers
            text = f"[html]{self.words(item['stem'])}{{{answers}{general}}}"
        else:
            self.note("kind_unheld", kind=item["kind"])
            return ""
        self.unheld()
        head = self.head()
        name = f"::{escape(item['name'])}::" if item.get("name") else ""
        return f"{head}{name}{text}\n"

    def head(self) -> str:
        """The id number and the tags, in a comment."""
        identity = self.foreign.get("id") if self.is_at_home else self.item.get("id")
        parts = [f"[id:{bracketed(identity)}]"] if identity else []
        parts += [f"[tag:{bracketed(tag)}]" for tag in self.item.get("tags", [])]
        return f"// {' '.join(parts)}\n" if parts else ""

    def words(self, text: Mapping[str, str] | None, *, in_line: bool = False) -> str:
        """A text as HTML, its pictures inside it."""
        if not text:
            return ""
        return escape(self.whole_html(text, in_line=in_line))

    def whole_html(self, text: Mapping[str, str], *, in_line: bool = False) -> str:
        """HTML in both languages; a file becomes part of its address."""
        english = to_html(text["en"], self.address, in_line=in_line)
        if text.get("zh-Hans", text["en"]) == text["en"]:
            return english
        return multilang.join(english, to_html(text["zh-Hans"], self.address, in_line=in_line))

    def address(self, name: str) -> str:
        """The file itself, as an address."""
        for medium in self.item.get("media", []):
            if medium["name"] == name:
                try:
                    data = self.load(medium["sha256"])
                except (KeyError, FileNotFoundError):
                    break
                return f"data:{medium['type']};base64,{base64.b64encode(data).decode()}"
        self.note("media_missing", name=name)
        return name

    def general(self) -> str:
        """What is said to everybody; GIFT knows no other remark on the whole."""
        feedback = self.item.get("feedback") or {}
        said = feedback.get("general") or (
            self.item.get("why") if self.item["kind"] in {"short_text", "ordering"} else None
        )
        wrong = feedback.get("wrong") if self.item["kind"] != "numeric" else None
        if feedback.get("right") or feedback.get("partial") or wrong:
            self.note("fields_unheld", names="feedback")
        return f"\n\t####{self.words(said)}\n" if said else ""

    def remark(self, why: Mapping[str, str] | None) -> str:
        """What is said about one answer."""
        return f"#{self.words(why)}" if why else ""

    def choice(self) -> str:
        """`=` for the whole; where several can be chosen, shares alone."""
        item = self.item
        is_single = item["kind"] == "single"
        shares = shares_of(item)
        best = max(shares.values())
        if is_single and best != 1:
            self.note("credit_unheld", credit="mapping")
        if not is_single and item.get("credit") in {"per_option", "all_or_nothing"}:
            self.note("credit_unheld", credit=item["credit"])
        only_best = is_single and set(shares.values()) == {best}
        lines = []
        for option in item["options"]:
            share = shares[option["id"]]
            words = self.words(option["text"], in_line=True)
            if is_single and share == best:
                sign = "~=" if only_best else "="  # without a ~ it would ask for a text
            else:
                sign = f"~%{self.percent(share)}%" if share or words.startswith("%") else "~"
            lines.append(f"\n\t{sign}{words}{self.remark(option.get('why'))}")
        return "".join([*lines, "\n"])

    def truth(self) -> str:
        """What is said to the wrong answer stands first."""
        answer = self.item["answer"]
        said = self.item.get("why_true"), self.item.get("why_false")
        right, wrong = said if answer else said[::-1]
        remarks = f"#{self.words(wrong)}" if wrong or right else ""
        remarks += f"#{self.words(right)}" if right else ""
        return f"{'TRUE' if answer else 'FALSE'}{remarks}"

    def short(self) -> str:
        """Texts with their shares; GIFT always folds case."""
        item = self.item
        steps = set(item.get("normalise") or ())
        if "case" not in steps or steps - {"trim", "case", "spaces"}:
            self.note("normalise_unheld", steps=sorted(steps - {"trim", "case"}) or ["case"])
        lines = []
        for key in [
            *item["accept"],
            *({**trap, "share": "0/1"} for trap in item.get("traps") or ()),
        ]:
            share = Fraction(key.get("share", "1/1"))
            for words in (key["text"], *key.get("also", ())):
                text = escape(written(words, item))
                is_told = share != 1 or text.startswith("%")  # which would be taken for a share
                shown = f"%{self.percent(share)}%" if is_told else ""
                lines.append(f"\n\t={shown}{text}{self.remark(key.get('why'))}")
        return "".join([*lines, "\n"])

    def numeric(self) -> str:
        """Numbers with their reach, the best first."""
        item = self.item
        answers = [
            {"value": item["answer"], "share": item.get("share", "1/1"), "why": item.get("why")},
            *(item.get("also") or ()),
            *({**trap, "share": "0/1"} for trap in item.get("traps") or ()),
        ]
        lines = []
        for one in sorted(answers, key=lambda one: -Fraction(one.get("share", "1/1"))):
            tolerance = one.get("tolerance") or item["tolerance"]
            middle, reach = around(self, one["value"], tolerance)
            share = Fraction(one.get("share", "1/1"))
            shown = f"%{self.percent(share)}%" if share != 1 else ""
            lines.append(
                f"\n\t={shown}{self.exact(middle)}:{self.exact(reach)}{self.remark(one.get('why'))}"
            )
        wrong = (item.get("feedback") or {}).get("wrong")
        lines.append(f"\n\t~#{self.words(wrong)}" if wrong else "")
        return "".join(["#", *lines, "\n"])

    def matching(self) -> str:
        """Pairs, then answers without a stem."""
        item = self.item
        if item.get("credit", "per_pair") != "per_pair":
            self.note("credit_unheld", credit=item["credit"])
        if len(item["pairs"]) == len(item["right"]) == 1:
            self.note("one_pair")
        texts = {piece["id"]: self.words(piece["text"], in_line=True) for piece in item["right"]}
        lines = []
        for piece in item["left"]:
            stem = self.words(piece["text"], in_line=True)
            why = self.remark(piece.get("why")) if self.is_at_home else ""
            if piece.get("why") and not self.is_at_home:
                self.note("fields_unheld", names="why")
            lines.append(f"\n\t={stem} -> {texts[item['pairs'][piece['id']]]}{why}")
        used = set(item["pairs"].values())
        lines += [f"\n\t= -> {text}" for name, text in texts.items() if name not in used]
        return "".join([*lines, "\n"])

    def ordering(self) -> str:
        """As Moodle's ordering type adds it to GIFT."""
        head = self.data.get("order") or f">0 ALL VERTICAL {GRADING[self.item['credit']]}"
        if any(step.get("why") for step in self.item["steps"]):
            self.note("fields_unheld", names="why")
        steps = [self.words(step["text"], in_line=True) for step in self.item["steps"]]
        return "\n".join([head, *steps, ""])

    def cloze(self) -> str:
        """Gaps in Moodle's other notation, for texts that came that way."""
        item = self.item
        gaps = {gap["id"]: self.gap(gap) for gap in item["gaps"]}
        raw = self.whole_html({"en": item["text"]["en"]})
        if item["text"].get("zh-Hans", item["text"]["en"]) != item["text"]["en"]:
            self.note("one_language")
        stem = item["stem"]["en"]
        raw = raw if stem == "Fill in the gaps." else f"{self.whole_html({'en': stem})}\n{raw}"
        shown = GAP.sub(lambda found: gaps.get(found[1], found[0]), raw)
        return f"[html]{shown}".replace("\n", "\\n")

    def gap(self, gap: Content) -> str:
        """One gap in its notation."""
        return f"{{{gap.get('weight', 1)}:{notation(self, gap)}}}"

    def unheld(self) -> None:
        """Name what the item says besides."""
        item: dict[str, Any] = self.item
        lost = [name for name in UNHELD if item.get(name)]
        if not item.get("shuffle", True):
            lost.append("shuffle")
        if Fraction(str(item.get("points", 1))) != 1:
            lost.append("points")
        if lost:
            self.note("fields_unheld", names=lost)


def escape(words: str) -> str:
    """Words in which no sign means anything to GIFT."""
    marked = SPECIAL.sub(lambda found: f"\\{found[0]}", words)
    return marked.replace("\r", "").replace("\n", "\\n")


def bracketed(words: object) -> str:
    """Words inside square brackets in a comment."""
    return str(words).replace("]", "\\]")
