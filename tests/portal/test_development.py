"""The gallery and the mailbox exist only in a demonstration on this machine."""

import pytest

from probity.kernel import mail
from probity.kernel.pagination import PER_PAGE
from tests.databases import environment

PATHS = ["/design", "/dev/mail", "/dev/mail.json"]


@pytest.fixture
def real(app, monkeypatch, tmp_path):
    """The settings of an installation that others can reach."""
    from probity.kernel import settings

    chosen = settings.load(
        environment("sqlite:///x", tmp_path, BASE_URL="https://exams.example.org")
    )
    monkeypatch.setitem(app.config, "PROBITY", chosen)


@pytest.fixture
def letters(session):
    for number in range(3):
        mail.send(
            session,
            to=f"{'ada' if number else 'bob'}@example.org",
            subject=f"Letter {number}",
            text=f"See http://localhost:8000/confirm/{number}\n<b>",
        )
    session.commit()


@pytest.mark.parametrize("path", PATHS)
def test_in_a_demonstration_they_are_there(browse, session, path):
    assert browse().client.get(path).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_from_another_machine_they_are_not(browse, session, path):
    there = {"REMOTE_ADDR": "203.0.113.9"}
    assert browse().client.get(path, environ_base=there).status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_on_a_real_installation_they_are_not_even_for_administrators(browse, root, real, path):
    assert browse().client.get(path).status_code == 404
    assert browse(root).client.get(path).status_code == 404


def test_letters_are_shown_newest_first_with_links_to_click(browse, letters):
    page = browse().get("/dev/mail").text
    assert page.index("Letter 2") < page.index("Letter 1") < page.index("Letter 0")
    assert 'href="http://localhost:8000/confirm/2"' in page
    assert "&lt;b&gt;" in page


def test_scripts_read_the_letters_to_one_address(browse, letters):
    found = browse().get("/dev/mail.json?to=ada@example.org").json
    assert [letter["subject"] for letter in found] == ["Letter 2", "Letter 1"]
    assert set(found[0]) == {"to", "subject", "text", "created_at", "sent_at"}
    assert len(browse().get("/dev/mail.json").json) == 3
    assert browse().get("/dev/mail.json?to=nobody@example.org").json == []


def test_an_empty_mailbox_says_so(browse, session):
    assert "No mail yet" in browse().get("/dev/mail").text


def test_a_full_mailbox_has_pages(browse, session):
    for number in range(PER_PAGE + 1):
        mail.send(session, to="ada@example.org", subject=f"Letter {number:03}", text="x")
    session.commit()
    assert "Letter 000" not in browse().get("/dev/mail").text
    assert "Letter 000" in browse().get("/dev/mail?page=2").text
    assert len(browse().get("/dev/mail.json").json) == 50


def test_the_gallery_shows_every_component(browse, session):
    page = browse().get("/design").text
    assert page.count("<section") > 5
