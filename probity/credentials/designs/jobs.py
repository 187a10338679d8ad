"""Pages that are no certificates, made by the worker: previews, proofs, copies for printing."""

import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import current_app

from probity.credentials import stating
from probity.credentials.designs import actions, queries, samples
from probity.credentials.facts import DesignRef
from probity.credentials.models import Certificate
from probity.credentials.paper import design as spec
from probity.credentials.paper import layout
from probity.credentials.paper.design import Design
from probity.kernel import clock, limits, storage
from probity.kernel.jobs import NeedsAttention, handler
from probity.kernel.work import reading
from probity.kernel.worker import Claim

if TYPE_CHECKING:
    from probity.credentials.press import Press

SCALE = 1.5
"""Pixels to a point: sharp on a screen, too coarse to pass for paper."""

_OWN_TEXTS = frozenset({"name_latin", "name_native"})


@handler(actions.RENDER)
def render(job: Claim, token: str) -> None:
    """Make the pages that somebody asked for."""
    # the web process knows this duty's name but must never load fonts or private keys
    from probity.credentials.press import press_of  # noqa: PLC0415

    with reading() as session:
        asked = queries.rendering(session, token)
        wanted = {} if asked is None or asked.ended_at else asked.wanted
        certificate_id = asked.certificate_id if asked else None
    found: dict[str, Any] = {}
    press = press_of(current_app._get_current_object()) if wanted else None  # type: ignore[attr-defined]  # noqa: SLF001
    try:
        if press is not None:
            with limits.within(press.settings.typeset_limit):
                found = (
                    _copy(press, token, certificate_id or 0)
                    if "copy" in wanted
                    else _pages(press, token, wanted)
                )
    except (NeedsAttention, limits.TookTooLong, MemoryError) as error:
        found = {"flaws": [{"field": "", "signs": ""}], "message": str(error)}
    with job.step(done=True) as session:
        if wanted:
            actions.keep(session, token, found)


def _pages(press: "Press", token: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """One picture for each name; texts of the design itself that cannot be printed are flaws."""
    from probity.credentials.designs import loading  # noqa: PLC0415 (fonts, as above)
    from probity.credentials.paper.typeset import Unprintable  # noqa: PLC0415

    design = spec.from_json(wanted["design"])
    ready = loading.ready(f"rendering/{actions.digest(wanted['design'])}", design)
    pages: list[dict[str, Any]] = []
    flaws: list[dict[str, str]] = []
    for number, name in enumerate(wanted["names"]):
        facts = samples.facts(press.settings, name, _ref(design), press.current.id)
        try:
            pdf = press.typesetter.unsigned(facts, clock.now(), ready)
        except Unprintable as error:
            told = {"field": error.field, "signs": " ".join(error.signs)}
            pages.append({"name": name, **told})
            if error.field not in _OWN_TEXTS:
                flaws.append(told)
            continue
        key = f"renderings/{token}-{number}.png"
        storage.put(key, _picture(pdf))
        pages.append({"name": name, "key": key})
    return {"pages": pages, "flaws": flaws[:1]}


def _copy(press: "Press", token: str, certificate_id: int) -> dict[str, Any]:
    from probity.credentials.designs import loading  # noqa: PLC0415 (fonts, as above)

    with reading() as session:
        certificate = session.get_one(Certificate, certificate_id)
        facts = stating.facts_of(certificate, press.settings)
        design = loading.ready_for(session, press, facts)
        made_at = certificate.issued_at
    key = f"renderings/{token}.pdf"
    storage.put(key, press.typesetter.unsigned(facts, made_at, design, copy=True))
    return {"pages": [{"name": "copy", "key": key}]}


def _ref(design: Design) -> DesignRef:
    placed = layout.choose(design.base, upright=design.orientation == spec.PORTRAIT)
    return DesignRef("preview", 0, placed.number, design.cells, design.languages)


def _picture(pdf: bytes) -> bytes:
    import pypdfium2  # noqa: PLC0415 (only the worker looks into pages)

    out = io.BytesIO()
    with pypdfium2.PdfDocument(pdf) as document:
        document[0].render(scale=SCALE).to_pil().quantize(128).save(out, "PNG")
    return out.getvalue()


@handler("credentials.forget_renderings", every=timedelta(hours=6))
def forget_renderings(job: Claim) -> None:
    """Previews and copies are of use for a day."""
    with job.step(done=True) as session:
        files = actions.forget(session)
    for key in files:
        storage.delete(key)
