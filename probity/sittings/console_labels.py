"""The words of the console, the log and incidents."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import LazyString

from probity.kernel.i18n import lazy_gettext as _l
from probity.sittings.console_rules import State
from probity.sittings.models import Fault, Kind

STATES: Mapping[State, LazyString] = {
    State.LOST: _l("Connection lost"),
    State.UNSENT: _l("Unsent answers"),
    State.PAUSED: _l("Paused"),
    State.BREAK: _l("On a break"),
    State.WORKING: _l("Working"),
    State.AUTHORISED: _l("Authorised"),
    State.ABSENT: _l("Not come"),
    State.HANDED_IN: _l("Handed in"),
    State.ENDED: _l("Ended"),
}
BADGES: Mapping[State, str] = {
    State.LOST: "bad",
    State.UNSENT: "warn",
    State.PAUSED: "sun",
    State.BREAK: "sun",
    State.WORKING: "ok",
    State.AUTHORISED: "info",
    State.ABSENT: "",
    State.HANDED_IN: "",
    State.ENDED: "",
}
SYMBOLS: Mapping[State, str] = {
    State.LOST: "cloud-off",
    State.UNSENT: "cloud-upload",
    State.PAUSED: "pause",
    State.BREAK: "pause",
    State.WORKING: "check",
    State.AUTHORISED: "user-check",
    State.ABSENT: "circle",
    State.HANDED_IN: "circle-check",
    State.ENDED: "circle-x",
}
SKIPS: Mapping[str, LazyString] = {
    "closed": _l("Already ended"),
    "not-started": _l("Has not started"),
    "on-break": _l("On a break of their own, which ends by itself"),
    "over": _l("Time is over"),
    "paused": _l("Already paused"),
    "running": _l("Not paused"),
}
KINDS: Mapping[Kind, LazyString] = {
    Kind.ABSENCE: _l("Absence"),
    Kind.CONDUCT: _l("Conduct"),
    Kind.DEVICE: _l("Device"),
    Kind.HEALTH: _l("Health"),
    Kind.IDENTITY: _l("Identity"),
    Kind.OTHER: _l("Other"),
}
FAULTS: Mapping[Fault, LazyString] = {
    Fault.NETWORK: _l("Network failure"),
    Fault.POWER: _l("Power cut"),
    Fault.ROOM: _l("Trouble in the room"),
    Fault.SITE: _l("The site was down"),
}


def clock(moment: datetime, zone: str) -> str:
    """A time of day in the zone of a sitting."""
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M:%S}"
