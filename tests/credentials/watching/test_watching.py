"""Asking, consenting, news by mail and webhook, giving up: with a real program that listens."""

import dataclasses
import hashlib
import hmac
import http.server
import json
import threading
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from probity.api import actions as keys
from probity.credentials import actions as register
from probity.credentials.watching import actions, hooks, queries
from probity.credentials.watching.models import Delivery, Watch, WatchEvent, WatchState, Webhook
from probity.kernel import clock, jobs
from probity.kernel.errors import Refused
from probity.kernel.mail import Letter
from probity.kernel.permissions import SYSTEM
from tests.api import schemas
from tests.api.test_keys import DOCUMENT

LIST, HOLDERS = "/employer/watches/", "/certificates/watchers/"


class Program(http.server.HTTPServer):
    """What an employer runs: notes what it is sent, and answers as it is told to."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Listening)
        self.heard, self.status = [], 204

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hook"


class _Listening(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.heard.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_args):
        pass


@pytest.fixture
def program(app, monkeypatch):
    settings = dataclasses.replace(app.config["PROBITY"], webhook_loopback=True)
    monkeypatch.setitem(app.config, "PROBITY", settings)
    with Program() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def inside(app):
    """Do something inside an application context, as letters and settings need it."""

    def do(act, *given, **named):
        with app.app_context():
            return act(*given, **named)

    return do


@pytest.fixture
def watch(inside, session, certificate, bob):
    """Bob asked to watch Ada's certificate."""
    asked = inside(actions.ask, session, certificate, "Tender 7", by=bob)
    session.commit()
    return asked


@pytest.fixture
def agreed(inside, session, watch, ada):
    inside(actions.decide, session, watch, WatchState.AGREED, by=ada)
    session.commit()
    return watch


def letters(session, person):
    query = select(Letter).where(Letter.recipient == person.email).order_by(Letter.id)
    return session.scalars(query).all()


def follow(session, work):
    jobs.hasten(session, actions.FOLLOW)
    work()


def events(session):
    return session.scalars(select(WatchEvent).order_by(WatchEvent.id)).all()


def test_an_employer_asks_and_the_holder_answers(browse, session, certificate, ada, bob, work):
    form = {"number": certificate.number, "name": "Ada Lim", "purpose": "Tender 7"}
    browse(bob).post(LIST, form)
    asked = letters(session, ada)[-1]
    assert certificate.number in asked.subject
    assert "Tender 7" in asked.text
    page = browse(ada).get(f"/c/{certificate.public_id}").text
    assert "1 employer asks" in page
    assert "asks to watch" not in browse(bob).get(f"/c/{certificate.public_id}").text
    watch = session.scalars(select(Watch)).one()
    for person, expect in ((bob, 404), (ada, 303)):
        browse(person).post(f"{HOLDERS}{watch.public_id}/agreed", expect=expect)
    browse(ada).post(f"{HOLDERS}{watch.public_id}/maybe", expect=404)
    assert "The holder agreed" in letters(session, bob)[-1].text
    assert "Valid" in browse(bob).get(LIST).text
    assert "You agreed" in browse(ada).get(HOLDERS).text
    browse(ada).post(f"{HOLDERS}{watch.public_id}/withdrawn")
    assert "withdrew" in letters(session, bob)[-1].text
    register.suspend(session, certificate, reason="x", by=SYSTEM)
    work()
    assert [event.kind.value for event in events(session)] == ["agreed", "withdrawn"]
    assert events(session)[-1].told["status"] is None


def test_a_wrong_name_is_told_as_an_unknown_number(browse, session, certificate, bob):
    wrong = {"number": certificate.number, "name": "Nobody", "purpose": "x"}
    unknown = {"number": "PRB-2026-009999", "name": "Ada Lim", "purpose": "x"}
    for form in (wrong, unknown):
        page = browse(bob).post(LIST, form, expect=422).text
        assert "Nothing in the register answers" in page
    browse(bob).post(LIST, {**wrong, "purpose": ""}, expect=422)
    assert session.scalars(select(Watch)).all() == []


def test_whom_one_may_ask_and_how_often(inside, session, certificate, watch, ada, bob, monkeypatch):
    with pytest.raises(Refused, match="of your own"):
        inside(actions.ask, session, certificate, "x", by=ada)
    with pytest.raises(Refused, match="on your watch list"):
        inside(actions.ask, session, certificate, "x", by=bob)
    inside(actions.decide, session, watch, WatchState.DECLINED, by=ada)
    with pytest.raises(Refused, match="said no"):
        inside(actions.ask, session, certificate, "x", by=bob)
    with pytest.raises(Refused, match="decided before"):
        inside(actions.decide, session, watch, WatchState.AGREED, by=ada)
    with time_machine.travel(clock.now() + actions.REST + timedelta(days=1)):
        again = inside(actions.ask, session, certificate, "x", by=bob)
        actions.end(again)
        with pytest.raises(Refused, match="ended already"):
            actions.end(again)
        monkeypatch.setattr(actions, "MOST_A_DAY", 1)
        with pytest.raises(Refused, match="within a day"):
            inside(actions.ask, session, certificate, "x", by=bob)


def test_changes_are_told_once_also_those_that_time_makes(session, certificate, agreed, bob, work):
    follow(session, work)
    register.suspend(session, certificate, reason="x", by=SYSTEM)
    work()
    follow(session, work)
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=True):
        register.reinstate(session, certificate, reason="x", by=SYSTEM)
        work()
    with time_machine.travel(certificate.ends_at - timedelta(days=20), tick=True):
        follow(session, work)
        follow(session, work)
    with time_machine.travel(certificate.ends_at + timedelta(days=1), tick=True):
        follow(session, work)
    told = [(one.kind.value, one.told["before"], one.told["status"]) for one in events(session)]
    assert told == [
        ("agreed", None, "valid"),
        ("status", "valid", "suspended"),
        ("status", "suspended", "valid"),
        ("expiring", None, "valid"),
        ("status", "valid", "expired"),
    ]
    assert len({letter.key for letter in letters(session, bob)}) == 5


def test_a_long_list_is_followed_in_parts(inside, session, agreed, monkeypatch):
    monkeypatch.setattr(queries, "AT_ONCE", 1)
    assert inside(actions.follow, session, 0) == agreed.id
    assert inside(actions.follow, session, agreed.id) is None


def test_a_program_is_told_with_a_signature_it_can_check(
    inside, browse, session, certificate, agreed, bob, work, program
):
    reply = browse(bob).post("/employer/webhooks/", {"url": program.url})
    hook = session.scalars(select(Webhook)).one()
    secret = inside(hooks.secret, hook)
    assert secret in browse(bob).get(reply.location).text
    browse(bob).post(f"{reply.location}test")
    register.revoke(session, certificate, reason="x", by=SYSTEM)
    work()
    assert [json.loads(body)["type"] for _, body in program.heard] == ["ping", "status"]
    for headers, body in program.heard:
        message = f"{headers['Probity-Timestamp']}.{body}".encode()
        right = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
        assert headers["Probity-Signature"] == f"sha256={right}"
        assert headers["Probity-Event"] == json.loads(body)["id"]
        news = {"$ref": "#/components/schemas/WatchNews"}
        schemas.check(json.loads(body), news, DOCUMENT)
    assert json.loads(program.heard[1][1])["status"] == "revoked"
    page = browse(bob).get(reply.location).text
    assert page.count("Taken") == 2
    delivery = session.scalars(select(Delivery).order_by(Delivery.id.desc())).first()
    browse(bob).post(f"{reply.location}deliveries/{delivery.id}")
    browse(bob).post(f"{reply.location}deliveries/{delivery.id}", expect=409)
    work()
    assert len(program.heard) == 3
    assert program.heard[2][1] == program.heard[1][1]


def test_news_can_be_fetched_with_a_key(app, session, agreed, bob, ada):
    path = "/api/v1/events"
    client = app.test_client(use_cookies=False)
    tokens = [keys.make(session, person, "x", 30)[1] for person in (bob, ada)]
    session.commit()
    mine, others = ({"Authorization": f"Bearer {token}"} for token in tokens)
    reply = client.get(path, headers=mine).json
    schemas.check(reply, {"$ref": "#/components/schemas/WatchEvents"}, DOCUMENT)
    (first,) = reply["events"]
    assert (first["type"], reply["more"]) == ("agreed", False)
    assert client.get(f"{path}?after={first['id']}", headers=mine).json["events"] == []
    assert client.get(path, headers=others).json["events"] == []
    assert client.get(f"{path}?after={first['id']}", headers=others).status_code == 400
    assert client.get(path).status_code == 401


def test_a_program_that_does_not_take_it_is_tried_again_and_given_up(
    inside, app, browse, session, agreed, bob, work, program
):
    program.status = 500
    hook = inside(hooks.add, session, program.url, by=bob)
    inside(hooks.ping, session, hook)
    now = clock.now()
    for tries, pause in enumerate([timedelta(), *hooks.PAUSES], start=1):
        now += pause + timedelta(seconds=5)
        with time_machine.travel(now, tick=True):
            work()
        assert len(program.heard) == tries
    delivery = session.scalars(select(Delivery)).one()
    assert (delivery.state.value, delivery.answer) == ("failed", "500")
    assert hook.failures == 1
    program.status = 410
    inside(hooks.send_again, session, delivery)
    work()
    assert hook.gave_up
    assert "did not take our news" in letters(session, bob)[-1].text
    with pytest.raises(Refused, match="has ended"):
        inside(hooks.ping, session, hook)
    page = browse(bob).get(f"/employer/webhooks/{hook.public_id}/").text
    assert "Given up" in page
    browse(bob).get(LIST)


def test_three_losses_in_a_row_end_a_webhook_and_one_success_forgives(
    inside, session, bob, work, program
):
    hook = inside(hooks.add, session, program.url, by=bob)
    hook.failures = hooks.MOST_FAILURES - 1
    inside(hooks.ping, session, hook)
    work()
    assert hook.failures == 0
    hook.failures, program.status = hooks.MOST_FAILURES - 1, 500
    inside(hooks.ping, session, hook)
    last = session.scalars(select(Delivery).order_by(Delivery.id.desc())).first()
    last.tries = len(hooks.PAUSES)
    work()
    assert hook.gave_up


def test_a_webhook_belongs_to_one_person(browse, session, certificate, bob, ada, program, work):
    browse(bob).post("/employer/webhooks/", {"url": "https://10.0.0.1/"}, expect=409)
    for _ in range(hooks.MOST_HOOKS):
        made = browse(bob).post("/employer/webhooks/", {"url": program.url}).location
    browse(bob).post("/employer/webhooks/", {"url": program.url}, expect=409)
    browse(ada).get(made, expect=404)
    for act in ("test", "end", "deliveries/1"):
        browse(ada).post(f"{made}{act}", expect=404)
    browse(bob).post(f"{made}deliveries/999", expect=404)
    browse(bob).post(f"{made}test")
    browse(bob).post(f"{made}end")
    browse(bob).post(f"{made}end")
    work()
    assert program.heard == []
    assert "You ended it" in browse(bob).get(made).text


def test_a_watch_belongs_to_who_asked(browse, session, watch, ada, bob):
    browse(ada).post(f"{LIST}{watch.public_id}/end", expect=404)
    browse(bob).post(f"{LIST}{watch.public_id}/end")
    assert browse(ada).get(HOLDERS).text.count("Tender 7") == 0
    assert "Ended by you" in browse(bob).get(LIST).text
