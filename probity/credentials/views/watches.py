"""The watch list of an employer, and the consent of the holders on it."""

from typing import cast

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.accounts.models import Person
from probity.credentials import enquiries, presenting, queries
from probity.credentials.entries import Registered
from probity.credentials.forms import WatchForm
from probity.credentials.views.blueprint import bp
from probity.credentials.views.verify import private
from probity.credentials.watching import actions
from probity.credentials.watching import queries as watching
from probity.credentials.watching.models import WatchState
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.pagination import paginate
from probity.kernel.permissions import Permission
from probity.kernel.web import actor
from probity.kernel.work import reading, writing

NEWS_SHOWN = 20


@bp.context_processor
def _for_holders() -> dict[str, object]:
    """What the page of a certificate tells its holder about employers."""

    def asking(certificate: Registered) -> int:
        return watching.asking(db.session(), actor(), certificate.id)

    return {"watchers_asking": asking, "site": current_app.config["PROBITY"].base_url}


@bp.page("/employer/watches/", needs=Permission.ACCOUNT_OWN)
def list_watches() -> ResponseReturnValue:
    return _list(WatchForm(formdata=None))


@bp.raw("/employer/watches/", methods=["POST"], needs=Permission.ACCOUNT_OWN)
def ask_to_watch() -> ResponseReturnValue:
    """Number and name are checked as on the verify page: a miss counts, and says nothing more."""
    form, person = WatchForm(), cast("Person", actor())
    with reading():
        if not form.validate_on_submit():
            return _list(form), 422
    number, name = form.number.data or "", form.name.data or ""
    record = enquiries.check_number(number, name, place=request.remote_addr).record
    if record is None:
        form.number.errors = [_("Nothing in the register answers to this number and name.")]
        with reading():
            return _list(form), 422
    with writing() as session:
        certificate = queries.by_public_id(session, record.public_id) or abort(404)
        actions.ask(session, certificate, form.purpose.data or "", by=person)
    flash(_("The holder is asked by mail. You are told as soon as there is an answer."), "ok")
    return redirect(url_for("credentials.list_watches"), code=303)


@bp.action("/employer/watches/<public_id>/end", needs=Permission.ACCOUNT_OWN)
def end_watch(public_id: str) -> ResponseReturnValue:
    session = db.session()
    actions.end(watching.own(session, actor(), public_id) or abort(404))
    flash(_("You are told nothing more about it."), "ok")
    return redirect(url_for("credentials.list_watches"), code=303)


@bp.page("/certificates/watchers/", needs=Permission.ACCOUNT_OWN)
def list_watchers() -> ResponseReturnValue:
    found = watching.watchers_of(db.session(), actor())
    return private(render_template("credentials/watchers.html", watches=found))


@bp.action("/certificates/watchers/<public_id>/<answer>", needs=Permission.ACCOUNT_OWN)
def answer_watcher(public_id: str, answer: str) -> ResponseReturnValue:
    if answer not in {WatchState.AGREED, WatchState.DECLINED, WatchState.WITHDRAWN}:
        abort(404)
    session = db.session()
    watch = watching.of_holder(session, actor(), public_id) or abort(404)
    actions.decide(session, watch, WatchState(answer), by=actor())
    flash(
        {
            "agreed": _("Agreed. You can withdraw it here at any time."),
            "declined": _("Declined. They learn nothing further."),
            "withdrawn": _("Withdrawn. They learn nothing further."),
        }[answer],
        "ok",
    )
    return redirect(url_for("credentials.list_watchers"), code=303)


def _list(form: WatchForm) -> Response:
    session, person = db.session(), actor()
    page = paginate(session, watching.watches_of(person), request.args.get("page", 1, int))
    shown = render_template(
        "credentials/watches.html",
        form=form,
        page=page,
        status_of=queries.status_of,
        verdicts=presenting.VERDICTS,
        news=session.scalars(watching.news_of(person).limit(NEWS_SHOWN)).all(),
        hooks=watching.webhooks_of(session, person.id, live=False),
    )
    return private(shown)
