"""What a certificate states, and the words in which it is printed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from pydantic import TypeAdapter

LEVELS: Mapping[str, Mapping[str, str]] = {
    "F": {"en": "Foundation", "zh-Hans": "基础级"},
    "P": {"en": "Practitioner", "zh-Hans": "从业级"},
    "X": {"en": "Professional", "zh-Hans": "专业级"},
}
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class StatusRef:
    """A place in a public status list; `purpose` is `revocation` or `suspension`."""

    purpose: str
    list_url: str
    index: int


@dataclass(frozen=True, slots=True)
class DesignRef:
    """The design of a certificate: which version, where its fields stand and in what order."""

    key: str
    version: int
    layout: int
    cells: tuple[str, ...]
    languages: str = "en-zh"

    @property
    def name(self) -> str:
        return f"{self.key}/{self.version}"

    def said(self, text: Mapping[str, str]) -> str:
        """A text in the languages of the design, the first one first, once if they are the same."""
        chinese = text.get("zh-Hans") if self.languages != "en" else None
        if not chinese or chinese == text["en"]:
            return text["en"]
        return both(text) if self.languages == "en-zh" else f"{chinese} {text['en']}"

    def day(self, day: date) -> str:
        return chinese_date(day) if self.languages == "zh-en" else long_date(day)


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """Everything that is frozen when a certificate is issued. Texts are by locale, English always."""

    public_id: str
    number: str
    base_url: str
    issuer: str
    key_id: str
    name_latin: str
    name_native: str | None
    native_lang: str | None
    scheme: str
    title: Mapping[str, str]
    summary: Mapping[str, str]
    standard: Mapping[str, str]
    level: str
    issued_on: date
    valid_until: date
    begins_at: datetime
    ends_at: datetime
    specimen: bool
    status: tuple[StatusRef, ...] = ()
    design: DesignRef | None = None

    @property
    def did(self) -> str:
        """The issuer as a decentralised identifier bound to this site."""
        return did_of(self.base_url)

    @property
    def address(self) -> str:
        """The public page of this certificate; also the id of its credential."""
        return f"{self.base_url}/c/{self.public_id}"

    @property
    def holder(self) -> str:
        return f"{self.name_latin} {self.name_native}" if self.name_native else self.name_latin

    def printed(self) -> dict[str, str]:
        """The text of each field as it stands on paper, by the name of its area."""
        if self.design is not None:
            return self._designed(self.design)
        return {
            "holder": self.holder,
            "title": both(self.title),
            "level": both(LEVELS[self.level]),
            "standard": both(self.standard),
            "issued_on": long_date(self.issued_on),
            "valid_until": long_date(self.valid_until),
            "number": self.number,
            "issuer": self.issuer,
        }

    def _designed(self, design: DesignRef) -> dict[str, str]:
        """What a design shows of it; nothing is compared that does not stand there."""
        native = self.name_native if design.languages == "zh-en" else None
        cells = {
            "issued_on": design.day(self.issued_on),
            "valid_until": design.day(self.valid_until),
            "level": design.said(LEVELS[self.level]),
            "standard": design.said(self.standard),
        }
        return {
            "holder": f"{native} {self.name_latin}" if native else self.holder,
            "title": design.said(self.title),
            **{name: cells[name] for name in design.cells},
            "number": self.number,
            "issuer": self.issuer,
        }


def did_of(base_url: str) -> str:
    return f"did:web:{quote(urlsplit(base_url).netloc, safe='.')}"


def both(text: Mapping[str, str]) -> str:
    """English and Chinese in one line, once if they are the same."""
    chinese = text.get("zh-Hans")
    return f"{text['en']} {chinese}" if chinese and chinese != text["en"] else text["en"]


def long_date(day: date) -> str:
    """A date that neither order of day and month can misread."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


_FACTS = TypeAdapter(CertificateFacts)


def to_json(facts: CertificateFacts) -> dict[str, Any]:
    found: dict[str, Any] = _FACTS.dump_python(facts, mode="json")
    return found


def from_json(kept: dict[str, Any]) -> CertificateFacts:
    return _FACTS.validate_python(kept)


_DESIGN = TypeAdapter(DesignRef)


def design_to_json(design: DesignRef | None) -> dict[str, Any] | None:
    return None if design is None else _DESIGN.dump_python(design, mode="json")


def design_from_json(kept: dict[str, Any] | None) -> DesignRef | None:
    return None if kept is None else _DESIGN.validate_python(kept)
