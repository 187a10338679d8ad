"""What programs with a key may read: how much of the quota is left, and news of watched certificates."""

from flask import request
from flask.typing import ResponseReturnValue

from probity.api import gate
from probity.api.queries import standing
from probity.api.shapes import Usage, WatchEvents, WatchNews
from probity.api.views.blueprint import bp
from probity.api.views.verification import private
from probity.credentials.watching import queries as watching
from probity.kernel.error_pages import answer as refuse
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Public
from probity.kernel.work import reading

MOST_EVENTS = 100


@bp.raw("/api/v1/usage", methods=["GET"], needs=Public.VERIFY)
def show_usage() -> ResponseReturnValue:
    """Costs nothing."""
    key = gate.keyed()
    with reading() as session:
        found = standing(session, key.id, key.quota)
    return private(
        Usage(
            label=key.label,
            quota=found.quota,
            used=found.used,
            left=found.left,
            resets_at=found.resets_at,
            expires_at=key.expires_at,
        )
    )


@bp.raw("/api/v1/events", methods=["GET"], needs=Public.VERIFY)
def list_events() -> ResponseReturnValue:
    """News of the watch list of the key's owner, oldest first, behind the one named by `after`."""
    key = gate.keyed()
    after = request.args.get("after", "")
    with reading() as session:
        found = watching.events_after(session, key.person_id, after, MOST_EVENTS + 1)
        if found is None:
            return refuse(400, "malformed", _("The member “after” names no event of yours."))
        told = [WatchNews.model_validate(event.told) for event in found]
    more = len(told) > MOST_EVENTS
    return private(WatchEvents(events=told[:MOST_EVENTS], more=more))
