"""Who sits: adding people by a list, moving and removing them, the list for the door."""

from flask import abort, flash, render_template, request
from flask.typing import ResponseReturnValue

from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission
from probity.kernel.web import actor
from probity.sittings import actions, labels, queries, rules
from probity.sittings.forms import PlaceForm, RosterForm
from probity.sittings.models import Registration, Sitting
from probity.sittings.views.blueprint import bp
from probity.sittings.views.planning import (
    SITTING,
    found_sitting,
    locked_sitting,
    sitting_page,
    to_sitting,
)

PLACE = f"{SITTING}/registrations/<int:number>"


@bp.action(f"{SITTING}/registrations", needs=Permission.SITTING_MANAGE)
def register_people(public_id: str) -> ResponseReturnValue:
    sitting, form = locked_sitting(public_id), RosterForm()
    text = form.text()
    if text is None:
        return sitting_page(sitting, form), 422
    rows, problems = rules.read_roster(text)
    if not rows and not problems:
        form.people.errors = [_("Write at least one address, or choose a file.")]
        return sitting_page(sitting, form), 422
    if not problems:
        done = actions.register(db.session(), sitting, rows, by=actor())
        problems = list(done.problems)
    if problems:
        form.people.data = text
        sentences = [labels.roster_sentence(one) for one in problems]
        return sitting_page(sitting, form, sentences), 422
    flash(_("%(added)s added, %(moved)s moved.", added=done.added, moved=done.moved), "ok")
    return to_sitting(sitting, "roster")


def _place(sitting: Sitting, number: int) -> Registration:
    return queries.lock_registration(db.session(), sitting, number) or abort(404)


@bp.page(f"{PLACE}/", needs=Permission.SITTING_MANAGE)
def show_place(public_id: str, number: int) -> ResponseReturnValue:
    sitting = found_sitting(public_id)
    place = queries.registration(db.session(), sitting, number) or abort(404)
    return _place_page(sitting, place, PlaceForm(formdata=None, obj=place))


def _place_page(sitting: Sitting, place: Registration, form: PlaceForm) -> str:
    return render_template("sittings/place.html", sitting=sitting, place=place, form=form)


@bp.action(f"{PLACE}/", needs=Permission.SITTING_MANAGE)
def move_person(public_id: str, number: int) -> ResponseReturnValue:
    sitting, form = locked_sitting(public_id), PlaceForm()
    place = _place(sitting, number)
    if not form.validate():
        return _place_page(sitting, place, form), 422
    row = rules.Row(1, place.person.email, form.room.data or "", form.seat.data or "")
    done = actions.register(db.session(), sitting, [row], by=actor())
    if done.problems:
        form.seat.errors = [labels.roster_why(done.problems[0])]
        return _place_page(sitting, place, form), 422
    flash(_("%(name)s has a new place.", name=place.person.name_latin), "ok")
    return to_sitting(sitting, "roster")


@bp.action(f"{PLACE}/removal", needs=Permission.SITTING_MANAGE)
def remove_person(public_id: str, number: int) -> ResponseReturnValue:
    sitting = locked_sitting(public_id)
    place = _place(sitting, number)
    name = place.person.name_latin
    actions.remove(db.session(), sitting, place, by=actor())
    flash(_("%(name)s is off the roster.", name=name), "ok")
    return to_sitting(sitting, "roster")


@bp.page(f"{SITTING}/door", needs=Permission.EXAM_MONITOR)
def show_door_list(public_id: str) -> ResponseReturnValue:
    """The list that hangs at the door: names and seats, nothing about anybody's health."""
    sitting, room = found_sitting(public_id), request.args.get("room")
    places = db.session().scalars(queries.roster(sitting, room=room)).all()
    return render_template("sittings/door.html", sitting=sitting, places=places, labels=labels)
