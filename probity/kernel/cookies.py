"""The session cookie: signed, and valid whatever the clock of the node that reads it says.

Flask refuses a cookie that was signed later than now. Behind a balancer that would sign people out
whenever one node's clock runs a second ahead, or a clock is set back. How long a session lives is
decided by the registry of sessions, which the database keeps.
"""

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
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

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Leave answers for anybody alone: a `Vary: Cookie` would keep caches from sharing them."""
        if response.cache_control.public and not session.modified:
            return
        super().save_session(app, session, response)
