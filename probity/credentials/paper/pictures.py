"""Pictures on a page: drawings made into pixels, and pixels encoded once for all certificates."""

import hashlib
import io
from typing import Any

import pydyf  # type: ignore[import-untyped]
import pypdfium2
import weasyprint
from PIL import Image
from weasyprint import DEFAULT_OPTIONS
from weasyprint.images import RasterImage
from weasyprint.urls import URLFetcher

LONGEST_SIDE = 900
"""Pixels: 380 to an inch where a logo stands at its largest."""

_DATA_ONLY = URLFetcher(allowed_protocols=["data"], allow_redirects=False, fail_on_errors=True)
_PAGE_POINTS = 300.0


def from_svg(svg: bytes) -> bytes:
    """A cleaned drawing as a picture on white."""
    size = f"{_PAGE_POINTS:g}pt"
    sheet = f"@page{{size:{size} {size};margin:0}}body{{margin:0}}svg{{width:{size};height:{size}}}"
    html = f"<!doctype html><style>{sheet}</style>{svg.decode()}"
    pdf = weasyprint.HTML(string=html, url_fetcher=_DATA_ONLY).write_pdf()
    with pypdfium2.PdfDocument(pdf) as document:
        drawn = document[0].render(scale=LONGEST_SIDE / _PAGE_POINTS).to_pil().convert("RGB")
    inverse = drawn.point([255 - level for level in range(256)] * 3)
    out = io.BytesIO()
    drawn.crop(inverse.getbbox() or (0, 0, 1, 1)).save(out, "PNG")
    return out.getvalue()


class KeptImage(RasterImage):
    """WeasyPrint deflates a picture anew for each file; this one is deflated once."""

    def __init__(self, data: bytes) -> None:
        picture = Image.open(io.BytesIO(data))
        super().__init__(
            picture, f"kept-{hashlib.sha256(data).hexdigest()[:16]}", data, options=DEFAULT_OPTIONS
        )
        self._made: dict[tuple[bool, float], tuple[list[Any], dict[str, Any]]] = {}

    def get_x_object(self, interpolate: bool, dpi_ratio: float) -> Any:  # noqa: ARG002
        # readers may smooth a picture by themselves; PDF/A forbids to ask for it
        key = (False, dpi_ratio)
        if key not in self._made:
            made = super().get_x_object(*key)
            self._made[key] = ([part.data for part in made.stream], dict(made.extra))
        parts, extra = self._made[key]
        return pydyf.Stream(list(parts), pydyf.Dictionary(extra))
