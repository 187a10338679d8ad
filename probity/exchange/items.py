"""What a question found in a file would be as an item, before it is taken in."""

from typing import Any

from probity.bank.shapes import AnyItem, parse_item

PENDING = {
    "id": "IMP-0000000",
    "domain": "import",
    "competency": "",
    "cognitive": "",
    "status": "draft",
    "author": "import",
}
"""What the bank adds when it takes a question in."""


def as_item(content: dict[str, Any]) -> AnyItem:
    """The item that the content makes. Raises pydantic's ValidationError."""
    whole = {**PENDING, **{name: value for name, value in content.items() if name != "folder"}}
    if content.get("kind") == "case":
        whole["items"] = [
            {**PENDING, "id": name, **part}
            for name, part in zip(part_ids(content), content["items"], strict=True)
        ]
    return parse_item(whole)


def part_ids(content: dict[str, Any]) -> list[str]:
    """The ids by which responses name the parts of a case, before the bank gives them theirs."""
    parts = content.get("items") or []
    return [str(part.get("id") or f"IMP-{place:07d}") for place, part in enumerate(parts, 1)]
