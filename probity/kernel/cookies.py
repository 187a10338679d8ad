"""The session cookie: signed, and valid whatever the clock of the node that reads it says.

Flask refuses a cookie that was signed later than now. Behind a balancer that would sign people out
whenever one node's clock runs a second ahead, or a clock is set back. How long a session lives is
decided by the registry of sessions, which the database keeps.
"""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature


class Cookies(SecureCookieSessionInterface):
    """Flask's own cookies without an age."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return None
        sent = request.cookies.get(self.get_cookie_name(app))
        try:
            return self.session_class(serializer.loads(sent) if sent else None)
        except BadSignature:
            return self.session_class()
