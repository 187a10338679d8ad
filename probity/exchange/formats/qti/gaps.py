"""Interactions inside the lines of a text: a short text, a number, or a text with gaps."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from probity.exchange.formats.qti import credit
from probity.exchange.formats.qti.adding import is_sum
from probity.exchange.formats.qti.blanks import (
    Blank,
    blank_of,
    exact,
    numbered,
    share_of,
    written,
)
from probity.exchange.formats.qti.parts import Context, options_of
from probity.exchange.formats.qti.processing import Processing
from probity.exchange.formats.qti.proving import Proof
from probity.exchange.formats.qti.terms import Table, to_native
from probity.exchange.formats.qti.tree import kids
from probity.exchange.formats.qti.values import NotOurs
from probity.exchange.xml import Element, name_of


def one_blank(
    interaction: Element, context: Context, processing: Processing
) -> tuple[dict[str, Any], Table, Proof]:
    """A single place to write: a number or a short text."""
    declared = context.of(interaction)
    refuse_many(declared.cardinality)
    blank = blank_of("a", declared, processing)
    table: Table = {"form": "text", "response": declared.identifier}
    base = processing.score({})

    def attempt(text: str) -> Fraction:
        return processing.score({declared.identifier: [text]})

    if blank.is_number:
        content, best = numbered(blank, attempt, base)
        content["answer"] = content.pop("number")
        content["kind"] = "numeric"
        if not content["also"]:
            content.pop("also")
    else:
        content, best = written(blank, attempt, base)
        content["kind"] = "short_text"
    return content, table, Proof(base, best, frozenset())


def refuse_many(cardinality: str) -> None:
    """One place holds one answer."""
    if cardinality != "single":
        raise NotOurs("qti_many_answers")


class Gaps:
    """Several gaps of one text."""

    def __init__(
        self, interactions: Sequence[Element], context: Context, processing: Processing
    ) -> None:
        self.context, self.processing = context, processing
        self.names: dict[str, Element] = {}
        self.tables: dict[str, Table] = {}
        self.blanks: dict[str, Blank] = {}
        self.gaps: dict[str, dict[str, Any]] = {}
        self.idle: set[str] = set()
        prefix = "" if context.is_own else "g"
        for place, interaction in enumerate(interactions):
            declared = context.of(interaction)
            name = declared.identifier if context.is_own else f"{prefix}{place + 1}"
            self.names[name] = interaction
            self._add(name, interaction)

    def _add(self, name: str, interaction: Element) -> None:
        declared = self.context.of(interaction)
        refuse_many(declared.cardinality)
        gap: dict[str, Any] = {"id": name}
        if name_of(interaction) == "inlineChoiceInteraction":
            elements = kids(interaction, "inlineChoice")
            ids = self.context.ids(elements)
            gap["choose"] = options_of(elements, ids, self.context.words)
            table: Table = {"form": "one", "response": declared.identifier, "ids": ids}
        else:
            table = {"form": "text", "response": declared.identifier}
            self.blanks[name] = blank_of(name, declared, self.processing)
        self.gaps[name], self.tables[name] = gap, table

    @property
    def table(self) -> Table:
        return {"form": "gaps", "gaps": self.tables}

    def score(self, response: dict[str, str]) -> Fraction:
        return self.processing.score(to_native(self.table, response))

    def settle(self) -> tuple[dict[str, Any], Proof]:
        """Prove what the gaps give, and their weights. Raises NotOurs."""
        empty = self.score({})
        best: dict[str, Fraction] = {}
        idle: list[str] = []
        for name in self.gaps:
            try:
                best[name] = self._fill(name, {}, empty)
            except NotOurs as error:
                if error.code != "qti_no_key":
                    raise
                idle.append(name)
        if idle and not best:
            return self._as_whole(empty)
        if idle:
            self._set_apart(idle)
        is_additive = is_sum(self.processing)
        worths = {name: self._worths(name, {}, empty) for name in self.gaps}
        content: dict[str, Any] = {"kind": "cloze"}
        proof = credit.cloze(content, self.score, worths, is_additive=is_additive)
        for name, value in best.items():
            if len(set(best.values())) > 1:
                self.gaps[name]["weight"] = exact(value)
        content["gaps"] = list(self.gaps.values())
        return content, proof

    def _set_apart(self, idle: list[str]) -> None:
        """Gaps that the rules never look at are shown as blanks; those they do look at count."""
        for name in idle:
            response = self.tables[name]["response"]
            if self.processing.uses(response) - {"null"}:
                raise NotOurs("qti_not_additive")
            self.context.words.note("lost", "qti_idle_gap")
            del self.gaps[name], self.tables[name]
            self.idle.add(response)

    def _as_whole(self, empty: Fraction) -> tuple[dict[str, Any], Proof]:
        """No gap earns anything alone: each is tried beside the declared answers of the rest."""
        key = {name: self._declared(name) for name in self.gaps}
        worths, accepted = {}, {}
        for name in self.gaps:
            rest = {other: answer for other, answer in key.items() if other != name}
            try:
                best = self._fill(name, rest, empty)
            except NotOurs as error:
                raise NotOurs("qti_not_additive") from error
            worths[name] = self._worths(name, rest, empty)
            accepted[name] = {a for a, value in worths[name].items() if value == best}
        proof = credit.only_whole(self.score, worths, accepted, empty)
        content = {
            "kind": "cloze",
            "credit": "all_or_nothing",
            "gaps": list(self.gaps.values()),
        }
        return content, proof

    def _declared(self, name: str) -> str:
        declared = self.context.of(self.names[name])
        if not declared.correct:
            raise NotOurs("qti_no_key")
        answer = declared.correct[0]
        ids = self.tables[name].get("ids")
        if ids and answer not in ids:
            raise NotOurs("qti_no_key")
        return ids[answer] if ids else answer

    def _answers(self, name: str) -> list[str]:
        gap = self.gaps[name]
        if "choose" in gap:
            return [one["id"] for one in gap["choose"]]
        return [*self.blanks[name].words, "\u0295"]

    def _worths(self, name: str, rest: dict[str, str], empty: Fraction) -> dict[str, Fraction]:
        return {
            answer: self.score({**rest, name: answer}) - empty for answer in self._answers(name)
        }

    def _fill(self, name: str, rest: dict[str, str], empty: Fraction) -> Fraction:
        """Write into a gap what earns something there; gives the most that one answer earns."""
        gap = self.gaps[name]
        if "choose" in gap:
            return self._fill_choices(gap, self._worths(name, rest, empty))
        blank = self.blanks[name]

        def attempt(text: str) -> Fraction:
            return self.score({**rest, name: text})

        filled, best = (numbered if blank.is_number else written)(blank, attempt, empty)
        if filled.get("also") == []:
            filled.pop("also")
        if filled.get("tolerance") == {"absolute": 0}:
            filled.pop("tolerance")
        gap.update(filled)
        return best

    @staticmethod
    def _fill_choices(gap: dict[str, Any], worths: dict[str, Fraction]) -> Fraction:
        best = max(worths.values())
        if best <= 0:
            raise NotOurs("qti_no_key")
        for one in gap["choose"]:
            one["correct"] = worths[one["id"]] == best
            if worths[one["id"]] and not one["correct"]:
                one["share"] = share_of(worths[one["id"]], best)
        return best
