"""The editor of certificate designs: drafts, previews, versions, and which exam uses which."""

from flask import abort, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from probity.credentials.designs import actions, forms, queries, samples, sentences
from probity.credentials.designs.forms import ChoiceForm, DesignForm, NewDesignForm
from probity.credentials.designs.models import CertificateDesign, Rendering
from probity.credentials.designs.rules import PLACEHOLDERS
from probity.credentials.designs.states import DesignState
from probity.credentials.paper import design as spec
from probity.credentials.views.blueprint import bp
from probity.credentials.views.public import private_document
from probity.kernel import storage
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission
from probity.kernel.web import actor

NEEDS = Permission.CERTIFICATE_DESIGN


@bp.page("/studio/certificates/designs/", needs=NEEDS)
def list_designs() -> ResponseReturnValue:
    return _list(NewDesignForm())


@bp.action("/studio/certificates/designs/", needs=NEEDS)
def create_design() -> ResponseReturnValue:
    form = NewDesignForm()
    if not form.validate_on_submit():
        return _list(form), 422
    design = forms.begun(form.layout.data or "")
    made = actions.create(db.session(), form.title.data or "", design, by=actor())
    flash(_("Begun. Nothing uses it before you activate it."), "ok")
    return _to(made)


def _list(form: NewDesignForm) -> str:
    session = db.session()
    return render_template(
        "credentials/designs.html",
        form=form,
        designs=session.scalars(queries.every()).all(),
        choices=queries.choices(session),
        usable=queries.usable(session),
        exams=queries.exams(session),
        scope_of=queries.scope_of,
    )


@bp.action("/studio/certificates/designs/choices", needs=NEEDS)
def choose_default_design() -> ResponseReturnValue:
    return _choose(None)


@bp.action("/studio/certificates/designs/choices/<code>", needs=NEEDS)
def choose_design(code: str) -> ResponseReturnValue:
    return _choose(code)


def _choose(code: str | None) -> ResponseReturnValue:
    session, form = db.session(), ChoiceForm()
    exam = None if code is None else queries.find_exam(session, code) or abort(404)
    key = form.design.data or ""
    row = (queries.find(session, key, lock=True) or abort(404)) if key else None
    actions.choose(session, exam, row, by=actor())
    flash(_("Chosen. Certificates issued from now on look like this."), "ok")
    return redirect(url_for("credentials.list_designs"), code=303)


@bp.page("/studio/certificates/designs/<key>/", needs=NEEDS)
def show_design(key: str) -> ResponseReturnValue:
    row = queries.find(db.session(), key) or abort(404)
    return _edit(row, DesignForm(data=forms.values_of(row.title, spec.from_json(row.draft))))


@bp.action("/studio/certificates/designs/<key>/", needs=NEEDS)
def save_design(key: str) -> ResponseReturnValue:
    session, form = db.session(), DesignForm()
    row = queries.find(session, key, lock=True) or abort(404)
    design = form.design(spec.from_json(row.draft))
    if design is None:
        return _edit(row, form), 422
    actions.save(session, row, form.title.data or "", design, by=actor())
    flash(_("Saved. Its pages are being made below."), "ok")
    return _to(row)


@bp.action("/studio/certificates/designs/<key>/previews", needs=NEEDS)
def preview_design(key: str) -> ResponseReturnValue:
    """For the script of the editor: one page of what is in the form, which is not saved."""
    session, form = db.session(), DesignForm()
    row = queries.find(session, key) or abort(404)
    design = form.design(spec.from_json(row.draft), keep=False)
    if design is None:
        told = [str(message) for messages in form.errors.values() for message in messages]
        return jsonify(errors=told), 422
    name = form.sample.data if form.sample.data in samples.NAMES else samples.USUAL
    asked = actions.preview(session, design, name, by=actor())
    return jsonify(address=url_for("credentials.rendering_state", token=asked.token))


@bp.page("/studio/certificates/designs/renderings/<token>.json", needs=NEEDS, speaks_json=True)
def rendering_state(token: str) -> ResponseReturnValue:
    found = queries.own_rendering(db.session(), actor(), token) or abort(404)
    return jsonify(done=found.ended_at is not None, **_told(found))


def _told(found: Rendering) -> dict[str, object]:
    """The pages with their addresses, and what cannot be printed."""
    pages = [
        {
            "name": str(sentences.NAMES[page["name"]]),
            "signs": page.get("signs"),
            "address": url_for("credentials.rendering_page", token=found.token, number=number)
            if "key" in page
            else None,
        }
        for number, page in enumerate(found.found.get("pages", ()))
    ]
    flaws = [
        _(
            "No installed font can print %(signs)s in “%(where)s”.",
            signs=flaw["signs"],
            where=str(sentences.FIELDS.get(flaw["field"], flaw["field"])),
        )
        if flaw["field"]
        else _("The pages could not be made. Save once more; if it happens again, ask an operator.")
        for flaw in found.found.get("flaws", ())
    ]
    return {"pages": pages, "flaws": flaws}


@bp.page("/studio/certificates/designs/renderings/<token>/<int:number>.png", needs=NEEDS)
def rendering_page(token: str, number: int) -> ResponseReturnValue:
    found = queries.rendering(db.session(), token) or abort(404)
    pages = found.found.get("pages", [])
    if found.certificate_id is not None or number >= len(pages) or "key" not in pages[number]:
        abort(404)
    return private_document(storage.get(pages[number]["key"]), "image/png")


@bp.action("/studio/certificates/designs/<key>/activations", needs=NEEDS)
def activate_design(key: str) -> ResponseReturnValue:
    row = queries.find(db.session(), key, lock=True) or abort(404)
    made = actions.activate(db.session(), row, by=actor())
    flash(
        _("Version %(number)s is in use. What was issued stays as it is.", number=made.version),
        "ok",
    )
    return _to(row)


@bp.action("/studio/certificates/designs/<key>/retirement", needs=NEEDS)
def retire_design(key: str) -> ResponseReturnValue:
    row = queries.find(db.session(), key, lock=True) or abort(404)
    actions.retire(db.session(), row, by=actor())
    flash(_("Retired. Certificates that have this design keep it."), "ok")
    return _to(row)


def _to(row: CertificateDesign) -> ResponseReturnValue:
    return redirect(url_for("credentials.show_design", key=row.key), code=303)


def _edit(row: CertificateDesign, form: DesignForm) -> str:
    session, design = db.session(), spec.from_json(row.draft)
    proof = queries.latest_proof(session, row)
    return render_template(
        "credentials/design.html",
        row=row,
        form=form,
        design=design,
        versions=queries.versions(session, row),
        proof=_told(proof) if proof and proof.ended_at else None,
        waiting=proof is not None and proof.ended_at is None,
        proved=row.checked == actions.digest(row.draft),
        chosen=queries.chosen_for(session, row),
        names=sentences.NAMES,
        placeholders=PLACEHOLDERS,
        retired=row.state is DesignState.RETIRED,
    )
