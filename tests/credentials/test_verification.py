"""What the register answers to numbers, files and credentials."""

import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from probity.credentials import actions, enquiries, evidence, issuing, presenting, sentences
from probity.credentials.actions import IssuedFile
from probity.credentials.checks import recording
from probity.credentials.checks.inspection import Result
from probity.credentials.checks.recording import Today
from probity.credentials.models import Reservation
from probity.credentials.press import press_of
from probity.credentials.proofs import credential, qr
from probity.credentials.verification import Desk
from probity.kernel import clock
from probity.kernel.permissions import SYSTEM
from probity.ledger import notes
from tests.credentials import tampering
from tests.factories.credentials import make_facts, make_press


@pytest.fixture
def ask(app, session):
    """Ask as the pages do, each time in a request of its own."""

    def run(check, *given):
        session.commit()
        with app.test_request_context():
            answer = check(*given, place=None)
            told = presenting.as_json(answer, "http://localhost:8000")
            assert all(sentences.found(check) for check in answer.checks)
            assert all(reason in sentences.REASONS or answer.problem for reason in answer.reasons)
        return told

    return run


def results(told):
    return {check["name"]: check["result"] for check in told["checks"]}


def test_number_and_name_find_the_certificate_as_issued(ask, certificate):
    told = ask(enquiries.check_number, certificate.number.lower(), "ada LIM")
    assert told["status"] == "valid"
    assert told["certificate"]["holder"] == "Ada Lim 林薇"
    assert told["certificate"]["number"] == certificate.number
    assert told["certificate"]["scheme"] == "LMP"
    assert told["reasons"] == ["specimen"]
    assert results(told)["register"] == Result.PASS
    assert results(told)["signature"] == Result.NOT_CHECKED
    assert results(told)["log-inclusion"] == results(told)["key"] == Result.PASS


@pytest.mark.parametrize("name", ["Ada Lim", "林薇", "Ada Lim 林薇", "ＡＤＡ ＬＩＭ"])
def test_either_writing_of_the_name_will_do(ask, certificate, name):
    assert ask(enquiries.check_number, certificate.number, name)["status"] == "valid"


def test_a_wrong_name_is_answered_exactly_as_an_unknown_number(ask, certificate):
    wrong = ask(enquiries.check_number, certificate.number, "Bob Okoro")
    unknown = ask(enquiries.check_number, "PRB-2019-000999", "Ada Lim")
    wrong.pop("checked_at"), unknown.pop("checked_at")
    assert wrong == unknown
    assert wrong["status"] == "unknown"
    assert wrong["certificate"] is None


def test_the_issued_file_is_valid_in_every_respect(ask, certificate, issued_bytes):
    told = ask(enquiries.check_file, issued_bytes)
    assert told["status"] == "valid"
    passed = {name for name, result in results(told).items() if result == Result.PASS}
    assert passed == {
        *("signature", "coverage", "signer", "bytes", "credential-proof"),
        *("text", "register", "validity", "log-inclusion", "key"),
    }
    assert told["differences"] == []


def test_text_that_cannot_be_read_is_not_said_to_agree(ask, certificate, issued_bytes):
    told = ask(enquiries.check_file, tampering.picture_added(issued_bytes))
    assert told["status"] == "altered"
    (text_check,) = [check for check in told["checks"] if check["name"] == "text"]
    assert (text_check["result"], text_check["code"]) == (Result.NOT_CHECKED, "no-text")


EXPECTED = {
    "attachment added": "added-after-signing",
    "shadow: content replaced": "added-after-signing",
    "shadow: content hidden": "added-after-signing",
    "shadow: pages exchanged": "added-after-signing",
    "bit in page": "changed-after-signing",
    "byte in padding": "hidden-in-signature",
    "signature value": "changed-after-signing",
    "case of a digit": "hidden-in-signature",
    "white space in padding": "hidden-in-signature",
    "junk after the end": "added-after-signing",
    "signed again": "added-after-signing",
    "painted over": "added-after-signing",
    "note added": "added-after-signing",
    "language changed": "added-after-signing",
    "re-saved": "signature-removed",
    "made smaller": "signature-removed",
    "attachment swapped": "credential-altered",
    "printed to PDF": "signature-removed",
    "signature stripped": "signature-removed",
}


def test_every_altered_file_is_caught_and_its_alteration_named(
    ask, certificate, issued_bytes, subtests
):
    assert set(EXPECTED) == set(tampering.BYTES)
    for name, change in tampering.BYTES.items():
        with subtests.test(name):
            told = ask(enquiries.check_file, change(issued_bytes))
            assert told["status"] == "altered"
            assert EXPECTED[name] in told["reasons"]
            assert told["certificate"]["holder"] == "Ada Lim 林薇"
            assert results(told)["bytes"] == Result.FAIL


def test_a_swapped_credential_shows_which_field_differs(ask, certificate, issued_bytes):
    told = ask(enquiries.check_file, tampering.attachment_swapped(issued_bytes))
    assert "forged" not in told["reasons"]
    assert "text-differs" not in told["reasons"]
    assert told["differences"] == [
        {"field": "holder", "in_file": "Li Si (李四)", "in_register": "Ada Lim (林薇)"}
    ]


@pytest.fixture
def lookalike(app, tmp_path, font_cache):
    """A forger's press: the same names, other keys."""
    return make_press(tmp_path / "forger", font_cache)


def facts_of(certificate, press, **changes):
    return make_facts(
        press,
        public_id=certificate.public_id,
        number=certificate.number,
        name_latin=certificate.name_latin,
        name_native=certificate.name_native,
        title=certificate.title,
        standard=certificate.standard,
        level=certificate.level,
        issued_on=certificate.issued_on,
        valid_until=certificate.valid_until,
        **changes,
    )


def test_a_forged_page_around_a_genuine_credential_is_named(ask, certificate, lookalike):
    facts = make_facts(
        lookalike, public_id=certificate.public_id, number=certificate.number, name_latin="Li Si"
    )
    inside = certificate.credential.encode()
    told = ask(enquiries.check_file, tampering.page_made_by(lookalike, facts, inside))
    assert told["status"] == "altered"
    assert {"forged", "copied-genuine-record-inside", "text-differs"} <= set(told["reasons"])
    differing = {d["field"]: (d["in_file"], d["in_register"]) for d in told["differences"]}
    assert differing["holder"] == ("Li Si 林蔚", "Ada Lim 林薇")
    assert differing["title"][1] == "Lamp Practitioner 路灯从业证书"


def test_a_resigned_copy_is_forged_though_nothing_differs(
    ask, certificate, issued_bytes, lookalike
):
    told = ask(enquiries.check_file, tampering.resigned(issued_bytes, lookalike))
    assert told["status"] == "altered"
    assert told["reasons"][:2] == ["forged", "copied-genuine-record-inside"]
    assert told["differences"] == []


def test_our_keys_without_an_entry_in_the_register_are_not_recorded(ask, app, certifying):
    with app.app_context():
        press = press_of(app)
        told = ask(enquiries.check_file, tampering.page_made_by(press, make_facts(press)))
    assert told["status"] == "unknown"
    assert told["reasons"] == ["not-recorded", "log-rolled-back"]  # its receipt is of a longer log


def test_an_insider_who_prints_another_name_is_caught(ask, app, certificate):
    press = press_of(app)
    facts = facts_of(certificate, press)
    page = tampering.page_made_by(
        press, replace(facts, name_latin="Li Si"), certificate.credential.encode()
    )
    told = ask(enquiries.check_file, page)
    assert told["status"] == "altered"
    assert "text-differs" in told["reasons"]
    assert told["differences"][0]["in_file"] == "Li Si 林薇"


def test_a_scan_inside_a_pdf_is_told_as_one(ask, certificate):
    paper = io.BytesIO()
    Image.new("RGB", (200, 140), "white").save(paper, "PDF")
    told = ask(enquiries.check_file, paper.getvalue())
    assert (told["status"], told["reasons"]) == ("unknown", ["not-ours", "no-text"])


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_what_a_telephone_takes_is_a_picture(ask, brand):
    told = ask(enquiries.check_upload, b"\0\0\0\x18ftyp" + brand + b"\0" * 400)
    assert (told["status"], told["reasons"]) == ("unreadable", ["picture"])


def test_a_foreign_pdf_is_unknown(ask, certificate):
    told = ask(enquiries.check_file, tampering.foreign_pdf())
    assert (told["status"], told["reasons"]) == ("unknown", ["not-ours", "no-text"])
    assert told["certificate"] is None


def test_a_number_on_a_forged_page_reveals_nothing_without_the_name(ask, certificate, lookalike):
    facts = make_facts(lookalike, number=certificate.number, name_latin="Li Si", name_native=None)
    told = ask(enquiries.check_file, tampering.page_made_by(lookalike, facts))
    assert told["status"] == "unknown"
    assert told["certificate"] is None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda _data: b"", "empty"),
        (lambda data: data[:30_000], "truncated"),
        (tampering.encrypted, "encrypted"),
        (tampering.with_script, "active-content"),
        (lambda _data: b"\x89PNG....", "picture"),
    ],
)
def test_files_that_cannot_be_read_have_a_sentence_each(ask, made, change, problem):
    told = ask(enquiries.check_file, change(made.data))
    assert (told["status"], told["reasons"]) == ("unreadable", [problem])
    assert str(sentences.PROBLEMS[problem]) in told["message"]


def test_revoked_is_told_with_reason_and_time(ask, session, certificate, issued_bytes, rosa):
    actions.revoke(session, certificate, reason="Identity was false", by=rosa)
    for told in (
        ask(enquiries.check_file, issued_bytes),
        ask(enquiries.check_number, certificate.number, "Ada Lim"),
    ):
        assert told["status"] == "revoked"
        assert told["certificate"]["reason"] == "Identity was false"
        assert told["certificate"]["since"]
        assert results(told)["register"] == Result.FAIL


def test_altered_and_revoked_are_both_told(ask, session, certificate, issued_bytes, rosa):
    actions.revoke(session, certificate, reason="Identity was false", by=rosa)
    told = ask(enquiries.check_file, tampering.bit_in_page(issued_bytes))
    assert told["status"] == "altered"
    assert {"changed-after-signing", "revoked"} <= set(told["reasons"])
    assert told["certificate"]["status"] == "revoked"


def test_suspended_and_reinstated(ask, session, certificate, issued_bytes, rosa):
    actions.suspend(session, certificate, reason="Under review", by=rosa)
    assert ask(enquiries.check_file, issued_bytes)["status"] == "suspended"
    actions.reinstate(session, certificate, reason="Nothing found", by=rosa)
    assert ask(enquiries.check_file, issued_bytes)["status"] == "valid"


def desk(app, certificate, now, *, demonstration=True):
    with app.app_context():
        trust = enquiries.open_desk().trust
    return Desk(trust, now, demonstration)


def test_expired_is_told_from_the_day_after_the_last(app, session, certificate, issued_bytes):
    def asked(now):
        return desk(app, certificate, now).genuine(session, issued_bytes, certificate)

    last = certificate.ends_at
    assert asked(last).status == "valid"
    over = asked(last + timedelta(seconds=1))
    assert over.status == "expired"
    assert {c.name: c.code for c in over.checks}["validity"] == "over"


def test_a_specimen_counts_for_nothing_outside_a_demonstration(app, session, certificate):
    elsewhere = desk(app, certificate, clock.now(), demonstration=False)
    answer = elsewhere.registered(session, certificate)
    assert (answer.status, answer.record, answer.reasons) == ("unknown", None, ("specimen",))


def test_the_credential_alone_is_checked(ask, certificate, lookalike):
    document = json.loads(certificate.credential)
    assert ask(enquiries.check_credential, document)["status"] == "valid"
    document["name"] = "Minister"
    told = ask(enquiries.check_credential, document)
    assert (told["status"], told["reasons"][0]) == ("altered", "credential-altered")
    assert told["differences"][0]["in_file"] == "Minister"
    forged = json.loads(tampering.credential_of(make_facts(lookalike), lookalike))
    assert ask(enquiries.check_credential, forged)["reasons"] == ["not-ours"]


def test_a_proven_credential_without_an_entry_is_not_recorded(ask, app, certifying):
    with app.app_context():
        press = press_of(app)
        document = json.loads(tampering.credential_of(make_facts(press), press))
        assert credential.verify(document, {press.current.id: press.current.credential})
    assert ask(enquiries.check_credential, document)["reasons"] == ["not-recorded"]


def test_a_file_may_only_be_registered_once(session, certificate):
    (reservation,) = session.query(Reservation)
    file = IssuedFile("{}", certificate.sha256, certificate.storage_key)
    with pytest.raises(IntegrityError), session.begin_nested():
        issuing.enter(session, reservation.id, file)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_itself_refuses_to_change_an_issued_certificate(
    session, certificate, rosa, change
):
    actions.suspend(session, certificate, reason="Under review", by=SYSTEM)
    for table in ("certificate", "certificate_status_change"):
        words = f"UPDATE {table} SET id = id + 1" if change == "update" else f"DELETE FROM {table}"
        with pytest.raises(DatabaseError, match="never changed"), session.begin_nested():
            session.execute(text(words))


def handed(ask, value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return ask(enquiries.check_upload, data)


def test_whatever_is_handed_in_is_told_apart(ask, certificate, issued_bytes):
    assert handed(ask, issued_bytes)["status"] == "valid"
    assert handed(ask, certificate.credential.encode())["status"] == "valid"
    told = handed(ask, certificate.receipt)
    assert (told["status"], told["reasons"]) == ("unknown", ["receipt-holds"])
    assert told["certificate"] is None  # whoever reads the log can make receipts
    assert (
        handed(ask, f"http://localhost:8000/c/{certificate.public_id}".encode())["status"]
        == "valid"
    )


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b'{"a": 1, "a": 2}', "json-duplicate"),
        (b'{"a": ', "json-malformed"),
        (b'{"a": "' + b"x" * 300_000 + b'"}', "json-large"),
        (b"[" * 60 + b"]" * 60, "json-deep"),
        (b"[" * 100_000, "json-deep"),
        (b'{"a": 1}', "json-foreign"),
    ],
)
def test_json_that_is_no_credential_has_a_sentence_of_its_own(ask, made, data, problem):
    told = handed(ask, data)
    assert (told["status"], told["reasons"]) == ("unreadable", [problem])
    assert str(sentences.PROBLEMS[problem]) in told["message"]


def test_the_code_is_compared_with_the_register(ask, app, certificate):
    press = press_of(app)
    facts = facts_of(certificate, press)
    text = qr.address(facts, press.ring.private(certificate.key_id).credential)
    told = ask(enquiries.check_address, text)
    assert (told["status"], results(told)["code"]) == ("valid", Result.PASS)
    altered = ask(enquiries.check_address, text[:-8] + "AAAAAAAA")
    assert (altered["status"], altered["reasons"][0]) == ("altered", "code-altered")
    assert altered["certificate"]["holder"] == "Ada Lim 林薇"


@pytest.mark.parametrize(
    ("name", "reason"), [("Ada\u200b Lim", "name-invisible"), ("\u0410da Lim", "name-mixed")]
)
def test_a_name_with_disguised_signs_is_told_so_whoever_it_is(ask, certificate, name, reason):
    for number in (certificate.number, "PRB-2019-000999"):
        told = ask(enquiries.check_number, number, name)
        assert (told["status"], told["reasons"]) == ("unknown", [reason])


def test_a_log_that_was_rewritten_or_rolled_back_is_told(ask, app, session, certificate):
    with app.app_context():
        trust = enquiries.open_desk().trust
    compare = evidence.confirm(session)
    checkpoint = notes.read_checkpoint(certificate.receipt["checkpoint"])
    assert compare(checkpoint) is Today.SAME
    assert compare(replace(checkpoint, root=bytes(32))) is Today.FORK
    assert compare(replace(checkpoint, size=checkpoint.size + 1000)) is Today.SHORTER
    document = json.loads(certificate.credential)
    for today, reason in ((Today.FORK, "log-fork"), (Today.SHORTER, "log-rolled-back")):
        check, found = recording.check_issue(
            document, certificate.receipt, trust.log_keys, lambda _checkpoint, told=today: told
        )
        assert (found, evidence.reasons((check,))) == (None, (reason,))


def test_a_certificate_that_the_log_contradicts_is_not_valid(app, session, certificate):
    """An insider who can write to the database, not to the log."""
    assert certificate.changes == []
    session.expunge(certificate)
    certificate.receipt = {**certificate.receipt, "index": 9}
    answer = desk(app, certificate, clock.now()).registered(session, certificate)
    assert (answer.status, answer.record) == ("unknown", None)
    assert "receipt-broken" in answer.reasons
    certificate.receipt = None
    assert desk(app, certificate, clock.now()).registered(session, certificate).reasons == (
        "receipt-missing",
    )
