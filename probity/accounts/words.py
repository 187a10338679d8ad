"""Roles and browsers as people call them."""

from flask_babel import LazyString

from probity.accounts.roles import Role
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import lazy_gettext as _l

ROLE_NAMES: dict[Role, LazyString] = {
    Role.CANDIDATE: _l("Candidate"),
    Role.INSTRUCTOR: _l("Instructor"),
    Role.ITEM_WRITER: _l("Writer of secure items"),
    Role.REVIEWER: _l("Reviewer"),
    Role.OFFICER: _l("Exam officer"),
    Role.INVIGILATOR: _l("Invigilator"),
    Role.MARKER: _l("Marker"),
    Role.REGISTRAR: _l("Registrar"),
    Role.ORGANISATION_MANAGER: _l("Organisation manager"),
    Role.AUDITOR: _l("Auditor"),
    Role.ADMINISTRATOR: _l("Administrator"),
}

ROLE_HINTS: dict[Role, LazyString] = {
    Role.CANDIDATE: _l("takes courses, sits exams, holds certificates"),
    Role.INSTRUCTOR: _l("writes courses, questions and exams"),
    Role.ITEM_WRITER: _l("writes questions that only exams show"),
    Role.REVIEWER: _l("reads and checks questions"),
    Role.OFFICER: _l("runs exams and sees results"),
    Role.INVIGILATOR: _l("watches over a sitting"),
    Role.MARKER: _l("marks written answers"),
    Role.REGISTRAR: _l("keeps the register of certificates and revokes them"),
    Role.ORGANISATION_MANAGER: _l("manages the people of an organisation"),
    Role.AUDITOR: _l("reads the audit log and the register"),
    Role.ADMINISTRATOR: _l("invites people and gives roles"),
}

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("MicroMessenger/", "WeChat"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("HarmonyOS", "HarmonyOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def role_name(role: Role) -> str:
    return str(ROLE_NAMES[role])


def role_with_duties(role: Role) -> str:
    """A role and what it is for, to choose from."""
    words: str = _("%(role)s: %(duties)s", role=ROLE_NAMES[role], duties=ROLE_HINTS[role])
    return words


def browser_name(user_agent: str) -> str:
    """A browser as its owner would recognise it in a list."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        both: str = _("%(browser)s on %(system)s", browser=browser, system=system)
        return both
    unknown: str = _("Unknown browser")
    return browser or system or unknown
