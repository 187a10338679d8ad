"""Making, proving, activating, retiring and choosing designs; asking for pages to look at."""

import hashlib
import re
import unicodedata
from datetime import timedelta
from typing import Any

import rfc8785
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from probity.audit import actions as audit
from probity.audit.events import AuditEvent
from probity.credentials.designs import queries, rules, samples, sentences
from probity.credentials.designs.models import (
    CertificateDesign,
    DesignChoice,
    DesignVersion,
    Rendering,
)
from probity.credentials.designs.states import DesignState
from probity.credentials.models import Certificate
from probity.credentials.paper import design as spec
from probity.credentials.paper import layout
from probity.credentials.paper.design import Design
from probity.exams.models import Exam
from probity.kernel import clock, ids, jobs
from probity.kernel.errors import Refused
from probity.kernel.i18n import gettext as _
from probity.kernel.permissions import Actor

RENDER = "credentials.render"
KEPT = timedelta(days=1)
"""How long a page is kept that is no certificate."""

AT_ONCE = 200
_NOT_IN_KEYS = re.compile(r"[^a-z0-9]+")


def create(session: Session, title: str, design: Design, *, by: Actor) -> CertificateDesign:
    """A draft under a key made from its title."""
    made = CertificateDesign(
        key=_free_key(session, title),
        title=title,
        draft=spec.to_json(design),
        checked=None,
        state=DesignState.DRAFT,
        made_at=clock.now(),
        made_by_id=by.id,
        changed_at=clock.now(),
    )
    session.add(made)
    session.flush()  # flush: the audit entry needs its id
    audit.record(session, AuditEvent.DESIGN_CREATED, f"design/{made.id}", by=by)
    prove(session, made, by=by)
    return made


def save(
    session: Session, row: CertificateDesign, title: str, design: Design, *, by: Actor
) -> None:
    """Keep the draft; what was activated stays as it is. The row is locked."""
    if row.state is DesignState.RETIRED:
        raise Refused(_("This design is retired. Make a new one instead."), "retired")
    row.title, row.draft, row.changed_at = title, spec.to_json(design), clock.now()
    row.checked = None
    audit.record(session, AuditEvent.DESIGN_CHANGED, f"design/{row.id}", by=by)
    prove(session, row, by=by)


def activate(session: Session, row: CertificateDesign, *, by: Actor) -> DesignVersion:
    """Freeze the draft as the next version: from now on new certificates get it. Locked.

    Refuses a draft with a flaw, and one that the press has not set without complaint.
    """
    if row.state is DesignState.RETIRED:
        raise Refused(_("This design is retired. Make a new one instead."), "retired")
    design, sha256 = spec.from_json(row.draft), digest(row.draft)
    for flaw in rules.flaws(design):
        raise Refused(sentences.told(flaw), f"design-{flaw.code}")
    if row.checked != sha256:
        raise Refused(
            _(
                "The pages of this draft have not been made yet, or a text on them cannot be "
                "printed. Look at the preview first."
            ),
            "not-proved",
        )
    if row.versions and row.versions[-1].sha256 == sha256:
        raise Refused(_("Nothing has changed since the version in use."), "unchanged")
    version = DesignVersion(
        design=row,
        version=len(row.versions) + 1,
        title=row.title,
        layout=layout.choose(design.base, upright=design.orientation == spec.PORTRAIT).number,
        content=row.draft,
        sha256=sha256,
        activated_at=clock.now(),
        activated_by_id=by.id,
    )
    session.add(version)
    row.state = DesignState.ACTIVE
    audit.record(
        session,
        AuditEvent.DESIGN_ACTIVATED,
        f"design/{row.id}",
        by=by,
        version=version.version,
        sha256=sha256,
    )
    return version


def retire(session: Session, row: CertificateDesign, *, by: Actor) -> None:
    """Let nothing new use it; certificates that have it keep it. The row is locked."""
    if row.state is DesignState.RETIRED:
        raise Refused(_("This design is retired already."), "retired")
    if queries.chosen_for(session, row):
        raise Refused(
            _("This design is still chosen for certificates. Choose another one there first."),
            "chosen",
        )
    row.state = DesignState.RETIRED
    audit.record(session, AuditEvent.DESIGN_RETIRED, f"design/{row.id}", by=by)


def choose(
    session: Session, exam: Exam | None, row: CertificateDesign | None, *, by: Actor
) -> None:
    """Let new certificates of an exam, or of all without a choice, have a design; None: the usual.

    The row is locked.
    """
    if row is not None and row.state is not DesignState.ACTIVE:
        raise Refused(_("Only a design that was activated can be chosen."), "not-active")
    scope = queries.scope_of(exam.id if exam else None)
    session.execute(delete(DesignChoice).where(DesignChoice.scope == scope))
    if row is not None:
        session.add(
            DesignChoice(
                scope=scope,
                exam_id=exam.id if exam else None,
                design_id=row.id,
                chosen_at=clock.now(),
                chosen_by_id=by.id,
            )
        )
    audit.record(
        session,
        AuditEvent.DESIGN_CHOSEN,
        f"exam/{exam.id}" if exam else "certificates",
        by=by,
        design=row.id if row else None,
    )


def prove(session: Session, row: CertificateDesign, *, by: Actor) -> Rendering:
    """Have the saved draft set with every hard name; only then can it be activated."""
    wanted = {"names": list(samples.NAMES), "design": row.draft, "proves": digest(row.draft)}
    return _ask(session, wanted, design_id=row.id, by=by)


def preview(session: Session, design: Design, name: str, *, by: Actor) -> Rendering:
    """Have one page made of something that is not saved."""
    wanted = {"names": [name], "design": spec.to_json(design)}
    return _ask(session, wanted, by=by)


def copy(session: Session, certificate: Certificate, *, by: Actor) -> Rendering:
    """Have a certificate's text set for paper that bears the rest already."""
    audit.record(session, AuditEvent.CERTIFICATE_COPIED, f"certificate/{certificate.id}", by=by)
    return _ask(session, {"copy": True}, certificate_id=certificate.id, by=by)


def _ask(session: Session, wanted: dict[str, Any], *, by: Actor, **about: int) -> Rendering:
    token = ids.public_id()
    asked = Rendering(
        token=token,
        wanted=wanted,
        found={},
        asked_at=clock.now(),
        asked_by_id=by.id,
        ended_at=None,
        **about,
    )
    session.add(asked)
    session.flush()  # flush: pages are redirected to by its token
    jobs.enqueue(session, RENDER, key=f"rendering/{token}", token=token)
    return asked


def keep(session: Session, token: str, found: dict[str, Any]) -> None:
    """What came of a rendering; a draft that was set without complaint may be activated."""
    asked = queries.rendering(session, token)
    if asked is None:
        return
    asked.found, asked.ended_at = found, clock.now()
    proves = asked.wanted.get("proves")
    if proves is None or found.get("flaws") or asked.design_id is None:
        return
    row = session.get_one(CertificateDesign, asked.design_id, with_for_update=True)
    if digest(row.draft) == proves:
        row.checked = proves


def forget(session: Session) -> list[str]:
    """Drop pages of yesterday; returns the files to delete."""
    query = select(Rendering).where(Rendering.asked_at < clock.now() - KEPT)
    old = session.scalars(query.order_by(Rendering.id).limit(AT_ONCE)).all()
    files = [page["key"] for row in old for page in row.found.get("pages", ()) if "key" in page]
    for row in old:
        session.delete(row)
    return files


def digest(content: dict[str, Any]) -> str:
    """The same for two drafts that say the same."""
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def _free_key(session: Session, title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = _NOT_IN_KEYS.sub("-", plain).strip("-")[:30].strip("-") or "design"
    like = CertificateDesign.key.like(f"{stem}%")
    taken = set(session.scalars(select(CertificateDesign.key).where(like)))
    count = session.scalar(select(func.count()).select_from(CertificateDesign)) or 0
    candidates = (stem, *(f"{stem}-{number}" for number in range(2, count + 3)))
    return next(key for key in candidates if key not in taken)
