"""Real question files from outside, where they are at hand, and what an independent reader saw."""

import json
from pathlib import Path

import pytest

from probity.kernel.settings import ROOT

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
def own_files() -> Path:
    """The question files that were written for these tests."""
    return OWN
