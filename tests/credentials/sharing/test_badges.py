"""Badges: what is baked can be taken out by others, and the older standard's rules are kept."""

import hashlib
import io
import json
import re
import struct
import zlib
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from probity.accounts.models import Person
from probity.credentials import actions as register
from probity.credentials.rules import Decision
from probity.credentials.sharing import baking, openbadges, picture
from probity.credentials.sharing.models import BadgeAssertion


def taken_out(png: bytes, keyword: str) -> str:
    """As the baking rules say: go through the stream to the first iTXt chunk of this keyword."""
    stream = io.BytesIO(png)
    assert stream.read(8) == bytes([137, 80, 78, 71, 13, 10, 26, 10])
    while True:
        length, name = struct.unpack(">I4s", stream.read(8))
        body, checksum = stream.read(length), stream.read(4)
        assert int.from_bytes(checksum, "big") == zlib.crc32(name + body)
        if name == b"iTXt" and body.startswith(keyword.encode() + b"\0"):
            flag, method, rest = (
                body[len(keyword) + 1],
                body[len(keyword) + 2],
                body[len(keyword) + 3 :],
            )
            language, translated, text = rest.split(b"\0", 2)
            assert (flag, method, language, translated) == (0, 0, b"", b"")
            return text.decode()
        assert name != b"IEND", "no such chunk"


def test_the_credential_in_the_png_is_the_one_that_was_issued(browse, certificate, ada):
    reply = browse(ada).get(f"/certificates/{certificate.public_id}/badge.png")
    assert reply.mimetype == "image/png"
    assert f'filename="{certificate.number}.png"' in reply.headers["Content-Disposition"]
    assert taken_out(reply.data, "openbadgecredential") == certificate.credential
    image = Image.open(io.BytesIO(reply.data))
    image.load()
    assert image.size == (512, 512)
    assert image.text == {"openbadgecredential": certificate.credential}


def test_the_credential_in_the_svg_too(browse, certificate, ada):
    reply = browse(ada).get(f"/certificates/{certificate.public_id}/badge.svg")
    root = ET.fromstring(reply.data)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    first = root[0]
    assert first.tag == "{https://purl.imsglobal.org/ob/v3p0}credential"
    assert first.get("verify") is None
    assert first.text == certificate.credential
    assert b"<![CDATA[" in reply.data
    assert b"<openbadges:credential>" in reply.data


def test_the_picture_is_drawn_the_same_each_time_and_says_what_it_is():
    again = picture.png.__wrapped__("LMP", 2026)
    assert again == picture.png("LMP", 2026) != picture.png("LMP", 2027)
    drawn = picture.svg("A<B", 2026)
    assert "<title>A&lt;B 2026</title>" in drawn
    assert "<text" not in drawn
    assert baking.into_svg(drawn, "a]]>b").count(b"<![CDATA[") == 2


def test_badges_are_their_holders(browse, certificate, bob, rosa):
    for name in ("badge.png", "badge.svg", "badge-2.0.png"):
        url = f"/certificates/{certificate.public_id}/{name}"
        browse(bob).get(url, expect=404)
        browse(rosa).get(url, expect=403)
        assert "/sign-in" in browse().get(url, expect=303).location
    for act in ("open-badge", "open-badge/withdrawn"):
        browse(bob).post(f"/certificates/{certificate.public_id}/{act}", expect=404)


@pytest.fixture
def agree(browse, session, certificate, ada):
    def agreed() -> str:
        browse(ada).post(f"/certificates/{certificate.public_id}/open-badge")
        session.expire_all()
        return f"/badges/2.0/assertions/{session.query(BadgeAssertion).one().token}"

    return agreed


IRI = re.compile(r"https?://\S+")


def fetch(browse, address: str, expect: int = 200):
    """What a validator gets for an identifier, which must be its own address."""
    reply = browse().get(urlsplit(address).path, expect=expect)
    assert reply.mimetype == "application/json"
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    document = json.loads(reply.data)
    assert document["@context"] == "https://w3id.org/openbadges/v2"
    assert IRI.fullmatch(document["id"])
    assert urlsplit(document["id"]).path == urlsplit(address).path
    return document


def test_the_hosted_documents_keep_the_rules_of_open_badges_2(browse, agree, certificate, ada):
    found = fetch(browse, agree())
    assert found["type"] == "Assertion"
    assert found["verification"] == {"type": "hosted"}
    recipient = found["recipient"]
    assert (recipient["type"], recipient["hashed"]) == ("email", True)
    expected = hashlib.sha256((ada.email + recipient["salt"]).encode()).hexdigest()
    assert recipient["identity"] == f"sha256${expected}"
    issued, expires = (datetime.fromisoformat(found[name]) for name in ("issuedOn", "expires"))
    assert issued.tzinfo
    assert issued < expires == certificate.ends_at
    badge = fetch(browse, found["badge"])
    assert badge["type"] == "BadgeClass"
    assert badge["name"] == "SPECIMEN: Lamp Practitioner"
    assert badge["description"]
    assert badge["criteria"]["narrative"]
    image = browse().get(urlsplit(badge["image"]).path)
    assert Image.open(io.BytesIO(image.data)).format == "PNG"
    issuer = fetch(browse, badge["issuer"])
    assert issuer["type"] == "Issuer"
    assert issuer["name"] == certificate.issuer
    assert IRI.fullmatch(issuer["url"])
    assert "@" in issuer["email"]
    assert found["id"].startswith(issuer["verification"]["startsWith"][0])
    told = json.dumps([found, badge, issuer])
    assert not any(words in told for words in ("Ada", "林薇", ada.email, certificate.public_id))


def test_the_older_badge_holds_its_assertion(browse, agree, certificate, ada):
    url = f"/certificates/{certificate.public_id}/badge-2.0.png"
    browse(ada).get(url, expect=404)
    address = agree()
    data = browse(ada).get(url).data
    assert json.loads(taken_out(data, "openbadges")) == fetch(browse, address)


def test_without_consent_there_is_none_and_withdrawing_ends_it(
    browse, session, agree, certificate, ada
):
    address = agree()
    assert agree() == address
    assert address in browse(ada).get(f"/certificates/{certificate.public_id}/").text
    browse(ada).post(f"/certificates/{certificate.public_id}/open-badge/withdrawn")
    browse().get(address, expect=404)
    browse(ada).post(f"/certificates/{certificate.public_id}/open-badge/withdrawn")
    assert agree() != address


@pytest.mark.parametrize("decision", [Decision.REVOKED, Decision.SUSPENDED])
def test_what_must_not_be_relied_on_is_gone(
    browse, session, agree, certificate, ada, rosa, decision
):
    address = agree()
    register.decide(session, certificate, decision, reason="Identity was false", by=rosa)
    session.commit()
    told = fetch(browse, address, expect=410)
    assert told.pop("id").endswith(address)
    reason = f"{decision.value.capitalize()}: Identity was false"
    assert told == {"@context": openbadges.CONTEXT, "type": "Assertion", "revoked": True, "revocationReason": reason}  # fmt: skip
    refused = browse(ada).get(f"/certificates/{certificate.public_id}/badge-2.0.png", expect=409)
    assert "withdrawn" in refused.text


def test_an_early_end_is_told_and_a_closed_account_has_no_badge(
    browse, session, agree, certificate, ada, rosa
):
    address = agree()
    change = register.decide(session, certificate, Decision.EXPIRED, reason="Left", by=rosa)
    session.commit()
    told = fetch(browse, address)
    assert datetime.fromisoformat(told["expires"]) <= change.effective_at < certificate.ends_at
    session.get(Person, ada.id).active = False
    session.commit()
    browse().get(address, expect=404)
    browse().get("/badges/2.0/classes/none", expect=404)
    browse().get("/badges/2.0/classes/none.png", expect=404)
