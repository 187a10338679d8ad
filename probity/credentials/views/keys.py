"""Key sets for their keepers: what each is worth, and changes that need two people."""

from dataclasses import dataclass
from datetime import datetime

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from probity.accounts import stepup
from probity.credentials.control import actions as control
from probity.credentials.control import queries as proposed
from probity.credentials.control.models import DualControl
from probity.credentials.keyring import proposals
from probity.credentials.keyring.forms import ProposalForm
from probity.credentials.keyring.proposals import Act
from probity.credentials.proofs import keys
from probity.credentials.proofs.keys import PublicKeys
from probity.credentials.views.blueprint import bp
from probity.kernel.db import db
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Permission
from probity.kernel.settings import Settings
from probity.kernel.web import actor


@dataclass(frozen=True, slots=True)
class Row:
    """A key set with what the page tells of it."""

    key: PublicKeys
    in_use: bool
    certificates: int

    @property
    def created_at(self) -> datetime:
        return datetime.fromisoformat(self.key.created_at)

    @property
    def acts(self) -> list[Act]:
        return proposals.possible(self.key, in_use=self.in_use)


@bp.page("/studio/keys/", needs=Permission.KEY_READ)
def show_keys() -> ResponseReturnValue:
    return _page(ProposalForm(formdata=None))


@bp.action("/studio/keys/<key_id>/proposals/<act>", needs=Permission.KEY_MANAGE)
def propose_key_change(key_id: str, act: str) -> ResponseReturnValue:
    here = url_for("credentials.show_keys")
    stepup.ask_again_if_stale(here)
    row = next((r for r in _rows({}) if r.key.id == key_id), None) or abort(404)
    if act not in set(Act):
        abort(404)
    form = ProposalForm()
    if not form.validate_on_submit():
        return _page(form), 422
    proposals.propose(
        db.session(),
        row.key,
        Act(act),
        in_use=row.in_use,
        reason=form.reason.data or "",
        since=_zoned(form.since.data),
        by=actor(),
    )
    flash(_("Proposed. It happens as soon as another person approves it."), "ok")
    return redirect(here, code=303)


@bp.action("/studio/keys/proposals/<int:proposal_id>/approvals", needs=Permission.KEY_MANAGE)
def approve_key_change(proposal_id: int) -> ResponseReturnValue:
    stepup.ask_again_if_stale(url_for("credentials.show_keys"))
    control.approve(db.session(), _locked(proposal_id), by=actor())
    flash(_("Approved. The worker carries it out now."), "ok")
    return redirect(url_for("credentials.show_keys"), code=303)


@bp.action("/studio/keys/proposals/<int:proposal_id>/rejections", needs=Permission.KEY_MANAGE)
def reject_key_change(proposal_id: int) -> ResponseReturnValue:
    stepup.ask_again_if_stale(url_for("credentials.show_keys"))
    control.reject(db.session(), _locked(proposal_id), by=actor())
    flash(_("It will not happen."), "ok")
    return redirect(url_for("credentials.show_keys"), code=303)


def _locked(proposal_id: int) -> DualControl:
    found = proposed.lock(db.session(), actor(), proposal_id)
    return found if found is not None and found.kind in proposals.KINDS else abort(404)


def _page(form: ProposalForm) -> str:
    session = db.session()
    return render_template(
        "credentials/keys.html",
        form=form,
        rows=_rows(proposals.uses(session)),
        pending=proposed.pending(session, proposals.KINDS),
        decided=proposed.decided(session, proposals.KINDS),
        zone=_settings().timezone.key,
    )


def _rows(uses: dict[str, int]) -> list[Row]:
    """Newest first. Only public halves are read: no web process opens a private key."""
    settings = _settings()
    folder, kind = settings.instance_dir / "keys", settings.demonstration
    current = keys.current(folder, demonstration=kind)
    sets = reversed(keys.trusted(folder, demonstration=kind))
    return [Row(key, key == current, uses.get(key.id, 0)) for key in sets]


def _zoned(told: datetime | None) -> datetime | None:
    return told.replace(tzinfo=_settings().timezone) if told else None


def _settings() -> Settings:
    settings: Settings = current_app.config["PROBITY"]
    return settings
