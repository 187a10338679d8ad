"""One JSON line per request and event; never a password, token or answer."""

import logging
import re
import secrets
import sys
import time
from typing import Any

import structlog
from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram
from structlog.typing import EventDict

log = structlog.get_logger()

REQUESTS = Counter("probity_requests_total", "Requests answered", ["endpoint", "status"])
SECONDS = Histogram("probity_request_seconds", "Time to answer", ["endpoint"])

_ROW = re.compile(
    r"DETAIL:.*?(?=\n\[SQL: |\n\nThe above exception was|\n\nDuring handling of the above|\Z)",
    re.DOTALL,
)


def configure_logs() -> None:
    """Write JSON lines to standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _hide_rows,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def without_rows(text: str) -> str:
    """Take out what PostgreSQL quotes from a row that broke a constraint."""
    return _ROW.sub("DETAIL: (hidden)", text)


def _hide_rows(_logger: Any, _method: str, entry: EventDict) -> EventDict:
    if "exception" in entry:
        entry["exception"] = without_rows(entry["exception"])
    return entry


def init_logs(app: Flask) -> None:
    """Measure and log each request; hot and probing routes are measured only."""

    @app.before_request
    def begin() -> None:
        g.request_id = secrets.token_hex(8)
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        taken = time.perf_counter() - g.get("began", time.perf_counter())
        endpoint = request.endpoint or "none"
        REQUESTS.labels(endpoint, response.status_code).inc()
        SECONDS.labels(endpoint).observe(taken)
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if not app.testing and endpoint not in QUIET:
            log.info(
                "request",
                request=g.get("request_id"),
                method=request.method,
                endpoint=endpoint,
                status=response.status_code,
                ms=round(taken * 1000, 1),
            )
        return response


QUIET = frozenset({"asset", "operations.healthz", "operations.readyz", "exams.save_response"})
