"""Letters leave through an outbox, to a real mail server, in the words that were written."""

import ssl
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from probity.kernel import clock, jobs, mail
from probity.kernel.jobs import Job, JobState
from probity.kernel.mail import Letter
from tests.databases import environment
from tests.kernel import smtp

LETTER = {"to": "ada@example.org", "subject": "Your place", "text": "Dear Ada,\n\n你好。\n.\nBye"}


@pytest.fixture
def use(app, monkeypatch, tmp_path):
    """Change the settings of the application for this test."""
    from probity.kernel import settings

    def change(**environ):
        url = "sqlite:///x"
        monkeypatch.setitem(
            app.config, "PROBITY", settings.load(environment(url, tmp_path, **environ))
        )

    return change


@pytest.fixture
def server(use):
    with smtp.running() as server:
        use(SMTP_URL=f"smtp://127.0.0.1:{server.port}", MAIL_FROM="Academy <post@academy.example>")
        yield server


def write_certificate(folder, *, host):
    """A key and a certificate of this host, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)  # noqa: TID251
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    (folder / "key.pem").write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "certificate.pem").write_bytes(made.public_bytes(encoding))


@pytest.fixture
def tls(tmp_path, monkeypatch):
    """A context for a server called localhost, whose certificate this process trusts."""
    write_certificate(tmp_path, host="localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    return context


def post(session, work, **changes):
    mail.send(session, **{**LETTER, **changes})
    work()
    return session.scalars(select(Letter)).one(), session.scalars(select(Job)).one()


def test_a_letter_is_delivered_as_it_was_written(session, work, server):
    letter, job = post(session, work)
    (received,) = server.letters
    assert server.recipients == ["ada@example.org"]
    assert received["From"] == "Academy <post@academy.example>"
    assert (received["To"], received["Subject"]) == ("ada@example.org", "Your place")
    assert received.get_content().replace("\r\n", "\n").rstrip("\n") == LETTER["text"]
    assert received["Message-ID"].endswith("@localhost>")
    assert abs(received["Date"].datetime - clock.now()) < timedelta(minutes=1)
    assert (letter.sent_at is not None, job.state) == (True, JobState.DONE)


def test_the_same_key_is_one_letter(session, work, server):
    mail.send(session, **LETTER, key="welcome/7")
    mail.send(session, **{**LETTER, "subject": "Again"}, key="welcome/7")
    work()
    mail.send(session, **LETTER, key="welcome/7")
    work()
    assert [letter["Subject"] for letter in server.letters] == ["Your place"]
    mail.send(session, **LETTER)
    mail.send(session, **LETTER)
    work()
    assert len(server.letters) == 3, "letters without a key are letters of their own"


def test_delivered_twice_it_is_recognisably_the_same(session, work, server):
    """The worker may die between the server's yes and its own note of it."""
    letter, job = post(session, work)
    letter.sent_at = None
    jobs.requeue(job)
    work()
    first, second = server.letters
    assert first["Message-ID"] == second["Message-ID"]


def test_what_is_noted_as_sent_is_not_sent_again(session, work, server):
    letter, job = post(session, work)
    noted = letter.sent_at
    jobs.requeue(job)
    assert work() == 1
    assert (len(server.letters), letter.sent_at) == (1, noted)


def test_a_server_that_says_no_is_asked_again_later(session, work, server):
    server.answer_to_mail = "451 try later"
    letter, job = post(session, work)
    assert (letter.sent_at, job.state) == (None, JobState.QUEUED)
    assert "451" in job.message
    server.answer_to_mail = "250 ok"
    with time_machine.travel(job.run_at + timedelta(seconds=1)):
        work()
    assert letter.sent_at is not None
    assert len(server.letters) == 1


def test_a_server_that_is_away_is_asked_again_later(session, work, use):
    use(SMTP_URL="smtp://127.0.0.1:1")
    letter, job = post(session, work)
    assert (letter.sent_at, job.state, job.tries) == (None, JobState.QUEUED, 0)
    assert job.message.startswith("ConnectionRefusedError")


def test_a_server_that_is_away_for_days_costs_no_letter(session, work, use):
    """The letters wait together: one try in five minutes, not one for each of them."""
    use(SMTP_URL="smtp://127.0.0.1:1")
    for _ in range(3):
        mail.send(session, **LETTER)
    for hours in range(0, 72, 8):
        with time_machine.travel(clock.now() + timedelta(hours=hours)):
            assert work() == 1
    with smtp.running() as server:
        use(SMTP_URL=f"smtp://127.0.0.1:{server.port}")
        with time_machine.travel(clock.now() + timedelta(hours=73)):
            work()
    assert len(server.letters) == 3
    assert {job.state for job in session.scalars(select(Job))} == {JobState.DONE}


@pytest.mark.parametrize(("answer", "tries"), [("450 greylisted", 0), ("550 nobody here", 1)])
def test_a_place_that_says_later_is_not_one_that_says_never(session, work, server, answer, tries):
    server.answer_to_rcpt = answer
    letter, job = post(session, work)
    assert (letter.sent_at, job.state, job.tries) == (None, JobState.QUEUED, tries)
    assert answer[:3] in job.message


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x0b", "\u2028"])
def test_a_subject_cannot_smuggle_a_header(session, work, server, break_):
    post(session, work, subject=f"Hello{break_}Bcc: eve@example.org")
    (received,) = server.letters
    assert received["Bcc"] is None
    assert server.recipients == ["ada@example.org"]
    assert received["Subject"] == "Hello Bcc: eve@example.org"


@pytest.mark.parametrize("to", ["ada@example.org\r\nBcc: eve@example.org", "a@b\x00", "a\t@b"])
def test_an_address_with_control_characters_is_refused_at_once(session, to):
    with pytest.raises(ValueError, match="no control characters"):
        mail.send(session, **{**LETTER, "to": to})
    assert session.scalars(select(Letter)).all() == []


def test_in_a_demonstration_letters_stay_to_be_read(session, work, use):
    use()
    letter, job = post(session, work)
    assert (letter.sent_at, job.state) == (None, JobState.DONE)


def test_elsewhere_a_missing_mail_server_needs_attention_and_nothing_is_lost(session, work, use):
    use(BASE_URL="https://exams.example.org")
    letter, job = post(session, work)
    assert (letter.sent_at, job.state) == (None, JobState.ATTENTION)
    assert "SMTP_URL is not set" in job.message


def test_starttls_is_used_where_it_is_offered(session, work, use, tls):
    with smtp.running(tls) as server:
        use(SMTP_URL=f"smtp://pro:s%40fe@localhost:{server.port}")
        letter, _job = post(session, work)
    assert server.logins == [("pro", "s@fe", True)]
    assert letter.sent_at is not None


def test_tls_from_the_start(session, work, use, tls):
    with smtp.running(tls, tls_from_start=True) as server:
        use(SMTP_URL=f"smtps://pro:safe@localhost:{server.port}")
        post(session, work)
    assert server.logins == [("pro", "safe", True)]
    assert len(server.letters) == 1


@pytest.mark.parametrize("from_start", [True, False])
def test_a_server_with_a_foreign_certificate_gets_neither_password_nor_letter(
    session, work, use, tls, monkeypatch, tmp_path, from_start
):
    monkeypatch.delenv("SSL_CERT_FILE")
    scheme = "smtps" if from_start else "smtp"
    with smtp.running(tls, tls_from_start=from_start) as server:
        use(SMTP_URL=f"{scheme}://pro:safe@localhost:{server.port}")
        letter, job = post(session, work)
    assert (server.logins, server.letters, letter.sent_at) == ([], [], None)
    assert "CERTIFICATE_VERIFY_FAILED" in job.message


def test_a_password_stays_on_this_machine_without_tls(session, work, use):
    with smtp.running() as server:
        use(SMTP_URL=f"smtp://pro:safe@127.0.0.1:{server.port}")
        post(session, work)
    assert server.logins == [("pro", "safe", False)]


def test_a_password_never_travels_in_the_open(session, work, use, monkeypatch):
    import socket

    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _host, port, *rest: real("127.0.0.1", port, *rest)
    )
    with smtp.running() as server:
        use(SMTP_URL=f"smtp://pro:safe@mail.example.org:{server.port}")
        letter, job = post(session, work)
    assert (server.logins, server.letters, letter.sent_at) == ([], [], None)
    assert (job.state, "would travel in the open" in job.message) == (JobState.ATTENTION, True)
