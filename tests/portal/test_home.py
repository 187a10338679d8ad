"""The front page and the choice of language."""

import re

import pytest
from sqlalchemy import func, select

from probity.bank.models import Item
from tests.factories.catalogue import load_lamps
from tests.factories.exams import fill_bank


def figures(page):
    """What is counted in public, by name."""
    return dict(re.findall(r'<div class="stat"><dt>([^<]+)</dt><dd>([\d,]+)</dd>', page.text))


@pytest.mark.bare
def test_the_front_page_of_an_empty_site_says_so(browse, session):
    page = browse().get("/")
    assert "No courses yet" in page.text
    assert set(figures(page).values()) == {"0"}


def test_the_front_page_shows_courses_and_counts_what_is_there(browse, session, tmp_path):
    load_lamps(session, tmp_path)
    fill_bank(session)
    page = browse().get("/")
    assert 'href="/courses/lamps/"' in page.text
    counted = figures(page)
    assert counted["Courses"] == "1"
    assert int(counted["Lessons"]) > 0
    assert counted["Items in the bank"] == str(session.scalar(select(func.count(Item.id))))


def test_a_stranger_is_offered_to_sign_in_and_a_person_greeted(browse, ada):
    assert 'href="/sign-in"' in browse().get("/").text
    page = browse(ada).get("/")
    assert "Your account: Ada Lim" in page.text
    assert 'action="/sign-out"' in page.text


def choose(visitor, **form):
    return visitor.post("/language", form)


def test_a_chosen_language_stays_and_leads_back(browse):
    visitor = browse()
    answer = choose(visitor, language="zh-Hans", next="/courses/?q=1")
    assert answer.location == "/courses/?q=1"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("lang=zh-Hans;")
    assert {"HttpOnly", "SameSite=Lax", "Max-Age=31536000"} <= set(cookie.split("; "))
    assert '<html lang="zh-Hans">' in visitor.get("/").text
    choose(visitor, language="en")
    assert '<html lang="en">' in visitor.get("/", headers={"Accept-Language": "zh"}).text


@pytest.mark.parametrize("language", ["", "de", "zh", "en\r\nSet-Cookie: a=b", "../en"])
def test_a_language_we_do_not_have_is_refused(browse, language):
    answer = browse().post("/language", {"language": language}, expect=422)
    assert "lang=" not in answer.headers.get("Set-Cookie", "")


ELSEWHERE = [
    "https://evil.example",
    "http:evil.example",
    "http:/evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example/",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "//evil.example/%2f..",
    "//[evil",
    "/\\[evil",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "evil.example",
    "./evil",
    "/\nevil",
    "/\r\nLocation: https://evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\x00/evil.example",
    "/\u2028evil",
    "",
    "?x",
    "#x",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_target_leads_away_from_the_site(browse, target):
    assert choose(browse(), language="en", next=target).location == "/"


@pytest.mark.parametrize("target", ["/", "/courses/", "/a?b=//c", "/verify#x", "/a:b", "/投标"])
def test_paths_of_ours_are_kept(browse, target):
    from urllib.parse import unquote

    assert unquote(choose(browse(), language="en", next=target).location) == target
