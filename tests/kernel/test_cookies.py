"""Session cookies: signed, and of no age."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask, session

from probity.kernel.cookies import Cookies
from tests.kernel.rows import keys

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("off", [timedelta(seconds=-1), timedelta(minutes=-2), timedelta(days=-1)])
def test_a_cookie_that_a_clock_ahead_has_signed_is_good(browse, session, off):
    visitor = browse()
    with time_machine.travel(NOON):
        token = visitor.token()
    with time_machine.travel(NOON + off):
        form = {"csrf_token": token, "key": "kept"}
        assert visitor.client.post("/probe/rows", data=form).status_code == 303
    assert keys(session) == ["kept"]


@pytest.mark.parametrize("change", [lambda text: text[:-4] + "0000", lambda text: "x" + text[1:]])
def test_a_cookie_that_was_changed_is_none(browse, ada, change):
    visitor = browse(ada)
    visitor.get("/probe/me")
    cookie = visitor.client.get_cookie("session")
    visitor.client.set_cookie("session", change(cookie.value))
    visitor.get("/probe/me", expect=303)


def test_without_a_secret_key_there_is_no_session():
    app = Flask("keyless")
    app.session_interface = Cookies()
    with app.test_request_context(headers={"Cookie": "session=anything"}):
        with pytest.raises(RuntimeError, match="no secret key was set"):
            session["kept"] = True
        assert session.get("kept") is None
