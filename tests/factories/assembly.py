"""A bank for forms, blueprints over it, and forms in every state."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.assembly import actions, approving, optimiser, pool, queries
from probity.assembly.models import Blueprint, Form, FormSet
from probity.assembly.shapes import specification_of
from probity.assembly.solver import Settings
from probity.bank import actions as bank
from probity.bank.models import Item
from probity.kernel.permissions import SYSTEM
from tests.factories.bank import item, text

LEVELS = ("remember", "apply", "analyse")
SHARES = ("0.55", "0.65", "0.75", "0.60", "0.70", "0.50", "0.80")

EACH = 12
LAST = "GPP-2211"


def fill_bank(session: Session, each: int = EACH, *, cases: int = 0) -> None:
    """Public items in two domains at three levels, `each` at every place, and case sets.

    A bank that holds them already stays as it is.
    """
    if each == EACH and not cases and session.scalar(select(Item.id).where(Item.ref == LAST)):
        return
    items = []
    for domain in (1, 2):
        for number, level in enumerate(LEVELS):
            for count in range(each):
                ref = f"GPP-{domain}{number}{count:02d}"
                share = SHARES[(count + number) % len(SHARES)]
                items.append(
                    item(
                        "single",
                        ref,
                        domain=f"GPP-{domain}",
                        cognitive=level,
                        expected_p=share,
                        status="approved",
                    )
                )
    items += [
        item("case", f"GPP-C{number:03d}", status="approved") for number in range(1, cases + 1)
    ]
    bank.load_items(session, items, source="test", by=SYSTEM)


def plan_content(**changes: Any) -> dict[str, Any]:
    """Two parallel forms of ten questions over that bank that share nothing."""
    cells = {"recall": {"least": "2", "most": "2"}, "apply": {"least": "3", "most": "3"}}
    content = {
        "format": "probity/blueprint/1",
        "title": text("Ten questions"),
        "demonstration": True,
        "rows": [
            {"domain": "GPP-1", "section": 1, "cells": cells},
            {"domain": "GPP-2", "section": 2, "cells": cells},
        ],
        "forms": 2,
        "overlap": 0,
        "mean": {"wanted": "0.65", "off": "0.05"},
    }
    return {**content, **changes}


def add_blueprint(session: Session, by: Person, **changes: Any) -> Blueprint:
    return actions.create_blueprint(session, plan_content(**changes), by=by)


def add_forms(session: Session, by: Person, **changes: Any) -> FormSet:
    """Forms as the duty leaves them."""
    blueprint = add_blueprint(session, by, **changes)
    found = actions.ask(session, blueprint, by=by)
    plan = queries.plan_of(found.revision)
    offers = pool.offers(session, demonstration=plan.demonstration)
    outcome = optimiser.assemble(specification_of(plan), offers, Settings(seconds=20))
    actions.keep(session, found, outcome, by=SYSTEM)
    session.flush()
    session.refresh(found)
    return found


def approved(session: Session, form: Form, author: Person, approver: Person) -> Form:
    approving.submit(session, form, by=author)
    approving.approve(session, form, by=approver)
    session.flush()
    return form
