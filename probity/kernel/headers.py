"""What every answer carries to keep a browser out of trouble."""

from flask import Flask, Response, request
from flask import session as cookie

POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "media-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'none'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
)
CSP = "; ".join(POLICY)
FOR_WORKER = {
    "worker-src 'none'": "worker-src 'self'",
    "trusted-types 'none'": "trusted-types probity-worker",
}
CSP_WITH_WORKER = "; ".join(FOR_WORKER.get(rule, rule) for rule in POLICY)
"""For the exam room, which registers a service worker: the name is that of its script's policy."""
FIXED = {
    "Content-Security-Policy": CSP,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
HSTS = "max-age=63072000; includeSubDomains"


def fixed(*, https: bool) -> list[tuple[str, str]]:
    """The headers of an answer that is made without Flask and meant for one person."""
    secure = [("Strict-Transport-Security", HSTS)] if https else []
    return [*FIXED.items(), *secure, ("Cache-Control", "no-store")]


def init_headers(app: Flask, *, https: bool) -> None:
    """Add the headers to every answer of the application."""

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        given = {name.lower() for name, _value in headers}
        for name, value in FIXED.items():
            if name.lower() not in given:
                headers.add(name, value)
        if https:
            headers["Strict-Transport-Security"] = HSTS
        if "cache-control" not in given:
            headers.add("Cache-Control", "no-store" if _personal() else "no-cache")
        return response


def _personal() -> bool:
    # the cookie is asked, not the database: an answer must leave when that is away
    return request.method != "GET" or "_user_id" in cookie
