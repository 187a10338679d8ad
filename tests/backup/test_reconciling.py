"""An older copy was put back: no number twice, no second log, and what lacks is named."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from probity.audit.models import AuditEntry
from probity.backup import creating, reconciling, unseen, verifying
from probity.credentials.keyring.ring import ring_of
from probity.kernel.errors import Refused
from probity.kernel.jobs import Job
from probity.kernel.work import reading
from probity.ledger import auditing, queries, signing, witness
from probity.ledger import notes as log_notes
from tests.backup.conftest import SECRET, quiet
from tests.factories.ledger import Signer


def reconcile(site, *sources, restored=True, nothing_since=False, at_most=None):
    with site.app.app_context():
        return reconciling.reconcile(
            [str(one) for one in sources],
            restored=restored,
            nothing_since=nothing_since,
            tell=quiet,
            at_most=at_most,
        )


def release(site, reason="the witnesses were asked"):
    with site.app.app_context():
        return reconciling.release(ring_of(site.app).log_signer(), reason)


def log_of(site):
    with site.app.app_context(), reading() as session:
        return queries.size(session), queries.held(session), queries.latest(session)


def events(site, name):
    with site.app.app_context(), reading() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.event == name))
        return [row.details for row in rows]


def noted(told, tmp_path):
    """The checkpoint of the newer state, kept by somebody."""
    kept = tmp_path / "noted"
    kept.write_text((told.bundle / "current" / "log" / "checkpoint").read_text())
    return kept


@pytest.fixture
def old(told, tmp_path):
    """The older backup on an empty machine; a certificate was issued after it was made."""
    return told.open(told.restored(told.older, tmp_path))


def test_numbers_go_on_elsewhere_and_nothing_is_issued_before_a_word(told, old, tmp_path):
    found = reconcile(old)
    assert found.held
    assert [words for words in found.done if words.endswith("may have been given after the copy.")]
    old.issue(1)
    assert len(old.numbers()) == 2
    with old.app.app_context(), reading() as session:
        waiting = session.scalars(select(Job).where(Job.message.contains("is held"))).all()
        assert waiting
    before = log_of(old)[0]
    assert release(old) == before
    with pytest.raises(Refused, match="goes on already"):
        release(old)
    with old.app.app_context(), reading() as session:
        entry = json.loads(queries.entry_at(session, before).entry)
        assert (entry["type"], entry["size"]) == ("restored", before)
        assert auditing.audit(session, signing.keys()).faults == []
    from probity.credentials import queries as register
    from probity.kernel import jobs, worker
    from probity.kernel.work import writing

    with old.app.app_context(), writing() as session:
        for job in session.scalars(select(Job).where(Job.name == register.ISSUE)):
            if job.state != "done":
                jobs.requeue(job)
    worker.run_pending(old.app)
    *_, last = old.numbers()
    assert last.endswith("-020001")
    assert last not in told.site.numbers()
    assert events(old, "log:released")[0]["reason"] == "the witnesses were asked"
    skipped = events(old, "numbers:skipped")
    assert {(one["first"], one["last"]) for one in skipped} == {(1, 10_000), (3, 20_000)}
    again = reconcile(old, restored=False)
    assert (again.held, again.wrong) == (False, [])
    with old.app.app_context():
        made = creating.create(old.app, tmp_path / "after.backup", SECRET, quiet)
    assert verifying.verify(made.path, SECRET).sound, "the jump is explained"


def test_a_bundle_gives_the_lost_entries_back(told, old, tmp_path):
    size = log_of(old)[0]
    found = reconcile(old, told.bundle, noted(told, tmp_path))
    larger, held, latest = log_of(old)
    assert larger > size
    assert held == ""
    assert latest.text in (told.bundle / "current" / "log" / "checkpoint").read_text()
    assert any("were taken back" in words for words in found.done)
    release(old)
    with old.app.app_context(), reading() as session:
        assert auditing.audit(session, signing.keys(), [latest]).faults == []


def test_a_witness_that_saw_more_holds_the_log(told, old, tmp_path):
    kept = noted(told, tmp_path)
    state = tmp_path / "w.json"
    witness.save_state(state, witness.Seen(("key",), kept.read_text()))
    found = reconcile(old, state)
    size, held, _latest = log_of(old)
    seen = log_notes.read_checkpoint(held)
    assert seen.size > size
    assert any(f"saw {seen.size} entries" in words for words in found.wrong)
    release(old, "the entries are lost for good")
    with old.app.app_context(), reading() as session:
        entry = json.loads(queries.entry_at(session, size).entry)
    assert entry["seen"] == {"size": seen.size, "root": seen.root.hex()}
    with pytest.raises(Refused, match="a fork"):
        reconcile(old, told.bundle, restored=False)
    fetch = _served(old)
    before = witness.Seen(witness.first_keys(fetch), kept.read_text())
    with pytest.raises(witness.Dishonest, match=r"FORK|ROLL-BACK"):
        witness.visit(fetch, before)


def _served(site):
    client = site.app.test_client()
    return lambda path: client.get(f"/log/{path}").get_data()


def test_who_vouches_that_nothing_followed_goes_on_at_once(told, tmp_path):
    site = told.open(told.restored(told.newer, tmp_path))
    found = reconcile(site, noted(told, tmp_path), nothing_since=True)
    assert (found.held, found.wrong) == (False, [])
    site.issue(1)
    assert site.numbers()[-1].endswith("-000004")


def test_an_operator_says_how_many_nothing_shows(told, old, say):
    late = told.site.files()[told.site.numbers()[-1]]
    (old.instance / "files" / late).write_bytes((told.site.instance / "files" / late).read_bytes())
    found = reconcile(old, at_most=700)
    assert any("as --unseen says" in words for words in found.done)
    assert [one["last"] for one in events(old, "numbers:skipped")][-1] == 800
    reconcile(old, restored=False, at_most=0)
    assert len(events(old, "numbers:skipped")) == 2, "a series that is past it stays"
    both = say(old.app, "backup", "reconcile", "--unseen", 1, "--nothing-since")
    assert (both.code, "says already that there are none" in both.text) == (2, True)
    typed = say(old.app, "backup", "reconcile", "--unseen", 20_000)
    assert "up to 20000 more may have been issued, as --unseen says" in typed.text
    assert events(old, "numbers:skipped")[-1]["last"] == 30_000


def test_what_nothing_shows_is_worked_out(told, old, monkeypatch):
    with old.app.app_context(), reading() as session:
        assert unseen.margin(session, None).room == unseen.LEAST
        monkeypatch.setattr(unseen, "LEAST", 3)
        worked_out = unseen.margin(session, None)
    assert worked_out.room == 2 * 2
    assert "twice the most there ever was" in worked_out.why


@pytest.mark.parametrize(
    ("span", "most"),
    [(timedelta(0), 2), (timedelta(minutes=1), 3), (timedelta(hours=1), 3), (timedelta(days=1), 6)],
)
def test_the_busiest_time_of_the_past(span, most):
    begin = datetime(2026, 11, 1, tzinfo=UTC)
    minutes = [0, 0, 1, 90, 130, 200]
    times = [begin + timedelta(minutes=one) for one in minutes]
    assert unseen.busiest(times, span) == most


@pytest.mark.parametrize(
    ("highest", "room", "last"),
    [
        *((123, 10_000, 20_000), (10_000, 10_000, 20_000), (0, 10_000, 10_000)),
        *((19_999, 24_000, 50_000), (123, 700, 900), (123, 0, 123), (123, 7, 130)),
    ],
)
def test_numbers_go_on_after_a_round_one_and_never_within_the_margin(highest, room, last):
    assert unseen.Margin(room, "").after(highest) == last
    assert last - highest >= room


def test_who_vouches_wrongly_is_told(told, old, tmp_path):
    with pytest.raises(Refused, match="a larger log is known"):
        reconcile(old, noted(told, tmp_path), nothing_since=True)
    assert log_of(old)[1] is None


def test_files_that_outlived_their_register_are_named_with_their_numbers(told, old):
    late = told.site.numbers()[-1]
    key = told.site.files()[late]
    target = old.instance / "files" / key
    target.write_bytes((told.site.instance / "files" / key).read_bytes())
    target.with_name("stranger.pdf").write_bytes(b"%PDF-1.7 of somebody else")
    with pytest.raises(Refused, match="files say so"):
        reconcile(old, nothing_since=True)
    found = reconcile(old, restored=False)
    assert any(words.startswith(f"{late} is in the storage") for words in found.wrong)
    assert any("no certificate of ours" in words for words in found.wrong)
    old.issue(1)
    assert old.numbers()[-1].endswith("-000004")


def test_a_lost_storage_is_told_as_such(told, old):
    for key in old.files().values():
        (old.instance / "files" / key).unlink()
    found = reconcile(old, restored=False)
    assert any(words.startswith("The storage is lost") for words in found.wrong)


def test_what_is_no_evidence_is_refused(told, old, tmp_path):
    foreign = tmp_path / "foreign"
    foreign.write_text(log_notes.sign(1, bytes(32), Signer()).text)
    (tmp_path / "x.json").write_text('{"keys": []}')
    for source, words in (
        (foreign, "was not signed by this log"),
        (tmp_path / "x.json", "not what a witness remembers"),
        (tmp_path / "none", "holds no checkpoint"),
        ("http://127.0.0.1:9/log", "holds no checkpoint"),
    ):
        with pytest.raises(Refused, match=words):
            reconcile(old, source)
