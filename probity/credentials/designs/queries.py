"""Reads of designs: for their makers, for issuing, for pages that are being made."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from probity.credentials.designs.models import (
    CertificateDesign,
    DesignChoice,
    DesignVersion,
    Rendering,
)
from probity.credentials.designs.states import DesignState
from probity.credentials.facts import DesignRef
from probity.credentials.paper import design as spec
from probity.credentials.paper.design import Design
from probity.exams.models import Attempt, Exam, ExamRevision
from probity.kernel.permissions import Actor

DEFAULT = "default"


def scope_of(exam_id: int | None) -> str:
    return DEFAULT if exam_id is None else f"exam/{exam_id}"


def every() -> Select[CertificateDesign]:
    """All designs, those in use first, with their versions."""
    order = CertificateDesign.state, CertificateDesign.title, CertificateDesign.id
    return (
        select(CertificateDesign).order_by(*order).options(selectinload(CertificateDesign.versions))
    )


def find(session: Session, key: str, *, lock: bool = False) -> CertificateDesign | None:
    query = select(CertificateDesign).where(CertificateDesign.key == key)
    query = query.options(selectinload(CertificateDesign.versions))
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def versions(session: Session, design: CertificateDesign) -> Sequence[DesignVersion]:
    """What was activated and by whom, newest first."""
    query = select(DesignVersion).where(DesignVersion.design_id == design.id)
    query = query.options(joinedload(DesignVersion.activated_by))
    return session.scalars(query.order_by(DesignVersion.version.desc())).all()


def choices(session: Session) -> dict[str, DesignChoice]:
    """Which design is chosen for what, by scope."""
    found = session.scalars(select(DesignChoice).options(joinedload(DesignChoice.design)))
    return {choice.scope: choice for choice in found}


def chosen_for(session: Session, design: CertificateDesign) -> Sequence[DesignChoice]:
    """Where a design is chosen."""
    return session.scalars(select(DesignChoice).where(DesignChoice.design_id == design.id)).all()


def usable(session: Session) -> Sequence[CertificateDesign]:
    """Designs that may be chosen, by title."""
    query = select(CertificateDesign).where(CertificateDesign.state == DesignState.ACTIVE)
    return session.scalars(query.order_by(CertificateDesign.title)).all()


def exams(session: Session) -> list[tuple[Exam, dict[str, str]]]:
    """Exams that earn a certificate now, each with its title."""
    newest = (
        select(func.max(ExamRevision.number))
        .where(ExamRevision.exam_id == Exam.id)
        .correlate(Exam)
        .scalar_subquery()
    )
    query = select(Exam, ExamRevision.content).join(Exam.revisions)
    rows = session.execute(query.where(ExamRevision.number == newest).order_by(Exam.code))
    return [(exam, content["title"]) for exam, content in rows if content.get("certificate")]


def find_exam(session: Session, code: str) -> Exam | None:
    return session.scalars(select(Exam).where(Exam.code == code)).one_or_none()


def for_attempt(session: Session, attempt_id: int) -> DesignRef | None:
    """The newest version of the design of this attempt's exam, else of the default one."""
    exam_id = session.scalar(select(Attempt.exam_id).where(Attempt.id == attempt_id))
    scopes = [scope_of(exam_id), DEFAULT]
    query = (
        select(DesignChoice.scope, DesignVersion)
        .join(DesignVersion, DesignVersion.design_id == DesignChoice.design_id)
        .where(DesignChoice.scope.in_(scopes))
        .order_by(DesignVersion.version)
        .options(joinedload(DesignVersion.design, innerjoin=True))
    )
    newest: dict[str, DesignVersion] = {row.scope: row[1] for row in session.execute(query)}
    found = next((newest[scope] for scope in scopes if scope in newest), None)
    return None if found is None else ref_of(found)


def ref_of(version: DesignVersion) -> DesignRef:
    """How certificates name a version."""
    design = spec.from_json(version.content)
    return DesignRef(
        version.design.key, version.version, version.layout, design.cells, design.languages
    )


def made_before(session: Session, moment: datetime) -> list[DesignRef]:
    """Every version that was there by then, newest first."""
    query = select(DesignVersion).where(DesignVersion.activated_at <= moment)
    query = query.options(joinedload(DesignVersion.design, innerjoin=True))
    newest = query.order_by(DesignVersion.activated_at.desc(), DesignVersion.id.desc())
    return [ref_of(version) for version in session.scalars(newest)]


def content(session: Session, ref: DesignRef) -> Design | None:
    """What a version says that a certificate names."""
    query = select(DesignVersion.content).join(DesignVersion.design)
    query = query.where(CertificateDesign.key == ref.key, DesignVersion.version == ref.version)
    found = session.scalar(query)
    return None if found is None else spec.from_json(found)


def rendering(session: Session, token: str) -> Rendering | None:
    return session.scalars(select(Rendering).where(Rendering.token == token)).one_or_none()


def own_rendering(session: Session, actor: Actor, token: str) -> Rendering | None:
    found = rendering(session, token)
    return found if found is not None and found.asked_by_id == actor.id else None


def latest_proof(session: Session, design: CertificateDesign) -> Rendering | None:
    """The last pages that were made of a saved draft."""
    query = select(Rendering).where(Rendering.design_id == design.id)
    return session.scalars(query.order_by(Rendering.id.desc()).limit(1)).one_or_none()


def latest_copy(session: Session, actor: Actor, certificate_id: int) -> Rendering | None:
    """The last copy for printing that this person asked for."""
    query = select(Rendering).where(Rendering.certificate_id == certificate_id)
    query = query.where(Rendering.asked_by_id == actor.id)
    return session.scalars(query.order_by(Rendering.id.desc()).limit(1)).one_or_none()
