"""What stands on the page behind a link: the status in words, and only what its holder chose."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from probity.credentials import presenting
from probity.credentials.facts import LEVELS
from probity.credentials.rules import Status
from probity.credentials.sharing.rules import Field, Names, shown_names
from probity.credentials.verification import Answer, Record
from probity.kernel.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Told:
    """What may be read; whatever is None was not chosen and never reaches the page."""

    names: Names
    native_lang: str | None
    title: Mapping[str, str]
    issuer: str
    specimen: bool
    level: Mapping[str, str] | None
    standard: Mapping[str, str] | None
    summary: Mapping[str, str] | None
    issued_on: date | None
    valid_until: date | None
    number: str | None


def told(record: Record, summary: Mapping[str, str], fields: Collection[str]) -> Told:
    """The chosen part of a record."""
    return Told(
        names=shown_names(record, fields),
        native_lang=record.native_lang,
        title=record.title,
        issuer=record.issuer,
        specimen=record.specimen,
        level=LEVELS[record.level] if Field.LEVEL in fields else None,
        standard=record.standard if Field.STANDARD in fields else None,
        summary=summary if Field.SUMMARY in fields else None,
        issued_on=record.issued_on if Field.ISSUED in fields else None,
        valid_until=record.valid_until if Field.VALID in fields else None,
        number=record.number if Field.NUMBER in fields else None,
    )


def sentence(answer: Answer, fields: Collection[str]) -> Markup:
    """What the status means, without the last day where that is not to be shown."""
    if answer.status == Status.EXPIRED and Field.VALID not in fields:
        return escape(_("It was genuine, and its period is over. The holder has not renewed it."))
    return presenting.sentence(answer)
