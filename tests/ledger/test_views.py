"""The public page, the files for programs, and cosignatures handed in."""

import json
from datetime import timedelta

import pytest

from probity.kernel import clock
from probity.ledger import actions, merkle, notes, queries, receipts, tiles, witnessing
from probity.ledger.actions import Entry
from tests.factories.ledger import ORIGIN, TIME, Signer, make_entry

PUBLIC_ID = "abcdefghijklmnopqrstuvwxyz"
WITNESS = Signer("w.example", seed=7)


@pytest.fixture
def certified(log):
    body = {"v": 1, "type": "issue", "digest": "ab" * 32, "time": TIME}
    actions.append(log, [Entry(f"issue/{PUBLIC_ID}", body)])
    actions.sign_checkpoint(log, Signer())
    return log


@pytest.fixture
def watched(log, root):
    witnessing.add_witness(log, WITNESS.witness_key, by=root)
    return log


def test_the_page_says_what_the_log_is_before_it_has_entries(browse):
    page = browse().get("/log")
    assert "The log is empty" in page.text
    assert "No witness watches this log yet" in page.text


def test_the_page_shows_size_root_and_key(browse, log, key):
    page = browse().get("/log")
    newest = queries.latest(log)
    for words in (newest.root.hex(), ORIGIN, key.text, "Latest checkpoints"):
        assert words in page.text


def test_a_certificate_is_found_by_its_public_id(browse, certified):
    page = browse().get(f"/log?entry={PUBLIC_ID.upper()}")
    assert "Entry 20 of 21 is in the log." in page.text
    assert "ab" * 32 in page.text
    assert "issue/" not in page.text
    receipt = browse().get(f"/log/receipt.json?entry={PUBLIC_ID}").json
    assert receipts.check(receipt, [Signer().key]).index == 20


def test_an_entry_is_found_by_its_number_and_names_nobody(browse, certified):
    page = browse().get("/log?entry=20")
    assert "Entry 20 of 21 is in the log." in page.text
    assert PUBLIC_ID not in page.text


@pytest.mark.parametrize("wanted", ["99", "9" * 30, "nobody", "issue/3", "b" * 26, "%27<script>"])
def test_what_is_not_there_is_said_so(browse, log, wanted):
    assert "Not found" in browse().get(f"/log?entry={wanted}").text
    browse().get(f"/log/receipt.json?entry={wanted}", expect=404)


def test_an_entry_waits_for_its_checkpoint(browse, log):
    actions.append(log, [make_entry(20)])
    assert "covered by the next checkpoint" in browse().get("/log?entry=20").text
    browse().get("/log/receipt.json?entry=20", expect=404)
    browse().get("/log/tile/entries/000.p/21", expect=404)


def test_programs_read_the_checkpoint(browse, log, key):
    answer = browse().get("/log/checkpoint")
    assert notes.open_checkpoint(answer.text, key) == queries.latest(log)
    assert answer.mimetype == "text/plain"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    lines = browse().get("/log/checkpoints.jsonl").text.splitlines()
    assert [notes.open_checkpoint(json.loads(line), key).size for line in lines] == [5, 11, 20]
    assert browse().get("/log/keys").text == f"{key.text}\n"


def test_there_is_no_checkpoint_before_the_first(browse):
    browse().get("/log/checkpoint", expect=404)
    browse().get("/log/tile/0/000", expect=404)


def test_tiles_hold_hashes_and_entries(browse, log):
    hashes = browse().get("/log/tile/0/000.p/20")
    assert hashes.data[:32] == merkle.leaf_hash(make_entry(0).text.encode())
    assert len(hashes.data) == 20 * 32
    assert hashes.headers["Cache-Control"] == "public, max-age=60"
    bundle = tiles.unpack(browse().get("/log/tile/entries/000.p/20").data)
    assert bundle == [make_entry(n).text.encode() for n in range(20)]
    assert len(browse().get("/log/tile/0/000.p/7").data) == 7 * 32


def test_full_tiles_are_kept_for_ever(browse, log):
    actions.append(log, [make_entry(n) for n in range(20, 300)])
    signed = actions.sign_checkpoint(log, Signer())
    visitor = browse()
    full = visitor.get("/log/tile/0/000")
    assert "immutable" in full.headers["Cache-Control"]
    assert len(full.data) == 256 * 32
    upper = visitor.get("/log/tile/1/000.p/1").data
    read = tiles.reader(lambda path: visitor.get(f"/log/{path}").data, 300)
    assert upper == merkle.root(256, read)
    assert merkle.root(300, read) == signed.root


@pytest.mark.parametrize(
    "path", ["0/000", "0/000.p/21", "0/001", "1/000.p/1", "entries/000", "7/000", "0/0", "x/000"]
)
def test_other_tiles_do_not_exist(browse, log, path):
    browse().get(f"/log/tile/{path}", expect=404)


def test_the_auditor_can_be_downloaded(browse):
    answer = browse().get("/log/probity-log-audit.py")
    assert answer.headers["Content-Disposition"].endswith('"probity-log-audit.py"')
    compile(answer.text, "probity-log-audit.py", "exec")


def hand_in(browse, text, expect=200):
    return (
        browse()
        ._check(
            browse().client.post(
                "/log/cosignatures", data=text.encode(), content_type="text/plain"
            ),
            expect,
        )
        .text
    )


def cosigned(session, *, ahead=0, signer=WITNESS):
    newest = queries.latest(session)
    return newest.body + "\n" + notes.cosign(newest, signer, int(clock.now().timestamp()) + ahead)


def test_a_witness_hands_in_what_it_saw(browse, watched, key):
    text = cosigned(watched)
    assert hand_in(browse, text) == "Thank you, kept.\n"
    assert hand_in(browse, text) == "Known already.\n"
    published = browse().get("/log/checkpoint").text
    lines = notes.open_note(published, [key, WITNESS.witness_key])
    assert [line.key.name for line in lines] == [ORIGIN, "w.example"]
    page = browse().get("/log").text
    assert "w.example" in page
    assert "just now" in page
    assert "long ago" not in page


def test_old_cosignatures_are_marked(browse, watched):
    hand_in(browse, cosigned(watched, ahead=-int(timedelta(days=3).total_seconds())))
    page = browse().get("/log").text
    assert "3 days ago" in page
    assert "long ago" in page


def test_a_witness_that_was_removed_is_not_shown(browse, watched, root):
    hand_in(browse, cosigned(watched))
    witnessing.remove_witness(watched, queries.all_witnesses(watched)[0], by=root)
    assert "w.example" not in browse().get("/log/checkpoint").text
    assert "w.example" not in browse().get("/log").text
    hand_in(browse, cosigned(watched, ahead=-9), expect=403)


def test_what_is_not_accepted(browse, watched):
    stranger = cosigned(watched, signer=Signer("s.example", seed=9))
    assert "No witness of this log" in hand_in(browse, stranger, expect=403)
    assert "future" in hand_in(browse, cosigned(watched, ahead=900), expect=422)
    assert "no signature" in hand_in(browse, "hello", expect=422)
    assert "larger" in hand_in(browse, "x" * 70_000, expect=413)
    other = notes.sign(20, merkle.EMPTY, Signer())
    text = other.body + "\n" + notes.cosign(other, WITNESS, 1_763_000_000)
    assert "did not sign" in hand_in(browse, text, expect=404)
    text = cosigned(watched).replace("AAAA", "AAAB").replace("\n20\n", "\n19\n")
    assert "does not fit" in hand_in(browse, text, expect=422)
