"""Which kind of ours an item of QTI 1.2 is, by its places to answer and by what it calls itself."""

from fractions import Fraction

from probity.exchange.formats.qti.body import Words
from probity.exchange.formats.qti.effort import Effort
from probity.exchange.formats.qti.terms import Table
from probity.exchange.formats.qti.values import NotOurs
from probity.exchange.formats.qti12.choosing import choice, matching, ordering
from probity.exchange.formats.qti12.conditions import Answer, Scoring, words_for
from probity.exchange.formats.qti12.gaps import named_gaps, text_gaps
from probity.exchange.formats.qti12.pairing import is_pairs, pairs
from probity.exchange.formats.qti12.presentation import GAP, Fields, Place, flow, places
from probity.exchange.formats.qti12.reader import Draft, Reader, fill, kind_of
from probity.exchange.xml import Element, name_of

NOT_SCORED = frozenset({"calculated_question", "wct_calculated"})
BY_NAME = frozenset({"fill_in_multiple_blanks_question", "multiple_dropdowns_question"})


def read(
    item: Element, presentation: Element | None, words: Words, fields: Fields, effort: Effort
) -> Draft:
    """Read an item. Raises NotOurs."""
    if presentation is None:
        raise NotOurs("qti_no_body")
    draft = _read(item, presentation, words, fields, effort)
    answers = {p.answer.identifier: p.answer for p in places(presentation)}
    draft.scoring = Scoring(item, answers)
    return draft


def _read(
    item: Element, presentation: Element, words: Words, fields: Fields, effort: Effort
) -> Draft:
    found = places(presentation)
    answers = {place.answer.identifier: place.answer for place in found}
    kind = kind_of(fields)
    scoring = Scoring(item, answers, effort)
    _join(found, answers, scoring, words)
    if fields.get("bbmd_questiontype"):
        scoring.by_convention(kind)
        if scoring.convention:
            words.note("changed", "qti12_convention")
    reader = Reader(item, presentation, words, found, scoring, kind)
    if kind in NOT_SCORED or any(name_of(e) == "calculated" for e in item.iter()):
        raise NotOurs("qti12_calculated")
    if "upload" in kind:
        return _open(reader, "upload")
    if not found:
        return _without_places(reader)
    if any(name_of(place.element) == "response_xy" for place in found):
        raise NotOurs("qti12_hotspot")
    return _by_places(reader)


def _join(found: list[Place], answers: dict[str, Answer], scoring: Scoring, words: Words) -> None:
    """Where one place and one name in the rules miss each other, they belong together."""
    named = {
        part.get("respident") or ""
        for condition in scoring.conditions
        for part in condition.iter()
        if name_of(part) == "varequal"
    }
    lost = named - set(answers)
    if len(found) == 1 and len(lost) == 1 and not named & set(answers):
        words.note("changed", "qti_response_joined", name=found[0].answer.identifier[:80])
        found[0].title = ""
        found[0].mark = found[0].answer.identifier
        found[0].answer.identifier = lost.pop()
        answers[found[0].answer.identifier] = found[0].answer


def _by_places(reader: Reader) -> Draft:
    found = reader.places
    choices = [place for place in found if place.is_choice]
    is_essay = "essay" in reader.kind or not _earns(reader)
    if not choices and is_essay and len(found) == 1:
        return _open(reader, "essay")
    if not reader.scoring.scores and not reader.scoring.convention:
        raise NotOurs("qti_no_processing")
    if reader.kind in BY_NAME:
        return named_gaps(reader)
    if len(found) == 1 and choices:
        if found[0].answer.cardinality == "Ordered":
            return ordering(reader, found[0])
        if is_pairs(found[0], reader.scoring):
            return pairs(reader, found[0])
        return choice(reader, found[0])
    if not choices:
        return _written(reader)
    if len(choices) == len(found):
        return matching(reader)
    raise NotOurs("qti_mixed_marking")


def _earns(reader: Reader) -> bool:
    """Whether any condition that looks at an answer sets something."""
    return any(list(words_for(reader.scoring, p.answer.identifier)) for p in reader.places)


def _open(reader: Reader, kind: str) -> Draft:
    content = {"kind": kind, "stem": reader.stem(flow(reader.presentation))}
    response = reader.places[0].answer.identifier if reader.places else ""
    table: Table = {"form": "text", "response": response}
    best = reader.scoring.maximum or Fraction(1)
    return Draft(content, table, Fraction(0), best if best > 0 else Fraction(1), is_scorable=False)


def _without_places(reader: Reader) -> Draft:
    """Respondus writes gaps into the question alone; others show a text and ask nothing."""
    names = dict.fromkeys(
        part.get("respident") or ""
        for condition in reader.scoring.conditions
        for part in condition.iter()
        if name_of(part) == "varequal"
    )
    html = flow(reader.presentation)
    if not names or not all(name and name in html for name in names):
        raise NotOurs("qti_no_interaction")
    reader.scoring.answers.update({name: Answer(name) for name in names})
    marked = html
    for name in names:
        marked = marked.replace(name, f"{GAP}{name}{GAP}", 1)
    return text_gaps(reader, marked, list(names))


def _written(reader: Reader) -> Draft:
    """Places to write in: one is a short text or a number, several are a text with gaps."""
    if len(reader.places) > 1:
        names = [place.answer.identifier for place in reader.places]
        return text_gaps(reader, flow(reader.presentation), names)
    place = reader.places[0]
    response = place.answer.identifier
    content, best, base = fill(reader, response, lambda text: {response: [text]})
    if "number" in content:
        content = {"kind": "numeric", "answer": content.pop("number"), **content}
    else:
        content = {"kind": "short_text", **content}
    content["stem"] = reader.stem(flow(reader.presentation) + place.title)
    table: Table = {"form": "text", "response": response}
    return Draft(content, table, base, best)
