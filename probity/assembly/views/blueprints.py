"""The studio's pages about blueprints: list, look, write, ask for forms."""

import secrets
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.assembly import actions, grid, pool, queries, wording
from probity.assembly.grid import Draft, Problems
from probity.assembly.models import Blueprint
from probity.assembly.shapes import PLACES, Plan, specification_of
from probity.assembly.views.blueprint import bp
from probity.bank import labels as bank_labels
from probity.bank import queries as bank
from probity.catalogue import queries as catalogue
from probity.kernel.db import db
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission
from probity.kernel.web import actor

LONGEST_NOTE = 2000
SECONDS = (10, 30, 60, 300)


@bp.page("/studio/blueprints/", needs=Permission.FORM_READ)
def list_blueprints() -> ResponseReturnValue:
    rows = queries.listed(db.session())
    return render_template("assembly/list.html", rows=rows, plan_of=queries.plan_of)


@bp.page("/studio/blueprints/<int:number>/", needs=Permission.FORM_READ)
def show_blueprint(number: int) -> ResponseReturnValue:
    session = db.session()
    blueprint = queries.find_blueprint(session, number) or abort(404)
    revisions = queries.revisions_of(session, blueprint)
    plan = queries.plan_of(revisions[0])
    draft = grid.show(plan, [])
    return render_template(
        "assembly/show.html",
        blueprint=blueprint,
        revisions=revisions,
        plan=plan,
        spec=specification_of(plan),
        draft=draft,
        supply=_supply(draft),
        totals=grid.totals(draft),
        sets=queries.sets_of(session, blueprint),
        newest=queries.newest,
        people=queries.names_of(session, {one.created_by_id for one in revisions}),
        seconds=SECONDS,
        **_words(),
    )


@bp.page("/studio/blueprints/new", needs=Permission.EXAM_WRITE)
def new_blueprint() -> ResponseReturnValue:
    pattern = queries.find_blueprint(db.session(), request.args.get("from", 0, type=int))
    if pattern is None:
        draft = grid.blank(_domains(demonstration=False))
        if not draft.rows:
            draft = grid.blank(_domains(demonstration=True))
            draft.fields["demonstration"] = "1"
        return _editor(None, draft, 0)
    plan = queries.plan_of(queries.revisions_of(db.session(), pattern)[0])
    return _editor(None, grid.show(plan, _domains(demonstration=plan.demonstration)), 0)


@bp.action("/studio/blueprints/new", needs=Permission.EXAM_WRITE)
def create_blueprint() -> ResponseReturnValue:
    plan = _submitted(None)
    if not isinstance(plan, Plan):
        return plan
    content = plan.model_dump(mode="json", exclude_none=True)
    blueprint = actions.create_blueprint(db.session(), content, by=actor())
    flash(_("Saved. Now let forms be assembled from it."), "ok")
    return _to(blueprint)


@bp.page("/studio/blueprints/<int:number>/edit", needs=Permission.EXAM_WRITE)
def edit_blueprint(number: int) -> ResponseReturnValue:
    session = db.session()
    blueprint = queries.find_blueprint(session, number) or abort(404)
    revision = queries.revisions_of(session, blueprint)[0]
    plan = queries.plan_of(revision)
    draft = grid.show(plan, _domains(demonstration=plan.demonstration))
    return _editor(blueprint, draft, revision.number)


@bp.action("/studio/blueprints/<int:number>/edit", needs=Permission.EXAM_WRITE)
def revise_blueprint(number: int) -> ResponseReturnValue:
    blueprint = queries.lock_blueprint(db.session(), number) or abort(404)
    plan = _submitted(blueprint)
    if not isinstance(plan, Plan):
        return plan
    content = plan.model_dump(mode="json", exclude_none=True)
    base = request.form.get("base", 0, type=int)
    try:
        revision = actions.revise_blueprint(db.session(), blueprint, content, base=base, by=actor())
    except Refused as refusal:
        draft = grid.read(request.form)
        return _editor(blueprint, draft, base, {"": refusal.message}), 409
    if revision.number == base:
        flash(_("Nothing was changed."), "info")
    else:
        flash(_("Saved as revision %(number)s.", number=revision.number), "ok")
    return _to(blueprint)


@bp.action("/studio/blueprints/<int:number>/form-sets", needs=Permission.EXAM_WRITE)
def create_form_set(number: int) -> ResponseReturnValue:
    blueprint = queries.lock_blueprint(db.session(), number) or abort(404)
    seconds = request.form.get("seconds", SECONDS[1], type=int)
    seed = secrets.randbelow(2**31)
    asked = actions.ask(db.session(), blueprint, seconds=seconds, seed=seed, by=actor())
    return redirect(url_for("assembly.show_set", number=asked.id), code=303)


def _to(blueprint: Blueprint) -> ResponseReturnValue:
    return redirect(url_for("assembly.show_blueprint", number=blueprint.id), code=303)


def _domains(*, demonstration: bool) -> list[str]:
    return pool.domains(db.session(), demonstration=demonstration)


def _submitted(blueprint: Blueprint | None) -> Plan | ResponseReturnValue:
    """The blueprint that was sent, or the form again."""
    draft = grid.read(request.form)
    base, command = request.form.get("base", 0, type=int), request.form.get("do", "save")
    if command != "save":
        grid.press(draft, command)
        wanted = _domains(demonstration=bool(draft.fields["demonstration"]))
        known = {row.domain for row in draft.rows}
        draft.rows += [grid.Row(domain) for domain in wanted if domain not in known]
        return _editor(blueprint, draft, base)
    found = grid.checked(draft)
    return found if isinstance(found, Plan) else (_editor(blueprint, draft, base, found), 422)


def _supply(draft: Draft) -> grid.Supply:
    stock = pool.stock(
        db.session(),
        demonstration=bool(draft.fields["demonstration"]),
        measure=draft.fields["measure"],
    )
    return grid.Supply(stock, grid.needs(draft))


def _words() -> dict[str, Any]:
    titles = catalogue.domain_titles(db.session())
    return {
        "wording": wording,
        "places": PLACES,
        "titles": titles,
        "kinds": {
            kind: words
            for kind, words in bank_labels.KINDS.items()
            if kind not in ("essay", "upload", "case")
        },
    }


def _editor(
    blueprint: Blueprint | None, draft: Draft, base: int, problems: Problems | None = None
) -> str:
    _domains_known, competencies = bank.places(db.session())
    return render_template(
        "assembly/edit.html",
        blueprint=blueprint,
        draft=draft,
        base=base,
        problems=problems or {},
        supply=_supply(draft),
        totals=grid.totals(draft),
        competencies=sorted({code.partition(".")[0] for code in competencies if code}),
        **_words(),
    )
