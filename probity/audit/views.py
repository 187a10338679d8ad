"""The log as auditors read it."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.audit import queries
from probity.audit.events import AuditEvent
from probity.kernel import jobs
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Permission
from probity.kernel.web import Blueprint

bp = Blueprint("audit", __name__)

LARGEST_ID = 2**31 - 1


@bp.page("/admin/audit/", needs=Permission.AUDIT_READ)
def list_entries() -> ResponseReturnValue:
    session, chosen = db.session(), request.args.get("event")
    event = AuditEvent(chosen) if chosen in set(AuditEvent) else None
    subject = request.args.get("subject", "").strip()[:120]
    person_id = request.args.get("person", None, _person_id)
    checked = queries.last_check(session)
    return render_template(
        "audit/list.html",
        page=paginate(
            session,
            queries.entries(event, subject, person_id),
            request.args.get("page", 1, int),
        ),
        head=queries.head(session),
        checked=checked,
        checked_at=datetime.fromisoformat(checked["at"]) if checked else None,
        event=event,
        events=list(AuditEvent),
        subject=subject,
        person_id=person_id,
    )


def _person_id(text: str) -> int:
    """Read an id; a number that no id can be finds nobody."""
    return min(int(text), LARGEST_ID)


@bp.action("/admin/audit/checks", needs=Permission.AUDIT_READ)
def create_check() -> ResponseReturnValue:
    jobs.hasten(db.session(), queries.CHECK)
    flash(_("The check runs in the background. Load this page again in a moment."), "info")
    return redirect(url_for("audit.list_entries"), code=303)
