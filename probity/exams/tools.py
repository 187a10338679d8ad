"""What helps a candidate while answering: notes, struck options, the paper in its other language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from probity.bank import marking, showing
from probity.bank.shapes import Case
from probity.exams import paper, presenting
from probity.exams.models import Attempt
from probity.kernel.i18n import LANGUAGES

LONGEST_NOTES = 20_000
MOST_STRUCK = 26
LONGEST_OPTION = 64
EMPTY: dict[str, Any] = {"version": 0, "notes": "", "struck": {}}


class BadScratch(ValueError):
    """What was sent cannot be kept; the message says which member and why."""


@dataclass(frozen=True, slots=True)
class Scratch:
    """Notes and, by question, struck options, written over the state with the number `base`."""

    notes: str
    struck: dict[str, list[str]]
    base: int


def read(sent: object, attempt: Attempt) -> Scratch:
    """Read what a browser wants kept; questions of other papers are left out. Raises BadScratch."""
    if not isinstance(sent, dict):
        raise BadScratch("The body must be an object.")
    notes, struck, base = sent.get("notes"), sent.get("struck"), sent.get("base", 0)
    if not isinstance(notes, str) or not _is_plain(notes) or len(notes) > LONGEST_NOTES:
        raise BadScratch(f"`notes` must be text of at most {LONGEST_NOTES} characters.")
    if not isinstance(struck, dict):
        raise BadScratch("`struck` must be an object: options by question.")
    if type(base) is not int or base < 0:
        raise BadScratch("`base` must be the version these notes were written over.")
    known = {slot.item for slot in paper.load(attempt.paper)}
    kept = {item: _options(options) for item, options in struck.items() if item in known}
    return Scratch(notes, {item: options for item, options in kept.items() if options}, base)


def _options(options: object) -> list[str]:
    if not isinstance(options, list) or len(options) > MOST_STRUCK:
        raise BadScratch(f"`struck` names at most {MOST_STRUCK} options of a question, in a list.")
    for option in options:
        if not isinstance(option, str) or not _is_plain(option) or len(option) > LONGEST_OPTION:
            raise BadScratch("`struck` names options by their ids.")
    return sorted(set(options))


def _is_plain(text: str) -> bool:
    """Tell whether every database can hold the text: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def kept(attempt: Attempt) -> dict[str, Any]:
    """The notes and struck options of an attempt, with the version that the next change names."""
    return {**EMPTY, **attempt.scratch}


def keep(attempt: Attempt, scratch: Scratch) -> bool:
    """Keep them unless another device was faster; what is already kept is no change."""
    before = kept(attempt)
    wanted = {"notes": scratch.notes, "struck": scratch.struck}
    if all(before[name] == value for name, value in wanted.items()):
        return True
    if scratch.base != before["version"]:
        return False
    attempt.scratch = {"version": before["version"] + 1, **wanted}
    return True


@dataclass(frozen=True, slots=True)
class Translated:
    """One question in another language; `case` holds its documents where it is the first to show them."""

    item: str
    view: dict[str, Any]
    case: dict[str, Any] | None


def other_locale(attempt: Attempt, title: Mapping[str, str]) -> str | None:
    """The other language an exam is written in, None if it has but one."""
    others = [locale for locale in LANGUAGES if locale != attempt.locale and title.get(locale)]
    return others[0] if others else None


def translated(session: Session, attempt: Attempt, locale: str) -> list[Translated]:
    """Every question that exists in this language, with nothing that tells its key."""
    found: list[Translated] = []
    shown: set[int] = set()
    for slot, item, part in presenting.asked(session, attempt):
        case = None
        address = showing.address_in(slot.version_id, "exams.show_medium")
        if isinstance(item, Case) and item.title.get(locale) and slot.item_id not in shown:
            shown.add(slot.item_id)
            case = marking.candidate_view(item, locale, address=address)
        if not isinstance(part, Case) and part.stem.get(locale):
            view = marking.candidate_view(part, locale, slot.order, address=address, whole=item)
            found.append(Translated(slot.item, view, case))
    return found
