"""Time stamps of an authority that is up, down, changed or revoked; one of our own making."""

import asyncio
import io
import ssl
import zlib
from datetime import timedelta

import pikepdf
import pytest
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.generic_cms import collect_timing_info
from pyhanko_certvalidator import ValidationContext

from probity.credentials.paper import signing, tagging
from probity.credentials.paper.timestamps import Authority, AuthorityDown
from probity.credentials.press import Press
from probity.kernel import clock, settings
from probity.kernel.errors import Misconfigured
from probity.kernel.jobs import NotYet
from tests.authority import time_stamp_authority
from tests.credentials.judges import judging
from tests.factories.credentials import MADE_AT, make_facts, make_receipt


@pytest.fixture
def authority():
    with time_stamp_authority() as authority:
        yield authority


@pytest.fixture
def stamping(press, authority, tmp_path):
    """The press of the session with an authority; its faces are ready."""
    environ = {
        "INSTANCE_DIR": str(press.settings.instance_dir),
        "BASE_URL": press.settings.base_url,
        "TSA_URL": authority.url,
        "TSA_CERTIFICATES": str(authority.certificates(tmp_path)),
    }
    made = Press(settings.load(environ))
    made.typesetter = press.typesetter
    return made


def make(press, made_at=MADE_AT, **options):
    facts = make_facts(press)
    document = press.sign(facts, made_at)
    return press.make(facts, made_at, document, make_receipt(press, document), **options)


def test_a_stamped_file_satisfies_every_judge_in_one_revision(stamping, authority, tmp_path):
    before = clock.now()
    data, file = make(stamping)
    assert file.level == "B-LT"
    assert authority.asked == 2  # once to learn its certificates, once for the stamp
    path = tmp_path / "stamped.pdf"
    path.write_bytes(data)
    keys = stamping.ring.private(stamping.current.id).public
    facts = make_facts(stamping)
    judges = judging.standards(data), judging.accessibility(path), judging.signature(path)
    assert [words for judge in judges for words in judge] == []
    assert list(judging.pyhanko(data, keys.authority, authority.root())) == []
    assert list(judging.text(path, data, facts)) == []
    (signature,) = PdfFileReader(io.BytesIO(data)).embedded_signatures
    context = ValidationContext(trust_roots=[Certificate.load(authority.root())])
    status = asyncio.run(collect_timing_info(signature.signer_info, context, b""))
    stamp = status["timestamp_validity"]
    assert stamp.intact
    assert stamp.trusted
    assert before - timedelta(seconds=2) <= stamp.timestamp <= clock.now() + timedelta(seconds=2)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.Root.DSS.Certs) == 2
        assert len(pdf.Root.DSS.CRLs) == 1


def test_a_certificate_of_the_authority_may_end_with_any_byte(stamping, authority, tmp_path):
    """One in 256 ends with a carriage return, and a stream of a file must not."""
    authority.renew(ending=b"\r")
    data, _file = make(stamping)
    assert tagging.UNCLEAR not in data
    assert authority.asked == 2  # it was not signed again and again
    path = tmp_path / "stamped.pdf"
    path.write_bytes(data)
    assert [*judging.standards(data), *judging.signature(path)] == []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        kept = {bytes(one.read_bytes()) for one in pdf.Root.DSS.Certs}
    assert ssl.PEM_cert_to_DER_cert(authority.leaf_pem().decode()) in kept


def test_a_stream_that_ends_unclear_is_packed_and_holds_the_same():
    unclear = (bytes([a, b]) for a in range(256) for b in range(256))
    twice = next(two for two in unclear if two[1] == 13 and zlib.compress(two).endswith(b"\r"))
    for words in (b"x\r", twice):
        packed = signing.clear(StreamObject(stream_data=words))
        assert not packed.encoded_data.endswith(b"\r")
        assert StreamObject(packed, encoded_data=packed.encoded_data).data == words
    plain = StreamObject(stream_data=b"x")
    assert signing.clear(plain) is plain


def test_what_proves_the_authority_is_asked_once_an_hour(stamping, authority):
    chosen = Authority(stamping.settings.tsa_url, stamping.settings.tsa_certificates)
    first = chosen.collect(clock.now())
    assert chosen.collect(clock.now()) is first
    assert chosen.collect(clock.now() + timedelta(minutes=61)) is not first
    assert authority.asked == 2


def test_a_certificate_waits_for_an_authority_that_is_down_then_does_without(stamping, authority):
    authority.down = True
    with pytest.raises(NotYet, match="does not answer"):
        make(stamping, clock.now())
    data, file = make(stamping, clock.now() - timedelta(minutes=61))
    assert file.level == "B-B"
    assert b"/DSS" not in data
    authority.down = False
    assert make(stamping, clock.now())[1].level == "B-LT"


def test_one_of_many_is_not_stamped(stamping, authority):
    assert make(stamping, stamped=False)[1].level == "B-B"
    assert authority.asked == 0


def test_an_authority_that_changed_its_certificate_is_learnt_anew(stamping, authority):
    make(stamping)
    authority.renew()
    with pytest.raises(NotYet, match="not seen before"):
        make(stamping, clock.now())
    assert make(stamping, clock.now())[1].level == "B-LT"


def test_a_revoked_authority_is_not_believed(stamping, authority):
    authority.revoke()
    with pytest.raises(NotYet, match="revoked"):
        make(stamping, clock.now())


def test_a_stamp_over_something_else_is_not_believed(stamping, authority, monkeypatch):
    answer = authority.stamper.request_tsa_response
    chosen = Authority(stamping.settings.tsa_url, stamping.settings.tsa_certificates)
    chosen.collect(clock.now())

    def other(request):
        request["message_imprint"]["hashed_message"] = b"\0" * 32
        return answer(request)

    monkeypatch.setattr(authority.stamper, "request_tsa_response", other)
    seal = stamping.seal(stamping.ring.private(stamping.current.id))
    page = stamping.typesetter.typeset(
        make_facts(stamping), stamping.ring.private(stamping.current.id).credential, [], MADE_AT
    )
    with pytest.raises(AuthorityDown, match="signature is wrong"):
        seal.sign(page, chosen)


def test_an_authority_of_another_root_is_not_believed(stamping, tmp_path):
    with time_stamp_authority() as stranger:
        chosen = Authority(stranger.url, stamping.settings.tsa_certificates)
        with pytest.raises(AuthorityDown):
            chosen.collect(clock.now())


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "cannot be read"), (b"nothing", "cannot be read")]
)
def test_a_file_of_certificates_that_helps_nobody_is_named(tmp_path, content, words):
    file = tmp_path / "authority.pem"
    file.write_bytes(content)
    with pytest.raises(Misconfigured, match=words):
        Authority("https://tsa.example.org/", file)


def test_certificates_without_a_root_are_named(authority, tmp_path):
    file = tmp_path / "leaf.pem"
    file.write_bytes(authority.leaf_pem())
    with pytest.raises(Misconfigured, match="holds no root certificate"):
        Authority(authority.url, file)
