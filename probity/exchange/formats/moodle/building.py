"""Questions of Moodle's kinds as items of ours: the choices, keys and shares of each kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from probity.exchange.found import Content, Note
from probity.exchange.shares import share_text

WHOLE, NOTHING = Fraction(1), Fraction(0)
MOST_OPTIONS = 60


class Refusal(Exception):
    """A question that cannot be one of our items."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.note = Note("lost", code, facts)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its words as Markdown, as they stand in the file, and its share."""

    words: str
    raw: str
    share: Fraction
    why: str = ""


@dataclass(slots=True)
class Body:
    """What a kind adds to an item, and what is needed to read native responses."""

    content: Content
    native: dict[str, Any]
    notes: list[Note] = field(default_factory=list)


BETWEEN = "\ue020"
"""Stands between the English words and the Chinese ones until they become a text."""


def text(words: str) -> dict[str, str]:
    """A text; what came in one language is English until its language is known."""
    english, _, chinese = words.partition(BETWEEN)
    if english and chinese and english != chinese:
        return {"en": english, "zh-Hans": chinese}
    return {"en": english or chinese}


def with_reason(content: Content, why: str) -> Content:
    """Add the reason where there is one."""
    return {**content, "why": text(why)} if why else content


def identities(count: int) -> list[str]:
    """a, b, … z, a1, b1, …"""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [
        letters[place % len(letters)] + str(place // len(letters) or "") for place in range(count)
    ]


def choice(answers: Sequence[Answer], *, is_single: bool) -> Body:
    """One of several, or several of them; the shares as a named policy where one says the same."""
    notes: list[Note] = []
    ids: list[str | None] = []
    options: list[Content] = []
    shares: dict[str, Fraction] = {}
    names = iter(identities(len(answers)))
    whole = max((answer.share for answer in answers), default=NOTHING)
    for answer in answers:
        if not answer.words:
            notes.append(Note("lost", "option_empty"))
            ids.append(None)
            continue
        identity = next(names)
        ids.append(identity)
        shares[identity] = min(max(answer.share, -WHOLE), WHOLE)
        is_key = answer.share >= whole if is_single else answer.share > 0
        option = {"id": identity, "text": text(answer.words), "correct": is_key}
        options.append(with_reason(option, answer.why))
    _demand_options(options, whole)
    policy = single_credit(shares) if is_single else multiple_credit(shares)
    kind = "single" if is_single else "multiple"
    content = {"kind": kind, "options": options, **policy}
    native = {"answering": "choice", "ids": ids, "texts": [answer.raw for answer in answers]}
    if is_single and sum(option["correct"] for option in options) > 1:
        notes.append(Note("changed", "several_best"))
    return Body(content, native, notes)


def single_credit(shares: dict[str, Fraction]) -> Content:
    """The whole for the key, or what each choice earns; a wrong one may cost points."""
    earning = [share for share in shares.values() if share]
    if earning == [WHOLE]:
        return {}
    lower = None if min(shares.values()) < 0 else "0/1"
    return {"credit": "mapping", "mapping": _mapping(shares, lower)}


def multiple_credit(shares: dict[str, Fraction]) -> Content:
    """Right less wrong where the shares say so; else what each choice earns."""
    keys = sum(share > 0 for share in shares.values())
    part = Fraction(1, keys)
    if all(share in {part, -part} for share in shares.values()) and keys < len(shares):
        return {"credit": "right_minus_wrong"}
    return {"credit": "mapping", "mapping": _mapping(shares, "0/1")}


def _mapping(shares: dict[str, Fraction], lower: str | None) -> Content:
    entries = {name: share_text(share) for name, share in shares.items() if share}
    return {"entries": entries, "default": "0/1", "lower": lower, "upper": "1/1"}


def _demand_options(options: Sequence[Content], best: Fraction) -> None:
    if best <= 0:
        raise Refusal("no_key")
    if not any(option["correct"] for option in options):
        raise Refusal("key_empty")
    if len(options) == 1:
        raise Refusal("one_option")
    if len(options) > MOST_OPTIONS:
        raise Refusal("too_many_options", most=MOST_OPTIONS)


def truth(answer: bool, why_true: str, why_false: str) -> Body:
    """True or false."""
    content: Content = {"kind": "true_false", "answer": answer}
    if why_true:
        content["why_true"] = text(why_true)
    if why_false:
        content["why_false"] = text(why_false)
    return Body(content, {"answering": "truth"})


def short(answers: Iterable[Answer], *, keeps_case: bool) -> Body:
    """A short text; Moodle folds case and cuts white space at the ends, nothing else."""
    accept, traps, native, notes = words_accepted(answers)
    if not accept:
        raise Refusal("no_key")
    wildcards = any(has_wildcard(words["text"]) for words in (*accept, *traps))
    if not wildcards:
        accept, traps = without_escapes(accept), without_escapes(traps)
    steps = ["trim"] if keeps_case else ["trim", "case"]
    if any("\n" in words["text"] for words in accept):
        steps = [*steps, "spaces"]
    content: Content = {"kind": "short_text", "accept": accept, "normalise": steps}
    content |= {"wildcards": True} if wildcards else {}
    content |= {"traps": traps} if traps else {}
    return Body(content, {"answering": "text", "texts": native}, notes)


def words_accepted(
    answers: Iterable[Answer],
) -> tuple[list[Content], list[Content], list[str], list[Note]]:
    """Texts that earn something, texts that earn nothing but a remark, all of them as written."""
    accept: list[Content] = []
    traps: list[Content] = []
    native: list[str] = []
    notes: list[Note] = []
    for answer in answers:
        native.append(answer.raw)
        words = answer.raw.strip()
        if not words or (words == "*" and answer.share <= 0 and not answer.why):
            continue
        entry: Content = with_reason({"text": words}, answer.why)
        if answer.share > 0:
            if answer.share > 1:
                notes.append(Note("changed", "share_clipped"))
            share = min(answer.share, WHOLE)
            accept.append(entry | ({} if share == 1 else {"share": share_text(share)}))
        else:
            if answer.share < 0:
                notes.append(Note("changed", "share_clipped"))
            if answer.why:
                traps.append(entry)
    return accept, traps, native, notes


def has_wildcard(words: str) -> bool:
    r"""Tell whether a `*` stands there that is not written as `\*`."""
    return "*" in words.replace("\\*", "")


def without_escapes(keys: list[Content]) -> list[Content]:
    """The texts as they are, once no sign in them means more than itself."""
    return [{**key, "text": key["text"].replace("\\*", "*")} for key in keys]


@dataclass(frozen=True, slots=True)
class Pair:
    """A stem and its answer, as Markdown and as they stand in the file; no stem: a distractor."""

    stem: str
    raw_stem: str
    answer: str
    raw_answer: str


def matching(pairs: Sequence[Pair]) -> Body:
    """Pairs; one answer may belong to several stems."""
    rights: dict[str, str] = {}
    right: list[Content] = []
    left: list[Content] = []
    partners: dict[str, str] = {}
    native: list[list[str]] = []
    for pair in pairs:
        if not pair.answer:
            continue
        if pair.answer not in rights:
            rights[pair.answer] = f"r{len(rights) + 1}"
            right.append({"id": rights[pair.answer], "text": text(pair.answer)})
        if pair.stem:
            identity = f"l{len(left) + 1}"
            left.append({"id": identity, "text": text(pair.stem)})
            partners[identity] = rights[pair.answer]
            native.append([pair.raw_stem, pair.raw_answer])
    if not left:
        raise Refusal("no_pairs")
    if max(len(left), len(right)) > MOST_OPTIONS:
        raise Refusal("too_many_options", most=MOST_OPTIONS)
    content: Content = {"kind": "matching", "left": left, "right": right, "pairs": partners}
    if len(set(partners.values())) < len(partners):
        content["reuse_right"] = True
    answers = {pair.raw_answer: rights[pair.answer] for pair in pairs if pair.answer}
    return Body(content, {"answering": "pairs", "pairs": native, "answers": answers})


def ordering(steps: Sequence[Answer], credit: str) -> Body:
    """Steps in their right order."""
    kept = [step for step in steps if step.words]
    if len(kept) < 2:  # noqa: PLR2004 - one step has no order
        raise Refusal("one_option")
    if len(kept) > MOST_OPTIONS:
        raise Refusal("too_many_options", most=MOST_OPTIONS)
    names = identities(len(kept))
    pieces = [
        with_reason({"id": name, "text": text(step.words)}, step.why)
        for name, step in zip(names, kept, strict=True)
    ]
    every = iter(names)
    ids = [next(every) if step.words else None for step in steps]
    content: Content = {"kind": "ordering", "steps": pieces, "credit": credit}
    return Body(content, {"answering": "order", "ids": ids, "texts": [step.raw for step in steps]})
