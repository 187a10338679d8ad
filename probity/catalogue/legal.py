"""The legal basis of lessons and items: known, dated, still in force, checked not too long ago."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from probity.bank.parts import Basis
from probity.catalogue.problems import Report, Severity, near
from probity.catalogue.shapes import Instrument
from probity.catalogue.sources import Read

OLDEST_CHECK_DAYS = 400


def reference(basis: Basis) -> str:
    return f"{basis.instrument}/{basis.article}"


def is_in_force(bases: Iterable[Basis], today: date) -> bool:
    """What rests on an article that no longer applies is retired by the loader."""
    return all(basis.effective_to is None or basis.effective_to >= today for basis in bases)


def check_bases(
    read: Read[Any],
    bases: Sequence[Basis],
    instruments: Mapping[str, Instrument],
    today: date,
    report: Report,
    *inside: str | int,
) -> None:
    for number, basis in enumerate(bases):
        place = read.place(*inside, "legal_basis", number)
        if not check_instrument(read.file, place, basis.instrument, instruments, report):
            continue
        for code, message, mend, severity in _doubts(basis, instruments[basis.instrument], today):
            report.add(read.file, place, code, message, mend, severity)


def check_instrument(
    file: str, place: Any, code: str, instruments: Mapping[str, Instrument], report: Report
) -> bool:
    if code in instruments or not instruments:
        return code in instruments
    mend = near(code, instruments, cutoff=0.3)
    mend += "New instruments are added to _shared/instruments.yaml, once, with their dates."
    report.add(file, place, "L01", f"The instrument `{code}` is not known.", mend)
    return False


def _doubts(
    basis: Basis, instrument: Instrument, today: date
) -> Iterable[tuple[str, str, str, Severity]]:
    name = reference(basis)
    if basis.effective_to and basis.effective_to < basis.effective_from:
        yield "L08", f"{name} ends before it begins.", "Exchange the two dates.", "error"
    elif not is_in_force([basis], today):
        message = f"{name} applied until {basis.effective_to}; what rests on it is retired."
        yield "L06", message, "Rewrite it under the rule that applies now.", "warning"
    if (basis.checked_on - today).days > 1:  # a reviewer may live ahead of UTC
        yield "L05", f"{name} was checked in the future ({basis.checked_on}).", "Mend it.", "error"
    elif (today - basis.checked_on).days > OLDEST_CHECK_DAYS:
        message = f"{name} was last checked on {basis.checked_on}."
        yield "L04", message, "Read the article again and set the date.", "warning"
    if basis.effective_from < instrument.vouched_from:
        message = (
            f"{name} is said to apply from {basis.effective_from}; the version we read is vouched"
            f" for from {instrument.vouched_from}."
        )
        yield "L07", message, f"Write {instrument.vouched_from}.", "warning"
