"""Reviews in the browser: what waits, the form, the discussion, who is asked."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.accounts import queries as accounts
from probity.bank import desk, reviewing, reviews, sentences
from probity.bank.views.blueprint import bp
from probity.bank.views.items import locale_shown, locked, visible
from probity.bank.watching import note_look
from probity.kernel.db import db
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission
from probity.kernel.web import actor


@bp.page("/reviews/", needs=Permission.ITEM_READ)
def list_reviews() -> ResponseReturnValue:
    tab, page = request.args.get("list", ""), request.args.get("page", 1, type=int)
    return render_template("bank/reviews.html", **desk.queue(db.session(), actor(), tab, page))


@bp.page("/<ref>/review", needs=Permission.ITEM_REVIEW)
def edit_review(ref: str) -> ResponseReturnValue:
    row = visible(ref)
    note_look(row)
    return _form(ref, reviewing.Opinion(""))


@bp.action("/<ref>/reviews", needs=Permission.ITEM_REVIEW)
def create_review(ref: str) -> ResponseReturnValue:
    row = locked(ref)
    opinion = reviewing.Opinion(
        verdict=request.form.get("verdict", ""),
        ratings={name: request.form[name] for name in sentences.RATINGS if request.form.get(name)},
        cognitive=request.form.get("cognitive", "")[:20],
        expected_p=request.form.get("expected_p", "").strip()[:40],
        comment=request.form.get("comment", ""),
    )
    base = request.form.get("base", 0, type=int)
    try:
        reviewing.review(db.session(), row, opinion, base=base, by=actor())
    except Refused as refusal:
        note_look(row)
        return _form(ref, opinion, refusal=refusal.message), 409
    flash(_("Your review of %(ref)s is kept.", ref=row.ref), "ok")
    return redirect(url_for("bank.list_reviews"), code=303)


@bp.action("/<ref>/comments", needs=Permission.ITEM_READ)
def create_comment(ref: str) -> ResponseReturnValue:
    row = locked(ref)
    reviewing.comment(db.session(), row, request.form.get("text", ""), by=actor())
    return redirect(url_for("bank.show_item", ref=row.ref, _anchor="discussion"), code=303)


@bp.action("/<ref>/reviewers", needs=Permission.ITEM_WRITE)
def assign_reviewer(ref: str) -> ResponseReturnValue:
    row = locked(ref)
    person = accounts.person_of(db.session(), request.form.get("person", ""))
    if person is None:
        raise Refused(_("Choose a reviewer."), "no-reviewer")
    reviewing.assign(db.session(), row, person, by=actor())
    return redirect(url_for("bank.show_item", ref=row.ref, _anchor="reviewers"), code=303)


@bp.action("/<ref>/reviewers/<public_id>/removal", needs=Permission.ITEM_WRITE)
def release_reviewer(ref: str, public_id: str) -> ResponseReturnValue:
    row = locked(ref)
    person = accounts.person_of(db.session(), public_id) or abort(404)
    reviewing.release(db.session(), row, person.id, by=actor())
    return redirect(url_for("bank.show_item", ref=ref, _anchor="reviewers"), code=303)


@bp.page("/terms", needs=Permission.ITEM_RELEASE)
def edit_terms() -> ResponseReturnValue:
    return render_template("bank/terms.html", terms=reviews.terms(db.session()))


@bp.action("/terms", needs=Permission.ITEM_RELEASE)
def set_terms() -> ResponseReturnValue:
    numbers = {name: request.form.get(name, 0, type=int) for name in ("public", "secure")}
    reviewing.set_terms(db.session(), **numbers, by=actor())
    flash(_("The bank asks for these approvals from now on."), "ok")
    return redirect(url_for("bank.edit_terms"), code=303)


def _form(ref: str, opinion: reviewing.Opinion, refusal: str = "") -> str:
    row = visible(ref)
    shown = desk.review_page(db.session(), row, actor(), locale_shown(request.args.get("in")))
    return render_template("bank/review.html", **shown, opinion=opinion, refusal=refusal)
