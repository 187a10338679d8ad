"""Sends news to an address that a stranger typed, and to nowhere else.

The name is resolved once, every address it has must be a public one, and the connection goes to the
address that was checked: a name that answers otherwise the second time reaches nothing inside.
"""

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from flask_babel import LazyString

from probity.kernel import limits
from probity.kernel.i18n import lazy_gettext as _l
from probity.kernel.settings import is_loopback

SECONDS = 10
ALL_SECONDS = timedelta(seconds=25)
MOST_ADDRESSES = 3
LONGEST = 500
HTTPS, FIRST_FREE_PORT = 443, 1024
TAKEN = range(200, 300)

_NAT64 = IPv6Network("64:ff9b::/96")
_RESERVED = tuple(
    ip_network(net) for net in ("192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "64:ff9b:1::/48")
)
_FAILURES = (OSError, http.client.HTTPException, ValueError)

SENTENCES: Mapping[str, LazyString] = {
    "malformed": _l("Type a whole address, such as https://example.org/hooks/certificates."),
    "not-https": _l("The address must begin with https://, for news must not travel in the open."),
    "credentials": _l("The address must not hold a user name or password. Check our signature."),
    "port": _l("The port must be 443 or one from 1024 on."),
    "private": _l("This address lies in a private network. Only public ones are called."),
    "unknown-host": _l("The name of the host is not known."),
    "no-answer": _l("No answer within ten seconds, or the connection could not be made."),
    "certificate": _l("The certificate of the host is not one that browsers would accept."),
}
"""Why nothing could be sent, in words."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try: the HTTP status, or the code of what stood in the way."""

    status: int | None = None
    problem: str = ""

    @property
    def taken(self) -> bool:
        return self.status in TAKEN

    @property
    def words(self) -> str:
        """What is kept of it: never anything that the other side wrote."""
        return self.problem or str(self.status)


class _Stopped(Exception):
    """Nothing may or can be sent; the code says why."""


def unfit(url: str, *, loopback: bool) -> str | None:
    """The code of what is wrong with an address as it is typed; None if it may be tried."""
    try:
        _checked(url, loopback=loopback)
    except _Stopped as stopped:
        return str(stopped)
    return None


def post(url: str, body: bytes, headers: Mapping[str, str], *, loopback: bool) -> Outcome:
    """Send once. Redirects are not followed, and nothing of the answer but its status is read."""
    try:
        with limits.within(ALL_SECONDS):
            parts = _checked(url, loopback=loopback)
            return Outcome(_sent(parts, body, headers, _addresses(parts, loopback=loopback)))
    except _Stopped as stopped:
        return Outcome(problem=str(stopped))
    except limits.TookTooLong:
        return Outcome(problem="no-answer")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one of the public internet, whatever it is wrapped in."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.teredo is not None:
            return False
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_reserved:  # such as ::127.0.0.1, an IPv4 address in the oldest wrapping
            return False
    reserved = any(address in net for net in _RESERVED if net.version == address.version)
    return address.is_global and not address.is_multicast and not reserved


def _checked(url: str, *, loopback: bool) -> SplitResult:
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise _Stopped("malformed") from error
    if not host or len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise _Stopped("malformed")
    own = loopback and is_loopback(host)
    if parts.scheme != "https" and not (own and parts.scheme == "http"):
        raise _Stopped("not-https")
    if parts.username is not None or parts.password is not None:
        raise _Stopped("credentials")
    if port is not None and port != HTTPS and port < FIRST_FREE_PORT:
        raise _Stopped("port")
    bare = host.rstrip(".")
    if not own and (is_loopback(bare) or _is_private_literal(bare)):
        raise _Stopped("private")
    return parts


def _is_private_literal(host: str) -> bool:
    """An address as resolvers read it: `127.1`, `0x7f.1` and `2130706433` are one too."""
    try:
        return not is_public(ip_address(host))
    except ValueError:
        pass
    try:
        return not is_public(IPv4Address(socket.inet_aton(host)))
    except OSError:
        return False


def _addresses(parts: SplitResult, *, loopback: bool) -> list[str]:
    """Every address of the host. Raises _Stopped if one of them is not public."""
    host = parts.hostname or ""
    port = parts.port or (HTTPS if parts.scheme == "https" else http.client.HTTP_PORT)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _Stopped("unknown-host") from error
    addresses = list(dict.fromkeys(str(row[4][0]).partition("%")[0] for row in found))
    own = loopback and is_loopback(host)
    for address in addresses:
        seen = ip_address(address)
        if not is_public(seen) and not (own and seen.is_loopback):
            raise _Stopped("private")
    return addresses[:MOST_ADDRESSES]


def _sent(parts: SplitResult, body: bytes, headers: Mapping[str, str], addresses: list[str]) -> int:
    """The status of the first address that answers. Raises _Stopped if none does."""
    for address in addresses:
        connection = _Pinned(parts, address)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, dict(headers))
            with connection.getresponse() as answer:
                return answer.status
        except ssl.SSLCertVerificationError as error:
            raise _Stopped("certificate") from error
        except _FAILURES:
            continue
        finally:
            connection.close()
    raise _Stopped("no-answer")


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was checked, under the name that was typed."""

    def __init__(self, parts: SplitResult, address: str) -> None:
        self.is_tls = parts.scheme == "https"
        port = parts.port or (HTTPS if self.is_tls else http.client.HTTP_PORT)
        super().__init__(parts.hostname or "", port, timeout=SECONDS)
        self.default_port = HTTPS if self.is_tls else http.client.HTTP_PORT
        self.address = address

    def connect(self) -> None:
        line = socket.create_connection((self.address, self.port), SECONDS)
        self.sock = line
        if self.is_tls:
            trusted = ssl.create_default_context()
            self.sock = trusted.wrap_socket(line, server_hostname=self.host)
