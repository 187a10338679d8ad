"""The pages of one form: items, exchange, order, the four eyes, the report."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.assembly import (
    actions,
    approving,
    exporting,
    ordering,
    pool,
    presenting,
    queries,
    rules,
    wording,
)
from probity.assembly.models import Form
from probity.assembly.rules import Offer
from probity.assembly.shapes import Plan, specification_of
from probity.assembly.views.blueprint import bp
from probity.bank import labels as bank_labels
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission
from probity.kernel.web import actor

MOST_OFFERED = 30
LONGEST_REASON = 2000


@bp.page("/studio/forms/<int:number>/", needs=Permission.FORM_READ)
def show_form(number: int) -> ResponseReturnValue:
    form = _visible(number)
    changes = queries.changes_of(db.session(), form)
    return render_template(
        "assembly/form.html",
        **_sheet(form),
        changes=changes,
        may_undo=any(change.undone_at is None for change in changes),
        sections=ordering.sections_of(form),
        gone=queries.out_of_use(db.session(), form),
        is_mine=actor().id in approving.hands(db.session(), form),
        people=_people(form, *changes),
    )


@bp.page("/studio/forms/<int:number>/report", needs=Permission.FORM_READ)
def show_report(number: int) -> ResponseReturnValue:
    form = _visible(number)
    others = queries.siblings(db.session(), form)
    return render_template(
        "assembly/report.html",
        **_sheet(form),
        shared=[(other.name, rules.shared(_pinned(form), _pinned(other))) for other in others],
        people=_people(form, *([form.approval] if form.approval else [])),
        is_intact=form.approval is None or queries.is_intact(form.approval),
    )


@bp.page("/studio/forms/<int:number>/items.csv", needs=Permission.FORM_READ)
def export_items(number: int) -> ResponseReturnValue:
    form = _visible(number)
    body = exporting.items_csv(form, _pinned(form), queries.versions_of(db.session(), form))
    name = f"form-{form.set_id}-{form.name}-{form.version}.csv"
    return Response(
        body,
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.page("/studio/forms/<int:number>/items/<int:item>/exchange", needs=Permission.EXAM_WRITE)
def choose_exchange(number: int, item: int) -> ResponseReturnValue:
    """Items for the place of this one; with `to`, what the exchange would do to each limit."""
    form = _visible(number)
    plan, own = queries.plan_of(form.set.revision), _pinned(form)
    old = next((offer for offer in own if offer.id == item), None) or abort(404)
    spec = specification_of(plan)
    used = {one.id for one in own}
    eligible = [o for o in _offers(form, plan) if o.id not in used and rules.is_eligible(spec, o)]
    sisters = [_pinned(other) for other in queries.siblings(db.session(), form)]
    offered = presenting.replacements(spec, eligible, old, own, sisters)
    wanted = request.args.get("to", "").strip().upper()
    new = next((offer for offer in eligible if offer.ref == wanted), None)
    return render_template(
        "assembly/exchange.html",
        **_common(form, plan),
        old=old,
        new=new,
        wanted=wanted,
        offered=offered[:MOST_OFFERED],
        total=len(offered),
        effects=_effects(form, plan, own, old, new) if new else [],
        p=wording.ease,
    )


@bp.action("/studio/forms/<int:number>/items/<int:item>/exchange", needs=Permission.EXAM_WRITE)
def exchange_item(number: int, item: int) -> ResponseReturnValue:
    form = _locked(number)
    plan = queries.plan_of(form.set.revision)
    wanted = request.form.get("to", "")
    new = next((offer for offer in _offers(form, plan) if offer.ref == wanted), None) or abort(404)
    actions.exchange(db.session(), form, item, new, by=actor())
    flash(_("%(ref)s is in the form now. You can undo it.", ref=new.ref), "ok")
    return _to(form)


@bp.action("/studio/forms/<int:number>/order", needs=Permission.EXAM_WRITE)
def arrange_form(number: int) -> ResponseReturnValue:
    form = _locked(number)
    actions.arrange(db.session(), form, ordering.read(form, request.form), by=actor())
    flash(_("The order is saved."), "ok")
    return _to(form)


@bp.action("/studio/forms/<int:number>/undo", needs=Permission.EXAM_WRITE)
def undo_change(number: int) -> ResponseReturnValue:
    form = _locked(number)
    actions.undo(db.session(), form, by=actor())
    flash(_("The last change is undone."), "ok")
    return _to(form)


@bp.action("/studio/forms/<int:number>/submission", needs=Permission.EXAM_WRITE)
def submit_form(number: int) -> ResponseReturnValue:
    form = _locked(number)
    approving.submit(db.session(), form, by=actor())
    flash(_("Submitted. Somebody who had no hand in it approves it now."), "ok")
    return _to(form)


@bp.action("/studio/forms/<int:number>/return", needs=Permission.FORM_APPROVE)
def return_form(number: int) -> ResponseReturnValue:
    form = _locked(number)
    approving.send_back(db.session(), form, _reason(), by=actor())
    flash(_("Sent back. It is a draft again."), "ok")
    return _to(form)


@bp.action("/studio/forms/<int:number>/approval", needs=Permission.FORM_APPROVE)
def approve_form(number: int) -> ResponseReturnValue:
    form = _locked(number)
    approving.approve(db.session(), form, by=actor())
    flash(_("Approved and frozen. Exams can use it now."), "ok")
    return _to(form)


@bp.action("/studio/forms/<int:number>/withdrawal", needs=Permission.FORM_APPROVE)
def withdraw_form(number: int) -> ResponseReturnValue:
    form = _locked(number)
    approving.withdraw(db.session(), form, _reason(), by=actor())
    flash(_("Withdrawn. No new paper is made of it."), "ok")
    return _to(form)


@bp.action("/studio/forms/<int:number>/versions", needs=Permission.EXAM_WRITE)
def create_version(number: int) -> ResponseReturnValue:
    fresh = actions.renew(db.session(), _locked(number), by=actor())
    flash(_("Version %(number)s is a draft with the same items.", number=fresh.version), "ok")
    return _to(fresh)


def _visible(number: int) -> Form:
    return queries.find_form(db.session(), number) or abort(404)


def _locked(number: int) -> Form:
    return queries.lock_form(db.session(), number) or abort(404)


def _to(form: Form) -> ResponseReturnValue:
    return redirect(url_for("assembly.show_form", number=form.id), code=303)


def _reason() -> str:
    return request.form.get("reason", "").strip()[:LONGEST_REASON]


def _pinned(form: Form) -> list[Offer]:
    return pool.pinned(db.session(), form)


def _offers(form: Form, plan: Plan) -> list[Offer]:
    return pool.offers(db.session(), demonstration=plan.demonstration, apart_from=form.set_id)


def _people(form: Form, *others: Any) -> dict[int, str]:
    names = ("by_id", "created_by_id", "submitted_by_id", "withdrawn_by_id", "approved_by_id")
    ids = {getattr(one, name, None) for one in (form, form.approval, *others) for name in names}
    return queries.names_of(db.session(), {*ids, form.set.asked_by_id})


def _common(form: Form, plan: Plan) -> dict[str, Any]:
    return {"form": form, "plan": plan, "wording": wording, "bank_labels": bank_labels}


def _sheet(form: Form) -> dict[str, Any]:
    """A form and its limits, as the page and the report show them."""
    plan, own = queries.plan_of(form.set.revision), _pinned(form)
    checks = queries.checks_with(db.session(), form, own)
    return {
        **_common(form, plan),
        "sheet": presenting.sheet(specification_of(plan), form.name, own),
        "limits": presenting.limits(plan, checks, 1),
        "common": presenting.common_limits(plan, checks),
        "broken": rules.broken(checks),
        "offers": own,
        "p": wording.ease,
    }


def _effects(
    form: Form, plan: Plan, own: list[Offer], old: Offer, new: Offer
) -> list[presenting.Effect]:
    after = [new if offer.id == old.id else offer for offer in own]
    session = db.session()
    return presenting.effects(
        plan,
        queries.checks_with(session, form, own),
        queries.checks_with(session, form, after),
    )
