"""Whether a content that was read is an item that the bank can hold."""

import hashlib
import json
from typing import Any

from pydantic import ValidationError

from probity.bank.shapes import AnyItem, parse_item
from probity.exchange.formats.qti.values import NotOurs
from probity.exchange.found import MediaFile
from probity.exchange.wording import unfit

FILLED = {"id": "XXX-001", "domain": "exchange", "author": "exchange", "status": "draft"}


def whole(content: dict[str, Any], media: list[MediaFile]) -> dict[str, Any]:
    """The content with stand-ins for all that the bank gives an item."""
    item = {**content, **FILLED, "media": [described(file) for file in media]}
    if content["kind"] == "case":
        item["items"] = [
            {**child, **FILLED, "id": f"XXX-{place + 2:03}"}
            for place, child in enumerate(content["items"])
        ]
    return item


def with_files(content: dict[str, Any], media: list[MediaFile]) -> None:
    """List the files of an item, and for each part of a case those that it shows."""
    if not media:
        return
    content["media"] = [described(file) for file in media]
    for child in content.get("items") or []:
        said = json.dumps(child, ensure_ascii=False, default=str)
        shown = [
            file for file in media if f"media:{file.name})" in said or f'"{file.name}"' in said
        ]
        if shown:
            child["media"] = [described(file) for file in shown]


def described(file: MediaFile) -> dict[str, Any]:
    """A file as an item lists it."""
    digest = hashlib.sha256(file.data).hexdigest()
    return {"name": file.name, "sha256": digest, "type": file.type, "size": len(file.data)}


def parsed(content: dict[str, Any], media: list[MediaFile]) -> AnyItem:
    """The item that a content makes. Raises ValidationError."""
    return parse_item(whole(content, media))


def demand_whole(content: dict[str, Any], media: list[MediaFile]) -> None:
    """Refuse a content that cannot be an item. Raises NotOurs."""
    try:
        parsed(content, media)
    except ValidationError as error:
        raise NotOurs("content_unfit", **unfit(error)) from error
