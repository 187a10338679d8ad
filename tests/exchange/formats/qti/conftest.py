"""The public files of QTI, read once for all tests."""

import pytest

from probity.exchange.formats import format_named
from probity.exchange.found import Source
from tests.factories.exchange import read_all

FAMILIES = ("qti12", "qti2", "qti2_tests", "qti3", "blackboard", "packages")
FORMATS = ("qti-3.0", "qti-2.x", "qti-1.2", "cartridge")


def format_of(name, head):
    formats = (format_named(one) for one in FORMATS)
    return next((one for one in formats if one.sniff(name, head)), None)


@pytest.fixture(scope="session")
def qti_readings(corpus, expected):
    """Each file with its format, its reading and what was expected."""
    found = {}
    for path, wanted in expected.items():
        if path.split("/")[0] in FAMILIES:
            data = (corpus / path).read_bytes()
            one = format_of(path, data[:65_536])
            name = path.rpartition("/")[2]
            found[path] = (one, read_all(one, Source(name, data)) if one else None, wanted)
    return found
