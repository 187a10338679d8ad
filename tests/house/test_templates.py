"""What templates may not hold, and that whatever they name exists."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from probity.kernel.icons import icon
from probity.kernel.settings import ROOT

FOLDER = ROOT / "templates"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
GAP = " "
CLASSES = re.compile(
    r"\{% block body_class %\}.*?\{% endblock %\}|\{% macro _look.*?\{%-? endmacro %\}", re.DOTALL
)
"""Parts that write the value of a class attribute."""
SHOWN = {"alt", "aria-label", "aria-description", "label", "placeholder", "title"}
"""Attributes whose value a reader sees or hears."""
EXAMPLES = {"PRB-2026-000123", "attempt/42"}
"""Shown as an example of what to type: the same in every language."""
NAMES = {"Probity", "PDF", "JSON", "CSV", "SHA-256"}
"""The same in every language."""
UNTRANSLATED = {
    "print/certificate.html": "says the same in both languages, side by side",
    "design": "the gallery is for developers",
}
"""Templates whose words are not translated, by the beginning of their path."""
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


def name(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


class Words(HTMLParser):
    """Collects the text and attribute values that stand in a template as such."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside: list[str] = []
        self.attributes: list[str] = []
        self.feed(JINJA.sub(GAP, CLASSES.sub(GAP, text)))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.inside.append(tag)
        self.attributes += [key for key, _value in attrs]
        self.found += [value for key, value in attrs if key in SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"code", "kbd", "script"} & set(self.inside):
            self.found.append(data)


def words(path: Path) -> list[str]:
    """Words of a template that no translator would ever see."""
    if name(path).startswith(tuple(UNTRANSLATED)):
        return []
    said = [" ".join(text.split()) for text in Words(path.read_text()).found]
    return [
        text
        for text in said
        if text not in NAMES | EXAMPLES
        and not re.match(r"aria-[a-z]+=", text)  # attributes that several places share
        and re.search(r"[^\W\d_]{2}", text.replace("Probity", ""))
    ]


def code_or_style(path: Path) -> list[str]:
    text = path.read_text()
    found = [key for key in Words(text).attributes if key == "style" or key.startswith("on")]
    return found + re.findall(r"<style|<script(?![^>]*\ssrc=)|javascript:", JINJA.sub(GAP, text))


def trust(path: Path) -> list[str]:
    return re.findall(r"\|\s*safe\b|autoescape|Markup\(", path.read_text())


def test_every_word_goes_through_translation() -> None:
    assert {name(path): words(path) for path in TEMPLATES if words(path)} == {}


def test_no_template_holds_code_or_style() -> None:
    assert {name(path): code_or_style(path) for path in TEMPLATES if code_or_style(path)} == {}


def test_no_template_trusts_markup_or_switches_escaping_off() -> None:
    assert {name(path): trust(path) for path in TEMPLATES if trust(path)} == {}


ASSET = re.compile(r"""\basset\(\s*["']([^"']+)["']\s*\)""")
ICON = re.compile(
    r"""\b(?:icon|icon_button)\(\s*["']([\w-]+)["']|\bsymbol(?:_after)?=["']([\w-]+)["']"""
)
INCLUDED = re.compile(r"""\{%-?\s*(?:extends|include|import|from)\s+["']([^"']+)["']""")


def test_every_file_icon_and_template_that_is_named_exists() -> None:
    named = 0
    for path in TEMPLATES:
        text = path.read_text()
        for asset in ASSET.findall(text):
            assert (ROOT / "static" / asset).is_file(), f"{name(path)}: {asset}"
        for first, second in ICON.findall(text):
            assert icon(first or second), name(path)
        for other in INCLUDED.findall(text):
            assert (FOLDER / other).is_file(), f"{name(path)}: {other}"
            named += 1
    assert named > 100


def test_every_template_is_used() -> None:
    code = "\n".join(path.read_text() for path in (ROOT / "probity").rglob("*.py"))
    used = code + "\n".join(path.read_text() for path in FOLDER.rglob("*.html"))
    library = ("errors/", "security/")  # named by status code and by Flask-Security
    for path in TEMPLATES:
        known = name(path) in used or name(path).startswith(library) or path.name in code
        assert known, f"{name(path)} is not rendered, extended or included anywhere"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>{{ _('Words') }}</p>", []),
        ("<p>Words</p>", ["Words"]),
        ("<p>{% if a %}Words{% endif %}</p>", ["Words"]),
        ('<p title="Words"></p>', ["Words"]),
        ('<p class="words" data-x="Words">{# Words #}12 / 7</p>', []),
        ("<p>{{ name }} and {{ other }}</p>", ["and"]),
        ("<code>--flag</code><br>·", []),
        ("<p>投标</p>", ["投标"]),
    ],
)
def test_the_search_for_words_finds_them(source: str, found: list[str], tmp_path: Path) -> None:
    said = [" ".join(text.split()) for text in Words(source).found]
    assert [text for text in said if re.search(r"[^\W\d_]{2}", text)] == found
