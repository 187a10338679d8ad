"""The studio's pages for those who write exams: list, look, write, try, publish."""

import secrets
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from probity.bank import labels as bank_labels
from probity.bank.watching import note_versions
from probity.catalogue.shapes import MOST_REFERENCES
from probity.catalogue.shapes import Exam as ExamContent
from probity.exams import (
    authoring,
    documents,
    drafting,
    history,
    labels,
    matrix,
    publishing,
    queries,
    supply,
    trial,
)
from probity.exams.documents import Written
from probity.exams.forms import ExamForm
from probity.exams.matrix import Section
from probity.exams.models import AttemptState, Exam, ExamState
from probity.exams.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.errors import Refused
from probity.kernel.i18n import content_locale
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission
from probity.kernel.web import actor

REFUSED_AT = {"slug": "slug", "course": "course", "used-up": "course"}
"""The control that a refusal belongs to."""

UNNUMBERED = "NEW-X1"
"""Stands in for the code of an exam that has none yet."""


@dataclass(slots=True)
class Sheet:
    """The editor as it stands: a new exam or a revision of one that was read as `base`."""

    exam: Exam | None
    course: str
    form: ExamForm
    sections: list[Section]
    base: int = 0
    consulted: list[Written] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


@bp.page("/studio/exams/", needs=Permission.EXAM_WRITE)
def list_studio() -> ResponseReturnValue:
    rows = queries.studio_list(db.session())
    return render_template(
        "exams/studio/list.html", rows=rows, labels=labels, draws=drafting.draws, cut=history.cut
    )


@bp.page("/studio/exams/<code>/", needs=Permission.EXAM_WRITE)
def show_studio(code: str) -> ResponseReturnValue:
    session = db.session()
    exam = queries.find_exam(session, code) or abort(404)
    revisions = queries.revisions_of(session, exam)
    content = queries.content_of(revisions[0])
    return render_template(
        "exams/studio/show.html",
        exam=exam,
        content=content,
        revisions=drafting.with_changes(revisions, _zone()),
        facts=history.facts(revisions[0].content, _zone()),
        sheet=drafting.findings(
            session,
            matrix.show(revisions[0].content["sections"]),
            demonstration=content.demonstration,
            by_forms=bool(content.forms),
        ),
        from_files=publishing.is_from_files(exam),
        running=queries.count_attempts(session, exam, AttemptState.OPEN),
        ended=queries.count_attempts(session, exam, AttemptState.CLOSED),
        authors=queries.names_of(session, {one.created_by_id for one in revisions}),
        **_words(),
    )


@bp.page("/studio/exams/new", needs=Permission.EXAM_WRITE)
def new_exam() -> ResponseReturnValue:
    session = db.session()
    pattern = queries.find_exam(session, request.args.get("from", ""))
    if pattern is None:
        proposed = {**authoring.NEW, "demonstration": not drafting.has_secure_items(session)}
        return _editor(_blank(None, request.args.get("course", ""), proposed, [Section()]))
    content = queries.current_revision(session, pattern).content
    settings = authoring.settings_of(content, _zone())
    settings["slug"] = f"{settings['slug']}-copy"
    sections = matrix.show(content["sections"])
    return _editor(_blank(None, pattern.course_code or "", settings, sections, kept=content))


@bp.action("/studio/exams/new", needs=Permission.EXAM_WRITE)
def create_exam() -> ResponseReturnValue:
    sheet = _submitted(None)
    content = _ready(sheet)
    if content is None:
        return _editor(sheet), 422 if sheet.problems else 200
    try:
        exam = publishing.create(db.session(), content, course=sheet.course, by=actor())
    except Refused as refusal:
        return _refused(sheet, refusal)
    flash(_("Saved as %(code)s. It is a draft: nobody sees it yet.", code=exam.code), "ok")
    return _to(exam)


@bp.page("/studio/exams/<code>/edit", needs=Permission.EXAM_WRITE)
def edit_exam(code: str) -> ResponseReturnValue:
    session = db.session()
    exam = queries.find_exam(session, code) or abort(404)
    if publishing.is_from_files(exam):
        return _to(exam)
    revision = queries.current_revision(session, exam)
    settings = authoring.settings_of(revision.content, _zone())
    sections = matrix.show(revision.content["sections"])
    return _editor(
        _blank(
            exam,
            exam.course_code or "",
            settings,
            sections,
            base=revision.number,
            kept=revision.content,
        )
    )


@bp.action("/studio/exams/<code>/edit", needs=Permission.EXAM_WRITE)
def revise_exam(code: str) -> ResponseReturnValue:
    exam = queries.lock_exam(db.session(), code) or abort(404)
    sheet = _submitted(exam)
    content = _ready(sheet)
    if content is None:
        return _editor(sheet), 422 if sheet.problems else 200
    try:
        number = publishing.revise(db.session(), exam, content, base=sheet.base, by=actor())
    except Refused as refusal:
        return _refused(sheet, refusal)
    if number == sheet.base:
        flash(_("Nothing was changed."), "info")
    else:
        flash(_("Revision %(number)s is in force for attempts begun now.", number=number), "ok")
    return _to(exam)


@bp.action("/studio/exams/<code>/state", needs=Permission.EXAM_WRITE)
def set_exam_state(code: str) -> ResponseReturnValue:
    exam = queries.lock_exam(db.session(), code) or abort(404)
    wanted = request.form.get("state", "")
    if wanted not in list(ExamState):
        abort(422)
    publishing.change_state(db.session(), exam, ExamState(wanted), by=actor())
    flash(_("The exam is now: %(state)s.", state=labels.STATES[wanted]), "ok")
    return _to(exam)


@bp.page("/studio/exams/<code>/trial", needs=Permission.EXAM_WRITE)
def show_trial(code: str) -> ResponseReturnValue:
    session = db.session()
    exam = queries.find_exam(session, code) or abort(404)
    content = queries.content_of(queries.current_revision(session, exam))
    seed = request.args.get("seed", "")[:32] or secrets.token_hex(4)
    lacking = [one for one in supply.proved(supply.of_exam(session, content)) if one.lacking]
    paper = None if lacking else trial.draw(session, content, seed, content_locale())
    is_open = content.demonstration or actor().may(Permission.ITEM_SECURE)
    if paper and is_open:
        note_versions(session, paper.versions)
    return render_template(
        "exams/studio/trial.html",
        exam=exam,
        content=content,
        seed=seed,
        paper=paper,
        is_open=is_open,
        facts=history.facts(content.model_dump(mode="json", exclude_none=True), _zone()),
        lacking=[drafting.shortage(shelf) for shelf in lacking],
        **_words(),
    )


def _zone() -> ZoneInfo:
    zone: ZoneInfo = current_app.config["PROBITY"].timezone
    return zone


def _to(exam: Exam) -> ResponseReturnValue:
    return redirect(url_for("exams.show_studio", code=exam.code), code=303)


def _words() -> dict[str, Any]:
    return {
        "labels": labels,
        "bank_labels": bank_labels,
        "matrix": matrix,
        "kinds": {kind: bank_labels.KINDS[kind] for kind in drafting.KINDS},
        "zone": _zone().key,
        "shortage": drafting.shortage,
        "cell_name": history.name_of,
        "figures": drafting.figures,
        "section_times": drafting.section_times,
        "level_parts": drafting.level_parts,
        "mix_chart": drafting.mix_chart,
    }


def _blank(
    exam: Exam | None,
    course: str,
    settings: dict[str, Any],
    sections: list[Section],
    *,
    base: int = 0,
    kept: dict[str, Any] | None = None,
) -> Sheet:
    """The editor before anything was typed."""
    form = ExamForm(formdata=None, data={**settings, "course": course})
    consulted = documents.show(kept or {})
    return _offered(Sheet(exam, course, form, sections, base, consulted, kept or {}))


def _submitted(exam: Exam | None) -> Sheet:
    """The editor as it was sent."""
    sections = matrix.read(request.form) or [Section()]
    base, kept = request.form.get("base", 0, type=int), {}
    if exam is not None:
        kept = queries.current_revision(db.session(), exam).content
    course = exam.course_code if exam else request.form.get("course")
    consulted = documents.read(request.form)
    return _offered(Sheet(exam, course or "", ExamForm(), sections, base, consulted, kept))


def _offered(sheet: Sheet) -> Sheet:
    chosen = drafting.choices(db.session(), actor(), sheet.course, sheet.kept)
    if sheet.exam is not None:
        del sheet.form.course
    elif not sheet.course and chosen.courses:
        sheet.course = chosen.courses[0][0]
        chosen = drafting.choices(db.session(), actor(), sheet.course, sheet.kept)
    sheet.form.offer(chosen.courses, chosen.schemes, chosen.lessons)
    return sheet


def _ready(sheet: Sheet) -> dict[str, Any] | None:
    """The content to save; nothing if another button was pressed or `problems` were found."""
    command = request.form.get("do", "save")
    if command != "save":
        matrix.press(sheet.sections, command)
        documents.press(sheet.consulted, command)
        return None
    sheet.form.validate()
    code = sheet.exam.code if sheet.exam else UNNUMBERED
    settings = sheet.form.settings()
    content = authoring.content_of(
        code, settings, sheet.sections, _zone(), base=sheet.kept, consulted=sheet.consulted
    )
    found = authoring.checked(content, sheet.sections, sheet.consulted)
    sheet.problems = {name: str(errors[0]) for name, errors in sheet.form.errors.items() if name}
    if not isinstance(found, ExamContent):
        sheet.problems = found | sheet.problems
    sheet.problems |= drafting.shortages(_findings(sheet))
    return None if sheet.problems else content


def _findings(sheet: Sheet) -> drafting.Findings:
    demonstration = bool(sheet.form.demonstration.data)
    by_forms = sheet.exam is not None and bool(sheet.kept.get("forms"))
    return drafting.findings(
        db.session(), sheet.sections, demonstration=demonstration, by_forms=by_forms
    )


def _refused(sheet: Sheet, refusal: Refused) -> ResponseReturnValue:
    sheet.problems = {REFUSED_AT.get(refusal.reason, ""): refusal.message}
    return _editor(sheet), 409


def _editor(sheet: Sheet) -> str:
    sheet.form.show(sheet.problems)
    return render_template(
        "exams/studio/edit.html",
        exam=sheet.exam,
        form=sheet.form,
        base=sheet.base,
        problems=sheet.problems,
        consulted=sheet.consulted,
        most_documents=MOST_REFERENCES,
        sheet=_findings(sheet),
        **_words(),
    )
