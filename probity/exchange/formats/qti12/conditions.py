"""The scoring of QTI 1.2: conditions over responses that set and add to one score."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from probity.exchange.formats.qti.effort import Effort
from probity.exchange.formats.qti.operators import rounded
from probity.exchange.formats.qti.tree import kid, kids, words
from probity.exchange.formats.qti.values import Native, NotOurs, needed, number
from probity.exchange.xml import Element, name_of

COMPARISONS = {
    "varlt": lambda x, y: x < y,
    "varlte": lambda x, y: x <= y,
    "vargt": lambda x, y: x > y,
    "vargte": lambda x, y: x >= y,
}
WORDS = frozenset({"varequal", "varsubset", "varsubstring", *COMPARISONS})
RESPONDUS = "Respondus_Correct"


@dataclass(slots=True)
class Answer:
    """One place to answer, by its identifier."""

    identifier: str
    cardinality: str = "Single"
    is_number: bool = False
    pairs: bool = False


@dataclass(slots=True)
class Outcome:
    """What a response led to."""

    score: Fraction
    shown: set[str] = field(default_factory=set)


class Scoring:
    """The response processing of one item, run in order to prove what it does."""

    def __init__(
        self, item: Element, answers: dict[str, Answer], effort: Effort | None = None
    ) -> None:
        self.effort = effort or Effort()
        self.answers = answers
        blocks = kids(item, "resprocessing")
        self.blocks = [kids(block, "respcondition") for block in blocks]
        self.cost = 10 + sum(1 for block in blocks for _ in block.iter())
        self.maximum: Fraction | None = None
        self.start: Fraction = Fraction(0)
        self.least: Fraction | None = None
        self.convention = ""
        self.variable = self._variable()
        self.first = {
            part.get("respident") or ""
            for block in blocks
            for part in block.iter()
            if part.get("index") == "0"
        }
        for element in (element for block in blocks for element in block.iter()):
            if name_of(element) != "decvar":
                continue
            if (element.get("varname") or "SCORE") == self.variable or self.variable == "":
                self.start = number(element.get("defaultval")) or Fraction(0)
                self.maximum = number(element.get("maxvalue"))
                self.least = number(element.get("minvalue"))

    @property
    def conditions(self) -> list[Element]:
        return [condition for block in self.blocks for condition in block]

    def by_convention(self, kind: str) -> None:
        """Blackboard leaves it to the reader: what shows `correct` is worth the maximum."""
        earning = [needed_or_zero(s) for c in self.conditions for s in kids(c, "setvar")]
        if not any(earning) and any(_shows_correct(c) for c in self.conditions):
            self.convention = "each" if "matching" in kind else "any"

    def _variable(self) -> str:
        """The one variable that is set; several would be several scores."""
        names = dict.fromkeys(
            variable_of(setter)
            for condition in self.conditions
            for setter in kids(condition, "setvar")
        )
        for name in ("SCORE", RESPONDUS):
            if name in names:
                return name
        if len(names) > 1:
            raise NotOurs("qti_no_score")
        return next(iter(names), "")

    @property
    def scores(self) -> bool:
        """Whether anything is ever set."""
        return any(kids(condition, "setvar") for condition in self.conditions)

    @property
    def rights(self) -> list[Element]:
        """The conditions that show `correct`."""
        return [condition for condition in self.conditions if _shows_correct(condition)]

    def run(self, native: Native) -> Outcome:
        """The score of these responses and the feedback they show. Raises NotOurs."""
        self.effort.spend(self.cost)
        outcome = Outcome(self.start)
        for block in self.blocks:
            self._run_block(block, native, outcome)
        if self.least is not None:
            outcome.score = max(outcome.score, self.least)
        return outcome

    def _run_block(self, block: list[Element], native: Native, outcome: Outcome) -> None:
        hit = False
        for condition in block:
            test = kid(condition, "conditionvar")
            if test is None or not self._all(test, native, hit=hit):
                continue
            only_other = _is_other(test)
            hit = hit or not only_other
            for setter in kids(condition, "setvar"):
                if variable_of(setter) == self.variable:
                    outcome.score = self._set(setter, outcome.score)
            if self.convention and _shows_correct(condition):
                outcome.score = self._conventional(outcome.score)
            shows = kids(condition, "displayfeedback")
            outcome.shown.update(show.get("linkrefid") or "" for show in shows)
            if stops(condition) and not only_other:
                break

    def _conventional(self, before: Fraction) -> Fraction:
        whole = self.maximum or Fraction(1)
        return before + whole / len(self.rights) if self.convention == "each" else whole

    def score(self, native: Native) -> Fraction:
        return self.run(native).score

    def _set(self, setter: Element, before: Fraction) -> Fraction:
        text = words(setter)
        if text.upper() == f"{self.variable}.max".upper():
            value = self.maximum if self.maximum is not None else Fraction(1)
        else:
            value = needed(text)
        action = (setter.get("action") or "Set").lower()
        if action == "add":
            return before + value
        if action == "subtract":
            return before - value
        if action == "multiply":
            return before * value
        if action == "divide" and value:
            return before / value
        if action == "set":
            return value
        raise NotOurs("qti_processing", what=f"setvar {action}")

    def _all(self, test: Element, native: Native, *, hit: bool) -> bool:
        """All of what stands side by side; of several words for one answer any will do."""
        parts = [part for part in test.iterchildren() if name_of(part)]
        ordered = self._in_order(parts, native)
        if ordered is not None:
            return ordered
        by_answer: dict[str, list[Element]] = {}
        for part in parts:
            if name_of(part) in WORDS and self._is_one(part):
                by_answer.setdefault(part.get("respident") or "", []).append(part)
            elif not self._holds(part, native, hit=hit):
                return False
        return all(self._any_word(same, native) for same in by_answer.values())

    def _in_order(self, parts: list[Element], native: Native) -> bool | None:
        """Several words for one answer that is an order: its places from the first on."""
        names = {part.get("respident") or "" for part in parts}
        if len(parts) < 2 or len(names) != 1:  # noqa: PLR2004 - one word alone is no order
            return None
        answer = self.answers.get(next(iter(names)))
        equal = all(name_of(part) == "varequal" for part in parts)
        if answer is None or answer.cardinality != "Ordered" or not equal:
            return None
        given = native.get(answer.identifier) or []
        stated = [number(part.get("index")) for part in parts]
        first = self._first(answer.identifier)
        places = [
            place + 1 if at is None else int(at) - first + 1 for place, at in enumerate(stated)
        ]
        return len(given) >= max(places) and all(
            given[place - 1] == words(part) for place, part in zip(places, parts, strict=True)
        )

    def _first(self, identifier: str) -> int:
        """From what the places of an order are counted: ILIAS begins with nought."""
        return 0 if identifier in self.first else 1

    def _is_one(self, part: Element) -> bool:
        answer = self.answers.get(part.get("respident") or "")
        return answer is not None and answer.cardinality == "Single"

    def _any_word(self, same: list[Element], native: Native) -> bool:
        """Alternatives for one answer; bounds of a range belong together."""
        equals = [part for part in same if name_of(part) in {"varequal", "varsubstring"}]
        bounds = [part for part in same if name_of(part) in COMPARISONS]
        if any(self._word(part, native) for part in equals):
            return True
        return bool(bounds) and all(self._word(part, native) for part in bounds)

    def _holds(self, part: Element, native: Native, *, hit: bool) -> bool:
        name = name_of(part)
        if name == "and":
            return self._all(part, native, hit=hit)
        if name == "or":
            inner = [inside for inside in part.iterchildren() if name_of(inside)]
            return any(self._holds(inside, native, hit=hit) for inside in inner)
        if name == "not":
            return not self._all(part, native, hit=hit)
        if name == "other":
            return not hit
        if name == "unanswered":
            return not native.get(part.get("respident") or "")
        if name in WORDS:
            return self._word(part, native)
        raise NotOurs("qti_processing", what=name)

    def _word(self, part: Element, native: Native) -> bool:
        answer = self.answers.get(part.get("respident") or "")
        given = native.get(part.get("respident") or "") or []
        wanted = words(part)
        name = name_of(part)
        if name == "varsubset":
            if answer is None or not answer.pairs:
                raise NotOurs("qti_processing", what=name)
            return pair_of(wanted) in map(pair_of, given)
        if name in COMPARISONS or (answer is not None and answer.is_number):
            return any(_as_numbers(part, name, text, wanted) for text in given)
        fold = (part.get("case") or "no").lower() != "yes"
        if fold:
            given, wanted = [text.casefold() for text in given], wanted.casefold()
        if part.get("index"):
            place = int(needed(part.get("index"))) - self._first(part.get("respident") or "")
            return 0 <= place < len(given) and given[place] == wanted
        if name == "varsubstring":
            return any(wanted in text for text in given)
        return bool(wanted) and wanted in [text.strip() for text in given]


def _as_numbers(part: Element, name: str, text: str, wanted: str) -> bool:
    x, y = number(text), number(wanted)
    if x is None or y is None:
        return False
    if name in COMPARISONS:
        return bool(COMPARISONS[name](x, y))
    figures, mode = number(part.get("precision")), (part.get("precisiontype") or "").lower()
    if figures is not None and mode:
        way = "decimalPlaces" if mode.startswith("decimal") else "significantFigures"
        return rounded(x, way, int(figures)) == rounded(y, way, int(figures))
    return x == y


def pair_of(text: str) -> tuple[str, ...]:
    """Two labels as a condition or a response names them together: `21,11`."""
    return tuple(part.strip() for part in text.split(","))


def variable_of(setter: Element) -> str:
    return setter.get("varname") or setter.get("variablename") or "SCORE"


def _is_other(test: Element) -> bool:
    return [name_of(part) for part in test.iterchildren() if name_of(part)] == ["other"]


def words_for(scoring: Scoring, identifier: str) -> Iterator[Element]:
    """All words of the conditions that look at one answer."""
    for condition in scoring.conditions:
        for part in condition.iter():
            if name_of(part) in WORDS and part.get("respident") == identifier:
                yield part


def is_sum(scoring: Scoring) -> bool:
    """Whether each condition looks at one answer at most and only adds."""
    if scoring.convention:
        return scoring.convention == "each"
    return all(_adds_up(block, scoring) for block in scoring.blocks) and (
        scoring.least is None or scoring.least <= scoring.start
    )


def _adds_up(block: list[Element], scoring: Scoring) -> bool:
    all_names: set[str | None] = set()
    may_stop = False
    for condition in block:
        names = {part.get("respident") for part in condition.iter() if name_of(part) in WORDS}
        all_names |= names
        may_stop |= stops(condition)
        setters = [s for s in kids(condition, "setvar") if variable_of(s) == scoring.variable]
        if not any(needed_or_zero(setter) for setter in setters):
            continue
        adds = all((setter.get("action") or "Set").lower() == "add" for setter in setters)
        if len(names) != 1 or not adds or any(name_of(p) == "other" for p in condition.iter()):
            return False
    return not may_stop or len(all_names) <= 1


def stops(condition: Element) -> bool:
    """Whether what follows a condition that holds is left out."""
    return (condition.get("continue") or "").lower() == "no"


def _shows_correct(condition: Element) -> bool:
    return any(show.get("linkrefid") == "correct" for show in kids(condition, "displayfeedback"))


def needed_or_zero(setter: Element) -> Fraction:
    """What is set, nothing where it is no number."""
    return number(words(setter)) or Fraction(words(setter).lower().endswith(".max"))


def is_sum_of_choices(scoring: Scoring) -> bool:
    """Whether each condition is about one choice of one answer, and only adds."""
    if not is_sum(scoring) or any(stops(condition) for condition in scoring.conditions):
        return False
    for condition in scoring.conditions:
        if any(needed_or_zero(setter) for setter in kids(condition, "setvar")):
            parts = [part for part in condition.iter() if name_of(part) in WORDS | {"not", "or"}]
            if len(parts) != 1:
                return False
    return True
