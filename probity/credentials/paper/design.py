"""What a design says: layout, colour, wording, fields, pictures. Plain values, no database."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

PORTRAIT, LANDSCAPE = "portrait", "landscape"
BASES = {"classic": (LANDSCAPE, PORTRAIT), "modern": (PORTRAIT, LANDSCAPE), "letterhead": (PORTRAIT,)}  # fmt: skip
"""Built-in layouts with the ways the paper may lie, the usual one first."""

LANGUAGES = ("en-zh", "zh-en", "en")
"""English first, Chinese first, English alone."""

LINES = ("heading", "before", "sentence", "footer")
"""Lines that a design words, from top to bottom."""

WORDS: Mapping[str, Mapping[str, str]] = {
    "heading": {"en": "Certificate of competence", "zh-Hans": "能力证书"},
    "before": {"en": "This is to certify that", "zh-Hans": "兹证明"},
    "sentence": {
        "en": "has passed the exam and met the standard for",
        "zh-Hans": "已通过考试，达到下列认证的标准",
    },
    "footer": {"en": "", "zh-Hans": ""},
}
OPTIONAL = ("valid_until", "level", "standard", "summary")
"""Fields that a design may leave out; the others are on every certificate."""

ALWAYS = ("issued_on",)
DEFAULT_ACCENT = "#0b5068"


@dataclass(frozen=True, slots=True)
class Picture:
    """A cleaned picture in the storage, and what it is called by whoever cannot see it."""

    sha256: str
    kind: str
    alt: str


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs by hand: a name, an office in each language, a picture of the signature."""

    name: str
    office: Mapping[str, str] = field(default_factory=dict)
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Design:
    """One design, whole: two that are equal print the same certificate."""

    base: str = "classic"
    orientation: str = LANDSCAPE
    languages: str = "en-zh"
    accent: str = DEFAULT_ACCENT
    words: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: dict(WORDS))
    fields: tuple[str, ...] = OPTIONAL[:3]
    logo: Picture | None = None
    seal: Picture | None = None
    signatories: tuple[Signatory, ...] = ()

    @property
    def cells(self) -> tuple[str, ...]:
        """Fields of the row of cells, in their order."""
        return (*ALWAYS, *(name for name in OPTIONAL[:3] if name in self.fields))

    def pictures(self) -> Iterator[Picture]:
        found = (self.logo, self.seal, *(one.picture for one in self.signatories))
        yield from (picture for picture in found if picture is not None)


_DESIGN = TypeAdapter(Design)


def to_json(design: Design) -> dict[str, Any]:
    found: dict[str, Any] = _DESIGN.dump_python(design, mode="json")
    return found


def from_json(kept: Mapping[str, Any]) -> Design:
    return _DESIGN.validate_python(kept)


PLACE = re.compile(r"\{([^{}]*)\}")
"""A placeholder in a line."""


def fill(words: str, values: Mapping[str, str]) -> str:
    """A line with its placeholders filled; what is not known stays as it was typed."""
    return PLACE.sub(lambda found: values.get(found[1], found[0]), words)
