"""A person with a browser that looks closely at every page it is given."""

import re
from typing import Any

import html5lib
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from probity.accounts.models import Person
from tests.factories.accounts import sign_in_client

FORBIDDEN = re.compile(
    r"\son[a-z]+=|\sstyle=|<style|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE
)


class Visitor:
    """Sends requests as one person and audits each page: status, HTML, heading, labels, CSP."""

    def __init__(self, app: Flask, session: Session, person: Person | None) -> None:
        self.session = session
        session.commit()
        self.client = sign_in_client(app, session, person) if person else app.test_client()

    def get(self, url: str, expect: int = 200, **options: Any) -> TestResponse:
        return self._check(self.client.get(url, **options), expect)

    def post(
        self, url: str, data: dict[str, Any] | None = None, expect: int = 303, **options: Any
    ) -> TestResponse:
        """Send a form with the token of this browser's session."""
        self.session.commit()
        form = {**(data or {}), "csrf_token": self.token()}
        return self._check(self.client.post(url, data=form, **options), expect)

    def post_json(
        self, url: str, body: Any, expect: int = 200, headers: dict[str, str] | None = None
    ) -> TestResponse:
        self.session.commit()
        sent = {"X-CSRFToken": self.token(), **(headers or {})}
        return self._check(self.client.post(url, json=body, headers=sent), expect)

    def token(self) -> str:
        page = self.client.get("/verify")
        return re.findall(r'name="csrf-token" content="([^"]+)"', page.text)[0]

    def _check(self, response: TestResponse, expect: int) -> TestResponse:
        self.session.expire_all()
        assert response.status_code == expect, response.text[:2000]
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        if response.mimetype == "text/html" and not response.location:
            audit_page(response.text)
        return response


_sound: set[str] = set()
"""Skeletons of pages that are well formed: what stands between the tags takes no part in that."""


def audit_page(text: str) -> None:
    """Assert what every page must hold whatever it shows."""
    _audit_tags(text)
    assert len(re.findall(r"<h1[\s>]", text)) == 1, "every page has exactly one h1"
    assert re.search(r'<html[^>]*\slang="(en|zh-Hans)"', text), "a page names its language"
    assert re.search(r"<title>[^<]+</title>", text), "a page has a title"
    assert 'name="csrf-token"' in text
    assert not (found := FORBIDDEN.search(text)), found
    for tag in re.findall(r"<img\b[^>]*>", text):
        assert "alt=" in tag, tag
    _audit_labels(text)


def _audit_tags(text: str) -> None:
    skeleton = re.sub(r">[^<]+<", "><", re.sub(r'="[^"]*"', '=""', text))
    if skeleton in _sound:
        return
    parser = html5lib.HTMLParser()
    parser.parse(text)
    assert not parser.errors, [(place, code, facts) for place, code, facts in parser.errors]
    _sound.add(skeleton)


def _audit_labels(text: str) -> None:
    labelled = set(re.findall(r'<label[^>]*\sfor="([^"]+)"', text))
    bare = re.sub(r"<label\b.*?</label>", "", text, flags=re.DOTALL)
    for tag in re.findall(r"<(?:input|select|textarea)\b[^>]*>", bare):
        if re.search(r'type="(hidden|submit|button)"', tag) or "aria-label" in tag:
            continue
        name = re.search(r'\sid="([^"]+)"', tag)
        assert name, f"no id: {tag}"
        assert name[1] in labelled, f"no label: {tag}"
