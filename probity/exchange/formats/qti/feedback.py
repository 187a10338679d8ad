"""Feedback of an item, put where ours has its place by finding out when it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from probity.exchange.formats.qti.body import Words, english, joined
from probity.exchange.formats.qti.parts import Part
from probity.exchange.formats.qti.processing import Processing
from probity.exchange.formats.qti.terms import to_native
from probity.exchange.formats.qti.tree import verbatim, within
from probity.exchange.formats.qti.tree import words as plain
from probity.exchange.formats.qti.values import Native, Value
from probity.exchange.xml import Element, name_of

MOMENTS = frozenset({"right", "partial", "wrong", "general"})
FEEDBACK = ("modalFeedback", "feedbackBlock", "feedbackInline")


@dataclass(slots=True)
class Said:
    """What was gathered: by moment, by option, and what has no place with us."""

    moments: dict[str, str] = field(default_factory=dict)
    whys: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)

    def add(self, moment: str, text: str) -> None:
        self.moments[moment] = joined(self.moments.get(moment, ""), text)

    def why(self, option: str, text: str) -> None:
        self.whys[option] = joined(self.whys.get(option, ""), text)


def gather(
    root: Element,
    part: Part | None,
    processing: Processing,
    words: Words,
    key: Native,
    *,
    is_own: bool = False,
) -> Said:
    """Find out of each piece of feedback when it is shown."""
    said = Said()
    runs = _runs(part, key)
    results = {name: processing.run(native) for name, native in runs.items()}
    for element in within(root, *FEEDBACK):
        text = words.element(element, in_line=False)
        if not text:
            continue
        option = _option_of(element, part)
        if option:
            said.why(option, text)
            continue
        if is_own and element.get("identifier") in MOMENTS:
            said.add(element.get("identifier") or "", text)
            continue
        title = (element.get("title") or "").strip()
        _place(element, joined(title and f"**{words.line(_escaped(title))}**", text), results, said)
    return said


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _option_of(element: Element, part: Part | None) -> str:
    """The option in which a piece of feedback stands."""
    parent = element.getparent()
    while parent is not None and name_of(parent) not in {"simpleChoice", "hottext"}:
        parent = parent.getparent()
    if parent is None or part is None or part.kind not in {"single", "multiple", "true_false"}:
        return ""
    ours = part.table["ids"].get(parent.get("identifier") or "", "")
    return str(ours).lower() if isinstance(ours, bool) else str(ours)


def _runs(part: Part | None, key: Native) -> dict[str, Native]:
    """Responses to look at: the key, none, and each single option."""
    runs: dict[str, Native] = {"key": key, "none": {}}
    if part is not None and part.table["form"] in {"one", "truth"}:
        for native, ours in part.table["ids"].items():
            name = str(ours).lower() if isinstance(ours, bool) else ours
            if to_native(part.table, ours) != key:
                runs[f"option {name}"] = {part.table["response"]: [native]}
    return runs


def _place(element: Element, text: str, results: Mapping[str, dict[str, Any]], said: Said) -> None:
    shown = {name for name, outcomes in results.items() if _is_shown(element, outcomes)}
    if not place_text(shown, set(results), text, said):
        said.left.append(verbatim(element))


def place_text(shown: set[str], runs: set[str], text: str, said: Said) -> bool:
    """Put a text where it belongs by the runs that showed it; false when it has no place."""
    options = {name for name in runs if name.startswith("option ")}
    hit = shown & options
    if "key" in shown:
        if not shown - {"key"}:
            said.add("right", text)
        elif shown >= options | {"key"}:
            said.add("general", text)
        else:
            return False
    elif options and len(hit) == 1 and len(options) > 1:
        said.why(next(iter(hit)).removeprefix("option "), text)
    elif (options and hit == options) or (not options and "none" in shown):
        said.add("wrong", text)
    else:
        return False
    return True


def _is_shown(element: Element, outcomes: Mapping[str, Any]) -> bool:
    found = outcomes.get(element.get("outcomeIdentifier") or "")
    if not isinstance(found, Value):
        return False
    wanted = element.get("identifier") or ""
    values = {str(item).lower() if isinstance(item, bool) else str(item) for item in found.items}
    return (wanted in values) == ((element.get("showHide") or "show") == "show")


def put(said: Said, content: dict[str, Any]) -> None:
    """Write what was said into an item."""
    if said.moments:
        content["feedback"] = {name: english(text) for name, text in said.moments.items()}
    for option in content.get("options", []):
        if option["id"] in said.whys:
            option["why"] = english(said.whys[option["id"]])
    if content["kind"] == "true_false":
        for name in ("true", "false"):
            if name in said.whys:
                content[f"why_{name}"] = english(said.whys[name])


def has_words(root: Element) -> bool:
    return any(plain(element) for element in within(root, *FEEDBACK))
