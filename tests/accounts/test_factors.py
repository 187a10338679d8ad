"""Second steps: one-time codes, recovery codes, and staff who must show one."""

import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
import time_machine
from sqlalchemy import select

from probity.accounts import limits, passwords
from probity.accounts.roles import Role
from probity.audit.models import AuditEntry
from probity.kernel import clock
from tests.accounts.letters import letters_to, link_in
from tests.factories.accounts import add_person, sign_in_client

GOOD = "tulip harbour seven"


@pytest.fixture
def eva(app, session):
    with app.app_context():
        stored = passwords.stored_form(GOOD)
    return add_person(
        session, "eva@example.org", Role.CANDIDATE, name_latin="Eva Moser", password_hash=stored
    )


@pytest.fixture
def real(app, monkeypatch):
    """The same installation, but reachable by others."""
    reachable = replace(app.config["PROBITY"], base_url="https://exams.example.org")
    monkeypatch.setitem(app.config, "PROBITY", reachable)


def set_up(visitor) -> pyotp.TOTP:
    """Go through the page as a person with a phone does."""
    page = visitor.client.post(
        "/account/authenticator", data={"setup": "authenticator", "csrf_token": visitor.token()}
    )
    key = re.findall(r'<code class="wide">([^<]+)</code>', page.text)[0].replace("-", "")
    app_on_phone = pyotp.TOTP(key)
    action = re.findall(r'action="(/account/authenticator/[^"]+)"', page.text)[0]
    done = visitor.post(action, {"code": app_on_phone.at(clock.now())})
    assert done.location == "/account/recovery-codes"
    return app_on_phone


def half_way(browse, expect=303):
    visitor = browse()
    answer = visitor.post("/sign-in", {"email": "eva@example.org", "password": GOOD})
    assert answer.location == "/sign-in/code"
    visitor.get("/account/", expect=303)
    return visitor


def test_a_code_is_asked_for_and_works_once(browse, session, eva):
    phone = set_up(browse(eva))
    start = clock.now()
    with time_machine.travel(start + timedelta(seconds=60), tick=False):
        code = phone.at(clock.now())
        visitor = half_way(browse)
        visitor.post("/sign-in/code", {"code": "000000"}, expect=422)
        visitor.post("/sign-in/code", {"code": code})
        visitor.get("/account/")
        replayed = half_way(browse).post("/sign-in/code", {"code": code}, expect=422)
        assert "was used already" in replayed.text
    with time_machine.travel(start + timedelta(seconds=120), tick=False):
        half_way(browse).post("/sign-in/code", {"code": code}, expect=422)
        half_way(browse).post("/sign-in/code", {"code": phone.at(clock.now())})


def test_the_code_that_set_the_app_up_does_not_sign_in(browse, eva):
    with time_machine.travel(clock.now(), tick=False):
        phone = set_up(browse(eva))
        half_way(browse).post("/sign-in/code", {"code": phone.at(clock.now())}, expect=422)


def test_codes_cannot_be_guessed(browse, eva):
    set_up(browse(eva))
    visitor = half_way(browse)
    for number in range(limits.BY_PERSON.most):
        visitor.post("/sign-in/code", {"code": f"{number:06}"}, expect=422)
    half_way(browse).post("/sign-in/code", {"code": "123456"}, expect=429)


def test_the_picture_to_scan_is_a_page_that_nobody_keeps(browse, eva):
    visitor = browse(eva)
    visitor.get("/account/authenticator.svg", expect=404)
    page = visitor.post("/account/authenticator", {"setup": "authenticator"}, expect=200)
    assert 'src="/account/authenticator.svg"' in page.text
    picture = visitor.get("/account/authenticator.svg")
    assert picture.mimetype == "image/svg+xml"
    assert picture.headers["Cache-Control"] == "no-store"
    browse().get("/account/authenticator.svg", expect=303)


def test_recovery_codes_work_once_and_are_stored_as_hashes(browse, session, eva):
    visitor = browse(eva)
    set_up(visitor)
    page = visitor.post("/account/recovery-codes", {"generate_new_codes": "1"}, expect=200)
    codes = re.findall(r"<code>([0-9a-f-]{19})</code>", page.text)
    assert len(codes) == 10
    assert not set(codes) & set(eva.mf_recovery_codes)
    assert codes[0] not in visitor.get("/account/recovery-codes").text

    lost = half_way(browse)
    lost.post("/sign-in/recovery", {"code": "0000-0000-0000-0000"}, expect=422)
    lost.post("/sign-in/recovery", {"code": codes[0].upper().replace("-", " ")})
    assert "9 recovery codes left" in lost.get("/account/").text
    half_way(browse).post("/sign-in/recovery", {"code": codes[0]}, expect=422)


def test_switching_the_app_off_forgets_its_secret_and_codes(browse, session, eva):
    visitor = browse(eva)
    set_up(visitor)
    visitor.post("/account/recovery-codes", {"generate_new_codes": "1"}, expect=200)
    visitor.post("/account/authenticator", {"setup": "disable"})
    session.refresh(eva)
    told = [letter.text.splitlines()[2] for letter in letters_to(session, "eva@example.org")]
    assert "was set up" in told[0]
    assert "was switched off" in told[1]
    recorded = select(AuditEntry.event).where(AuditEntry.subject == f"person/{eva.id}")
    assert list(session.scalars(recorded))[-2:] == ["factor:added", "factor:removed"]
    assert (eva.tf_totp_secret, eva.tf_primary_method, eva.mf_recovery_codes) == (None, None, None)


def test_a_new_password_does_not_skip_the_second_step(browse, session, eva):
    set_up(browse(eva))
    visitor = browse()
    visitor.post("/reset", {"email": "eva@example.org"})
    path = link_in(letters_to(session, "eva@example.org")[-1])
    visitor.post(path, {"password": "seven quiet lanterns"})
    form = {"email": "eva@example.org", "password": "seven quiet lanterns"}
    assert browse().post("/sign-in", form).location.startswith("/sign-in/code")


@pytest.mark.parametrize(
    "path",
    ["/account/authenticator", "/account/passkeys", "/account/email", "/account/recovery-codes"],
)
def test_sensitive_pages_ask_again_after_a_while(browse, eva, path):
    visitor = browse(eva)
    visitor.get(path)
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        asked = visitor.get(path, expect=303)
        assert asked.location == f"/account/verify?next={path}"
        assert visitor.post(asked.location, {"password": GOOD}).location == path
        visitor.get(path)


def test_second_steps_cannot_be_entered_from_nowhere(browse):
    for path in ("/sign-in/code", "/sign-in/recovery"):
        assert browse().get(path, expect=303).location == "/sign-in"
        assert browse().post(path, {"code": "123456"}).location == "/sign-in"
    assert browse().get("/sign-in/help", expect=303).location == "/sign-in/recovery"


def test_staff_without_a_second_factor_reach_their_account_only(app, session, root, real):
    weak = sign_in_client(app, session, root, multi_factor=False)
    there = weak.get("/admin/people/", headers={"Accept": "text/html"})
    assert (there.status_code, there.location) == (303, "/account/#factors")
    assert "One more step" in weak.get("/account/").text
    assert weak.get("/admin/people/", headers={"Accept": "application/json"}).status_code == 403
    strong = sign_in_client(app, session, root, multi_factor=True)
    assert strong.get("/admin/people/").status_code == 200


def test_setting_the_app_up_opens_the_other_pages(app, session, root, browse, real):
    visitor = browse(root)
    visitor.client = sign_in_client(app, session, root, multi_factor=False)
    set_up(visitor)
    visitor.get("/admin/people/")


def test_the_second_step_leads_back_to_the_page_that_asked(browse, eva):
    start = clock.now()
    phone = set_up(browse(eva))
    visitor, form = browse(), {"email": "eva@example.org", "password": GOOD}
    answer = visitor.post("/sign-in?next=/exams/demo/", form)
    assert answer.location == "/sign-in/code?next=/exams/demo/"
    with time_machine.travel(start + timedelta(seconds=60), tick=False):
        done = visitor.post(answer.location, {"code": phone.at(clock.now())})
    assert done.location == "/exams/demo/"


def test_candidates_need_no_second_factor(app, session, ada, real):
    weak = sign_in_client(app, session, ada, multi_factor=False)
    assert weak.get("/learning/").status_code == 200


def test_powers_over_others_need_a_fresh_sign_in(browse, root, ada, real):
    visitor, here = browse(root), f"/admin/people/{ada.public_id}/"
    visitor.post(f"{here}roles", {"role": "auditor"})
    assert Role.AUDITOR in ada.roles
    with time_machine.travel(clock.now() + timedelta(minutes=40), tick=False):
        asked = visitor.post(f"{here}roles/auditor/withdrawal")
        assert asked.location == f"/account/verify?next={here}"
    assert Role.AUDITOR in ada.roles


def test_the_page_for_codes_signs_nobody_out(browse, ada):
    visitor = browse(ada)
    assert visitor.get("/sign-in/code", expect=303).location == "/account/"
    visitor.get("/account/")
