"""Which interaction is built into which part."""

from collections.abc import Callable

from probity.exchange.formats.qti.parts import (
    Context,
    Part,
    associate,
    choice,
    gap_match,
    hottext,
    match,
    order,
)
from probity.exchange.formats.qti.pictures import hotspot, points
from probity.exchange.xml import Element

BUILDERS: dict[str, Callable[[Element, Context], Part]] = {
    "associateInteraction": associate,
    "choiceInteraction": choice,
    "gapMatchInteraction": gap_match,
    "graphicAssociateInteraction": associate,
    "graphicGapMatchInteraction": gap_match,
    "graphicOrderInteraction": order,
    "hotspotInteraction": hotspot,
    "hottextInteraction": hottext,
    "matchInteraction": match,
    "orderInteraction": order,
    "positionObjectInteraction": points,
    "selectPointInteraction": points,
}
OPEN_KINDS = {"extendedTextInteraction": "essay", "uploadInteraction": "upload"}
INLINE = frozenset({"inlineChoiceInteraction", "textEntryInteraction"})
