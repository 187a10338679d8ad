"""How much trying a file may cost, so that none can keep a reader busy for long."""

from probity.exchange.formats.qti.values import NotOurs
from probity.exchange.found import MIB

BASE, PER_MIB, PER_ITEM = 250_000, 100_000, 200_000


class Effort:
    """Steps that are left for a whole file; each question may take a part of them."""

    def __init__(self, size: int = 0) -> None:
        self.left = BASE + PER_MIB * size // MIB
        self.item = PER_ITEM

    def begin(self) -> None:
        """Start with another question."""
        self.item = min(PER_ITEM, self.left)

    def spend(self, steps: int) -> None:
        """Take steps. Raises NotOurs when none are left."""
        self.item -= steps
        self.left -= steps
        if self.item < 0:
            raise NotOurs("qti_unproved")
