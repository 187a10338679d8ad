"""Texts in several languages, as Moodle's filter for them knows them."""

import re
from dataclasses import dataclass

OPENING = re.compile(r"<span\b[^<>]*\bmultilang\b[^<>]*>", re.IGNORECASE)
CLOSING = "</span>"
LANG = re.compile(r"\blang\s*=\s*[\"']?([A-Za-z_-]{2,20})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Languages:
    """The English and the Chinese text, and which languages were left out."""

    english: str
    chinese: str
    lost: tuple[str, ...]


def split(html: str) -> Languages | None:
    """The two languages of a text; None where it has no such parts."""
    runs = _runs(html)
    if not runs:
        return None
    seen = {language for _start, _end, offered in runs for language in offered}
    shown = {"en", "zh"} if seen & {"en", "zh"} else {min(seen)}
    return Languages(_only("en", html, runs), _only("zh", html, runs), tuple(sorted(seen - shown)))


def _runs(html: str) -> list[tuple[int, int, dict[str, str]]]:
    """Parts in several languages that follow each other, with their places."""
    runs: list[tuple[int, int, dict[str, str]]] = []
    place = 0
    while opening := OPENING.search(html, place):
        end = html.find(CLOSING, opening.end())
        if end < 0:
            break
        inside = {_language(opening[0]): html[opening.end() : end]}
        place = end + len(CLOSING)
        if runs and not html[runs[-1][1] : opening.start()].strip():
            start, _end, offered = runs.pop()
            runs.append((start, place, offered | inside))
        else:
            runs.append((opening.start(), place, inside))
    return runs


def _only(wanted: str, html: str, runs: list[tuple[int, int, dict[str, str]]]) -> str:
    """The text in one language, or the first one where that is missing."""
    out: list[str] = []
    place = 0
    for start, end, offered in runs:
        out += [html[place:start], offered.get(wanted, next(iter(offered.values())))]
        place = end
    return "".join([*out, html[place:]])


def join(english: str, chinese: str) -> str:
    """Both languages in one text."""
    return (
        f'<span lang="en" class="multilang">{english}</span>'
        f'<span lang="zh_cn" class="multilang">{chinese}</span>'
    )


def _language(attributes: str) -> str:
    found = LANG.search(attributes)
    return found[1].lower().replace("_", "-").partition("-")[0] if found else ""
