"""Languages and times as the reader wants them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import flask_babel
from babel.dates import format_date
from babel.support import NullTranslations
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import LazyString
from flask_login import current_user
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from probity.kernel.settings import ROOT

LANGUAGE_COOKIE = "lang"
LANGUAGES = {"en": "English", "zh-Hans": "简体中文"}
MOST_WORDS = 8192
"""More than all templates say in every language."""

_UNTRANSLATED = NullTranslations()


def gettext(words: str, /, **given: object) -> str:
    """The words in the reader's language, with what is given put in."""
    found: str = _catalogue().ugettext(words)
    return found % given if given else found


def ngettext(one: str, many: str, num: int, /, **given: object) -> str:
    """The same for words that go with a number, which they may name as `num`."""
    found: str = _catalogue().ungettext(one, many, num)
    return found % {"num": num, **given}


def lazy_gettext(words: str, /, **given: object) -> LazyString:
    """Words that are translated when somebody reads them."""
    return LazyString(gettext, words, **given)


def _catalogue() -> NullTranslations:
    """The messages of the reader's language, looked up once for a page of a thousand of them."""
    try:
        kept = getattr(g, "_flask_babel", None)  # Flask-Babel keeps the language of this context
    except RuntimeError:  # there is no reader
        return _UNTRANSLATED
    known = getattr(kept, "catalogue", None)
    if known is not None and known[0] is getattr(kept, "babel_locale", None):
        found: NullTranslations = known[1]
        return found
    found = flask_babel.get_translations()
    g._flask_babel.catalogue = (flask_babel.get_locale(), found)  # noqa: SLF001
    return found


@pass_eval_context
def _said(page: EvalContext, words: str, /, **given: object) -> str:
    """`_()` of the templates. Jinja's own copies the whole context for most of the words."""
    catalogue = _catalogue()
    if page.autoescape:
        return _marked(catalogue, words) % given if given else _whole(catalogue, words)
    found: str = catalogue.ugettext(words) % given
    return found


@pass_eval_context
def _counted(page: EvalContext, one: str, many: str, num: int, /, **given: object) -> str:
    """`ngettext()` of the templates."""
    found: str = _catalogue().ungettext(one, many, num)
    told = Markup(found) if page.autoescape else found  # noqa: S704 - our own words
    return told % {"num": num, **given}


@lru_cache(MOST_WORDS)
def _marked(catalogue: NullTranslations, words: str) -> Markup:
    return Markup(catalogue.ugettext(words))  # noqa: S704 - our own words


@lru_cache(MOST_WORDS)
def _whole(catalogue: NullTranslations, words: str) -> Markup:
    """Words into which nothing is put; a doubled per cent sign stands for one, as elsewhere."""
    return _marked(catalogue, words) % {}


def content_locale() -> str:
    """The reader's language as content files and HTML name it: `en` or `zh-Hans`."""
    chosen = flask_babel.get_locale()
    return "zh-Hans" if chosen is not None and chosen.language == "zh" else "en"


def local(text: Mapping[str, str], locale: str | None = None) -> str:
    """The words in the reader's language, English where they are missing."""
    return text.get(locale or content_locale()) or text["en"]


def locale_shown(text: Mapping[str, str], locale: str | None = None) -> str:
    """The language that `local` will show, for a `lang` attribute."""
    wanted = locale or content_locale()
    return wanted if text.get(wanted) else "en"


def listed(words: Iterable[object], chinese: str = "、") -> str:
    """Several things in a row, with the comma of the reader's language; Chinese has two."""
    return (chinese if content_locale() == "zh-Hans" else ", ").join(str(word) for word in words)


def told(*sentences: object) -> str:
    """Sentences one after another; Chinese leaves no space between them."""
    return ("" if content_locale() == "zh-Hans" else " ").join(str(one) for one in sentences)


def named(name: object, what: object) -> Markup:
    """A name and what is said of it, with the colon of the reader's language."""
    colon = "：" if content_locale() == "zh-Hans" else ": "
    return Markup("{}{}{}").format(name, colon, what)


def select_locale() -> str:
    """Cookie first, then what the browser asks for; every Chinese is served the one we have."""
    if not has_request_context():
        return "en"
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in LANGUAGES:
        return chosen.replace("-", "_")
    for tag, quality in request.accept_languages:
        if not quality:
            continue
        if tag.lower().startswith("zh"):
            return "zh_Hans"
        if tag.lower().startswith("en"):
            return "en"
    return "en"


def reader_zone() -> ZoneInfo:
    """The zone the reader has chosen, else that of the installation."""
    chosen = getattr(current_user, "timezone", None) if has_request_context() else None
    site: ZoneInfo = current_app.config["PROBITY"].timezone
    return ZoneInfo(chosen) if chosen else site


def when(moment: datetime) -> Markup:
    """A date and time in the reader's zone, the zone named."""
    shown = moment.astimezone(reader_zone())
    zone = f"{shown:UTC%z}"
    zone, clock = f"{zone[:6]}:{zone[6:]}", f"{shown:%H:%M}"
    locale = content_locale()
    date_shown = _date_words(shown.date(), locale)
    if locale == "zh-Hans":
        return _time(moment.isoformat(timespec="seconds"), f"{date_shown}{clock}（{zone}）")
    return _time(moment.isoformat(timespec="seconds"), f"{date_shown}, {clock} ({zone})")


def day(moment: date) -> Markup:
    """A date alone, in the reader's zone."""
    shown = moment
    if isinstance(moment, datetime):
        shown = moment.astimezone(reader_zone()).date()
    return _time(shown.isoformat(), _date_words(shown, content_locale()))


def _time(machine: str, words: str) -> Markup:
    return Markup(f'<time datetime="{machine}">{words}</time>')  # noqa: S704 - digits and months


@lru_cache(maxsize=1024)
def _date_words(shown: date, locale: str) -> str:
    if locale == "zh-Hans":
        return format_date(shown, "y年M月d日", locale="zh_Hans")
    return format_date(shown, "d MMM y", locale="en")


def init_i18n(app: Flask) -> None:
    """Register Babel and the template filters."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "translations")
    flask_babel.Babel(app, locale_selector=select_locale)
    app.jinja_env.globals.update({"_": _said, "gettext": _said, "ngettext": _counted})
    app.jinja_env.filters.update(
        {"local": local, "lang": locale_shown, "listed": listed, "when": when, "day": day}
    )
    app.jinja_env.globals.update(named=named, told=told)
    app.context_processor(lambda: {"locale": content_locale(), "languages": LANGUAGES})
