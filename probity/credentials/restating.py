"""What a certificate stated, told from its credential and its page, without the register."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from probity.accounts import rules as accounts
from probity.catalogue import queries as catalogue
from probity.credentials import rules
from probity.credentials.checks import inspection
from probity.credentials.designs import queries as designs
from probity.credentials.facts import LEVELS, CertificateFacts, StatusRef
from probity.credentials.paper import layout
from probity.credentials.proofs import credential
from probity.kernel.errors import Refused
from probity.kernel.settings import Settings


def facts_of(
    session: Session,
    document: Mapping[str, Any],
    texts: Mapping[str, str],
    settings: Settings,
    key_id: str,
    recorded_at: datetime,
) -> CertificateFacts:
    """The facts that give this very credential and, by its areas, the text of this very page.

    Raises Refused if none do.
    """
    bare = {name: value for name, value in document.items() if name != "proof"}
    first = _read(session, document, settings, key_id)
    differing: list[str] = []
    for stated in _namings(first, credential.summary(document)["holder"]):
        again = json.loads(credential.dumps(credential.stated(stated)))
        differing = sorted(name for name in {*again, *bare} if again.get(name) != bare.get(name))
        if differing:
            continue
        for design in (None, *designs.made_before(session, recorded_at)):
            candidate = replace(stated, design=design)
            if _prints(texts, candidate):
                return candidate
    if differing:
        raise Refused(
            f"This installation would not state the same ({', '.join(differing)}): BASE_URL, "
            "TIMEZONE or the wording of the scheme are others than when it was issued. Put them "
            "back as they were."
        )
    raise Refused(
        "The page has a design or a wording that this installation does not know: both were made "
        "after the backup. Load the courses as they were; a lost design cannot be put back."
    )


def _read(
    session: Session, document: Mapping[str, Any], settings: Settings, key_id: str
) -> CertificateFacts:
    """What a credential of ours says, in the terms of the register."""
    try:
        achievement = document["credentialSubject"]["achievement"]
        code = achievement["id"].rpartition("/")[2]
        scheme = catalogue.current_schemes(session)[code]
        begins, ends = (datetime.fromisoformat(document[n]) for n in ("validFrom", "validUntil"))
        level = achievement["alignment"][0]["targetCode"]
        number = rules.parse_number(achievement["humanCode"]) or ""
        status = tuple(
            StatusRef(p["statusPurpose"], p["statusListCredential"], int(p["statusListIndex"]))
            for p in document.get("credentialStatus", [])
        )
        LEVELS[level]  # one that is unknown ends here
    except (LookupError, TypeError, ValueError) as error:
        raise Refused(
            "The courses here do not define what it certifies, or it was issued by a version that "
            "stated less than this one: it cannot be entered again."
        ) from error
    issuer, name = document["issuer"]["name"], document["name"]
    marked = f"{credential.SPECIMEN}: "
    return CertificateFacts(
        public_id=credential.public_id(document),
        number=number,
        base_url=settings.base_url,
        issuer=issuer.removeprefix(marked),
        key_id=key_id,
        name_latin="",
        name_native=None,
        native_lang=None,
        scheme=code,
        title=scheme["title"],
        summary=scheme["summary"],
        standard=scheme["standard"],
        level=level,
        issued_on=begins.astimezone(settings.timezone).date(),
        valid_until=ends.astimezone(settings.timezone).date(),
        begins_at=begins,
        ends_at=ends,
        specimen=name.startswith(marked),
        status=status,
    )


def _namings(stated: CertificateFacts, holder: str) -> Iterator[CertificateFacts]:
    """A name in brackets is the one in the holder's own script, unless brackets belong to it."""
    yield replace(stated, name_latin=holder)
    latin, bracket, native = holder.removesuffix(")").partition(" (")
    if bracket and holder.endswith(")"):
        language = accounts.language_of(native)
        yield replace(stated, name_latin=latin, name_native=native, native_lang=language)


def _prints(texts: Mapping[str, str], stated: CertificateFacts) -> bool:
    """Whether the text of a page is what these facts give."""
    printed, design = stated.printed(), stated.design
    shown = layout.find(design.layout).found(texts, design.cells) if design else texts
    return printed.keys() <= shown.keys() and not inspection.differing(shown, printed)
