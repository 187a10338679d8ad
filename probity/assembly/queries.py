"""Reads of blueprints and forms, and of the bank as the optimiser needs it."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from probity.accounts.models import Person
from probity.assembly import pool, rules
from probity.assembly.models import (
    Blueprint,
    BlueprintRevision,
    Form,
    FormApproval,
    FormChange,
    FormSet,
    FormState,
)
from probity.assembly.rules import Offer
from probity.assembly.shapes import Plan, specification_of
from probity.bank import queries as bank
from probity.bank.models import Item, ItemVersion, Place, Shelved
from probity.kernel.jobs import Job

_plans: dict[str, Plan] = {}
MOST_PLANS = 256


def plan_of(revision: BlueprintRevision) -> Plan:
    """The content of a revision in its shape; a revision never changes."""
    found = _plans.get(revision.sha256)
    if found is None:
        found = Plan.model_validate(revision.content, strict=False)
        if len(_plans) >= MOST_PLANS:
            _plans.clear()
        _plans[revision.sha256] = found
    return found


def digest(content: Any) -> str:
    """SHA-256 (hex) over canonical JSON."""
    body = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Listed:
    """A blueprint as the studio lists it."""

    blueprint: Blueprint
    revision: BlueprintRevision
    sets: int
    approved: int


def listed(session: Session) -> list[Listed]:
    """Every blueprint with its newest revision, the newest first."""
    newest = (
        select(BlueprintRevision.blueprint_id, func.max(BlueprintRevision.number).label("number"))
        .group_by(BlueprintRevision.blueprint_id)
        .subquery()
    )
    rows = session.scalars(
        select(BlueprintRevision)
        .join(
            newest,
            (BlueprintRevision.blueprint_id == newest.c.blueprint_id)
            & (BlueprintRevision.number == newest.c.number),
        )
        .options(joinedload(BlueprintRevision.blueprint))
        .order_by(BlueprintRevision.blueprint_id.desc())
    ).all()
    sets, approved = _counts(session)
    return [
        Listed(row.blueprint, row, sets[row.blueprint_id], approved[row.blueprint_id])
        for row in rows
    ]


def _counts(session: Session) -> tuple[Counter[int], Counter[int]]:
    """Sets and approved forms by blueprint."""
    owner = BlueprintRevision.blueprint_id
    sets = select(owner, func.count()).join(FormSet, FormSet.revision_id == BlueprintRevision.id)
    approved = sets.join(Form, Form.set_id == FormSet.id).where(Form.state == FormState.APPROVED)
    found = [session.execute(query.group_by(owner)).all() for query in (sets, approved)]
    return (
        Counter({row[0]: row[1] for row in found[0]}),
        Counter({row[0]: row[1] for row in found[1]}),
    )


def find_blueprint(session: Session, number: int) -> Blueprint | None:
    return session.get(Blueprint, number)


def lock_blueprint(session: Session, number: int) -> Blueprint | None:
    """The blueprint, held until the end of the transaction."""
    query = select(Blueprint).where(Blueprint.id == number).with_for_update()
    return session.scalars(query).one_or_none()


def revisions_of(session: Session, blueprint: Blueprint) -> Sequence[BlueprintRevision]:
    """Every revision, the newest first."""
    query = select(BlueprintRevision).where(BlueprintRevision.blueprint_id == blueprint.id)
    return session.scalars(query.order_by(BlueprintRevision.number.desc())).all()


def sets_of(session: Session, blueprint: Blueprint) -> Sequence[FormSet]:
    """Every set that was asked for, the newest first."""
    query = (
        select(FormSet)
        .join(FormSet.revision)
        .where(BlueprintRevision.blueprint_id == blueprint.id)
        .options(joinedload(FormSet.revision), joinedload(FormSet.forms))
        .order_by(FormSet.id.desc())
    )
    return session.scalars(query).unique().all()


def find_set(session: Session, number: int) -> FormSet | None:
    return session.get(FormSet, number)


def lock_set(session: Session, number: int) -> FormSet | None:
    query = select(FormSet).where(FormSet.id == number).with_for_update()
    return session.scalars(query).one_or_none()


def find_form(session: Session, number: int) -> Form | None:
    return session.get(Form, number)


def lock_form(session: Session, number: int) -> Form | None:
    """The form, held until the end of the transaction."""
    query = select(Form).where(Form.id == number).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def newest(forms: Iterable[Form]) -> list[Form]:
    """Of each name the newest version that is not withdrawn, by name."""
    found: dict[str, Form] = {}
    for form in forms:
        last = found.get(form.name)
        if form.state is not FormState.WITHDRAWN and (last is None or last.version < form.version):
            found[form.name] = form
    return [found[name] for name in sorted(found)]


def changes_of(session: Session, form: Form) -> Sequence[FormChange]:
    """What was changed by hand, the newest first."""
    query = select(FormChange).where(FormChange.form_id == form.id)
    return session.scalars(query.order_by(FormChange.id.desc())).all()


def approved_forms(session: Session) -> Sequence[Form]:
    """Every form that exams may use, the newest set first."""
    query = (
        select(Form)
        .where(Form.state == FormState.APPROVED)
        .options(joinedload(Form.set).joinedload(FormSet.revision), joinedload(Form.approval))
        .order_by(Form.set_id.desc(), Form.name, Form.version)
    )
    return session.scalars(query).all()


def approvals(session: Session, ids: Collection[int]) -> list[FormApproval]:
    """The approvals of these forms that are in force, by form."""
    query = (
        select(FormApproval)
        .join(FormApproval.form)
        .where(Form.id.in_(ids), Form.state == FormState.APPROVED)
        .order_by(Form.id)
    )
    return list(session.scalars(query))


def is_intact(approval: FormApproval) -> bool:
    """Tell whether what is stored is what was approved."""
    return digest(approval.content) == approval.sha256


def job_of(session: Session, form_set: FormSet) -> Job | None:
    return session.scalars(select(Job).where(Job.key == job_key(form_set.id))).one_or_none()


def job_key(number: int) -> str:
    return f"form-set/{number}"


def names_of(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """Names of people by their ids."""
    wanted = [one for one in ids if one is not None]
    rows = session.execute(select(Person.id, Person.name_latin).where(Person.id.in_(wanted)))
    return {person: name for person, name in rows}  # noqa: C416 (rows are not pairs to mypy)


def versions_of(session: Session, form: Form) -> dict[int, ItemVersion]:
    return bank.versions_by_id(session, [version for _section, _item, version in form.items])


def siblings(session: Session, form: Form) -> list[Form]:
    """The other forms that stand for the same set now."""
    query = select(Form).where(Form.set_id == form.set_id, Form.name != form.name)
    return newest(session.scalars(query).all())


def checks_with(session: Session, form: Form, own: Sequence[Offer]) -> list[rules.Check]:
    """The limits that a form has to keep, alone and beside its siblings, with these items."""
    spec = specification_of(plan_of(form.set.revision))
    others = [pool.pinned(session, other) for other in siblings(session, form)]
    found = rules.checks(spec, [own, *others])
    return [
        check
        for check in found
        if check.form == 0
        or (check.form is None and (not check.name or check.name.startswith("0 ")))
    ]


def refs_of(session: Session, form: Form) -> dict[int, str]:
    """The names of the items of a form."""
    items = [item for _section, item, _version in form.items]
    rows = session.execute(select(Item.id, Item.ref).where(Item.id.in_(items)))
    return {row[0]: row[1] for row in rows}


def out_of_use(session: Session, form: Form) -> dict[int, str]:
    """Items that exams may no longer show in the version this form pins, with their names."""
    plan = plan_of(form.set.revision)
    place = Place.DEMONSTRATION if plan.demonstration else Place.EXAM
    versions = [version for _section, _item, version in form.items]
    query = select(Shelved.version_id).where(
        Shelved.place == place, Shelved.version_id.in_(versions)
    )
    shelved = set(session.scalars(query))
    gone = {item for _section, item, version in form.items if version not in shelved}
    return {item: ref for item, ref in refs_of(session, form).items() if item in gone}
