"""Where news may be sent: nowhere inside, whatever a name resolves to, and to one address once checked."""

import http.server
import socket
import ssl
import threading
from ipaddress import ip_address

import pytest

from probity.credentials.watching import outbound
from probity.credentials.watching.outbound import Outcome
from probity.kernel import limits

PUBLIC = "93.184.215.14"


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://example.org/hook?x=1", None),
        ("https://example.org:8443/", None),
        ("http://example.org/", "not-https"),
        ("ftp://example.org/", "not-https"),
        ("https://", "malformed"),
        ("https://[::1/", "malformed"),
        ("https://example.org:99999/", "malformed"),
        ("https://exa mple.org/", "malformed"),
        ("https://例.example/", "malformed"),
        ("https://example.org/\r\nX: y", "malformed"),
        ("https://example.org/" + "x" * 500, "malformed"),
        ("", "malformed"),
        ("https://user:word@example.org/", "credentials"),
        ("https://example.org:22/", "port"),
        ("https://localhost/", "private"),
        ("https://127.0.0.1/", "private"),
        ("https://[::1]/", "private"),
        ("https://10.0.0.1/", "private"),
        ("https://169.254.169.254/latest", "private"),
        ("https://[fd00::1]/", "private"),
        ("https://[::ffff:127.0.0.1]/", "private"),
        ("https://[::127.0.0.1]/", "private"),
        ("https://localhost./", "private"),
        ("https://127.1/", "private"),
        ("https://0x7f.1/", "private"),
        ("https://2130706433/", "private"),
    ],
)
def test_an_address_is_looked_at_before_it_is_kept(url, problem):
    assert outbound.unfit(url, loopback=False) == problem
    assert problem is None or str(outbound.SENTENCES[problem])


@pytest.mark.parametrize(
    "inside",
    [
        *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.1.2.3", "169.254.169.254", "172.16.0.1"),
        *("192.0.0.8", "192.168.1.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "::ffff:10.0.0.1"),
        *("::127.0.0.1", "64:ff9b::10.0.0.1"),
        *("2002:0a00:0001::", "64:ff9b::a00:1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
    ],
)
def test_addresses_inside_are_known_in_every_disguise(inside):
    assert not outbound.is_public(ip_address(inside))


@pytest.mark.parametrize("outside", [PUBLIC, "2606:2800:21f::1", "64:ff9b::5db8:d70e"])
def test_public_addresses_are_public(outside):
    assert outbound.is_public(ip_address(outside))


def resolving(monkeypatch, *answers):
    """Let every name resolve to these addresses, one list for each time it is asked."""
    asked = iter(answers)

    def resolve(_host, port, **_kinds):
        found = next(asked)
        if isinstance(found, Exception):
            raise found
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", resolve)


def connections(monkeypatch):
    """Note where connections go to instead of making them."""
    made = []

    def connect(address, _seconds):
        made.append(address)
        raise OSError("no line")

    monkeypatch.setattr(outbound.socket, "create_connection", connect)
    return made


def post(url, *, loopback=False):
    return outbound.post(url, b"{}", {"X-Test": "1"}, loopback=loopback)


@pytest.mark.parametrize("mixed", [["10.0.0.1"], [PUBLIC, "127.0.0.1"]])
def test_a_name_that_leads_inside_is_not_called(monkeypatch, mixed):
    resolving(monkeypatch, mixed)
    made = connections(monkeypatch)
    assert post("https://hook.example/") == Outcome(problem="private")
    assert made == []


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch):
    resolving(monkeypatch, [PUBLIC, PUBLIC, "93.184.215.15"], ["127.0.0.1"])
    made = connections(monkeypatch)
    assert post("https://hook.example/") == Outcome(problem="no-answer")
    assert made == [(PUBLIC, 443), ("93.184.215.15", 443)]


def test_a_name_that_nobody_knows(monkeypatch):
    resolving(monkeypatch, socket.gaierror())
    assert post("https://hook.example/").words == "unknown-host"


def test_whoever_drips_is_hung_up_on(monkeypatch):
    def drip(*_args):
        raise limits.TookTooLong

    monkeypatch.setattr(outbound, "_sent", drip)
    resolving(monkeypatch, [PUBLIC])
    assert post("https://hook.example/") == Outcome(problem="no-answer")


def test_loopback_is_only_called_where_a_setting_allows_it():
    assert post("http://127.0.0.1:9/") == Outcome(problem="not-https")
    assert post("https://127.0.0.1:9443/") == Outcome(problem="private")
    assert outbound.unfit("http://localhost:8099/x", loopback=True) is None
    assert outbound.unfit("http://example.org/x", loopback=True) == "not-https"
    assert outbound.unfit("https://10.0.0.1/x", loopback=True) == "private"


class _Redirects(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(302)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_args):
        pass


def test_redirects_are_not_followed_and_unknown_certificates_not_accepted():
    """The TLS handshake fails: whoever made the certificate is not one that browsers know."""
    with http.server.HTTPServer(("127.0.0.1", 0), _Redirects) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        port = server.server_port
        assert post(f"http://127.0.0.1:{port}/a?b=c", loopback=True) == Outcome(302)
        server.shutdown()
        thread.join()
    assert _over_tls() == Outcome(problem="certificate")


def _over_tls():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_self_signed())

        def serve():
            line, _ = listener.accept()
            try:
                context.wrap_socket(line, server_side=True).close()
            except OSError:
                line.close()

        thread = threading.Thread(target=serve)
        thread.start()
        port = listener.getsockname()[1]
        told = post(f"https://127.0.0.1:{port}/", loopback=True)
        thread.join()
    return told


def _self_signed():
    import tempfile
    from datetime import UTC, datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    made = made.public_key(key.public_key()).serial_number(1).not_valid_before(now)
    certificate = made.not_valid_after(now.replace(year=2040)).sign(key, hashes.SHA256())
    kinds = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    with tempfile.NamedTemporaryFile(suffix=".pem", delete=False) as file:
        file.write(key.private_bytes(*kinds, serialization.NoEncryption()))
        file.write(certificate.public_bytes(serialization.Encoding.PEM))
    return file.name
