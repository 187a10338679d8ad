"""What the worker's findings and a draft with a flaw do to a design."""

import pytest

from probity.credentials.designs import actions, queries
from probity.credentials.paper.design import Design
from probity.kernel.errors import Refused
from probity.kernel.permissions import SYSTEM


def test_a_proof_counts_only_for_the_draft_that_was_set(session):
    row = actions.create(session, "Fine", Design(), by=SYSTEM)
    first = queries.latest_proof(session, row)
    actions.save(session, row, "Fine", Design(accent="#7a1f2b"), by=SYSTEM)
    actions.keep(session, first.token, {"pages": [], "flaws": []})
    assert row.checked is None
    actions.keep(session, "none", {"flaws": []})
    second = queries.latest_proof(session, row)
    actions.keep(session, second.token, {"pages": [], "flaws": []})
    assert row.checked == actions.digest(row.draft)


def test_a_flaw_keeps_a_draft_from_use_even_if_it_was_set(session):
    row = actions.create(session, "Pale", Design(accent="#dddddd"), by=SYSTEM)
    row.checked = actions.digest(row.draft)
    with pytest.raises(Refused) as refused:
        actions.activate(session, row, by=SYSTEM)
    assert refused.value.reason == "design-contrast"
