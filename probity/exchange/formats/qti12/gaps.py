"""Texts with gaps in QTI 1.2: gaps in the flow, and Canvas's gaps by name in brackets."""

import re
from collections.abc import Callable
from fractions import Fraction
from html import unescape
from typing import Any

from probity.exchange.formats.qti import credit
from probity.exchange.formats.qti.blanks import exact, share_of
from probity.exchange.formats.qti.body import english, gap_mark, is_chinese
from probity.exchange.formats.qti.clozes import ASK, ASK_CHINESE
from probity.exchange.formats.qti.parts import letter
from probity.exchange.formats.qti.proving import Proof
from probity.exchange.formats.qti.terms import Table, to_native
from probity.exchange.formats.qti.values import Native, NotOurs
from probity.exchange.formats.qti12.conditions import is_sum
from probity.exchange.formats.qti12.presentation import Place, flow
from probity.exchange.formats.qti12.reader import MARK, Draft, Reader, fill
from probity.exchange.xml import Element, name_of

OFFERED = frozenset({"dropdown", "wordbank"})
TAG = re.compile(r"<[^>]*>")
FREEDOM = re.compile(r"[\\\[\](){}.*+?|^$]")


def text_gaps(reader: Reader, html: str, responses: list[str]) -> Draft:
    """Gaps to write in, where the flow of the text has them."""
    names = {response: f"g{n + 1}" for n, response in enumerate(responses)}
    gaps: dict[str, dict[str, Any]] = {}
    best: dict[str, Fraction] = {}
    mute: list[str] = []
    for response, name in names.items():
        try:
            filled, best[name], _ = fill(reader, response, _alone(response, {}))
        except NotOurs as error:
            if error.code != "qti_no_key":
                raise
            mute.append(response)
            continue
        gaps[name] = {"id": name, **filled}
    table: Table = {
        "form": "gaps",
        "gaps": {name: {"form": "text", "response": r} for r, name in names.items()},
    }
    if mute and gaps:
        raise NotOurs("qti_idle_gap")
    if mute:
        return _as_whole(reader, html, names, table)
    worths = {name: _worths(reader, table, name, gaps[name]) for name in gaps}
    content: dict[str, Any] = {"kind": "cloze"}
    proof = credit.cloze(
        content, _scorer(reader, table), worths, is_additive=is_sum(reader.scoring)
    )
    return _finished(reader, html, names, Pieces(content, gaps, best, table, proof))


def _alone(response: str, rest: Native) -> Callable[[str], Native]:
    """Responses in which one place holds a text and the others stay as they are."""
    return lambda text: {**rest, response: [text]}


class Pieces:
    """A text with gaps, proved."""

    def __init__(self, content: Any, gaps: Any, best: Any, table: Table, proof: Any) -> None:
        self.content, self.gaps, self.best = content, gaps, best
        self.table, self.proof = table, proof


def _scorer(reader: Reader, table: Table) -> Any:
    return lambda response: reader.scoring.score(to_native(table, response))


def _words_of(gap: dict[str, Any]) -> list[str]:
    if "number" in gap:
        return [str(gap["number"])]
    return [entry["text"].strip("*") for entry in gap.get("accept", [])]


def _worths(reader: Reader, table: Table, name: str, gap: dict[str, Any]) -> dict[str, Fraction]:
    score = _scorer(reader, table)
    base = score({})
    answers = [*_words_of(gap), "\u0295"]
    return {answer: score({name: answer}) - base for answer in answers}


def _as_whole(reader: Reader, html: str, names: dict[str, str], table: Table) -> Draft:
    """Gaps that count only together: each is tried beside the first words of the others."""
    first = {response: _first_word(reader, response) for response in names}
    gaps: dict[str, dict[str, Any]] = {}
    worths: dict[str, dict[str, Fraction]] = {}
    score = _scorer(reader, table)
    base = score({})
    for response, name in names.items():
        rest = {other: [word] for other, word in first.items() if other != response}
        filled, _, _ = fill(reader, response, _alone(response, rest))
        gaps[name] = {"id": name, **filled}
        key = {names[other]: word for other, word in first.items()}
        answers = [*_words_of(gaps[name]), "\u0295"]
        worths[name] = {answer: score({**key, name: answer}) - base for answer in answers}
    accepted = {
        name: {a for a, value in worth.items() if value == max(worth.values())}
        for name, worth in worths.items()
    }
    proof = credit.only_whole(score, worths, accepted, base)
    content = {"kind": "cloze", "credit": "all_or_nothing"}
    return _finished(reader, html, names, Pieces(content, gaps, {}, table, proof))


def _first_word(reader: Reader, response: str) -> str:
    for condition in reader.scoring.conditions:
        for part in condition.iter():
            if name_of(part) == "varequal" and part.get("respident") == response:
                return "".join(part.itertext()).strip()
    raise NotOurs("qti_no_key")


def named_gaps(reader: Reader) -> Draft:
    """Canvas: `[name]` in the question, the answers of each as the labels of a list."""
    html = flow(reader.presentation).partition("\ue003")[0]
    names: dict[str, str] = {}
    gaps: dict[str, dict[str, Any]] = {}
    tables: dict[str, Table] = {}
    best: dict[str, Fraction] = {}
    for n, place in enumerate(reader.places):
        response, name = place.answer.identifier, f"g{n + 1}"
        names[response] = name
        tables[name] = {"form": "one", "response": response}
        gaps[name], best[name] = _named_gap(reader, place, name, tables[name])
        mark = f"[{(place.mark or response).removeprefix('response_')}]"
        if mark not in html:
            raise NotOurs("qti12_gap_lost", name=mark[:80])
        html = html.replace(mark, f"\ue003{response}\ue003", 1)
    if not is_sum(reader.scoring):
        raise NotOurs("qti_not_additive")
    base = reader.scoring.score({})
    total = sum(best.values(), Fraction(0))
    proof = Proof(base, total, frozenset(), entries=best)
    table: Table = {"form": "gaps", "gaps": tables}
    return _finished(reader, html, names, Pieces({"kind": "cloze"}, gaps, best, table, proof))


def _named_gap(
    reader: Reader, place: Place, name: str, table: Table
) -> tuple[dict[str, Any], Fraction]:
    """One gap of Canvas: words on offer, or words that are accepted."""
    base = reader.scoring.score({})
    response = place.answer.identifier
    worth = {label: reader.scoring.score({response: [label]}) - base for label, _ in place.labels}
    best = max(worth.values(), default=Fraction(0))
    if best <= 0:
        raise NotOurs("qti_no_key")
    labels = [element for element in place.element.iter() if name_of(element) == "response_label"]
    is_offered = reader.kind == "multiple_dropdowns_question" or any(
        label.get("answer_type") in OFFERED for label in labels
    )
    if is_offered:
        ids = {label: letter(n) for n, (label, _) in enumerate(place.labels)}
        table["ids"] = ids
        return _offered(reader, place, name, Worth(worth, ids, best)), best
    table.update(form="words", ids={})
    return _accepted(reader, place, name, table, labels), best


class Worth:
    """What the labels of one gap earn."""

    def __init__(self, worth: dict[str, Fraction], ids: dict[str, str], best: Fraction) -> None:
        self.worth, self.ids, self.best = worth, ids, best


def _offered(reader: Reader, place: Place, name: str, known: Worth) -> dict[str, Any]:
    choices = []
    for label, html in place.labels:
        choice: dict[str, Any] = {
            "id": known.ids[label],
            "text": english(reader.words.line(html) or label),
            "correct": known.worth[label] == known.best,
        }
        if known.worth[label] and not choice["correct"]:
            choice["share"] = share_of(known.worth[label], known.best)
        choices.append(choice)
    return {"id": name, "choose": choices}


def _accepted(
    reader: Reader, place: Place, name: str, table: Table, labels: list[Element]
) -> dict[str, Any]:
    """The labels are the answers that count, all of them, whatever the conditions repeat."""
    ways = {label.get("scoring_algorithm") or "" for label in labels}
    if "TextCloseEnough" in ways:
        reader.words.note("changed", "qti12_close_enough")
    holds = "TextContainsAnswer" in ways
    accept: list[dict[str, Any]] = []
    for (label, html), element in zip(place.labels, labels, strict=True):
        text = _bare(html) or label
        if element.get("scoring_algorithm") == "TextRegex":
            text = _literal(text)
        table["ids"][label] = text
        if all(entry["text"].strip("*").casefold() != text.casefold() for entry in accept):
            accept.append({"text": f"*{text}*" if holds else text, "share": "1/1"})
    gap: dict[str, Any] = {"id": name, "accept": accept, "normalise": ["trim", "case"]}
    if holds:
        gap["wildcards"] = True
    return gap


def _bare(html: str) -> str:
    """The words of an answer without any markup."""
    return " ".join(unescape(TAG.sub("", html)).split())


def _literal(pattern: str) -> str:
    """The one text that a regular expression without any freedom stands for."""
    text = pattern.removeprefix("^").removesuffix("$")
    if FREEDOM.search(text):
        raise NotOurs("qti_processing", what="TextRegex")
    return text


def _finished(reader: Reader, html: str, names: dict[str, str], pieces: Pieces) -> Draft:
    """Question and text: what comes before the block of the first gap is the question."""
    marked = MARK.sub(lambda found: gap_mark(names[found[1]]) if found[1] in names else "", html)
    text = reader.words.block(marked)
    blocks = text.split("\n\n")
    first = next((n for n, block in enumerate(blocks) if "[[" in block), 0)
    stem, text = "\n\n".join(blocks[:first]), "\n\n".join(blocks[first:])
    if not stem.strip():
        stem = ASK_CHINESE if is_chinese([text]) else ASK
        reader.words.note("changed", "stem_added")
    content = pieces.content
    content.update(stem=english(stem), text=english(text), gaps=list(pieces.gaps.values()))
    if len(set(pieces.best.values())) > 1:
        for name, value in pieces.best.items():
            pieces.gaps[name]["weight"] = exact(value)
    draft = Draft(content, pieces.table, pieces.proof.base, pieces.proof.best)
    key = {
        name: (_words_of(gap) or [""])[0]
        for name, gap in pieces.gaps.items()
        if "choose" not in gap
    }
    if len(key) == len(pieces.gaps):
        draft.runs = {"key": to_native(pieces.table, key), "none": {}}
    return draft
