"""Real question files from outside, where they are at hand, and what an independent reader saw."""

import json
from pathlib import Path

import pytest

from probity.exchange.formats import format_named
from probity.exchange.found import Found, Source
from probity.kernel.settings import ROOT
from tests.factories.exchange import read_all

CORPUS = ROOT.parent / "shared" / "corpus"
OWN = Path(__file__).parent / "files"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of public question files; tests that want it are skipped without it."""
    if not (CORPUS / "expected.json").is_file():
        pytest.skip("the corpus of public question files is not here")
    return CORPUS


@pytest.fixture(scope="session")
def expected(corpus) -> dict:
    """What an independent reader found in each file of the corpus."""
    return json.loads((corpus / "expected.json").read_text())["files"]


@pytest.fixture(scope="session")
def course_items() -> list[Found]:
    """The questions of the courses that come with the product, read once for all tests."""
    found = []
    for path in sorted((ROOT / "courses").glob("*/questions/**/*.yaml")):
        reading = read_all(format_named("probity"), Source(path.name, path=path))
        assert [one.refusal for one in reading.found if one.refusal] == [], path
        found += reading.found
    assert len(found) > 150
    return found


@pytest.fixture(scope="session")
def own_files() -> Path:
    """The question files that were written for these tests."""
    return OWN
