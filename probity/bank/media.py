"""Pictures and sounds of items: what a text refers to, put in with its real address. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from typing import Any
from urllib.parse import unquote

from markupsafe import Markup, escape

from probity.bank.parts import Medium
from probity.bank.shapes import AnyItem, Case

FOLDER = "bank/media"
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")
SOUNDS = ("audio/mpeg", "audio/ogg", "audio/wav", "audio/mp4", "audio/webm")
TYPES = frozenset({*PICTURES, *SOUNDS})
"""What is sent to browsers as what it is; everything else is offered for download."""

Address = Callable[[Medium], str]

_PICTURE = re.compile(r'<img src="media:([^"]*)" alt="([^"]*)">')
_LINK = re.compile(r'<a href="media:([^"]*)">(.*?)</a>', re.DOTALL)


def media_of(*items: AnyItem) -> dict[str, Medium]:
    """The media of items by name; where two have one name, the item named first counts."""
    found: dict[str, Medium] = {}
    for item in items:
        for medium in _all(item):
            found.setdefault(medium.name, medium)
    return found


def find(item: AnyItem, sha256: str) -> Medium | None:
    """The medium of an item, or of a part of it, that has this content."""
    return next((medium for medium in _all(item) if medium.sha256 == sha256), None)


def key_of(sha256: str) -> str:
    """Where the bytes lie in the storage."""
    return f"{FOLDER}/{sha256}"


def place(value: Any, known: Mapping[str, Medium], address: Address | None, locale: str) -> Any:
    """Put addresses into everything a view shows; without one, words stand for media."""
    if isinstance(value, Markup):
        return _placed(value, known, address, locale) if "media:" in value else value
    if isinstance(value, dict):
        placed = {name: place(inner, known, address, locale) for name, inner in value.items()}
        if isinstance(value.get("image"), str):
            medium = known.get(value["image"])
            placed["image"] = address(medium) if medium and address else None
        return placed
    if isinstance(value, list):
        return [place(inner, known, address, locale) for inner in value]
    return value


def _all(item: AnyItem) -> Iterator[Medium]:
    yield from item.media
    if isinstance(item, Case):
        for child in item.items:
            yield from child.media


def _placed(
    html: Markup, known: Mapping[str, Medium], address: Address | None, locale: str
) -> Markup:
    def picture(found: re.Match[str]) -> str:
        medium = known.get(unquote(unescape(found[1])))
        alt = unescape(found[2]) or _alt(medium, locale)
        if medium is None or address is None:
            return str(escape(alt))
        shown = Markup('<img class="item__img" src="{}" alt="{}">')
        return str(shown.format(address(medium), alt))

    def link(found: re.Match[str]) -> str:
        medium = known.get(unquote(unescape(found[1])))
        if medium is None or address is None:
            return found[2]
        words = Markup(found[2])  # noqa: S704 - a part of what was cleaned
        if medium.type not in SOUNDS:
            return str(Markup('<a href="{}" download>{}</a>').format(address(medium), words))
        player = Markup(
            '<audio class="item__audio" controls preload="none" src="{}" aria-label="{}"></audio>'
        )
        return str(player.format(address(medium), words.striptags() or medium.name))

    return Markup(_LINK.sub(link, _PICTURE.sub(picture, html)))  # noqa: S704 - cleaned before


def _alt(medium: Medium | None, locale: str) -> str:
    if medium is None or medium.alt is None:
        return ""
    return medium.alt.get(locale) or medium.alt["en"]
