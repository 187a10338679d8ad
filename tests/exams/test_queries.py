"""Reads of exams that other parts rest on."""

import pytest

from probity.exams import queries
from tests.factories.credentials import pass_exam
from tests.factories.exams import add_exam


def test_a_pass_without_a_certificate_to_earn_gives_no_facts_for_one(session, ada):
    attempt = pass_exam(session, add_exam(session, certificate=None), ada)
    with pytest.raises(LookupError, match="earns no certificate"):
        queries.award_facts(session, attempt.id)


def test_blueprints_that_were_read_are_kept_up_to_a_number(session, monkeypatch):
    kept = {}
    monkeypatch.setattr(queries, "_contents", kept)
    monkeypatch.setattr(queries, "MOST_CONTENTS", 1)
    exams = [add_exam(session, id=f"GP-X{n}", slug=f"exam-{n}") for n in (8, 9)]
    kept.clear()
    revisions = [queries.current_revision(session, exam) for exam in exams]
    for revision in revisions:
        content = queries.content_of(revision)
        assert queries.content_of(revision) is content
        assert list(kept) == [revision.sha256]
