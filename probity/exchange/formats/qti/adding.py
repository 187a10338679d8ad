"""Telling from the rules themselves whether the score is a sum of one term per response."""

from collections.abc import Iterable

from probity.exchange.formats.qti.processing import Processing
from probity.exchange.formats.qti.tree import within
from probity.exchange.xml import Element, name_of

SETTERS = ("setOutcomeValue", "lookupOutcomeValue")
READING = frozenset({"variable", "correct", "mapResponse", "mapResponsePoint", "default"})


def is_sum(processing: Processing) -> bool:
    """Whether each term of the score looks at one response at most.

    Outcomes in between count with the responses that they may depend on. What cannot be told
    this way is no, and then every combination is tried instead.
    """
    score = processing.outcome
    leans = _leanings(processing)
    has_term = False
    for rule in processing.rules:
        setters = [e for e in _all(rule) if name_of(e) == "setOutcomeValue"]
        setters = [e for e in setters if e.get("identifier") == score]
        if not setters:
            continue
        if name_of(rule) == "setOutcomeValue":
            if not _is_sum_of_ones(rule, processing, leans, score, is_first=not has_term):
                return False
        elif not all(_adds_to(setter, score) for setter in setters):
            return False
        else:
            parts = [*_tests(rule), *(e for setter in setters for e in setter.iter())]
            reads_itself = any(_reads_score(e, score) for e in _tests(rule))
            if reads_itself or len(_looks(parts, processing, leans)) > 1:
                return False
        has_term = True
    return has_term


def _all(rule: Element) -> list[Element]:
    return [element for element in rule.iter() if name_of(element)]


def _tests(rule: Element) -> list[Element]:
    """What the conditions of a rule look at, without what is set."""
    inside = {e for setter in within(rule, *SETTERS) for e in setter.iter()}
    if name_of(rule) in SETTERS:
        return []
    return [element for element in _all(rule) if element not in inside]


def _leanings(processing: Processing) -> dict[str, set[str]]:
    """For each outcome the responses that it may depend on."""
    leans: dict[str, set[str]] = {}
    for _ in range(3):
        for rule in processing.rules:
            looks = _looks(_tests(rule), processing, leans)
            for setter in (rule, *within(rule, *SETTERS)):
                name = setter.get("identifier")
                if name_of(setter) in SETTERS and name:
                    own = _looks(_all(setter), processing, leans)
                    leans.setdefault(name, set()).update(looks | own)
    return leans


def _looks(
    elements: Iterable[Element], processing: Processing, leans: dict[str, set[str]]
) -> set[str]:
    """The responses that expressions look at, also by way of outcomes other than the score."""
    found: set[str] = set()
    for element in elements:
        name = element.get("identifier") or ""
        if name_of(element) not in READING:
            continue
        if name in processing.responses:
            found.add(name)
        elif name != processing.outcome:
            found |= leans.get(name, set())
    return found


def _reads_score(element: Element, score: str) -> bool:
    return name_of(element) == "variable" and element.get("identifier") == score


def _reads(rule: Element, score: str) -> int:
    return sum(e.get("identifier") == score for e in within(rule, "variable"))


def _adds_to(setter: Element, score: str) -> bool:
    """`score = score + something that does not look at the score`."""
    inner = list(setter)
    if len(inner) != 1 or name_of(inner[0]) != "sum":
        return False
    terms = list(inner[0])
    own = [t for t in terms if name_of(t) == "variable" and t.get("identifier") == score]
    return len(own) == 1 and _reads(setter, score) == 1


def _is_sum_of_ones(
    rule: Element,
    processing: Processing,
    leans: dict[str, set[str]],
    score: str,
    *,
    is_first: bool,
) -> bool:
    """A bare `score = a + b + ...` whose every term looks at one response at most."""
    inner = list(rule)
    if len(inner) != 1:
        return False
    terms = _terms(inner[0])
    reads = _reads(rule, score)
    own = [t for t in terms if name_of(t) == "variable" and t.get("identifier") == score]
    if reads != len(own) or len(own) > 1 or (not own and not is_first):
        return False
    return all(len(_looks(_all(term), processing, leans)) <= 1 for term in terms)


def _terms(expression: Element) -> list[Element]:
    """The terms of a sum, also below a product with constants."""
    name, inner = name_of(expression), list(expression)
    if name == "sum":
        return [term for part in inner for term in _terms(part)]
    if name == "product":
        moving = [part for part in inner if name_of(part) != "baseValue"]
        return _terms(moving[0]) if len(moving) == 1 else [expression]
    return [expression]
