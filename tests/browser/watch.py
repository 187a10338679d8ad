"""Listens to a browser during a test: whatever goes wrong in it fails the test."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

LOCAL = ("localhost", "127.0.0.1")


class Watch:
    """Collects console errors, page errors, policy violations and requests that leave the machine."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.tolerated: list[str] = []

    def over(self, context: BrowserContext) -> None:
        """Watch every page of a context from now on."""
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)

    def tolerate(self, pattern: str) -> None:
        """Accept messages that match: those which the test provokes, nothing wider."""
        self.tolerated.append(pattern)

    def problems(self) -> list[str]:
        return [
            text
            for text in self.found
            if not any(re.search(pattern, text) for pattern in self.tolerated)
        ]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            where = message.location.get("url", "")
            self.found.append(f"console {message.type}: {message.text} ({where})")

    def _error(self, error: WebError) -> None:
        self.found.append(f"page error: {error.error}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOCAL:
            self.found.append(f"request leaves the machine: {request.url}")
