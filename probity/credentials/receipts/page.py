"""The receipt on paper: PDF/A-3a, tagged, with the answer for machines inside, signed."""

import base64
import functools
import json
import warnings
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import weasyprint
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint.urls import URLFetcher

from probity.credentials.paper import tagging
from probity.credentials.paper.fonts import Face, Role
from probity.credentials.paper.signing import Seal
from probity.credentials.paper.typeset import VARIANT
from probity.credentials.press import Press
from probity.kernel.settings import ROOT

_TEMPLATES = ROOT / "templates" / "print"
_DATA_ONLY = URLFetcher(allowed_protocols=["data"], allow_redirects=False, fail_on_errors=True)
_NO_BACKGROUND = b"q Q"


def make(press: Press, number: str, asked_at: datetime, told: Mapping[str, Any]) -> bytes:
    """The signed file."""
    html = _html(press, number, asked_at, told)
    choice = press.typesetter.library.choose(html, Role.TEXT)
    faces = choice.faces
    for sign in choice.missing:  # typed by whoever asked, so nobody vouches for it
        html = html.replace(sign, "?")
    fonts = press.typesetter.library.configuration()
    sheet = weasyprint.CSS(string=_css(faces), font_config=fonts, url_fetcher=_DATA_ONLY)
    inside = json.dumps(told, ensure_ascii=False, indent=1)
    attached = weasyprint.Attachment(
        string=inside,
        name="verification.json",
        description=number,
        relationship="Data",
        created=asked_at,
        modified=asked_at,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint leaves a profile open
        document = weasyprint.HTML(string=html, url_fetcher=_DATA_ONLY).render(
            stylesheets=[sheet], font_config=fonts
        )
        tagging.claim_accessibility(document)
        pdf = document.write_pdf(
            pdf_variant=VARIANT,
            attachments=[attached],
            finisher=functools.partial(tagging.finish, _NO_BACKGROUND, 0),
        )
    private = press.ring.private(press.current.id)
    return Seal(private, press.settings.issuer_name).sign(pdf, reason="Verification receipt")


def _html(press: Press, number: str, asked_at: datetime, told: Mapping[str, Any]) -> str:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("receipt.html").render(
        number=number,
        asked_at=asked_at.isoformat(timespec="seconds"),
        issuer=press.settings.issuer_name,
        site=press.settings.base_url,
        told=told,
    )


def _css(faces: tuple[Face, ...]) -> str:
    declared = "".join(
        f'@font-face{{font-family:"{face.family}";'
        f'src:url("data:font/ttf;base64,{base64.b64encode(face.data).decode()}")}}'
        for face in faces
    )
    families = ",".join(f'"{face.family}"' for face in faces)
    sheet = (_TEMPLATES / "receipt.css").read_text()
    return f"{declared}:root{{--text:{families}}}{sheet}"
