"""What the bank tells the folders above it."""

from dataclasses import dataclass

from probity.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ItemCompromised(Event):
    """The words of an item are known to candidates; no paper may hold it from now on."""

    item_id: int
