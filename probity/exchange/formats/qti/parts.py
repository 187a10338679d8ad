"""One interaction as the beginning of an item of ours: what is shown, before what is right."""

import re
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from probity.exchange.formats.qti.body import Words, english, gap_mark, mark, prompt_of, readable
from probity.exchange.formats.qti.proving import Space
from probity.exchange.formats.qti.terms import Table
from probity.exchange.formats.qti.tree import inner, kids, number_of, within
from probity.exchange.formats.qti.tree import words as plain
from probity.exchange.formats.qti.values import Declaration, NotOurs
from probity.exchange.xml import Element, name_of

TOKEN = re.compile(r"[a-z][a-z0-9_]*")
TRUTH = {"true": True, "false": False}
CHOICES = ("simpleChoice", "hottext", "inlineChoice", "hotspotChoice")


@dataclass(slots=True)
class Part:
    """One interaction on its way into an item."""

    kind: str
    content: dict[str, Any]
    table: Table
    declared: Declaration
    space: Space | None = None
    prompt: str = ""
    whys: dict[str, Element] = field(default_factory=dict)


@dataclass(slots=True)
class Context:
    """What building the parts of one item needs."""

    words: Words
    declared: dict[str, Declaration]
    is_own: bool = False
    is_only: bool = False

    def of(self, interaction: Element) -> Declaration:
        """The declaration that an interaction answers into. Raises NotOurs."""
        name = interaction.get("responseIdentifier") or ""
        found = self.declared.get(name)
        if found is None and self.is_only and len(self.declared) == 1:
            found = next(iter(self.declared.values()))
            self.words.note("changed", "qti_response_joined", name=name[:80])
        if found is None:
            raise NotOurs("qti_undeclared", name=name[:80])
        return found

    def ids(self, elements: Sequence[Element], taken: str = "") -> dict[str, str]:
        """Our id for each native identifier: a, b, c ...; files of our own keep theirs."""
        names = [element.get("identifier") or "" for element in elements]
        if len(set(names)) < len(names) or "" in names:
            raise NotOurs("qti_identifiers")
        if self.is_own and all(TOKEN.fullmatch(name) for name in names):
            return {name: name for name in names}
        return {name: f"{taken}{letter(place)}" for place, name in enumerate(names)}


def letter(place: int) -> str:
    """Give a to z, then a1 to z1, and so on."""
    turn, rest = divmod(place, len(string.ascii_lowercase))
    return f"{string.ascii_lowercase[rest]}{turn or ''}"


def options_of(elements: Iterable[Element], ids: dict[str, str], words: Words) -> list[Any]:
    found = []
    for element in elements:
        name = element.get("identifier") or ""
        text = words.element(element) or plain(element) or element.get("label") or name
        found.append({"id": ids[name], "text": english(text)})
    return found


def choice(interaction: Element, context: Context) -> Part:
    """One of several, several of several, true or false."""
    declared = context.of(interaction)
    elements = list(within(interaction, *CHOICES))
    ids = context.ids(elements)
    options = options_of(elements, ids, context.words)
    most = number_of(interaction, "maxChoices")
    is_one = declared.cardinality == "single" or (most == 1)
    whys = {ids[e.get("identifier") or ""]: f for e in elements for f in kids(e, "feedbackInline")}
    part = _chosen(options, ids, declared, is_one=is_one, most=most)
    part.whys = whys
    part.prompt = prompt_of(interaction, context.words)
    if (interaction.get("shuffle") or "false") != "true":
        part.content["shuffle"] = False
    return part


def _chosen(
    options: list[Any],
    ids: dict[str, str],
    declared: Declaration,
    *,
    is_one: bool,
    most: int | None,
) -> Part:
    names = list(ids.values())
    if is_one and _is_truth(ids, options):
        table: Table = {
            "form": "truth",
            "response": declared.identifier,
            "ids": {name: TRUTH[name.lower()] for name in ids},
        }
        space = Space([["true", "false"]])
        return Part("true_false", {"kind": "true_false"}, table, declared, space)
    table = {"form": "one" if is_one else "many", "response": declared.identifier, "ids": ids}
    content: dict[str, Any] = {"kind": "single" if is_one else "multiple", "options": options}
    if not is_one and most and 1 < most < len(names):
        content["choose"] = most
    space = Space([names], 1 if is_one else None, None if is_one else content.get("choose"))
    return Part(content["kind"], content, table, declared, space)


def _is_truth(ids: dict[str, str], options: list[Any]) -> bool:
    said = {
        name.lower(): option["text"]["en"].strip().lower()
        for name, option in zip(ids, options, strict=True)
    }
    return set(said) == {"true", "false"} and all(name == text for name, text in said.items())


def hottext(interaction: Element, context: Context) -> Part:
    """Words marked in a passage: the passage is the question, its marked words the options."""
    part = choice(interaction, context)
    passage = readable(interaction, context.words)
    for prompt in kids(passage, "prompt"):
        passage.remove(prompt)
    for place, hot in enumerate(within(passage, "hottext")):
        hot.tag = "b"
        option = part.content["options"][place]
        twins = [o for o in part.content["options"] if o["text"] == option["text"]]
        if len(twins) > 1:
            option["text"] = english(f"{option['text']['en']} ({place + 1})")
            hot.text = f"({place + 1}) {hot.text or ''}"
    part.prompt = "\n\n".join(filter(None, (part.prompt, context.words.block(inner(passage)))))
    part.content["shuffle"] = False
    context.words.note("changed", "qti_hottext")
    return part


def order(interaction: Element, context: Context) -> Part:
    """Things to be put in order, also places of a picture."""
    declared = context.of(interaction)
    elements = list(within(interaction, "simpleChoice", "hotspotChoice"))
    ids = context.ids(elements)
    steps = options_of(elements, ids, context.words)
    table: Table = {"form": "order", "response": declared.identifier, "ids": ids}
    part = Part("ordering", {"kind": "ordering", "steps": steps}, table, declared)
    part.prompt = with_picture(interaction, context)
    if name_of(interaction) == "graphicOrderInteraction":
        context.words.note("changed", "qti_places_named")
    return part


def with_picture(interaction: Element, context: Context) -> str:
    """The prompt of a graphic interaction, and its picture."""
    prompt = prompt_of(interaction, context.words)
    shown = next(iter(kids(interaction, "object", "img", "picture")), None)
    if shown is None:
        return prompt
    name = context.words.name_of_file(address_of(shown))
    alt = (shown.get("alt") or plain(shown)).replace("]", " ").strip()
    image = f"![{alt}](media:{name})" if name else ""
    return "\n\n".join(filter(None, (prompt, image)))


def address_of(shown: Element) -> str:
    """Where the file of an image or object lies."""
    if name_of(shown) == "picture":
        image = next(within(shown, "img"), None)
        return "" if image is None else image.get("src") or ""
    return shown.get("data") or shown.get("src") or ""


def match(interaction: Element, context: Context) -> Part:
    """Two sides; where a left piece may have several partners it is a table of crosses."""
    declared = context.of(interaction)
    sides = [kids(side, "simpleAssociableChoice") for side in kids(interaction, "simpleMatchSet")]
    if len(sides) != 2:  # noqa: PLR2004 - a left and a right one
        raise NotOurs("qti_sides")
    left, right = context.ids(sides[0]), context.ids(sides[1])
    pieces = [options_of(s, i, context.words) for s, i in zip(sides, (left, right), strict=True)]
    table: Table = {"form": "pairs", "response": declared.identifier, "left": left, "right": right}
    lefts, rights = list(left.values()), list(right.values())
    groups = [[f"{one} {other}" for other in rights] for one in lefts]
    one_each = all(_most(e) == 1 for e in sides[0])
    is_once = all(_most(e) == 1 for e in sides[1])
    key = [value.split() for value in declared.correct or _mapped(declared)]
    starts = [pair[0] for pair in key if pair]
    is_table = context.is_own and "match-tabular" in (interaction.get("class") or "")
    fits = sorted(starts) == sorted(left) and (one_each or len(set(starts)) == len(starts))
    if fits and one_each and not is_table:
        content: dict[str, Any] = {"kind": "matching", "left": pieces[0], "right": pieces[1]}
        content["reuse_right"] = not is_once
        space = Space(groups, 1, None, is_once)
        part = Part("matching", content, table, declared, space)
    else:
        table["form"] = "cells"
        content = {"kind": "matrix", "rows": pieces[0], "columns": pieces[1]}
        content["per_row"] = "one" if one_each else "many"
        part = Part("matrix", content, table, declared, Space(groups, 1 if one_each else None))
    part.prompt = prompt_of(interaction, context.words)
    return part


def _most(element: Element) -> int:
    found = number_of(element, "matchMax")
    return 1 if found is None else found


def _mapped(declared: Declaration) -> list[str]:
    """Pairs that earn something, where no answer is declared right."""
    if declared.mapping is None:
        return []
    return [entry.key for entry in declared.mapping.entries if entry.value > 0]


def associate(interaction: Element, context: Context) -> Part:
    """Pairs out of one set: two sides, if the right pairs allow two."""
    declared = context.of(interaction)
    elements = list(within(interaction, "simpleAssociableChoice", "associableHotspot"))
    names = [element.get("identifier") or "" for element in elements]
    key = [value.split() for value in declared.correct or _mapped(declared)]
    left, right = two_sides(names, [(pair[0], pair[-1]) for pair in key if len(pair) > 1])
    by_name = dict(zip(names, elements, strict=True))
    sides = [[by_name[name] for name in side] for side in (left, right)]
    ids = [context.ids(side) for side in sides]
    pieces = [options_of(s, i, context.words) for s, i in zip(sides, ids, strict=True)]
    table: Table = {
        "form": "pairs",
        "response": declared.identifier,
        "left": ids[0],
        "right": ids[1],
        "loose": True,
    }
    groups = [[f"{one} {other}" for other in ids[1].values()] for one in ids[0].values()]
    used = [pair[0] if pair[0] in right else pair[-1] for pair in key]
    reuse = len(set(used)) < len(used)
    content = {"kind": "matching", "left": pieces[0], "right": pieces[1], "reuse_right": reuse}
    part = Part("matching", content, table, declared, Space(groups, 1, None, not reuse))
    part.prompt = with_picture(interaction, context)
    context.words.note("changed", "qti_two_sides")
    return part


def two_sides(names: list[str], key: list[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """Split a set so that each on the left has one partner on the right. Raises NotOurs."""
    left: list[str] = []
    right: list[str] = []
    times = {name: sum(name in pair for pair in key) for name in names}
    for first, second in key:
        one, other = (first, second) if times.get(first) == 1 else (second, first)
        if second in left or (first in right and times.get(second) == 1):
            one, other = second, first
        if times.get(one) != 1 or one in right or other in left or one not in names:
            raise NotOurs("qti_not_bipartite")
        left.append(one)
        if other not in right:
            right.append(other)
    right += [name for name in names if name not in left and name not in right]
    if not left or not set(right) <= set(names):
        raise NotOurs("qti_not_bipartite")
    return left, right


def gap_match(interaction: Element, context: Context) -> Part:
    """Pieces for the gaps of a text, or for places of a picture."""
    declared = context.of(interaction)
    elements = kids(interaction, "gapText", "gapImg")
    gaps = list(within(interaction, "gap", "associableHotspot"))
    choices, places = context.ids(elements), context.ids(gaps, "" if context.is_own else "g_")
    if any(_most(gap) != 1 for gap in gaps):
        raise NotOurs("qti_crowded_gap")
    table: Table = {
        "form": "pairs",
        "response": declared.identifier,
        "left": places,
        "right": choices,
        "swap": not _starts_with_gap(declared, places),
    }
    once = all(_most(element) == 1 for element in elements)
    content: dict[str, Any] = {
        "kind": "gap_match",
        "gaps": [{"id": name} for name in places.values()],
        "choices": options_of(elements, choices, context.words),
        "reuse": not once,
    }
    groups = [[f"{gap} {one}" for one in choices.values()] for gap in places.values()]
    part = Part("gap_match", content, table, declared, Space(groups, 1, None, once))
    if name_of(interaction) == "graphicGapMatchInteraction":
        part.prompt = with_picture(interaction, context)
        lines = [f"{place + 1}. [[{name}]]" for place, name in enumerate(places.values())]
        content["text"] = english("\n".join(lines))
        context.words.note("changed", "qti_places_listed")
    else:
        part.prompt = prompt_of(interaction, context.words)
        content["text"] = english(_gap_text(interaction, places, context))
    return part


def _starts_with_gap(declared: Declaration, places: dict[str, str]) -> bool:
    """The standard writes the piece before its gap; some files have it the other way round."""
    pairs = [value.split() for value in declared.correct or _mapped(declared)]
    return bool(pairs) and all(pair and pair[0] in places for pair in pairs)


def _gap_text(interaction: Element, places: dict[str, str], context: Context) -> str:
    passage = readable(interaction, context.words)
    for element in kids(passage, "prompt", "gapText", "gapImg"):
        passage.remove(element)
    for gap in list(within(passage, "gap")):
        mark(gap, gap_mark(places[gap.get("identifier") or ""]))
    return context.words.block(inner(passage))
