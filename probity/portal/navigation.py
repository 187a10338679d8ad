"""Which links a person sees in the header and in the studio's rail."""

from dataclasses import dataclass

from flask import Flask, current_app, request
from flask_babel import LazyString
from flask_login import current_user

from probity.kernel.i18n import lazy_gettext as _l
from probity.kernel.permissions import Permission

_EXTENSION = "probity-navigation"


@dataclass(frozen=True, slots=True)
class Link:
    """One entry: where it leads and whether the reader is there."""

    label: LazyString
    href: str
    active: bool
    icon: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A link before it is bound to a request; `needs` None means everybody."""

    label: LazyString
    endpoint: str
    prefix: str | tuple[str, ...]
    icon: str
    needs: Permission | None = None


PUBLIC = (
    Entry(_l("Courses"), "learning.list_courses", "/courses/", "book-open"),
    Entry(_l("Exams"), "sittings.list_exams", "/exams/", "clipboard-list"),
    Entry(_l("Verify"), "credentials.verify", ("/verify", "/employer/"), "badge-check"),
)
SIGNED_IN = (
    Entry(
        _l("My learning"),
        "learning.show_dashboard",
        "/learning/",
        "layout-dashboard",
        Permission.COURSE_LEARN,
    ),
    Entry(
        _l("Practice"), "learning.practice", "/practice/", "list-checks", Permission.COURSE_LEARN
    ),
    Entry(
        _l("Certificates"),
        "credentials.list_own",
        "/certificates/",
        "award",
        Permission.CERTIFICATE_HOLD,
    ),
)
STUDIO = (
    Entry(_l("Items"), "bank.list_items", "/studio/items/", "library", Permission.ITEM_READ),
    Entry(
        _l("Import questions"),
        "exchange.list_imports",
        "/studio/imports/",
        "upload",
        Permission.ITEM_WRITE,
    ),
    Entry(
        _l("Export items"),
        "exchange.list_exports",
        "/studio/exports/",
        "download",
        Permission.ITEM_READ,
    ),
    Entry(
        _l("Reviews"),
        "bank.list_reviews",
        "/studio/items/reviews/",
        "clipboard-check",
        Permission.ITEM_READ,
    ),
    Entry(_l("Exams"), "exams.list_studio", "/studio/exams/", "form", Permission.EXAM_WRITE),
    Entry(
        _l("Forms"),
        "assembly.list_blueprints",
        ("/studio/blueprints/", "/studio/form"),
        "layers",
        Permission.FORM_READ,
    ),
    Entry(
        _l("Sittings"),
        "sittings.list_sittings",
        "/studio/sittings/",
        "calendar-days",
        Permission.EXAM_MONITOR,
    ),
    Entry(
        _l("Accommodations"),
        "sittings.list_accommodations",
        "/studio/accommodations/",
        "accessibility",
        Permission.ACCOMMODATION_MANAGE,
    ),
    Entry(
        _l("Results"), "exams.list_results", "/studio/results/", "table", Permission.EXAM_RESULTS
    ),
    Entry(
        _l("Recovery file"),
        "exams.show_recovery",
        "/studio/recovery",
        "upload",
        Permission.EXAM_MONITOR,
    ),
    Entry(
        _l("Certificates"),
        "credentials.list_register",
        "/studio/certificates/",
        "award",
        Permission.CERTIFICATE_READ,
    ),
    Entry(
        _l("People"), "accounts.list_people", "/admin/people/", "users", Permission.PEOPLE_MANAGE
    ),
    Entry(
        _l("Audit log"), "audit.list_entries", "/admin/audit/", "scroll-text", Permission.AUDIT_READ
    ),
    Entry(_l("Duties"), "portal.list_duties", "/admin/duties/", "refresh-cw", Permission.JOB_READ),
    Entry(_l("Keys"), "credentials.show_keys", "/studio/keys/", "key-round", Permission.KEY_READ),
)


def navigation() -> list[Link]:
    """Links of the header for this reader."""
    links = _bind(PUBLIC + SIGNED_IN)
    staff = studio_navigation()
    if staff:
        here = request.path.startswith(("/studio/", "/admin/"))
        links.append(Link(_l("Studio"), staff[0].href, here, "pen-tool"))
    return links


def studio_navigation() -> list[Link]:
    """Links of the staff rail for this reader."""
    return _bind(STUDIO)


def _bind(entries: tuple[Entry, ...]) -> list[Link]:
    path, known, may = request.path, _addresses(), current_user.may
    prefixes = (e.prefix for e in entries if path.startswith(e.prefix))
    here = max(prefixes, key=len, default=None)  # one list may lie below another
    return [
        Link(e.label, known[e.endpoint], e.prefix == here, e.icon)
        for e in entries
        if e.endpoint in known and (e.needs is None or may(e.needs))
    ]


def _addresses() -> dict[str, str]:
    """Where each entry leads, by endpoint: built once, for they are the same for everybody."""
    known: dict[str, str] | None = current_app.extensions.get(_EXTENSION)
    if known is None:
        adapter = current_app.url_map.bind("")
        known = current_app.extensions[_EXTENSION] = {
            e.endpoint: adapter.build(e.endpoint)
            for e in PUBLIC + SIGNED_IN + STUDIO
            if e.endpoint in current_app.view_functions
        }
    return known


def init_navigation(app: Flask) -> None:
    """Make the links known to every template."""
    app.jinja_env.globals.update(navigation=navigation, studio_navigation=studio_navigation)
