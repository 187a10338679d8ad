"""The page of one's own certificate: what can be handed out from it."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

from probity.credentials import actions


def test_it_offers_the_files_and_a_plain_link_to_linkedin(browse, session, certificate, ada, rosa):
    url = f"/certificates/{certificate.public_id}/"
    assert url in browse(ada).get("/certificates/").text
    page = browse(ada).get(url).text
    for address in (".pdf", ".json"):
        assert f'href="/c/{certificate.public_id}{address}"' in page
    for name in ("badge.png", "badge.svg", "correction"):
        assert f'href="{url}{name}"' in page
    link = urlsplit(unescape(re.findall(r'href="(https://www\.linkedin\.com[^"]+)"', page)[0]))
    assert link.path == "/profile/add"
    assert parse_qs(link.query) == {
        "startTask": ["CERTIFICATION_NAME"],
        "name": ["SPECIMEN: Lamp Practitioner"],
        "organizationName": [certificate.issuer],
        "issueYear": [str(certificate.issued_on.year)],
        "issueMonth": [str(certificate.issued_on.month)],
        "expirationYear": [str(certificate.valid_until.year)],
        "expirationMonth": [str(certificate.valid_until.month)],
        "certId": [certificate.number],
        "certUrl": [f"http://localhost:8000/c/{certificate.public_id}"],
    }
    actions.revoke(session, certificate, reason="Identity was false", by=rosa)
    revoked = browse(ada).get(url).text
    assert "Revoked" in revoked
    assert "linkedin.com" not in revoked
