"""The badge: the status of today as a picture that other sites may show."""

import re
import xml.etree.ElementTree as ET

from probity.credentials import actions
from probity.credentials.views import badge
from probity.kernel.permissions import SYSTEM

SVG = "{http://www.w3.org/2000/svg}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def drawn(reply):
    assert reply.mimetype == "image/svg+xml"
    assert reply.headers["Content-Security-Policy"] == badge.POLICY
    assert reply.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert reply.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in reply.headers
    picture = ET.fromstring(reply.data)
    assert picture.find(f"{SVG}style").text == badge.STYLE
    return picture


def test_the_badge_says_in_words_what_holds(app, session, certificate):
    client, here = app.test_client(), f"/c/{certificate.public_id}/badge.svg"
    session.commit()
    picture = drawn(client.get(here))
    assert certificate.number in picture.find(f"{SVG}title").text
    assert "Specimen" in picture.find(f"{SVG}title").text
    actions.revoke(session, certificate, reason="x", by=SYSTEM)
    session.commit()
    words = [text.text for text in drawn(client.get(here)).iter(f"{SVG}text")]
    assert words == [app.config["PROBITY"].issuer_name, "Revoked"]
    chinese = drawn(client.get(f"{here}?lang=zh-Hans"))
    assert chinese.get(LANG) == "zh-Hans"
    assert drawn(client.get(f"{here}?lang=xx")).get(LANG) == "en"
    assert client.get(f"/c/{'z' * 26}/badge.svg").status_code == 404


def test_the_holder_is_given_html_to_copy(browse, session, certificate, ada, bob):
    page = browse(ada).get(f"/c/{certificate.public_id}").text
    snippet = re.search(r'<textarea[^>]*id="badge-html"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert "&lt;script" not in snippet[1]
    assert f"/c/{certificate.public_id}/badge.svg" in snippet[1]
    assert "badge-html" not in browse(bob).get(f"/c/{certificate.public_id}").text
    assert "badge-html" not in browse().get(f"/c/{certificate.public_id}").text
