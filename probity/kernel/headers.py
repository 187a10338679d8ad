"""What every answer carries to keep a browser out of trouble."""

from flask import Flask, Response, request
from flask_login import current_user

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
FIXED = {
    "Content-Security-Policy": CSP,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
HSTS = "max-age=63072000; includeSubDomains"


def init_headers(app: Flask, *, https: bool) -> None:
    """Add the headers to every answer of the application."""

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers["Strict-Transport-Security"] = HSTS
        if "Cache-Control" not in response.headers and response.mimetype != "text/css":
            response.headers["Cache-Control"] = "no-store" if _personal() else "no-cache"
        return response


def _personal() -> bool:
    return request.method != "GET" or bool(current_user and current_user.is_authenticated)
