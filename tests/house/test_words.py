"""What no file of this repository says."""

import re
import subprocess
from pathlib import Path

import pytest

from probity.kernel.settings import ROOT

FOREIGN = ("static/vendor/", "tests/vendor/", "docs/images/")
"""Files of other people, and pictures."""
BINARY = {".png", ".woff2", ".pdf", ".ico", ".jpg", ".ttf", ".zip"}
SAID = {
    "/wo" + "rk/": "a path of one machine",
    "/ro" + "ot/": "a path of one machine",
    "sub" + "agent": "how the text came to be",
    "language " + "model": "how the text came to be",
    "TO" + "DO": "what is missing belongs into an issue",
    "FIX" + "ME": "what is missing belongs into an issue",
    "lorem " + "ipsum": "filler",
}
INDEX = re.compile(r"https?://[\w.-]*(?:pypi|pythonhosted|npmjs|artifactory|nexus)[\w./-]*")


def tracked() -> list[Path]:
    """Every text file that is part of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = [name for name in listed.stdout.split("\0") if name and not name.startswith(FOREIGN)]
    paths = [ROOT / name for name in names]
    return [path for path in paths if path.is_file() and path.suffix not in BINARY]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in tracked()
    }


def test_there_is_something_to_read(texts: dict[str, str]) -> None:
    assert len(texts) > 300


@pytest.mark.parametrize("words", SAID, ids=lambda words: SAID[words])
def test_no_file_says_this(texts: dict[str, str], words: str) -> None:
    found = {
        name: words in text if words.isupper() else words.lower() in text.lower()
        for name, text in texts.items()
    }
    assert [name for name in found if found[name]] == []


def test_no_file_names_a_package_index(texts: dict[str, str]) -> None:
    assert [name for name, text in texts.items() if INDEX.search(text)] == []


def test_every_python_file_says_in_one_line_what_it_knows(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        if name.endswith(".py") and name.startswith("probity/") and text.strip():
            first = text.split("\n", 1)[0]
            assert re.fullmatch(r'"""\S.+\.(""")?', first), name
