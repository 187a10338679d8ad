"""One JSON line per request and event; no password, token or answer in any of them."""

import json

import pytest
import structlog
from sqlalchemy import text

from probity.kernel.logs import configure_logs
from probity.kernel.permissions import Public
from probity.kernel.web import Blueprint
from probity.kernel.work import writing
from tests.kernel import sites
from tests.kernel.rows import throttle

SECRETS = ["canary-password", "canary-token", "canary-answer", "canary-address"]

bp = Blueprint("canary", __name__)


@bp.raw("/canary/<token>", methods=["POST"], needs=Public.INFORMATION, csrf=False)
def break_constraint(token):
    """A row with an answer in it that breaks a constraint of the database."""
    with writing() as session:
        session.add(throttle("canary-answer\nsecond line: canary-answer"))
        session.flush()
        session.execute(
            text("INSERT INTO throttle (name, key, count) VALUES ('probe', :answer, 1)"),
            {"answer": "canary-answer\n\nThe above canary-answer"},
        )


@pytest.fixture
def live(own_url, build):
    """The application as in production."""
    app = build(own_url)
    app.register_blueprint(bp)
    app.testing = False
    with sites.opened(app):
        yield app
    structlog.reset_defaults()


@pytest.fixture
def captured(capsys):
    """Standard error as the log sees it, from the first line of the test on."""

    def begin():
        configure_logs()
        return capsys

    return begin


def lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_request_is_one_line(live, captured):
    log = captured()
    answer = live.test_client().get("/probe/?q=canary-token")
    (line,) = lines(log)
    assert line.pop("ms") >= 0
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "endpoint": "probe.show_public",
        "status": 200,
        "request": answer.headers["X-Request-Id"],
    }


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/assets/x/favicon.svg"])
def test_probes_and_files_leave_no_line(live, captured, path):
    log = captured()
    assert live.test_client().get(path, buffered=True).status_code == 200
    assert lines(log) == []


def test_a_bug_is_logged_with_the_number_of_its_request(live, captured):
    log = captured()
    answer = live.test_client().get("/probe/bug")
    failed, request = lines(log)
    assert (failed["event"], failed["level"]) == ("request.failed", "error")
    assert "RuntimeError: the wheel came off" in failed["exception"]
    assert failed["request"] == request["request"] == answer.headers["X-Request-Id"]


def test_no_secret_is_logged_whatever_is_sent(live, captured):
    log = captured()
    client = live.test_client()
    form = {"email": "canary-address@example.org", "password": "canary-password"}
    token = {"Authorization": "Bearer canary-token", "X-CSRFToken": "canary-token"}
    client.post("/sign-in?next=/canary-token", data=form, headers=token)
    client.post("/probe/open", json={"response": "canary-answer"}, headers=token)
    client.get("/reset/canary-token", headers={"Cookie": "session=canary-token"})
    client.get("/no/such/canary-token")
    logged = log.readouterr()
    assert logged.err.count('"event": "request"') == 4
    for secret in SECRETS:
        assert secret not in logged.err + logged.out


def test_an_answer_that_breaks_a_constraint_is_not_quoted_in_the_log(live, captured):
    """PostgreSQL quotes the whole row, SQLAlchemy all parameters."""
    log = captured()
    answer = live.test_client().post("/canary/canary-token")
    assert answer.status_code == 500
    logged = log.readouterr()
    assert "IntegrityError" in logged.err
    for secret in SECRETS:
        assert secret not in logged.err + logged.out


def test_a_database_that_is_away_is_one_line_without_its_password(tmp_path, build, captured):
    url = f"postgresql://probity:canary-password@/gone?host={tmp_path}/away"
    app = build(url)
    app.testing = False
    log = captured()
    assert app.test_client().get("/probe/database").status_code == 503
    logged = log.readouterr().err
    structlog.reset_defaults()
    assert json.loads(logged.splitlines()[0])["event"] == "database.away"
    assert "canary-password" not in logged
