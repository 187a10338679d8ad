"""Steps in the life of an item, and who looked at it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.bank import desk, life, living
from probity.bank.life import Act
from probity.bank.views.blueprint import bp
from probity.bank.views.items import locked, visible
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission
from probity.kernel.web import actor

BY_HAND = frozenset(Act) - {Act.APPROVE, Act.RETURN}


@bp.action("/<ref>/stages", needs=Permission.ITEM_READ)
def take_step(ref: str) -> ResponseReturnValue:
    row = locked(ref)
    name = request.form.get("act", "")
    if name not in {act.value for act in BY_HAND}:
        abort(422)
    act = Act(name)
    if not actor().may(life.needs(act, living.standing(db.session(), row))):
        abort(403)
    living.take(db.session(), row, act, by=actor(), reason=request.form.get("reason", ""))
    flash(_("The item is now: %(state)s.", state=desk.STATES[row.state.value]), "ok")
    return redirect(url_for("bank.show_item", ref=row.ref), code=303)


@bp.page("/<ref>/looks", needs=Permission.ITEM_READ)
def list_looks(ref: str) -> ResponseReturnValue:
    """Who saw the words of a secure item."""
    row = visible(ref)
    if not desk.may_see_looks(actor()):
        abort(403)
    page = request.args.get("page", 1, type=int)
    return render_template("bank/looks.html", row=row, **desk.looks(db.session(), row, page))
