"""Routes of every kind, for tests of the frame around them."""

from datetime import UTC, datetime

from flask import abort, jsonify, redirect, request
from sqlalchemy import select, text, update

from probity.kernel import i18n
from probity.kernel.db import db
from probity.kernel.errors import Refused, TooMany
from probity.kernel.permissions import Permission, Public
from probity.kernel.ratelimit import Throttle
from probity.kernel.web import Blueprint, actor
from tests.kernel.rows import throttle

bp = Blueprint("probe", __name__)

ANYONE = Public.INFORMATION


@bp.page("/probe/", needs=ANYONE)
def show_public():
    return "open"


@bp.page("/probe/me", needs=Permission.ACCOUNT_OWN)
def show_own():
    return jsonify(actor().id)


@bp.page("/probe/staff", needs=Permission.JOB_READ)
def show_staff():
    return "staff"


@bp.page("/api/probe", needs=Permission.JOB_READ)
def show_api():
    return jsonify(ok=True)


@bp.page("/probe/data.json", needs=Permission.JOB_READ)
def show_data():
    return jsonify(ok=True)


@bp.page("/probe/state", needs=Permission.JOB_READ, speaks_json=True)
def show_state():
    return jsonify(ok=True)


@bp.page("/probe/statement", needs=ANYONE)
def write_by_statement():
    db.session().execute(update(Throttle).values(count=7))
    return "never reached"


@bp.page("/probe/object", needs=ANYONE)
def write_by_object():
    db.session().add(throttle("written"))
    db.session().flush()
    return "never reached"


@bp.page("/probe/time", needs=ANYONE)
def show_time():
    return i18n.when(datetime(2026, 11, 22, 18, 30, tzinfo=UTC))


@bp.page("/probe/status/<int:status>", needs=ANYONE)
def fail(status):
    abort(status)


@bp.page("/probe/number/<int:number>", needs=ANYONE)
def show_number(number):
    return jsonify(db.session().scalar(select(Throttle.count).where(Throttle.count == number)))


@bp.page("/probe/elsewhere", needs=ANYONE)
def lead_elsewhere():
    abort(redirect("/probe/", code=303))


@bp.page("/probe/bug", needs=ANYONE)
def crash():
    raise RuntimeError("the wheel came off")


@bp.page("/probe/database", needs=ANYONE)
def ask_database():
    return str(db.session().execute(text("SELECT 1")).scalar())


@bp.action("/probe/rows", needs=ANYONE)
def write():
    db.session().add(throttle(request.form["key"]))
    return redirect("/probe/", code=303)


@bp.action("/probe/staff/rows", needs=Permission.JOB_READ)
def write_as_staff():
    db.session().add(throttle("staff"))
    return redirect("/probe/", code=303)


@bp.action("/probe/refused", needs=ANYONE)
def write_and_refuse():
    db.session().add(throttle("refused"))
    db.session().flush()
    raise Refused("The shop is closed.", reason="closed", opens="09:00")


@bp.action("/probe/crashed", needs=ANYONE)
def write_and_crash():
    db.session().add(throttle("crashed"))
    db.session().flush()
    raise RuntimeError("the wheel came off")


@bp.action("/probe/limited", needs=ANYONE)
def too_many():
    raise TooMany(90)


@bp.action("/probe/seat", needs=ANYONE, csrf=False)
def take_seat():
    """There is one seat; who comes second is refused."""
    row = db.session().scalars(select(Throttle).with_for_update()).one()
    if row.count:
        raise Refused("The seat is taken.")
    row.count += 1
    return redirect("/probe/", code=303)


@bp.raw("/probe/raw", methods=["GET", "PUT"], needs=Permission.ACCOUNT_OWN)
def show_raw():
    return "raw"


@bp.raw("/probe/raw/open", methods=["PUT"], needs=ANYONE, csrf=False)
def put_raw():
    return jsonify(ok=True)
