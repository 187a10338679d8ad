"""Any sound password works, forgotten ones are replaced, and guessing does not pay."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from werkzeug.exceptions import ServiceUnavailable

from probity.accounts import limits, passwords, queries
from probity.accounts.models import Person, UserSession
from probity.accounts.roles import Role
from tests.accounts.letters import letters_to, link_in
from tests.factories.accounts import add_person

GOOD = "tulip harbour seven"
LONG = "春风又绿江南岸 tulip harbour 7 明月何时照我还 "


@pytest.fixture
def eva(app, session):
    with app.app_context():
        stored = passwords.stored_form(GOOD)
    return add_person(
        session, "eva@example.org", Role.CANDIDATE, name_latin="Eva Moser", password_hash=stored
    )


def sign_in(visitor, password=GOOD, expect=303, email="eva@example.org", **options):
    return visitor.post(
        "/sign-in", {"email": email, "password": password}, expect=expect, **options
    )


@pytest.mark.parametrize("length", [8, 64, 71, 72, 73, 100, 128, 199, 200])
def test_long_passwords_in_any_script_sign_up_and_in(browse, session, length):
    visitor, password = browse(), (LONG * 9)[:length]
    form = {"email": "long@example.org", "password": password, "name": "Long Name"}
    visitor.post("/sign-up", form)
    visitor.get(link_in(letters_to(session, "long@example.org")[0]), expect=303)
    sign_in(visitor, password[:-1], expect=422, email="long@example.org")
    sign_in(visitor, password, email="long@example.org")


def test_the_same_characters_from_another_keyboard_are_the_same_password(browse, session):
    visitor = browse()
    form = {"email": "wide@example.org", "password": "ＡＢＣ tulip harbour é", "name": "Wide"}
    visitor.post("/sign-up", form)
    visitor.get(link_in(letters_to(session, "wide@example.org")[0]), expect=303)
    sign_in(visitor, "ABC tulip harbour e\u0301", email="wide@example.org")


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short 7", "Use at least 8 characters."),
        ("x7#Kp2!v" * 26, "Use at most 200 characters."),
        ("password1", "easy to guess"),
        ("evamoser", "easy to guess"),
        ("", "Write a password."),
    ],
)
def test_poor_passwords_are_refused_with_the_reason(browse, session, password, sentence):
    form = {"email": "poor@example.org", "password": password, "name": "Eva Moser"}
    page = browse().post("/sign-up", form, expect=422)
    assert sentence in page.text
    assert 'value="Eva Moser"' in page.text
    assert queries.find_person(session, "poor@example.org") is None


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Write your name."),
        ("name", "王小明", "Write this name in Latin letters"),
        ("name", "x" * 201, "Use at most 200 characters for a name."),
        ("name_native", "王\u202e小明", "Write your name in its own script"),
        ("email", "eva", "Write an email address such as"),
    ],
)
def test_sign_up_says_what_is_wrong(browse, field, value, sentence):
    form = {"email": "new@example.org", "password": GOOD, "name": "Eva Moser", field: value}
    assert sentence in browse().post("/sign-up", form, expect=422).text


def test_a_forgotten_password_is_replaced_and_every_session_ends(browse, session, eva):
    elsewhere, visitor = browse(eva), browse()
    visitor.post("/reset", {"email": "EVA@example.org"})
    path = link_in(letters_to(session, "eva@example.org")[0])
    visitor.get(path)
    visitor.post(path, {"password": "new"}, expect=422)
    assert visitor.post(path, {"password": "seven quiet lanterns"}).location == "/sign-in"

    elsewhere.get("/account/", expect=303)
    sign_in(visitor, GOOD, expect=422)
    sign_in(visitor, "seven quiet lanterns")
    assert "was set anew" in letters_to(session, "eva@example.org")[1].text
    stale = browse().get(path, expect=303)
    assert stale.location == "/reset"
    assert browse().post(path, {"password": "one more password 9"}).location == "/reset"


def test_resetting_also_confirms_the_address(browse, session, eva):
    eva.confirmed_at = None
    visitor = browse()
    visitor.post("/reset", {"email": "eva@example.org"})
    path = link_in(letters_to(session, "eva@example.org")[0])
    visitor.post(path, {"password": "seven quiet lanterns"})
    sign_in(visitor, "seven quiet lanterns")


def test_strangers_cannot_tell_who_has_an_account(browse, session, eva):
    add_person(session, "waits@example.org").confirmed_at = None
    known, unknown = "eva@example.org", "nobody@example.org"
    new = {"password": GOOD, "name": "Somebody Else"}

    def seen(path, form, email):
        visitor = browse()
        answer = visitor.post(path, {**form, "email": email})
        page = visitor.get(answer.location).text.replace(email, "ADDRESS")
        return answer.location, re.sub(r'(csrf[^>]*|content)="[^"]+"', "", page)

    assert seen("/reset", {}, known) == seen("/reset", {}, unknown)
    assert seen("/confirm", {}, "waits@example.org") == seen("/confirm", {}, unknown)
    assert seen("/confirm", {}, known) == seen("/confirm", {}, unknown)
    assert seen("/sign-up", new, known) == seen("/sign-up", new, "fresh@example.org")
    assert session.scalar(select(func.count()).select_from(Person)) == 3
    assert letters_to(session, unknown) == []
    subjects = [letter.subject for letter in letters_to(session, known)]
    assert subjects == ["Set a new password for Probity", "You have a Probity account already"]


def test_letters_to_one_address_are_few(browse, session, eva):
    for _ in range(8):
        browse().post("/reset", {"email": "eva@example.org"})
    assert len(letters_to(session, "eva@example.org")) == limits.LETTERS.most


def test_guessing_is_stopped_where_it_happens_and_nowhere_else(browse, eva):
    visitor = browse()
    for _ in range(limits.BY_PLACE_AND_ACCOUNT.most):
        sign_in(visitor, "wrong horse", expect=422)
    refused = sign_in(visitor, GOOD, expect=429)
    assert 0 < int(refused.headers["Retry-After"]) <= limits.BY_PLACE_AND_ACCOUNT.seconds
    sign_in(browse(), GOOD, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})


def test_one_customer_with_many_addresses_is_one_place(browse, eva):
    for number in range(limits.BY_PLACE_AND_ACCOUNT.most):
        where = {"REMOTE_ADDR": f"2001:db8:1:2::{number:x}"}
        sign_in(browse(), "wrong horse", expect=422, environ_overrides=where)
    sign_in(browse(), GOOD, expect=429, environ_overrides={"REMOTE_ADDR": "2001:db8:1:2:f::9"})
    sign_in(browse(), GOOD, environ_overrides={"REMOTE_ADDR": "2001:db8:1:3::9"})


def test_a_crowd_of_guessers_does_not_lock_a_known_browser_out(browse, session, eva):
    own = browse()
    sign_in(own)
    own.post("/sign-out")
    key = limits.account_key("eva@example.org")
    for _ in range(limits.BY_ACCOUNT.most):
        limits.count(session, limits.BY_ACCOUNT, key)
    session.commit()
    sign_in(browse(), GOOD, expect=429)
    sign_in(own, GOOD)


def test_a_success_forgets_the_failures(browse, session, eva):
    key = f"127.0.0.1 {limits.account_key('eva@example.org')}"
    for _ in range(limits.BY_PLACE_AND_ACCOUNT.most - 1):
        limits.count(session, limits.BY_PLACE_AND_ACCOUNT, key)
    visitor = browse()
    sign_in(visitor)
    visitor.post("/sign-out")
    for _ in range(2):
        sign_in(visitor, "wrong horse", expect=422)


def test_changing_the_password_keeps_only_this_browser(browse, session, eva):
    elsewhere, visitor = browse(eva), browse()
    sign_in(visitor)
    wrong = {"password": "not mine", "new_password": "seven quiet lanterns"}
    assert "not right" in visitor.post("/account/password", wrong, expect=422).text
    form = {"password": GOOD, "new_password": "seven quiet lanterns"}
    assert visitor.post("/account/password", form).location == "/account/"
    visitor.get("/account/")
    elsewhere.get("/account/", expect=303)
    alive = select(func.count()).where(UserSession.ended_at.is_(None))
    assert session.scalar(alive) == 1
    assert letters_to(session, "eva@example.org")[0].subject == "Your Probity password was changed"


def test_a_borrowed_browser_cannot_try_passwords_for_ever(browse, eva):
    visitor = browse(eva)
    for _ in range(limits.BY_PERSON.most):
        visitor.post("/account/verify", {"password": "guess"}, expect=422)
    visitor.post("/account/verify", {"password": GOOD}, expect=429)


def test_a_crowd_that_signs_in_leaves_threads_for_others(app):
    """All turns are taken while one hash is being computed: the next one is told to come back."""
    begun, finish = threading.Event(), threading.Event()

    class Slow:
        def verify(self, secret, stored):
            begun.set()
            return finish.wait(10)

    hasher = passwords.Hasher(Slow())
    turns = passwords.MOST_AT_ONCE + passwords.MOST_WAITING

    def verify(number):
        with app.app_context():
            return hasher.verify("secret", f"stored {number}")

    with ThreadPoolExecutor(turns) as pool:
        waiting = [pool.submit(verify, number) for number in range(turns)]
        begun.wait(10)
        while hasher._queueing.acquire(blocking=False):
            hasher._queueing.release()
        with app.app_context(), pytest.raises(ServiceUnavailable) as refused:
            hasher.verify("secret", "stored")
        finish.set()
        assert all(turn.result(10) for turn in waiting)
    assert refused.value.retry_after == passwords.RETRY_AFTER_SECONDS
    assert verify(turns)
