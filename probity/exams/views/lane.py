"""The short way of a save: what was verified before, for the same strings, is not verified again.

A save that went the whole way through Flask leaves a pass here: host, cookie, CSRF token, attempt
token and address, together with what they proved. The next request that carries exactly the same
strings goes straight to the save statement, which still checks session, owner, state, deadline,
lease and version. Whatever is new, wrong, refused or broken goes the whole way and is explained
there; `(client, seq)` makes the second try harmless.
"""

import io
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import structlog
from flask import Flask, Request
from sqlalchemy import Engine

from probity.exams import saving
from probity.exams.requests import BadRequest, Items, read_save
from probity.exams.tokens import Holder
from probity.kernel import headers, logs
from probity.kernel.db import db

log = structlog.get_logger()

ENDPOINT = "exams.save_response"
ADDRESS = "/responses"
SHOWN = ("PATH_INFO", "HTTP_HOST", "HTTP_COOKIE", "HTTP_X_CSRFTOKEN", "HTTP_X_ATTEMPT_TOKEN")
"""What a pass is shown for; anything else in a request proves nothing."""
LARGEST_SAVE = 64 * 1024
MOST_PASSES = 8192
VALID_SECONDS = 15 * 60

Start = Callable[..., object]
Wsgi = Callable[..., Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Pass:
    """What the strings of a request proved when they went the whole way."""

    holder: Holder
    session_hash: str
    items: Items
    until: float


class Lane:
    """A WSGI layer in front of Flask; `remember` is called by the view that verifies."""

    def __init__(self, app: Flask, *, https: bool) -> None:
        self._app = app
        self._next: Wsgi = app.wsgi_app
        self._passes: OrderedDict[tuple[str, ...], Pass] = OrderedDict()
        self._lock = Lock()
        self._engine: Engine | None = None
        self._headers = [*headers.fixed(https=https), ("Content-Type", "application/json")]
        self._count = logs.REQUESTS.labels(ENDPOINT, 200)
        self._seconds = logs.SECONDS.labels(ENDPOINT)

    def remember(self, request: Request, holder: Holder, session_hash: str, items: Items) -> None:
        """Leave a pass for requests that carry the same strings as this one."""
        if not isinstance(db.engine, Engine):
            return  # the caller holds one connection for everything
        self._engine = db.engine
        now, shown = time.monotonic(), _shown(request.environ)
        with self._lock:
            self._passes[shown] = Pass(holder, session_hash, items, now + VALID_SECONDS)
            self._passes.move_to_end(shown)
            self._forget(now)

    def _forget(self, now: float) -> None:
        """Passes lie in the order in which they end: those over go, and the oldest of too many."""
        passes = self._passes
        while passes and (len(passes) > MOST_PASSES or next(iter(passes.values())).until < now):
            passes.popitem(last=False)

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        if environ["PATH_INFO"].endswith(ADDRESS):
            began = time.perf_counter()
            body = self._save(environ)
            if body is not None:
                self._count.inc()
                self._seconds.observe(time.perf_counter() - began)
                more = [("Content-Length", str(len(body))), ("X-Request-Id", secrets.token_hex(8))]
                start_response("200 OK", self._headers + more)
                return [body]
        return self._next(environ, start_response)

    def _save(self, environ: dict[str, Any]) -> bytes | None:
        """The acknowledgement of a committed save, or None: go the whole way."""
        known = self._passes.get(_shown(environ))
        if known is None or known.until < time.monotonic() or self._engine is None:
            return None
        length = environ.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or int(length) > LARGEST_SAVE:
            return None
        body = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = io.BytesIO(body)
        try:
            change = read_save(body, known.items)
            saved = saving.save_alone(self._engine, known.holder, known.session_hash, change)
        except BadRequest:
            return None
        except Exception as error:  # noqa: BLE001 (the whole way finds the right words)
            log.warning("save.again", error=type(error).__name__)
            return None
        return saving.acknowledgement(change, saved) if saved else None


def _shown(environ: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(environ.get(name, "") for name in SHOWN)


def of(app: Flask) -> Lane:
    """The lane of an application."""
    found: Lane = app.extensions["probity-lane"]
    return found


def init_lane(app: Flask, *, https: bool) -> None:
    """Put the short way in front of the application."""
    lane = Lane(app, https=https)
    app.wsgi_app = lane  # type: ignore[method-assign]
    app.extensions["probity-lane"] = lane
