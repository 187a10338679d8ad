"""What a certificate stated, from its own entry: no course is asked again."""

from probity.credentials import facts, rules
from probity.credentials.facts import CertificateFacts
from probity.credentials.models import Certificate
from probity.kernel.settings import Settings


def facts_of(certificate: Certificate, settings: Settings) -> CertificateFacts:
    """What a certificate stated, from its own entry: no course is asked again."""
    return CertificateFacts(
        public_id=certificate.public_id,
        number=certificate.number,
        base_url=settings.base_url,
        issuer=certificate.issuer,
        key_id=certificate.key_id,
        name_latin=certificate.name_latin,
        name_native=certificate.name_native,
        native_lang=certificate.native_lang,
        scheme=certificate.scheme,
        title=certificate.title,
        summary=certificate.summary,
        standard=certificate.standard,
        level=certificate.level,
        issued_on=certificate.issued_on,
        valid_until=certificate.valid_until,
        begins_at=rules.first_moment(certificate.issued_on, settings.timezone),
        ends_at=certificate.ends_at,
        specimen=certificate.specimen,
        design=facts.design_from_json(certificate.design),
    )
