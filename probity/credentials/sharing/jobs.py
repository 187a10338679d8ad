"""Taking leave of links that ended long ago, and of all that closed accounts shared."""

from datetime import timedelta

from probity.credentials.sharing import forgetting
from probity.kernel.jobs import handler
from probity.kernel.worker import Claim


@handler("credentials.forget_shares", every=timedelta(hours=6))
def forget_shares(job: Claim) -> None:
    """The pages of a closed account show nothing from the moment it is closed; now the rows go."""
    for forget in (forgetting.forget_ended, forgetting.forget_closed):
        left = forgetting.AT_ONCE
        while left == forgetting.AT_ONCE:
            with job.step() as session:
                left = forget(session)
