"""The list of a form's items as comma-separated values."""

import csv
import io
from collections.abc import Mapping, Sequence

from probity.assembly.models import Form
from probity.assembly.rules import Offer
from probity.bank.models import ItemVersion

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet takes what begins like this for a formula."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it, spreadsheets read Chinese with the wrong letters."""

COLUMNS = (
    *("position", "section", "item", "version", "sha256", "kind", "domain", "competency"),
    *("cognitive", "questions", "points", "expected_p", "key"),
)


def items_csv(form: Form, offers: Sequence[Offer], versions: Mapping[int, ItemVersion]) -> str:
    """One line an item, in the order of the form."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(COLUMNS)
    for place, ((section, _item, version), offer) in enumerate(
        zip(form.items, offers, strict=True), 1
    ):
        kept, first = versions[version], offer.parts[0]
        known = [part.p for part in offer.parts if part.p is not None]
        cells: list[object] = [place, section, offer.ref, kept.number, kept.sha256]
        cells += ["case" if offer.is_set else first.kind, kept.domain, kept.competency]
        cells += [kept.cognitive, len(offer.parts), offer.points]
        cells += [round(sum(known) / len(known), 4) if known else "", first.key or ""]
        lines.writerow([_safe(str(cell)) for cell in cells])
    return BYTE_ORDER_MARK + written.getvalue()


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(RISKY) else text
