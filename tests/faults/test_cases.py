"""The short form of every quick case, on each database it is made for."""

import json

import pytest

from faults.__main__ import chosen
from faults.trial import Skipped, run

QUICK = [(one, kind) for one in chosen("") if one.quick for kind in one.databases]


@pytest.mark.parametrize(("case", "kind"), QUICK, ids=[f"{one.name}-{kind}" for one, kind in QUICK])
def test_nothing_acknowledged_is_lost(case, kind, site_on):
    try:
        row = run(case, site_on(kind))
    except Skipped as reason:
        pytest.skip(str(reason))
    assert row["passed"], json.dumps(row, indent=1)
    assert (row["lost"], row["duplicated"], row["errors_5xx_other_than_503"]) == (0, 0, 0)
    assert row["acknowledged"] > 0
