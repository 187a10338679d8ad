"""Recovery files: opened only here, kept as late, and rubbish is told in words."""

import json
import subprocess
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from probity.accounts.roles import Role
from probity.audit.events import AuditEvent
from probity.audit.models import AuditEntry
from probity.exams import actions, queries, recovery, recovery_keys, saving
from probity.exams.models import Outcome, RecoveryFile, ResponseEvent
from probity.exams.recovery_keys import Unreadable
from tests.factories.accounts import add_person
from tests.factories.exams import add_exam, answer, start_attempt
from tests.factories.recovery import CLIENT, change, seal

SECRET = "the secret of this installation"


def data(sealed):
    return json.dumps(sealed).encode()


def test_the_key_pair_is_always_the_same_and_belongs_to_the_secret():
    first = recovery_keys.public_jwk(SECRET)
    assert first == recovery_keys.public_jwk(SECRET)
    assert first != recovery_keys.public_jwk("another secret")
    assert (first["kty"], first["crv"], len(first["x"])) == ("EC", "P-256", 43)
    assert set(first) == {"kty", "crv", "x", "y"}


def test_a_file_is_opened_by_its_installation_only():
    changes = [change("q1", "a")]
    sealed = recovery_keys.read(data(seal(SECRET, "a" * 26, changes)))
    assert recovery_keys.unseal(SECRET, sealed).changes == changes
    with pytest.raises(Unreadable, match="another installation") as refused:
        recovery_keys.unseal("another secret", sealed)
    assert refused.value.reason == "wrong-key"


@pytest.mark.parametrize("name", ["attempt", "iv", "salt", "ciphertext"])
def test_no_part_of_a_file_can_be_changed(name):
    file = seal(SECRET, "a" * 26, [])
    file[name] = ("b" if file[name][0] != "b" else "c") + file[name][1:]
    with pytest.raises(Unreadable, match="cannot be decrypted"):
        recovery_keys.unseal(SECRET, recovery_keys.read(data(file)))


OFF_CURVE = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AQ"}


@pytest.mark.parametrize(
    "spoil",
    [
        {"format": "probity-recovery/2"},
        {"attempt": None},
        {"attempt": "../etc"},
        {"attempt": "é" * 26},
        {"epk": "no key"},
        {"epk": {}},
        {"epk": OFF_CURVE},
        {"epk": {**OFF_CURVE, "crv": "P-384"}},
        {"epk": {**OFF_CURVE, "x": 5}},
        {"iv": "AA"},
        {"iv": "not base64!"},
        {"salt": ""},
        {"ciphertext": 7},
        {"ciphertext": "AAAA"},
    ],
)
def test_a_spoilt_file_is_told_in_words(spoil):
    with pytest.raises(Unreadable, match="no recovery file, or it is not whole"):
        recovery_keys.read(data({**seal(SECRET, "a" * 26, []), **spoil}))


@pytest.mark.parametrize(
    "content",
    [{"changes": None}, {"changes": {}}, {"attempt": "b" * 26}, {"changes": [1] * 2001}],
)
def test_a_file_that_holds_no_answers_is_told(content):
    sealed = recovery_keys.read(data(seal(SECRET, "a" * 26, [], content)))
    with pytest.raises(Unreadable, match="no list of answers"):
        recovery_keys.unseal(SECRET, sealed)


NODE = """
const subtle = crypto.subtle, text = new TextEncoder();
const b64 = (b) => Buffer.from(b).toString('base64url');
const [jwk, attempt] = [JSON.parse(process.argv[1]), process.argv[2]];
const ec = { name: 'ECDH', namedCurve: 'P-256' };
(async () => {
  const site = await subtle.importKey('jwk', jwk, ec, false, []);
  const own = await subtle.generateKey(ec, true, ['deriveBits']);
  const bits = await subtle.deriveBits({ name: 'ECDH', public: site }, own.privateKey, 256);
  const hkdf = await subtle.importKey('raw', bits, 'HKDF', false, ['deriveKey']);
  const salt = crypto.getRandomValues(new Uint8Array(16)), iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt, info: text.encode('probity-recovery/1') },
    hkdf, { name: 'AES-GCM', length: 256 }, false, ['encrypt']);
  const plain = text.encode(JSON.stringify({ attempt, client_time: '', changes: [{ item: 'q1' }] }));
  const ciphertext = await subtle.encrypt({ name: 'AES-GCM', iv, additionalData: text.encode(attempt) }, key, plain);
  console.log(JSON.stringify({ format: 'probity-recovery/1', attempt, epk: await subtle.exportKey('jwk', own.publicKey),
    iv: b64(iv), salt: b64(salt), ciphertext: b64(ciphertext) }));
})();
"""


def test_what_web_cryptography_seals_is_opened():
    jwk = json.dumps(recovery_keys.public_jwk(SECRET))
    made = subprocess.run(
        ["node", "-e", NODE, jwk, "a" * 26], capture_output=True, check=True, timeout=60
    )
    opened = recovery_keys.unseal(SECRET, recovery_keys.read(made.stdout))
    assert opened.changes == [{"item": "q1"}]


@pytest.fixture
def attempt(session, ada):
    """Over: one answer was saved in time, one change had lost against it."""
    attempt = start_attempt(session, add_exam(session), ada)
    answer(session, attempt, "q1", None, client=CLIENT, seq=0)
    answer(session, attempt, "q1", None, client=CLIENT, seq=1, base=7)
    attempt.deadline = attempt.accept_until = queries.now(session) - timedelta(minutes=5)
    actions.close(session, attempt, by=ada)
    session.commit()
    return attempt


@pytest.fixture
def ines(session):
    return add_person(session, "ines@example.org", Role.INVIGILATOR, name_latin="Ines Prado")


def file_of(app, attempt, changes):
    return seal(app.config["SECRET_KEY"], attempt.public_id, changes)


def late(session, attempt):
    query = select(ResponseEvent).where(ResponseEvent.attempt_id == attempt.id)
    return session.scalars(query.where(ResponseEvent.outcome == Outcome.LATE)).all()


def test_each_change_is_kept_once_or_told_why_not(app, session, browse, ines, attempt):
    changes = [
        change("q1", None, 0),
        change("q1", None, 1),
        change("q2", None, 2),
        change("q2", None, 2),
        change("q99", None, 3),
        change("q3", {"no": "such"}, 4),
        change("q3", None, -1),
        "rubbish",
        {"item": "\ud800", "at": "\ud800"},
        change("q3", "x" * 70_000, 5),
    ]
    url = f"/attempts/{attempt.public_id}/recovery"
    told = browse(ines).post_json(url, file_of(app, attempt, changes)).json
    outcomes = [one["outcome"] for one in told["answers"]]
    assert outcomes == ["saved", "superseded", "kept", "kept-before", *["malformed"] * 6]
    assert all(one["message"] for one in told["answers"][4:])
    assert told["counts"]["kept"] == 1
    (event,) = late(session, attempt)
    assert (event.item, event.seq, event.typed_at) == ("q2", 2, "2026-11-22T10:00:00.000Z")
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.event == str(AuditEvent.ATTEMPT_RECOVERED))
    ).one()
    assert entry.actor_id == ines.id
    assert entry.details["kept"] == 1


def test_the_same_file_again_keeps_nothing_twice(app, session, browse, ines, attempt):
    file = file_of(app, attempt, [change("q2", None) | {"seq": 9}])
    url = f"/attempts/{attempt.public_id}/recovery"
    visitor = browse(ines)
    assert visitor.post_json(url, file).json["repeated"] is False
    again = visitor.post_json(url, file).json
    assert again["repeated"] is True
    assert again["counts"] == {"kept-before": 1}
    assert len(late(session, attempt)) == 1
    assert len(session.scalars(select(RecoveryFile)).all()) == 1


def test_no_more_is_kept_than_a_device_can_have(app, session, browse, ines, attempt, monkeypatch):
    monkeypatch.setattr(recovery, "MOST_LATE", 2)
    assert saving.MOST_LATE == 500
    file = file_of(app, attempt, [change("q2", None, seq) for seq in (5, 6, 7)])
    told = browse(ines).post_json(f"/attempts/{attempt.public_id}/recovery", file).json
    assert told["counts"] == {"kept": 2, "too-many": 1}


def test_a_running_attempt_takes_no_file(app, session, browse, ines, bob):
    running = start_attempt(session, add_exam(session), bob)
    file = file_of(app, running, [change("q1", None)])
    url = f"/attempts/{running.public_id}/recovery"
    assert browse(ines).post_json(url, file, expect=409).json["reason"] == "running"
    assert late(session, running) == []


def test_the_file_must_belong_to_the_attempt(app, browse, ines, attempt):
    url = f"/attempts/{attempt.public_id}/recovery"
    other = seal(app.config["SECRET_KEY"], "b" * 26, [])
    assert browse(ines).post_json(url, other, expect=409).json["reason"] == "other-attempt"
    foreign = seal("another secret", attempt.public_id, [])
    assert browse(ines).post_json(url, foreign, expect=422).json["reason"] == "wrong-key"
    browse(ines).post_json(f"/attempts/{'b' * 26}/recovery", other, expect=404)


def uploaded(content):
    return {"file": (BytesIO(content), "probity-answers.json")}


def test_the_page_takes_a_file_and_says_what_became_of_it(app, browse, ines, attempt):
    visitor = browse(ines)
    assert "Recovery file" in visitor.get("/studio/recovery").text
    file = data(file_of(app, attempt, [change("q2", None, 4), change("q99", None, 5)]))
    page = visitor.post("/studio/recovery", uploaded(file), expect=200).text
    assert "Recovery file of Ada Lim" in page
    assert "1 answer was kept as late" in page
    assert "1 entry could not be kept" in page
    again = visitor.post("/studio/recovery", uploaded(file), expect=200).text
    assert "handed in before" in again


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b"[" * 100_000, b"7", b'{"format":1}']
)
def test_rubbish_is_refused_in_words(browse, ines, content):
    page = browse(ines).post("/studio/recovery", uploaded(content), expect=422).text
    assert "no recovery file" in page


def test_a_file_of_5_mb_is_refused(browse, ines, attempt):
    visitor = browse(ines)
    url = f"/attempts/{attempt.public_id}/recovery"
    headers = {"X-CSRFToken": visitor.token()}
    body = {"data": b"x" * 5_000_000, "content_type": "application/json"}
    reply = visitor.client.post(url, headers=headers, **body)
    assert (reply.status_code, reply.json["reason"]) == (413, "too-large")


def test_a_truncated_file_and_one_of_no_attempt_are_refused(app, browse, ines, attempt):
    whole = data(file_of(app, attempt, [change("q2", None)]))
    visitor = browse(ines)
    for most in (10, len(whole) // 2, len(whole) - 1):
        visitor.post("/studio/recovery", uploaded(whole[:most]), expect=422)
    nobody = data(seal(app.config["SECRET_KEY"], "b" * 26, []))
    page = visitor.post("/studio/recovery", uploaded(nobody), expect=404).text
    assert "knows no attempt" in page
    visitor.post("/studio/recovery", {}, expect=422)


def test_the_room_carries_the_public_key(app, session, browse, bob):
    running = start_attempt(session, add_exam(session), bob)
    visitor = browse(bob)
    visitor.post(f"/attempts/{running.public_id}/lease", {})
    page = visitor.get(f"/attempts/{running.public_id}/").text
    jwk = json.loads(page.split("data-recovery-key='")[1].split("'")[0])
    assert jwk == recovery_keys.public_jwk(app.config["SECRET_KEY"])


def test_only_who_watches_exams_hands_in_files(app, browse, ada, ivy, otto, attempt):
    browse(otto).get("/studio/recovery")
    for person in (ada, ivy):
        browse(person).get("/studio/recovery", expect=403)
        browse(person).post(f"/attempts/{attempt.public_id}/recovery", {}, expect=403)
