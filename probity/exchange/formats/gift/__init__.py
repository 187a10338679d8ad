"""GIFT."""

from probity.exchange.formats.gift.format import Gift

FORMATS = {"gift": Gift()}
