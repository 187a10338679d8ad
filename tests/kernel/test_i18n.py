"""Languages and times as the reader wants them."""

from datetime import UTC, date, datetime

import pytest
from flask_babel import LazyString

from probity.kernel import i18n
from probity.kernel.i18n import LANGUAGE_COOKIE, content_locale, local, locale_shown

MOMENT = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
WORDS = {"en": "Bidder", "zh-Hans": "投标人"}


@pytest.fixture
def reading(app):
    """A request of somebody who reads this language."""

    def ask(accepted=None, cookie=None):
        headers = {"Accept-Language": accepted} if accepted else {}
        if cookie is not None:
            headers["Cookie"] = f"{LANGUAGE_COOKIE}={cookie}"
        return app.test_request_context("/", headers=headers)

    return ask


@pytest.mark.parametrize(
    ("accepted", "shown"),
    [
        (None, "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("zh-Hant-HK", "zh-Hans"),
        ("ZH", "zh-Hans"),
        ("en-GB,zh;q=0.9", "en"),
        ("fr,zh;q=0.5,en;q=0.4", "zh-Hans"),
        ("fr,de;q=0.8", "en"),
        ("en;q=0.1,zh;q=0.9", "zh-Hans"),
        ("zh;q=0,fr", "en"),
        ("*", "en"),
        (";;;,,zh;q=x", "en"),
    ],
)
def test_the_browser_asks_and_is_served_what_we_have(reading, accepted, shown):
    with reading(accepted):
        assert content_locale() == shown


@pytest.mark.parametrize(
    ("cookie", "shown"),
    [("en", "en"), ("zh-Hans", "zh-Hans"), ("", "zh-Hans"), ("../../etc", "zh-Hans")],
)
def test_a_choice_wins_over_the_browser_if_we_have_that_language(reading, cookie, shown):
    with reading("zh-CN", cookie):
        assert content_locale() == shown


def test_outside_a_request_english_is_spoken(app):
    with app.app_context():
        assert content_locale() == "en"
    assert content_locale() == "en"


def test_words_are_shown_in_the_readers_language_else_in_english(reading):
    with reading("zh"):
        assert local(WORDS) == "投标人"
        assert local({"en": "Bidder"}) == local({"en": "Bidder", "zh-Hans": ""}) == "Bidder"
        assert local(WORDS, "en") == "Bidder"
        assert (locale_shown(WORDS), locale_shown({"en": "Bidder"})) == ("zh-Hans", "en")
        assert locale_shown(WORDS, "en") == "en"
    with reading("en"):
        assert (local(WORDS), locale_shown(WORDS)) == ("Bidder", "en")


def test_a_time_names_its_zone(reading):
    machine = '<time datetime="2026-11-22T18:30:00+00:00">'
    with reading("en"):
        assert i18n.when(MOMENT) == f"{machine}23 Nov 2026, 02:30 (UTC+08:00)</time>"
    with reading("zh"):
        assert i18n.when(MOMENT) == f"{machine}2026年11月23日02:30（UTC+08:00）</time>"


def test_a_day_is_the_day_of_the_readers_zone(reading):
    with reading("en"):
        assert i18n.day(MOMENT) == '<time datetime="2026-11-23">23 Nov 2026</time>'
        assert i18n.day(date(2026, 3, 1)) == '<time datetime="2026-03-01">1 Mar 2026</time>'
    with reading("zh"):
        assert i18n.day(MOMENT) == '<time datetime="2026-11-23">2026年11月23日</time>'


def test_who_has_chosen_a_zone_reads_times_in_it(browse, ada, bob):
    ada.timezone = "America/St_Johns"
    assert "22 Nov 2026, 15:00 (UTC-03:30)" in browse(ada).client.get("/probe/time").text
    assert "23 Nov 2026, 02:30 (UTC+08:00)" in browse(bob).client.get("/probe/time").text


def test_outside_a_request_times_are_those_of_the_installation(app):
    with app.app_context():
        assert "23 Nov 2026, 02:30 (UTC+08:00)" in i18n.when(MOMENT)


def test_rows_of_words_and_names_are_punctuated_in_the_readers_language(reading):
    with reading("en"):
        assert i18n.listed(["a", 2]) == "a, 2"
        assert i18n.named("<b>", "x") == "&lt;b&gt;: x"
        assert i18n.told("So.", "And so.") == "So. And so."
    with reading("zh"):
        assert i18n.listed(["甲", "乙"]) == "甲、乙"
        assert i18n.listed(["甲", "乙"], "，") == "甲，乙"
        assert i18n.named("甲", "乙") == "甲：乙"
        assert i18n.told("甲。", "乙。") == "甲。乙。"


def test_templates_know_the_filters(app, reading):
    template = app.jinja_env.from_string("{{ w|local }} {{ w|lang }} {{ t|day }} {{ t|when }}")
    with reading("zh"):
        shown = template.render(w=WORDS, t=MOMENT)
    assert shown.startswith("投标人 zh-Hans <time")
    assert shown.count("<time") == 2


def test_pages_are_marked_with_the_language_they_are_in(browse):
    page = browse().get("/", headers={"Accept-Language": "zh-CN"})
    assert '<html lang="zh-Hans">' in page.text
    assert '<html lang="en">' in browse().get("/").text


def test_lazy_words_are_looked_up_when_they_are_shown(reading):
    lazy = i18n.lazy_gettext("Courses")
    assert isinstance(lazy, LazyString)
    with reading("en"):
        assert str(lazy) == "Courses"
