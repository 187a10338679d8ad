"""Somebody with a browser, without the line: whole requests in this thread, their CPU counted."""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, render_template
from werkzeug.test import EnvironBuilder

TOKEN = re.compile(rb'name="csrf-token" content="([^"]+)"')
PLACE = "192.0.2.1"
HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-GB,en;q=0.9",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
}
EMPTY = "/empty"


class Visitor:
    """Has looked at the verify page already, so that cookie and token are there."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.cookie, self.token = "", ""
        layout = app.jinja_env.from_string('{% extends "base.html" %}')
        app.add_url_rule(EMPTY, "empty", lambda: render_template(layout))
        self.answered: Mapping[str, str] = {}
        page = self._answer(self._environ("GET", "/verify"))
        found = TOKEN.search(page)
        assert found is not None, page[:300]
        self.cookie, self.token = self.answered["Set-Cookie"].split(";")[0], found[1].decode()

    def get(self, path: str) -> float:
        """CPU microseconds of showing this page."""
        return self._cost(self._environ("GET", path))

    def post(self, path: str, **fields: str) -> float:
        """CPU microseconds of answering this form."""
        return self._cost(self._environ("POST", path, {**fields, "csrf_token": self.token}))

    def _environ(self, method: str, path: str, form: dict[str, str] | None = None) -> Any:
        sent = {**HEADERS, **({"Cookie": self.cookie} if self.cookie else {})}
        base = self.app.config["PROBITY"].base_url
        with_place = {"REMOTE_ADDR": PLACE}
        return EnvironBuilder(
            path, base, method=method, data=form, headers=sent, environ_base=with_place
        ).get_environ()

    def _cost(self, environ: Any) -> float:
        began = time.thread_time_ns()
        self._answer(environ)
        return (time.thread_time_ns() - began) / 1000

    def _answer(self, environ: Any) -> bytes:
        chunks = self.app.wsgi_app(environ, self._begin)
        page = b"".join(chunks)
        close: Callable[[], None] | None = getattr(chunks, "close", None)
        if close is not None:
            close()
        return page

    def _begin(
        self, status: str, headers: list[tuple[str, str]], *_error: Any
    ) -> Callable[..., None]:
        assert status == "200 OK", status
        self.answered = dict(headers)
        return lambda _data: None
