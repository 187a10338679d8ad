"""Making receipts, for only the worker holds keys, and forgetting them after a month."""

import hashlib
from datetime import timedelta

from flask import current_app

from probity.credentials.receipts import actions, queries
from probity.kernel import storage
from probity.kernel.jobs import handler
from probity.kernel.work import reading
from probity.kernel.worker import Claim


@handler(actions.MAKE)
def make_receipt(job: Claim, token: str) -> None:
    """Typeset and sign one receipt."""
    # the web process knows this duty's name but must never load fonts or private keys
    from probity.credentials.press import press_of  # noqa: PLC0415
    from probity.credentials.receipts import page  # noqa: PLC0415

    with reading() as session:
        receipt = queries.find(session, token)
        told = None if receipt is None or receipt.storage_key else receipt.content
        number, asked_at = (receipt.number, receipt.asked_at) if receipt else ("", None)
    if told is None or asked_at is None:
        with job.step(done=True):
            return
    press = press_of(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001
    data = page.make(press, number, asked_at, told)
    sha256 = hashlib.sha256(data).hexdigest()
    key = f"receipts/{asked_at:%Y-%m}/{token}-{sha256[:16]}.pdf"
    storage.put(key, data)
    with job.step(done=True) as session:
        actions.keep(session, token, sha256, key)


@handler("credentials.forget_receipts", every=timedelta(hours=6))
def forget_receipts(job: Claim) -> None:
    """Nobody needs to know after a month who asked about whom."""
    with job.step(done=True) as session:
        files = actions.forget(session)
    for key in files:
        storage.delete(key)
