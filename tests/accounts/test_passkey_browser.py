"""Passkeys and codes in a real Chromium, under the strict policy every page carries."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from probity.accounts import passwords
from probity.accounts.roles import Role
from probity.kernel.db import db
from probity.kernel.work import writing
from probity.wiring import create_app
from tests.chromium import EXECUTABLE
from tests.databases import environment
from tests.factories.accounts import add_person

GOOD = "tulip harbour seven"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(request, tmp_path_factory) -> Iterator[str]:
    """A running site with one person; its address."""
    folder = tmp_path_factory.mktemp("site")
    url = f"sqlite:///{folder / 'site.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").create_database("passkeys")
    app = create_app(environment(url, folder))
    with app.app_context():
        db.create_all()
        stored = passwords.stored_form(GOOD)
        with writing() as session:
            add_person(session, "eva@example.org", Role.CANDIDATE, password_hash=stored)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, site) -> Iterator[Page]:
    """A tab whose console must stay silent: no violation of the policy, no error."""
    page = chromium.new_context(base_url=site, locale="en-US").new_page()
    page.set_default_timeout(10_000)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    page.context.close()
    assert said == []


@pytest.fixture
def device(page) -> tuple:
    """A device with a passkey store: the DevTools session and the store's id."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return devtools, made["authenticatorId"]


def sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email").fill("eva@example.org")
    page.get_by_label("Password").fill(GOOD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/learning/")


def sign_out(page: Page) -> None:
    page.goto("/account/")
    page.locator("header.top .tools details.menu > summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/")


def test_a_passkey_is_registered_used_and_removed(page, device):
    devtools, store = device
    sign_in(page)
    page.goto("/account/passkeys")
    page.get_by_label("Name of the passkey").fill("Work laptop")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("The passkey Work laptop is registered.").wait_for()
    kept = devtools.send("WebAuthn.getCredentials", {"authenticatorId": store})["credentials"]
    assert [(key["rpId"], key["isResidentCredential"]) for key in kept] == [("localhost", True)]

    sign_out(page)
    page.goto("/sign-in")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/learning/")

    page.goto("/account/passkeys")
    page.get_by_role("button", name="Remove Work laptop").click()
    page.get_by_role("button", name="Continue", exact=True).last.click()
    page.get_by_text("The passkey Work laptop is removed.").wait_for()
    sign_out(page)
    page.goto("/sign-in/passkey")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("This passkey is not known here.").wait_for()


def test_a_device_that_cannot_tell_who_is_there_is_refused(page, device):
    devtools, store = device
    sign_in(page)
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": store, "isUserVerified": False})
    page.goto("/account/passkeys")
    page.get_by_label("Name of the passkey").fill("Found on the street")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("No passkey was used.").wait_for()
    kept = devtools.send("WebAuthn.getCredentials", {"authenticatorId": store})["credentials"]
    assert kept == []


def test_an_address_by_number_is_explained(page, site):
    page.goto(site.replace("localhost", "127.0.0.1") + "/sign-in")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("Passkeys need a host name.").wait_for()


def test_the_code_to_scan_is_drawn(page):
    sign_in(page)
    page.goto("/account/authenticator")
    page.get_by_role("button", name="Set up").click()
    code = page.get_by_alt_text("Code to scan with the authenticator app")
    expect(code).to_have_js_property("complete", value=True)
    assert code.evaluate("image => image.naturalWidth") > 100
