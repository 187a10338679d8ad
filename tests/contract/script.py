"""A script that uses the site over HTTP: a cookie, a token in a header, no browser."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from typing import Any

from probity.accounts.models import Person
from tests.browser.people import Account
from tests.browser.site import Site
from tests.factories.accounts import sign_in_client

PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    body: bytes
    headers: HTTPMessage

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Script:
    """Sends requests from one account, from many threads if asked."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.cookie = ""
        self.token = ""

    def sign_in(self, account: Account) -> "Script":
        """Take a session without the cost of a password, and the token that belongs to it."""
        with self.site.writing() as session:
            client = sign_in_client(self.site.app, session, session.get_one(Person, account.id))
        cookie = client.get_cookie("session")
        assert cookie is not None
        self.cookie = f"session={cookie.value}"
        page = self.send("GET", "/verify")
        kept = [one for one in page.headers.get_all("Set-Cookie", []) if one.startswith("session=")]
        self.cookie = kept[-1].partition(";")[0] if kept else self.cookie
        self.token = re.findall(rb'name="csrf-token" content="([^"]+)"', page.body)[0].decode()
        return self

    def send(
        self, method: str, path: str, body: bytes | str | None = None, **headers: str
    ) -> Reply:
        """Send one request over a line of its own; `_` in names of headers stands for `-`."""
        line = HTTPConnection("localhost", self.site.port, timeout=PATIENCE_SECONDS)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, body, {"Cookie": self.cookie, "Accept": "*/*"} | sent)
        answer = line.getresponse()
        reply = Reply(answer.status, answer.read(), answer.headers)
        line.close()
        return reply

    def post(self, path: str, content: Any, **headers: str) -> Reply:
        """Send JSON with the token of the session."""
        return self.send(
            "POST",
            path,
            json.dumps(content),
            **{"Content_Type": "application/json", "X_CSRFToken": self.token, **headers},
        )

    def paper(self, attempt: str) -> Any:
        return self.send("GET", f"/attempts/{attempt}/paper").json


def in_parallel(number: int, action: Callable[[], Reply]) -> list[Reply]:
    """Do the same thing many times at once."""
    with ThreadPoolExecutor(number) as threads:
        return [one.result() for one in [threads.submit(action) for _ in range(number)]]
