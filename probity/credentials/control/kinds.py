"""What may be proposed: each kind says who may, and what its approval sets going."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from probity.credentials.control.models import DualControl
from probity.kernel.permissions import Permission

Begin = Callable[[Session, DualControl], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """`needs` is asked of both people; `begin` runs in the transaction of the approval."""

    needs: Permission
    begin: Begin


KINDS: dict[str, Kind] = {}


def kind(name: str, *, needs: Permission) -> Callable[[Begin], Begin]:
    """Register `def begin(session, proposal)`; it only enqueues a duty, which calls `executed`."""

    def decorate(begin: Begin) -> Begin:
        KINDS[name] = Kind(needs, begin)
        return begin

    return decorate
