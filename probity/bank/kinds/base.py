"""What every kind of item answers: what a response is, what it earns, what may be shown."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any, Generic, Protocol, TypeVar

from markupsafe import Markup

from probity.bank.shapes import Item
from probity.kernel.i18n import gettext as _
from probity.kernel.markup import block_html, inline_html, plain_text

Response = Any
"""JSON: text, a truth value, a list of ids or a mapping of ids; `None` is no answer."""

View = dict[str, Any]
Order = Mapping[str, Any]
T = TypeVar("T", bound=Item)

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What a database cannot keep in text: NUL, and halves of surrogate pairs."""


class BadResponse(ValueError):
    """A response that does not have the form of its item; the sentence says how it should be."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class MarkedByPeople(ValueError):
    """The machine was asked to score an item that only people mark."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a response earned of what was possible, exactly."""

    earned: Fraction
    possible: Fraction

    @property
    def share(self) -> Fraction:
        return self.earned / self.possible

    @property
    def state(self) -> str:
        """One word for a label: `right`, `partial` or `wrong`."""
        if self.earned == self.possible:
            return "right"
        return "partial" if self.earned > 0 else "wrong"


class FormData(Protocol):
    """What a submitted form offers; werkzeug's MultiDict does."""

    def get(self, key: str, /) -> str | None: ...

    def getlist(self, key: str, /) -> list[str]: ...


class Kind(ABC, Generic[T]):
    """One kind of item. Responses given to `share` and `notes` have passed `check`."""

    @abstractmethod
    def check(self, item: T, response: Response) -> Response:
        """Bring a response into its normal form; nothing given is `None`. Raises BadResponse."""

    @abstractmethod
    def share(self, item: T, response: Response, locale: str) -> Fraction:
        """Say what share of the points a response earns: at most 1, below 0 only by a mapping."""

    @abstractmethod
    def key(self, item: T) -> Response:
        """Give a response that earns full marks."""

    def order(self, item: T, rng: Random) -> dict[str, Any]:  # noqa: ARG002
        """Draw the order in which a paper shows things."""
        return {}

    @abstractmethod
    def view(self, item: T, locale: str, order: Order) -> View:
        """Describe what a candidate may see, beyond the stem: built from nothing but that."""

    @abstractmethod
    def notes(self, item: T, response: Response, locale: str) -> dict[str, Any]:
        """Explain a response after the fact; never given to a candidate in an exam."""

    @abstractmethod
    def read(self, view: View, form: FormData, name: str) -> Response:
        """Read the response out of the controls that the kind's template draws."""


def shown(text: Mapping[str, str], locale: str) -> tuple[str, str]:
    """The words for a reader and the language they are really in."""
    return (text[locale], locale) if text.get(locale) else (text["en"], "en")


def line(text: Mapping[str, str], locale: str) -> Markup:
    """One line as HTML; marked with its language where it is not the reader's."""
    words, language = shown(text, locale)
    html = inline_html(words)
    return html if language == locale else Markup('<span lang="{}">{}</span>').format("en", html)


def block(text: Mapping[str, str], locale: str) -> Markup:
    """Paragraphs as HTML; marked with their language where it is not the reader's."""
    words, language = shown(text, locale)
    html = block_html(words)
    return html if language == locale else Markup('<div lang="{}">{}</div>').format("en", html)


def reason(text: Mapping[str, str] | None, locale: str) -> Markup | None:
    """An explanation, where somebody wrote one."""
    return block(text, locale) if text else None


def piece(thing: Any, locale: str) -> dict[str, Any]:
    """An option, step or side: its id, its HTML, and plain words for labels and selects."""
    words, _language = shown(thing.text, locale)
    return {"id": thing.id, "html": line(thing.text, locale), "text": plain_text(words)}


def arranged(things: Sequence[Any], wanted: Iterable[str] | None) -> list[Any]:
    """Put things into the drawn order; what the order does not name follows as written."""
    places = {identity: place for place, identity in enumerate(wanted or ())}
    return sorted(things, key=lambda thing: places.get(thing.id, len(places)))


def shuffled(things: Sequence[Any], rng: Random, *, shuffle: bool) -> list[str]:
    """The ids of things in a drawn order, or as written where the item asks for that."""
    ids = [thing.id for thing in things]
    if shuffle:
        rng.shuffle(ids)
    return ids


def one_text(response: Response, most: int) -> str | None:
    """Check one written answer; blank is no answer."""
    if not isinstance(response, str):
        raise BadResponse(_("The answer to this question is text."))
    if len(response) > most:
        raise BadResponse(
            _("The answer is too long: at most %(most)s characters are kept.", most=most)
        )
    if UNSTORABLE.search(response):
        raise BadResponse(_("The answer holds a character that cannot be stored."))
    return response if response.strip() else None


def one_id(response: Response, known: Sequence[Any]) -> str:
    """Check that a response names one of the things on show."""
    if not isinstance(response, str) or response not in {thing.id for thing in known}:
        raise BadResponse(_("The answer names something that this question does not offer."))
    return response


def id_list(response: Response, known: Sequence[Any]) -> list[str]:
    """Check a list of different ids out of those on show."""
    if not isinstance(response, list):
        raise BadResponse(_("The answer to this question is a list."))
    ids = [one_id(entry, known) for entry in response]
    if len(set(ids)) < len(ids):
        raise BadResponse(_("The answer names the same thing twice."))
    return ids


def id_map(response: Response, known: Sequence[Any]) -> dict[str, Any]:
    """Check a mapping whose keys are on show; entries without a value are dropped."""
    if not isinstance(response, dict):
        raise BadResponse(_("The answer to this question is a table of pairs."))
    ids = {thing.id for thing in known}
    if not set(response) <= ids:
        raise BadResponse(_("The answer names something that this question does not offer."))
    given = {name: response[name] for name in response if response[name] not in (None, "")}
    return {thing.id: given[thing.id] for thing in known if thing.id in given}


def share_of_pairs(item: Any, response: Mapping[str, str]) -> Fraction:
    """The share that pairs earn: by the item's mapping, all or nothing, or each for itself."""
    if item.mapping:
        share: Fraction = item.mapping.share(" ".join(pair) for pair in response.items())
        return share
    right = sum(response.get(one) == other for one, other in item.pairs.items())
    if item.credit == "all_or_nothing":
        return Fraction(right == len(item.pairs))
    return Fraction(right, len(item.pairs))
