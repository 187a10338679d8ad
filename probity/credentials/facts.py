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


def did_of(base_url: str) -> str:
    return f"did:web:{quote(urlsplit(base_url).netloc, safe='.')}"


def both(text: Mapping[str, str]) -> str:
    """English and Chinese in one line, once if they are the same."""
    chinese = text.get("zh-Hans")
    return f"{text['en']} {chinese}" if chinese and chinese != text["en"] else text["en"]


def long_date(day: date) -> str:
    """A date that neither order of day and month can misread."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


_FACTS = TypeAdapter(CertificateFacts)


def to_json(facts: CertificateFacts) -> dict[str, Any]:
    found: dict[str, Any] = _FACTS.dump_python(facts, mode="json")
    return found


def from_json(kept: dict[str, Any]) -> CertificateFacts:
    return _FACTS.validate_python(kept)
