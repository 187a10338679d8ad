"""One step of an import, or of its undoing: every question of it whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError
from sqlalchemy.orm import Session

from probity.bank import actions as bank
from probity.bank import filing, living, rules
from probity.bank import queries as items
from probity.bank.models import Item, ItemState
from probity.bank.shapes import AnyItem, parse_item
from probity.exchange import queries
from probity.exchange.completing import Choices, Content, completed
from probity.exchange.models import BatchState, Finding, ImportBatch, ImportedItem, Outcome
from probity.exchange.sentences import sentence
from probity.exchange.wording import place, unfit
from probity.kernel import clock
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor, Permission


@dataclass(slots=True)
class Step:
    """What the questions of one step share: choices, free ids and folders looked up once."""

    session: Session
    choices: Choices
    by: Actor
    author: str
    name: str
    last: dict[str, int] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    folders: dict[tuple[str, ...], int | None] = field(default_factory=dict)

    def fill(self, content: Content) -> None:
        """Give an id to an item, and to the parts of a case set, that have none."""
        prefix = rules.prefix_of(str(content["domain"]))
        for part in (content, *content.get("items", ())):
            part.setdefault("id", None)
            if part["id"] is None:
                part["id"] = f"{prefix}-{self._next(prefix)}"

    def folder(self, row: ImportedItem) -> int | None:
        """The folder for a question, made where it lacks. Refuses what lies too deep."""
        chosen = (part.strip() for part in self.choices.folder.split("/"))
        names = tuple(name for name in (*chosen, *row.folder) if name)
        if names not in self.folders:
            folder = filing.folder_at(self.session, names)
            self.folders[names] = folder.id if folder else None
        return self.folders[names]

    def _next(self, prefix: str) -> int:
        if prefix not in self.last:
            free = rules.next_number(items.refs_in_use(self.session, prefix))
            self.last[prefix] = (free if free is not None else rules.LAST_NUMBER + 1) - 1
        self.last[prefix] += 1
        if self.last[prefix] > rules.LAST_NUMBER:
            raise Refused(_("Every number of %(prefix)s is used up.", prefix=prefix), "used-up")
        return self.last[prefix]


@dataclass(frozen=True, slots=True)
class Ready:
    """A question that becomes a new item."""

    row: ImportedItem
    item: AnyItem
    folder: int | None


def bring(
    session: Session,
    batch: ImportBatch,
    rows: Sequence[ImportedItem],
    *,
    by: Actor,
    author: str,
) -> None:
    """Do for each of these questions what was chosen, and write down what was done.

    All that may refuse a question comes before anything of it is written.
    """
    step = Step(session, Choices.of(batch.choices), by, author, batch.name)
    ready: list[Ready] = []
    for row in rows:
        try:
            ready += _bring_one(step, row)
        except Refused as refusal:
            row.outcome, row.reason = Outcome.REFUSED, refusal.message[:500]
    _create(step, ready)


def finish(session: Session, batch: ImportBatch) -> None:
    """Write down that all is done, and what."""
    batch.state, batch.ended_at, batch.progress = BatchState.DONE, clock.now(), {}
    count(session, batch)


def count(session: Session, batch: ImportBatch) -> None:
    """Write down how many questions met which end."""
    session.flush()  # flush: the outcomes are counted in the database
    batch.counts = {**queries.counted(session, batch), **queries.by_outcome(session, batch)}


def take_back(session: Session, rows: Sequence[ImportedItem], *, by: Actor) -> None:
    """Take out what an import brought, as far as nobody has touched it since."""
    for row in rows:
        if row.item_id is None:  # pragma: no cover - an outcome of its kind has an item
            continue
        item = session.get_one(Item, row.item_id, with_for_update={"of": Item})
        if item.current != row.version:
            row.outcome, row.reason = Outcome.STAYED, _("changed since")
        elif row.outcome is Outcome.CREATED and item.state is not ItemState.DRAFT:
            row.outcome, row.reason = Outcome.STAYED, _("in review or in use since")
        else:
            _take_back_one(session, row, item, by=by)


def finish_undo(session: Session, batch: ImportBatch) -> None:
    batch.state, batch.undone_at, batch.progress = BatchState.UNDONE, clock.now(), {}
    count(session, batch)


def _bring_one(step: Step, row: ImportedItem) -> list[Ready]:
    """Do what was chosen for one question; one that is new is given back, to be made with others."""
    changed = step.choices.changed
    if row.finding is Finding.REFUSED:
        row.outcome = Outcome.REFUSED
    elif not row.chosen or (row.finding is Finding.CHANGED and changed == "skip"):
        row.outcome = Outcome.SKIPPED
    elif row.finding is Finding.CHANGED and changed == "version" and row.twin_id:
        _revise(step, row)
    else:
        return [_made_ready(step, row)]
    return []


def _made_ready(step: Step, row: ImportedItem) -> Ready:
    content = completed(row.content, step.choices, author=step.author)
    own = str(row.content.get("id", ""))
    if own and own not in step.given and not items.owners_of(step.session, [own]):
        content["id"] = own
    if content["use"] == "secure" and not step.by.may(Permission.ITEM_SECURE):
        raise Refused(
            _("Secure items are imported by people with the right to read them."), "secure"
        )
    step.fill(content)
    made = Ready(row, _whole(content), step.folder(row))
    step.given.update(bank.refs_of(made.item))
    return made


def _create(step: Step, ready: Sequence[Ready]) -> None:
    notes = [_from(step.name, one.row) for one in ready]
    made = [one.item for one in ready]
    drafts = bank.create_drafts(step.session, made, by=step.by, notes=notes)
    for one, item in zip(ready, drafts, strict=True):
        if one.folder is not None:
            item.folder_id = one.folder
        one.row.outcome, one.row.item_id = Outcome.CREATED, item.id
        one.row.version = item.current


def _revise(step: Step, row: ImportedItem) -> None:
    """The words become a new version; what the bank alone knows of the item stays."""
    mine = items.items_visible_to(step.by).where(Item.id == row.twin_id)
    item = step.session.scalars(mine.with_for_update(of=Item)).one_or_none()
    if item is None:
        raise Refused(_("The item in the bank can no longer be changed by you."), "invisible")
    before = item.version.content
    content = completed(row.content, step.choices, author=step.author)
    kept = {name: before[name] for name in ("id", "domain", "competency", "cognitive", "use")}
    content |= {name: value for name, value in kept.items() if name in {"id", "use"} or value}
    if content["kind"] == "case":
        parts = [part["id"] for part in before.get("items", ())]
        for part, ref in zip(content["items"], parts, strict=False):
            part["id"] = ref
        step.fill(content)
    version = bank.revise_item(
        step.session,
        item,
        _whole(content),
        base=item.current,
        by=step.by,
        note=_from(step.name, row),
    )
    row.outcome, row.item_id, row.version = Outcome.REVISED, item.id, version.number


def _whole(content: Content) -> AnyItem:
    try:
        return parse_item(content)
    except ValidationError as error:
        raise Refused(sentence("content_unfit", unfit(error)), "shape") from error


def _from(name: str, row: ImportedItem) -> str:
    note: str = _("Imported from %(file)s, %(where)s", file=name, where=place(row.where))
    return note[:500]


def _take_back_one(session: Session, row: ImportedItem, item: Item, *, by: Actor) -> None:
    try:
        with session.begin_nested():
            if row.outcome is Outcome.CREATED:
                living.retire_item(session, item, by=by)
                row.outcome = Outcome.RETIRED
            else:
                before = (row.version or 2) - 1
                bank.restore_version(session, item, before, base=item.current, by=by)
                row.outcome = Outcome.RESTORED
    except Refused as refusal:
        row.outcome, row.reason = Outcome.STAYED, refusal.message[:500]
