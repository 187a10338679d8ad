"""The interface is translated whole: every string of code and templates has its Chinese."""

import re
import subprocess
import sys
from pathlib import Path

from babel.messages.pofile import read_po

from probity.kernel.settings import ROOT

CATALOGUE = ROOT / "translations" / "zh_Hans" / "LC_MESSAGES" / "messages.po"
PLACES = re.compile(r"%\(\w+\)[sd]|%%|%|\{\w+\}|<[^>]+>")
UNTIDY = re.compile(
    r"[。；：！？，、] |[\u4e00-\u9fff][,;:!?]|[\u4e00-\u9fff]\.(?!\w)|[\u4e00-\u9fff] +[\u4e00-\u9fff]"
)
KEYWORDS = ("-k", "_l", "-k", "lazy_gettext")


def ids(path: Path) -> set[str]:
    with path.open("rb") as file:
        found = read_po(file, locale="zh_Hans")
    return {m.id if isinstance(m.id, str) else m.id[0] for m in found if m.id}


def test_every_string_is_in_the_catalogue(tmp_path: Path) -> None:
    target = tmp_path / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract"]
    command += ["-F", "tools/babel.cfg", *KEYWORDS, "--no-location", "-o", str(target), "."]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert ids(target) - ids(CATALOGUE) == set(), "run `make translations` and translate"


def test_nothing_is_left_untranslated() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    empty = [
        m.id
        for m in catalogue
        if m.id and (m.fuzzy or not (m.string if isinstance(m.id, str) else m.string[0]))
    ]
    assert empty == []


def pairs() -> list[tuple[str, str]]:
    """Every English text, its plural where it has one, with its Chinese."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    return [
        (m.id, m.string) if isinstance(m.id, str) else (m.id[1], m.string[0])
        for m in catalogue
        if m.id
    ]


def test_a_translation_has_the_places_of_its_original() -> None:
    """A lone per cent sign more than the original has would fail when the page is made."""
    differing = [
        (english, chinese)
        for english, chinese in pairs()
        if sorted(PLACES.findall(english)) != sorted(PLACES.findall(chinese))
    ]
    assert differing == []


def test_chinese_has_its_own_punctuation() -> None:
    assert [chinese for _english, chinese in pairs() if UNTIDY.search(chinese)] == []


def test_chinese_has_one_form_for_every_number() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    assert catalogue.num_plurals == 1
    assert [m.id for m in catalogue if not isinstance(m.id, str) and len(m.string) != 1] == []
