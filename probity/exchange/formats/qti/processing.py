"""Running response processing in order to prove what it does; no candidate is marked with it.

What cannot be run (random numbers, custom operators) poisons the outcome that it would set, and
only a poisoned score is a reason to refuse.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from probity.exchange.formats.qti.effort import Effort
from probity.exchange.formats.qti.operators import OPERATORS, Poison, Poisoned, Scope
from probity.exchange.formats.qti.tree import kids, within
from probity.exchange.formats.qti.values import NULL, Declaration, Native, NotOurs, Value
from probity.exchange.xml import Element, name_of

TEMPLATES = {
    "match_correct": "match",
    "map_response": "map",
    "map_response_point": "point",
    "cc2_match": "match",
    "cc2_match_basic": "match",
    "cc2_map_response": "map",
}
RULES = frozenset(
    {
        "responseCondition",
        "setOutcomeValue",
        "lookupOutcomeValue",
        "exitResponse",
        "responseProcessingFragment",
        "include",
    }
)

MISUSED = (IndexError, TypeError, ValueError, ArithmeticError, AttributeError)
"""What an operator raises that was given too few operands, or others than it takes."""


class Exit(Exception):
    """The rules say that nothing more follows."""


class Processing:
    """The response processing of one item."""

    def __init__(
        self,
        element: Element | None,
        responses: Mapping[str, Declaration],
        outcomes: Mapping[str, Declaration],
        effort: Effort | None = None,
    ) -> None:
        self.effort = effort or Effort()
        self.responses = dict(responses)
        self.outcomes = dict(outcomes)
        self.rules: list[Element] = []
        self.template = ""
        self.only = ""
        if element is not None:
            self.rules = kids(element, *RULES)
            address = element.get("template") or element.get("templateLocation") or ""
            name = address.rstrip("/").rpartition("/")[2].removesuffix(".xml").lower()
            self.template = TEMPLATES.get(name, "") if not self.rules else ""
            if address and not self.rules and not self.template:
                raise NotOurs("qti_template", name=address[:120])
        self.is_absent = not self.rules and not self.template
        self.cost = 10 + sum(1 for rule in self.rules for _ in rule.iter())

    def run(self, native: Native) -> dict[str, Any]:
        """The outcomes that these responses lead to."""
        self.effort.spend(self.cost)
        scope = Scope(self.responses, self.outcomes, {}, {})
        for name, declared in self.responses.items():
            scope.given[name] = declared.value(native.get(name))
        for name, declared in self.outcomes.items():
            scope.results[name] = _start(declared)
        if self.template:
            scope.results["SCORE"] = self._by_template(scope)
            return scope.results
        try:
            for rule in self.rules:
                _rule(rule, scope)
        except Exit:
            pass
        return scope.results

    def score(self, native: Native) -> Fraction:
        """The score of these responses. Raises NotOurs where it cannot be told."""
        result = self.run(native).get(self.outcome, NULL)
        if isinstance(result, Poison):
            raise NotOurs("qti_processing", what=result.what)
        if result.is_null:
            return Fraction(0)
        if not isinstance(result.one, Fraction | int):
            raise NotOurs("qti_no_score")
        return Fraction(result.one)

    @property
    def outcome(self) -> str:
        """The name of the outcome that is the score."""
        if "SCORE" in self.outcomes or self.template:
            return "SCORE"
        numeric = [
            name
            for name, declared in self.outcomes.items()
            if declared.base in {"float", "integer"} and name in self.assigned()
        ]
        if len(numeric) != 1:
            raise NotOurs("qti_no_score")
        return numeric[0]

    def assigned(self) -> set[str]:
        """The outcomes that the rules set."""
        return {
            setter.get("identifier") or ""
            for rule in self.rules
            for setter in (rule, *within(rule, "setOutcomeValue", "lookupOutcomeValue"))
        }

    def uses(self, response: str) -> set[str]:
        """In which ways the rules look at a response: `match`, `null`, `map`, `point`, `other`."""
        if self.template:
            return {self.template} if response == self._only() else set()
        ways: set[str] = set()
        for rule in self.rules:
            for element in within(rule, "variable", "correct", "mapResponse", "mapResponsePoint"):
                if element.get("identifier") == response:
                    ways.add(_way(element, response))
        return ways

    def _only(self) -> str:
        if self.only:
            return self.only
        return "RESPONSE" if "RESPONSE" in self.responses else next(iter(self.responses), "")

    def _by_template(self, scope: Scope) -> Value:
        name = self._only()
        given, declared = scope.given.get(name, NULL), self.responses.get(name)
        if declared is None or given.is_null:
            return Value((Fraction(0),))
        if self.template == "match":
            right = declared.value(declared.correct)
            if right.is_null:
                raise NotOurs("qti_no_key")
            return Value((Fraction(same(given, right)),))
        if (declared.mapping if self.template == "map" else declared.areas) is None:
            raise NotOurs("qti_no_mapping", name=name)
        operator = OPERATORS["mapResponse" if self.template == "map" else "mapResponsePoint"]
        try:
            return operator([], {"identifier": name}, scope)
        except MISUSED as error:
            raise NotOurs("qti_processing", what=self.template) from error


def same(first: Value, second: Value) -> bool:
    """Whether two values are the same; the order counts only where it is one of order."""
    if "ordered" in {first.cardinality, second.cardinality}:
        return first.items == second.items
    return sorted(map(repr, first.items)) == sorted(map(repr, second.items))


def _way(element: Element, response: str) -> str:
    name, parent = name_of(element), element.getparent()
    if name in {"mapResponse", "mapResponsePoint"}:
        return "map" if name == "mapResponse" else "point"
    beside = [name_of(child) for child in parent]
    others = {child.get("identifier") for child in parent}
    if name_of(parent) == "match" and "correct" in beside and others == {response}:
        return "match"
    return "null" if name_of(parent) == "isNull" else "other"


def _start(declared: Declaration) -> Value:
    if declared.default is not None:
        return declared.value(declared.default)
    if declared.base in {"float", "integer"} and declared.cardinality == "single":
        return Value((Fraction(0),))
    return Value((), declared.cardinality)


def _rule(rule: Element, scope: Scope) -> None:
    name = name_of(rule)
    if name == "setOutcomeValue":
        scope.results[rule.get("identifier") or ""] = _safely(_first(rule), scope)
    elif name == "responseCondition":
        _condition(rule, scope)
    elif name == "exitResponse":
        raise Exit
    elif name == "responseProcessingFragment":
        for inside in kids(rule, *RULES):
            _rule(inside, scope)
    else:
        scope.results[rule.get("identifier") or "SCORE"] = Poison(name)


def _condition(rule: Element, scope: Scope) -> None:
    for branch in kids(rule, "responseIf", "responseElseIf", "responseElse"):
        rules = list(branch)
        if name_of(branch) != "responseElse":
            try:
                holds = evaluate(rules[0], scope) if rules else NULL
            except Poisoned as error:
                for setter in within(rule, "setOutcomeValue", "lookupOutcomeValue"):
                    scope.results[setter.get("identifier") or ""] = Poison(error.what)
                return
            if holds.is_null or holds.one is not True:
                continue
            rules = rules[1:]
        for inside in rules:
            _rule(inside, scope)
        return


def _first(rule: Element) -> Element | None:
    return next(iter(rule), None)


def _safely(expression: Element | None, scope: Scope) -> Any:
    if expression is None:
        return NULL
    try:
        return evaluate(expression, scope)
    except Poisoned as error:
        return Poison(error.what)


def evaluate(expression: Element, scope: Scope) -> Value:
    """The value of an expression. Raises Poisoned where it cannot be told."""
    operator = OPERATORS.get(name_of(expression))
    if operator is None:
        raise Poisoned(name_of(expression))
    inner = [evaluate(child, scope) for child in expression]
    attributes = dict(expression.attrib)
    if name_of(expression) == "baseValue":
        attributes["text"] = "".join(expression.itertext())
    try:
        return operator(inner, attributes, scope)
    except MISUSED as error:
        raise Poisoned(name_of(expression)) from error


def maximum(outcomes: Mapping[str, Declaration]) -> Fraction | None:
    """The maximum that an item declares of itself, which need not be the one it gives."""
    declared = outcomes.get("MAXSCORE")
    if declared is not None and declared.default:
        value = declared.value(declared.default)
        if not value.is_null and isinstance(value.one, Fraction):
            return value.one
    score = outcomes.get("SCORE")
    if score is not None and score.attributes.get("normalMaximum"):
        value = Declaration("", base="float").value([score.attributes["normalMaximum"]])
        return None if value.is_null else value.one
    return None
