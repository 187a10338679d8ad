"""People of a running site, and browsers that are signed in as them."""

import itertools
import os
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Page

from probity.accounts import passwords
from probity.accounts.models import Person
from probity.accounts.roles import Role
from tests.browser.site import Site
from tests.factories.accounts import add_person, sign_in_client

PASSWORD = "tulip harbour seven"
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Account:
    """What a test needs to know of a person who lives in the site's database."""

    id: int
    email: str


def add_account(
    site: Site,
    *roles: Role,
    name_latin: str = "Ada Lim",
    name_native: str | None = None,
    confirmed: bool = True,
    password: str | None = None,
) -> Account:
    """Someone new; with a password only where the test types it, for hashing is slow."""
    email = f"person{next(_numbers)}-{os.getpid()}@example.org"
    with site.writing() as session:
        person = add_person(
            session,
            email,
            *(roles or (Role.CANDIDATE,)),
            name_latin=name_latin,
            name_native=name_native,
            confirmed=confirmed,
            password_hash=passwords.stored_form(password) if password else None,
        )
        return Account(person.id, email)


def sign_in(site: Site, context: BrowserContext, account: Account) -> None:
    """Give the browser the cookie of a new session, without the cost of a password."""
    with site.writing() as session:
        person = session.get_one(Person, account.id)
        client = sign_in_client(site.app, session, person)
    cookie = client.get_cookie("session")
    assert cookie is not None
    context.add_cookies([{"name": "session", "value": cookie.value, "url": site.address}])


def type_sign_in(page: Page, account: Account, password: str = PASSWORD) -> None:
    """Sign in on the sign-in page as people do."""
    page.locator("input[name=email]").fill(account.email)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
