"""Languages and times as the reader wants them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

import flask_babel
from babel.dates import format_date, format_datetime
from babel.support import Translations
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import gettext, lazy_gettext, ngettext
from flask_login import current_user
from markupsafe import Markup

from probity.kernel.settings import ROOT

__all__ = ["gettext", "lazy_gettext", "ngettext"]

LANGUAGE_COOKIE = "lang"
LANGUAGES = {"en": "English", "zh-Hans": "简体中文"}


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
    zone = f"{zone[:6]}:{zone[6:]}"
    if content_locale() == "zh-Hans":
        words = format_datetime(shown, "y年M月d日HH:mm", locale="zh_Hans") + f"（{zone}）"
    else:
        locale = flask_babel.get_locale() or "en"
        words = format_datetime(shown, "d MMM y, HH:mm", locale=locale) + f" ({zone})"
    return Markup('<time datetime="{}">{}</time>').format(
        moment.isoformat(timespec="seconds"), words
    )


def day(moment: date) -> Markup:
    """A date alone, in the reader's zone."""
    shown = moment
    if isinstance(moment, datetime):
        shown = moment.astimezone(reader_zone()).date()
    pattern = "y年M月d日" if content_locale() == "zh-Hans" else "d MMM y"
    words = format_date(shown, pattern, locale=flask_babel.get_locale() or "en")
    return Markup('<time datetime="{}">{}</time>').format(shown.isoformat(), words)


def _catalogue() -> Translations:
    """The messages of the reader's language, looked up once for a page of a thousand of them."""
    kept = g.get("_flask_babel")  # where Flask-Babel keeps the language of this context
    known = getattr(kept, "catalogue", None)
    if known is not None and known[0] is getattr(kept, "babel_locale", None):
        found: Translations = known[1]
        return found
    found = flask_babel.get_translations()
    g._flask_babel.catalogue = (flask_babel.get_locale(), found)  # noqa: SLF001
    return found


def init_i18n(app: Flask) -> None:
    """Register Babel and the template filters."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "translations")
    flask_babel.Babel(app, locale_selector=select_locale)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda words: _catalogue().ugettext(words),
        lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.filters.update(
        {"local": local, "lang": locale_shown, "listed": listed, "when": when, "day": day}
    )
    app.jinja_env.globals.update(named=named, told=told)
    app.context_processor(lambda: {"locale": content_locale(), "languages": LANGUAGES})
