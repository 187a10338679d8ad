"""The duty that keeps the status lists fresh."""

from datetime import timedelta

from flask import current_app

from probity.credentials.keyring.ring import ring_of
from probity.credentials.lists import publishing, queries
from probity.credentials.queries import PUBLISH_LISTS
from probity.kernel import clock
from probity.kernel.jobs import handler
from probity.kernel.work import reading
from probity.kernel.worker import Claim
from probity.ledger import actions as ledger


@handler(PUBLISH_LISTS, every=timedelta(minutes=5))
def publish_lists(job: Claim) -> None:
    """Sign the lists that changed or grew old. Decisions hasten it; it looks by itself as well."""
    ring, now = ring_of(current_app._get_current_object()), clock.now()  # type: ignore[attr-defined]  # noqa: SLF001
    with reading() as session:
        homes = queries.homes(session, ring.settings.base_url)
        encoded = publishing.due(session, now, ring.current, homes)
    if not encoded:
        return
    keys = ring.private(ring.current.id)
    signed = publishing.sign(encoded, keys, homes, now)
    signer = ring.log_signer()
    with job.step() as session:
        publishing.publish(session, signed, now)
        ledger.sign_checkpoint(session, signer)
