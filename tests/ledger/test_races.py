"""Two writers at once, and one that dies: one tree without a gap."""

import threading

import pytest
from sqlalchemy import select

from probity.kernel.work import reading, writing
from probity.ledger import actions, auditing, queries
from probity.ledger.models import LogLeaf
from tests.factories.ledger import Signer, add_entries, make_entry
from tests.kernel import sites

EACH = 12


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request, tmp_path):
    app = sites.build(sites.address(request.param, request, tmp_path), tmp_path)
    with sites.opened(app):
        yield app


def append_some(app, first, start):
    start.wait()
    for number in range(first, first + EACH):
        with app.app_context(), writing() as session:
            actions.append(session, [make_entry(number), make_entry(1000)])
            actions.sign_checkpoint(session, Signer())


def test_two_writers_make_one_tree(site):
    start = threading.Barrier(2)
    writers = [
        threading.Thread(target=append_some, args=(site, first, start)) for first in (0, EACH)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    with site.app_context(), reading() as session:
        leaves = session.scalars(select(LogLeaf).order_by(LogLeaf.index)).all()
        assert [leaf.index for leaf in leaves] == list(range(2 * EACH + 1))
        subjects = {f"issue/{number}" for number in (*range(2 * EACH), 1000)}
        assert {leaf.subject for leaf in leaves} == subjects
        found = auditing.audit(session, [Signer().key])
        assert found.faults == []
        assert found.checkpoints == 2 * EACH


class PowerCut(Exception):
    pass


def write_and_die(app):
    with app.app_context(), writing() as session:
        add_entries(session, 4, first=3)
        actions.sign_checkpoint(session, Signer())
        raise PowerCut


def test_what_was_not_committed_leaves_nothing(site):
    with site.app_context(), writing() as session:
        add_entries(session, 3)
        kept = actions.sign_checkpoint(session, Signer())
    with pytest.raises(PowerCut):
        write_and_die(site)
    with site.app_context(), writing() as session:
        assert queries.size(session) == 3
        assert queries.latest(session) == kept
        assert add_entries(session, 1, first=9) == [3]
        actions.sign_checkpoint(session, Signer())
    with site.app_context(), reading() as session:
        assert auditing.audit(session, [Signer().key]).faults == []
