"""Mails about reviews, in the reader's language; fingerprints of items that have none yet."""

from collections.abc import Iterable
from datetime import timedelta

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.accounts.models import Person
from probity.bank import duplicates, reviews
from probity.bank.life import Act
from probity.bank.models import Item, ItemState, ItemVersion, Stage
from probity.kernel import mail
from probity.kernel.i18n import gettext as _
from probity.kernel.jobs import handler
from probity.kernel.settings import Settings
from probity.kernel.worker import Claim

AT_ONCE = 100
"""Items in one transaction: few, for SQLite has one writer."""


@handler("bank.fingerprint", every=timedelta(hours=1))
def fingerprint(job: Claim) -> None:
    """Sketch the words of items that have no sketch yet, a few at a time."""
    done = AT_ONCE
    while done == AT_ONCE:
        with job.step() as session:
            ids = duplicates.without(session, AT_ONCE)
            for row in session.scalars(select(Item).where(Item.id.in_(ids))):
                duplicates.keep(session, row.id, row.version.content)
            done = len(ids)


@handler("bank.ask")
def ask(job: Claim, item_id: int, person_id: int) -> None:
    """Tell a reviewer that an item waits. No words of the item: mail is not secure."""
    with job.step(done=True) as session:
        row, person = session.get_one(Item, item_id), session.get_one(Person, person_id)
        if row.state is ItemState.IN_REVIEW:
            _ask(session, row, person)


@handler("bank.tell")
def tell(job: Claim, stage_id: int) -> None:
    """Tell those who wait for this step."""
    with job.step(done=True) as session:
        stage = session.get_one(Stage, stage_id)
        row = session.get_one(Item, stage.item_id)
        if stage.act == Act.SUBMIT:
            for person in reviews.assigned(session, row):
                _ask(session, row, person)
            return
        for person in _authors(session, row, stage):
            _tell(session, row, stage, person)


def _authors(session: Session, row: Item, stage: Stage) -> Iterable[Person]:
    """Who wrote the wording that the step is about, unless they took it themselves."""
    query = select(Person).join(ItemVersion, ItemVersion.author_id == Person.id)
    return session.scalars(
        query.where(
            ItemVersion.item_id == row.id,
            ItemVersion.number == stage.number,
            Person.id != (stage.person_id or 0),
        )
    ).all()


def _ask(session: Session, row: Item, person: Person) -> None:
    with force_locale(person.locale.replace("-", "_")):
        subject = _("An item waits for your review: %(ref)s", ref=row.ref)
        text = _(
            "You are asked to review item %(ref)s, version %(number)s.\n\nThe review form: %(link)s\n"
            "Everything that waits for you: %(all)s\n",
            ref=row.ref,
            number=row.current,
            link=_link(f"{row.ref}/review"),
            all=_link("reviews/"),
        )
    key = f"review/{row.id}/{row.current}/{person.id}"
    mail.send(session, to=person.email, subject=subject, text=text, key=key)


def _tell(session: Session, row: Item, stage: Stage, person: Person) -> None:
    with force_locale(person.locale.replace("-", "_")):
        subjects = {
            "approve": _("Your item is approved: %(ref)s", ref=row.ref),
            "return": _("Your item came back from review: %(ref)s", ref=row.ref),
            "compromise": _("Your item is compromised: %(ref)s", ref=row.ref),
        }
        text = _(
            "Item %(ref)s, version %(number)s.\n\nWhat was said stands beside the item: %(link)s\n",
            ref=row.ref,
            number=stage.number,
            link=_link(f"{row.ref}/"),
        )
    key = f"stage/{stage.id}/{person.id}"
    mail.send(session, to=person.email, subject=subjects[stage.act], text=text, key=key)


def _link(path: str) -> str:
    settings: Settings = current_app.config["PROBITY"]
    return f"{settings.base_url}/studio/items/{path}"
