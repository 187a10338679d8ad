"""Codes among the facts of a note in the words of the reader, and lists with the reader's commas."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from babel import Locale, UnknownLocaleError
from flask_babel import LazyString, get_locale
from pydantic import ValidationError

from probity.bank.editor import sentences as shape
from probity.bank.editor.kinds import NORMALISERS
from probity.bank.labels import CREDITS, KINDS
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import lazy_gettext as _l
from probity.kernel.i18n import listed, named
from probity.kernel.shapes import LOCALES

FIELDS: dict[str, LazyString] = {
    "choose": _l("the number to choose"),
    "cognitive": _l("cognitive level"),
    "competency": _l("competency"),
    "decimals": _l("decimals"),
    "expected_p": _l("expected difficulty"),
    "facts": _l("facts"),
    "feedback": _l("feedback"),
    "figure": _l("figure"),
    "hints": _l("hints"),
    "legal_basis": _l("legal basis"),
    "media": _l("pictures and files"),
    "model_answer": _l("model answer"),
    "name": _l("name"),
    "points": _l("points"),
    "rubric": _l("rubric"),
    "shuffle": _l("a fixed order"),
    "sources": _l("sources"),
    "tags": _l("tags"),
    "unit": _l("unit"),
    "why": _l("reasons of the parts"),
}
GRADINGS: dict[str, LazyString] = {
    "2": _l("neighbours and the last step"),
    "3": _l("the steps before and after"),
    "4": _l("all steps before and after"),
    "5": _l("the longest row of steps in order"),
    "6": _l("the longest row of neighbours"),
    "relative_next_include_last": _l("neighbours and the last step"),
    "relative_one_previous_and_next": _l("the steps before and after"),
    "relative_all_previous_and_next": _l("all steps before and after"),
    "longest_ordered_subset": _l("the longest row of steps in order"),
    "longest_contiguous_subset": _l("the longest row of neighbours"),
}
INTERACTIONS: dict[str, LazyString] = {
    "associateInteraction": _l("pairing pieces of one set"),
    "customInteraction": _l("a program of their own"),
    "drawingInteraction": _l("drawing"),
    "graphicAssociateInteraction": _l("joining places of a picture"),
    "graphicOrderInteraction": _l("putting places of a picture in order"),
    "portableCustomInteraction": _l("a program of their own"),
    "positionObjectInteraction": _l("placing objects on a picture"),
}
REASONS: dict[str, LazyString] = {
    "attributes": _l("an attribute is written wrongly or twice"),
    "cut": _l("it breaks off"),
    "end": _l("something follows after its end"),
    "entity": _l("it holds a name such as &nbsp; that XML does not know"),
    "huge": _l("one text in it has more than 10 MB"),
    "nested": _l("it is nested too deeply"),
    "signs": _l("it holds bytes that are no text"),
    "start": _l("it does not begin with a tag"),
    "tags": _l("its tags do not match"),
    "prefix": _l("it uses a prefix that it does not declare"),
    "other": _l("it is not well formed"),
}
YAML: dict[str, LazyString] = {
    "Y01": _l("quote text that holds “: ” or begins with a sign, and indent with spaces"),
    "Y02": _l("a key stands twice in one block; keep one of them, or indent the second"),
    "Y03": _l("these files know no anchors and tags; write the value out where it is needed"),
    "Y04": _l("a value looks like a number or a date but is none; put it in quotation marks"),
    "Y05": _l("a tab stands here; indent with spaces only"),
    "Y06": _l("blocks are nested too deeply; close a bracket, or check the indentation"),
}
PLACES: dict[str, LazyString] = {
    "accept": _l("accepted answer"),
    "answer": _l("answer"),
    "areas": _l("area"),
    "choices": _l("choice"),
    "columns": _l("column"),
    "gaps": _l("gap"),
    "items": _l("question"),
    "left": _l("left side"),
    "material": _l("material"),
    "options": _l("option"),
    "right": _l("right side"),
    "rows": _l("row"),
    "stem": _l("question"),
    "steps": _l("step"),
    "text": _l("text"),
    "title": _l("title"),
    "tolerance": _l("tolerance"),
    "why": _l("reason"),
}
LINE = re.compile(r"(?:^|(?P<before>.+?)(?:: |, ))line (?P<line>\d+)$", re.DOTALL)


def worded(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a note as they are put into its sentence."""
    return {name: WORDINGS.get(name, _as_it_is)(value) for name, value in facts.items()}


def place(where: str) -> str:
    """A place in a file: its line is named in the reader's language."""
    found = LINE.match(where)
    if found is None:
        return where
    line = _("line %(number)s", number=found["line"])
    return str(named(found["before"], line).unescape()) if found["before"] else str(line)


def unfit(error: ValidationError) -> dict[str, Any]:
    """What the first shortcoming of a content is, as facts of a note."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    context = {name: str(value) for name, value in first.get("ctx", {}).items()}
    return {"place": where, "words": {"type": first["type"], "ctx": context}}


def _as_it_is(value: Any) -> Any:
    return listed(value) if isinstance(value, list | tuple) else value


def _by(words: Mapping[str, LazyString]) -> Callable[[Any], str]:
    """Every code of a list, or a single one, by these words; others stay as they are."""

    def word(value: Any) -> str:
        codes: Iterable[Any] = value if isinstance(value, list | tuple) else (value,)
        return listed(words.get(str(code), code) for code in codes)

    return word


def _shortcoming(value: Any) -> str:
    return shape.sentence(value) if isinstance(value, Mapping) else str(value)


def _languages(value: Any) -> str:
    return listed(_language(str(code)) for code in value)


def _language(code: str) -> str:
    try:
        return Locale.parse(code, sep="-").get_display_name(get_locale() or "en") or code
    except (ValueError, UnknownLocaleError):
        return code


def _where(value: Any) -> str:
    return place(str(value))


def _path(value: Any) -> str:
    """The place of a value in an item: `options.0.text.en` is “option 1, text, English”."""
    parts: list[str] = []
    for step in str(value).split("."):
        if step.isdecimal() and parts:
            parts[-1] = f"{parts[-1]} {int(step) + 1}"
        elif step in LOCALES:
            parts.append(_language(step))
        elif step not in KINDS:  # the name of the shape that was tried says nothing
            parts.append(str(PLACES.get(step) or FIELDS.get(step) or step))
    return listed(parts, "，")


WORDINGS: dict[str, Callable[[Any], Any]] = {
    "cell": _where,
    "credit": _by(CREDITS),
    "grading": _by(GRADINGS),
    "interactions": _by(INTERACTIONS),
    "kind": _by(KINDS),
    "languages": _languages,
    "names": _by(FIELDS),
    "place": _path,
    "reason": _by(REASONS),
    "steps": _by(dict(NORMALISERS)),
    "where": _where,
    "words": _shortcoming,
    "yaml": _by(YAML),
}
"""How the facts of these names are said; all others are said as they are."""
