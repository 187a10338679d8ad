"""One candidate's browser: keep-alive, cookies, nothing else."""

import http.client
import json
import re
import uuid
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


class Candidate:
    """Does one step of the exam hour per method; each asserts that it really happened."""

    def __init__(self, port: int, email: str, password: str) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.email, self.password = email, password
        self.cookies: dict[str, str] = {}
        self.csrf = ""
        self.client = str(uuid.uuid4())
        self.seq = 0

    def request(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes, Any]:
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers["Host"] = f"127.0.0.1:{self.line.port}"
        self.line.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
        reply = self.line.getresponse()
        content = reply.read()
        for value in reply.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(value).items()}
        return reply.status, content, reply.headers

    def form(self, path: str, **fields: str) -> tuple[int, bytes, Any]:
        body = urlencode({**fields, "csrf_token": self.csrf}).encode()
        return self.request("POST", path, body, Content_Type="application/x-www-form-urlencoded")

    def post(self, path: str, value: Any, **headers: str) -> tuple[int, Any]:
        sent = {
            "Content_Type": "application/json",
            "Accept": "application/json",
            "X_CSRFToken": self.csrf,
        }
        status, body, _ = self.request(
            "POST", path, json.dumps(value).encode(), **{**sent, **headers}
        )
        return status, json.loads(body)

    def open_sign_in(self) -> None:
        _status, body, _ = self.request("GET", "/sign-in")
        self.csrf = TOKEN.search(body.decode())[1]  # type: ignore[index]

    def sign_in(self) -> None:
        status, body, _ = self.form("/sign-in", email=self.email, password=self.password)
        assert status == 303, (status, body[:500])
        _status, body, _ = self.request("GET", "/exams/")
        self.csrf = TOKEN.search(body.decode())[1]  # type: ignore[index]

    def start(self, exam: str, honour: str) -> None:
        status, body, headers = self.form(f"/exams/{exam}/attempts", honour=honour)
        assert status == 303, (status, body[:500])
        self.room = headers["Location"].rstrip("/")

    def page(self) -> None:
        status, body, _ = self.request("GET", f"{self.room}/")
        assert status == 200, status
        assert b"data-q " in body

    def paper(self) -> None:
        status, body, _ = self.request("GET", f"{self.room}/paper")
        assert status == 200, status
        self.sheet = json.loads(body)

    def save(self, item: dict[str, Any], base: int = 0) -> None:
        response = item["options"][0]["id"] if item["kind"] == "single" else None
        self.seq += 1
        status, reply = self.post(
            f"{self.room}/responses",
            {
                "client": self.client,
                "seq": self.seq,
                "item": item["item"],
                "base": base,
                "response": response,
                "at": "",
            },
            X_Attempt_Token=self.sheet["token"],
        )
        assert (status, reply["version"]) == (200, base + 1), reply

    def submit(self) -> None:
        status, reply = self.post(f"{self.room}/submission", {})
        assert status == 200, reply
        assert reply["answers_sha256"]

    def result(self) -> None:
        status, body, _ = self.request("GET", f"{self.room}/result")
        assert status == 200, body[:300]

    def verify(self, public_id: str) -> None:
        status, body, _ = self.request("GET", f"/c/{public_id}")
        assert status == 200, body[:300]
