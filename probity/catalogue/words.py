"""The words that rendering puts into a lesson, in the language of the lesson itself.

A lesson is rendered once, when it is loaded, in each of its languages; the reader's interface may
be in another one. So these words belong to the content, not to the interface catalogue.
"""

from collections.abc import Mapping

from probity.kernel.shapes import LOCALES

CALLOUTS: Mapping[str, Mapping[str, str]] = {
    "rule": {"en": "Rule", "zh-Hans": "规则"},
    "example": {"en": "Example", "zh-Hans": "例子"},
    "trap": {"en": "Where files go wrong", "zh-Hans": "常见错误"},
    "law": {"en": "What the law says", "zh-Hans": "法律怎么说"},
    "case": {"en": "Case", "zh-Hans": "案例"},
    "figure": {"en": "Figure", "zh-Hans": "图"},
    "table": {"en": "Table", "zh-Hans": "表"},
    "check": {"en": "Check your understanding", "zh-Hans": "检查一下"},
}
"""Every callout of the dialect with the heading it gets when the author writes none."""

ICONS: Mapping[str, str] = {
    "rule": "bookmark",
    "example": "lightbulb",
    "trap": "triangle-alert",
    "law": "scale",
    "case": "briefcase",
}

PHRASES: Mapping[str, Mapping[str, str]] = {
    "back": {"en": "Back to the text", "zh-Hans": "回到正文"},
    "checked": {"en": "checked on {date}", "zh-Hans": "核对日期 {date}"},
    "describe": {"en": "Describe this figure", "zh-Hans": "图示文字说明"},
    "reasoning": {"en": "Show the reasoning", "zh-Hans": "看分析"},
    "unconfirmed": {
        "en": "to be confirmed by a legal reviewer",
        "zh-Hans": "待法律审核确认",
    },
}


def heading(callout: str, locale: str) -> str:
    return CALLOUTS[callout][locale]


def phrase(name: str, locale: str, **values: object) -> str:
    return PHRASES[name][locale].format(**values)


def instrument_name(short: Mapping[str, str], locale: str) -> str:
    name = short.get(locale) or short["en"]
    return name if locale == LOCALES[0] else f"《{name}》"


def article_name(article: str, locale: str) -> str:
    return f"Art.\u00a0{article}" if locale == LOCALES[0] else f"第{article}条"


def citation(short: Mapping[str, str], articles: list[str], locale: str) -> str:
    """``Government Procurement Law, Art. 7, Art. 8``, as a reader of that language writes it."""
    names = [article_name(article, locale) for article in articles]
    if locale == LOCALES[0]:
        return ", ".join([instrument_name(short, locale), *names])
    return instrument_name(short, locale) + "、".join(names)


def joined(parts: list[str], locale: str) -> str:
    return ("; " if locale == LOCALES[0] else "；").join(parts)
