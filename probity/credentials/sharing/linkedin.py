"""The address with which LinkedIn lets somebody add a certificate; nothing is loaded from there."""

from urllib.parse import urlencode

from probity.credentials.models import Certificate
from probity.credentials.proofs.credential import SPECIMEN

ADD = "https://www.linkedin.com/profile/add"


def address(certificate: Certificate, base_url: str) -> str:
    """A plain link with the parameters that LinkedIn documents."""
    title = certificate.title["en"]
    stated = {
        "startTask": "CERTIFICATION_NAME",
        "name": f"{SPECIMEN}: {title}" if certificate.specimen else title,
        "organizationName": certificate.issuer,
        "issueYear": certificate.issued_on.year,
        "issueMonth": certificate.issued_on.month,
        "expirationYear": certificate.valid_until.year,
        "expirationMonth": certificate.valid_until.month,
        "certId": certificate.number,
        "certUrl": f"{base_url}/c/{certificate.public_id}",
    }
    return f"{ADD}?{urlencode(stated)}"
