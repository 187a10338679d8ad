"""Windows, places, entitlements and rosters: pure functions over plain values."""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from ipaddress import IPv6Address, ip_address, ip_network
from zoneinfo import ZoneInfo

PREPARED_BEFORE = timedelta(minutes=60)
"""When papers are drawn by themselves, and from when on what touches a sitting is frozen."""

LONGEST_HOLD = timedelta(seconds=3)
"""At most so long does the waiting room hold a candidate back after the opening."""

RUSH = timedelta(minutes=1)
"""Who starts within this time after the opening may have been held back."""

MOST_ROWS = 2000
EMAIL, ROOM, SEAT = 254, 80, 40
LEAST_FACTOR, MOST_FACTOR = Fraction(1), Fraction(4)
FACTOR = re.compile(r"[0-9]{1,2}/[1-9][0-9]?|[0-9](\.[0-9]{1,2})?|\+?[0-9]{1,3}(\.[0-9])?%")
LONGEST_LINE = 600
HEADINGS = frozenset({"email", "e-mail", "mail", "邮箱", "电子邮箱", "电子邮件"})


class Phase(StrEnum):
    """Where a sitting stands in time."""

    COMING = "coming"
    RUNNING = "running"
    PAST = "past"


def phase(opens_at: datetime, closes_at: datetime, now: datetime) -> Phase:
    if now < opens_at:
        return Phase.COMING
    return Phase.RUNNING if now < closes_at else Phase.PAST


def moment(typed: str, zone: ZoneInfo) -> datetime | None:
    """A local time such as `2027-03-01T09:00` in a zone; None if there is no such time there."""
    try:
        local = datetime.fromisoformat(typed)
    except ValueError:
        return None
    if local.tzinfo is not None:
        return None
    found = local.replace(tzinfo=zone).astimezone(UTC)
    skipped = found.astimezone(zone).replace(tzinfo=None) != local  # a change of clocks
    return None if skipped else found


@dataclass(frozen=True, slots=True)
class Place:
    """One registration among several of the same person: its window, and whether it was used."""

    id: int
    opens_at: datetime
    closes_at: datetime
    used: bool


def choose(places: Iterable[Place], now: datetime) -> int | None:
    """The registration that counts now: running and unused, then coming, then the latest past."""
    unused = [one for one in places if not one.used]
    by_phase = {
        wanted: [one for one in unused if phase(one.opens_at, one.closes_at, now) is wanted]
        for wanted in Phase
    }
    if by_phase[Phase.RUNNING]:
        return min(by_phase[Phase.RUNNING], key=lambda one: (one.closes_at, one.id)).id
    if by_phase[Phase.COMING]:
        return min(by_phase[Phase.COMING], key=lambda one: (one.opens_at, one.id)).id
    if by_phase[Phase.PAST]:
        return max(by_phase[Phase.PAST], key=lambda one: (one.closes_at, one.id)).id
    return None


@dataclass(frozen=True, slots=True)
class Door:
    """What a sitting asks of whoever comes to it, and what this person brings."""

    networks: Sequence[str]
    address: str
    access_code: str | None
    given_code: str
    must_be_authorised: bool
    is_authorised: bool


def turned_away(door: Door) -> str | None:
    """The first reason why this person may not go in, None if they may."""
    if not admits(door.networks, door.address):
        return "address"
    if not is_code(door.access_code, door.given_code):
        return "access-code"
    if door.must_be_authorised and not door.is_authorised:
        return "not-authorised"
    return None


def admits(networks: Sequence[str], address: str) -> bool:
    """Tell whether an address lies in one of the ranges; no range admits every address."""
    if not networks:
        return True
    try:
        here = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(here, IPv6Address) and here.ipv4_mapped is not None:
        here = here.ipv4_mapped
    return any(here in ip_network(network) for network in networks)


def is_code(wanted: str | None, given: str) -> bool:
    """Compare access codes as they are read out: spaces, hyphens and capitals do not matter."""
    return wanted is None or _spoken(wanted) == _spoken(given)


def _spoken(code: str) -> str:
    return "".join(code.split()).replace("-", "").casefold()


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one line of what was typed: its number, a code, and the words meant."""

    line: int
    code: str
    words: str = ""


def read_networks(text: str) -> tuple[list[str], list[Problem]]:
    """Address ranges, one a line or parted by commas: `10.1.2.0/24`, `2001:db8::/48`, one address."""
    found: list[str] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        for word in line.replace(",", " ").split():
            try:
                network = str(ip_network(word))
            except ValueError:
                problems.append(_bad_network(number, word))
            else:
                found += [] if network in found else [network]
    return found, problems


def _bad_network(number: int, word: str) -> Problem:
    try:
        meant = ip_network(word, strict=False)
    except ValueError:
        return Problem(number, "not-a-range", word)
    return Problem(number, "host-bits", f"{word} → {meant}")


def held_back(sitting: str, person_id: int) -> timedelta:
    """How long the waiting room holds this person back: spread evenly, always the same."""
    digest = hashlib.sha256(f"{sitting}/{person_id}".encode()).digest()
    steps = int(LONGEST_HOLD / timedelta(milliseconds=1))
    return timedelta(milliseconds=int.from_bytes(digest[:8], "big") % steps)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a person is entitled to in every exam; the default is what everybody has."""

    id: int | None = None
    factor: Fraction = Fraction(1)
    break_minutes: int = 0
    extra_attempts: int = 0
    separate_room: bool = False


def extended(limit: timedelta, factor: Fraction) -> timedelta:
    """A time limit times a factor, exact to the microsecond, never rounded down."""
    units = limit // timedelta(microseconds=1) * factor
    return timedelta(microseconds=-(-units.numerator // units.denominator))


def latest_end(
    closes_at: datetime, extra: timedelta, opens_at: datetime, now: datetime, held: timedelta
) -> datetime:
    """Where a window that limits the end ends for somebody who starts at `now`.

    Extra time a person is entitled to moves the end for them, and what the waiting room took
    after the opening is given back.
    """
    return closes_at + extra + (held if now < opens_at + RUSH else timedelta(0))


def read_factor(text: str) -> Fraction | None:
    """A time factor as people write it: `5/4`, `1.25`, `125 %`, `+25 %`; None if it is none."""
    typed = "".join(text.split()).replace("％", "%")
    if not FACTOR.fullmatch(typed):
        return None
    if typed.endswith("%"):
        factor = Fraction(typed.strip("+%")) / 100 + typed.startswith("+")
    else:
        factor = Fraction(typed)
    return factor if LEAST_FACTOR <= factor <= MOST_FACTOR else None


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both included; None is open."""

    first: date | None
    last: date | None

    def meets(self, other: "Span") -> bool:
        """Tell whether a day lies in both."""
        return not self.ends_before(other) and not other.ends_before(self)

    def ends_before(self, other: "Span") -> bool:
        return self.last is not None and other.first is not None and self.last < other.first


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a roster."""

    line: int
    email: str
    room: str
    seat: str


def read_roster(text: str) -> tuple[list[Row], list[Problem]]:
    """Lines of `email, room, seat`, parted by commas, semicolons or tabs; a heading may come first.

    Room and seat may be left out. Every line that cannot be read is named.
    """
    lines = text.lstrip("\ufeff").splitlines()
    rows: list[Row] = []
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        cells = [" ".join(cell.split()) for cell in _cells(line)]
        if cells[0].lower() in HEADINGS:
            continue
        problem = _bad_row(number, cells) or _twice(number, cells[0].lower(), first)
        if len(rows) >= MOST_ROWS:
            problem = Problem(number, "too-many", str(MOST_ROWS))
        if problem is not None:
            problems.append(problem)
            if problem.code == "too-many":
                break
            continue
        cells += [""] * (3 - len(cells))
        rows.append(Row(number, cells[0].lower(), cells[1], cells[2]))
    return rows, problems


def _cells(line: str) -> list[str]:
    if len(line) > LONGEST_LINE:
        return [line]
    separator = next((one for one in ("\t", ";", "，", ",") if one in line), ",")
    return next(csv.reader(io.StringIO(line), delimiter=separator))


def _bad_row(number: int, cells: Sequence[str]) -> Problem | None:
    if sum(map(len, cells)) > LONGEST_LINE:
        return Problem(number, "too-long", cells[0][:60])
    if len(cells) > 3:  # noqa: PLR2004 (email, room, seat)
        return Problem(number, "columns", str(len(cells)))
    if not _is_address(cells[0]):
        return Problem(number, "not-an-address", cells[0][:60])
    for cell, most in zip(cells[1:], (ROOM, SEAT), strict=False):
        if len(cell) > most:
            return Problem(number, "too-long", cell[:60])
    return None


def _is_address(word: str) -> bool:
    name, at, host = word.partition("@")
    whole = bool(name and at and host) and "@" not in host and " " not in word
    return whole and len(word) <= EMAIL


def _twice(number: int, email: str, first: dict[str, int]) -> Problem | None:
    if email in first:
        return Problem(number, "twice", str(first[email]))
    first[email] = number
    return None


def seats_taken_twice(
    rows: Iterable[Row], taken: Iterable[tuple[str, str, str]]
) -> Iterable[Problem]:
    """Rows that ask for a seat which another row, or somebody registered before, has already.

    `taken` holds the email, room and seat of those registered.
    """
    asked = list(rows)
    moving = {row.email for row in asked}
    holders = {(room, seat): email for email, room, seat in taken if email not in moving}
    for row in asked:
        if not row.seat:
            continue
        holder = holders.setdefault((row.room, row.seat), row.email)
        if holder != row.email:
            yield Problem(row.line, "seat-taken", f"{row.seat} · {holder}")
