"""Drawings behind the text of a certificate, as SVG: seal, mark and the word SPECIMEN."""

import base64
import io

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from probity.credentials.fonts import Face

MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#ffc233" d="M9 16.6a7 7 0 0 1 14 0z"/>'
    '<g fill="none" stroke="#0b5068" stroke-width="2" stroke-linecap="round"><path d="M2.5 18h27M8 22h16M11.5 '
    '25.6h9M14.2 29h3.6M16 7.4V4M22.2 9.6l2.2-2.8M9.8 9.6 7.6 6.8M25 13.7l3.2-1.2M7 13.7l-3.2-1.2"/></g></svg>'
)
CIRCLES, ELLIPSES = 72, 36


def seal() -> str:
    """The sun seal: rings seen from every side, like the fine lines on securities."""
    lines = ['<circle r="103"/><circle r="105.5"/>']
    lines += [
        f'<circle cx="66" r="34" transform="rotate({360 / CIRCLES * n:g})"/>' for n in range(CIRCLES)
    ]
    lines += [
        f'<ellipse rx="56" ry="30" transform="rotate({180 / ELLIPSES * n:g})"/>'
        for n in range(ELLIPSES)
    ]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-110 -110 220 220">'
        f'<g fill="none" stroke="#8fb8c6" stroke-width=".3">{"".join(lines)}</g>'
        '<circle r="24" fill="#ffc233"/></svg>'
    )


def watermark(words: list[tuple[Face, str]]) -> str:
    """Words across an A4 page as outlines, so that no reader can lose them with a font."""
    shapes, place = [], 0.0
    for face, text in words:
        shape, width = _outline(face, text)
        shapes.append(f'<g transform="translate({place:g} 0) scale(1 -1)">{shape}</g>')
        place += width + 240
    width = place - 240
    scale = 258 / width
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 297 210"><g fill="#f7dedb" '
        f'transform="translate(148.5 118) rotate(-24) scale({scale:g}) translate({-width / 2:g} 250)">'
        f"{''.join(shapes)}</g></svg>"
    )


def _outline(face: Face, text: str) -> tuple[str, float]:
    """Paths of a text in thousandths of an em, and its width."""
    font = TTFont(io.BytesIO(face.data), lazy=True)
    glyphs, cmap, em = font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm
    paths, place = [], 0.0
    for sign in text:
        pen = SVGPathPen(glyphs)
        glyphs[cmap[ord(sign)]].draw(pen)
        scale = 1000 / em
        paths.append(
            f'<path transform="translate({place:g} 0) scale({scale:g})" d="{pen.getCommands()}"/>'
        )
        place += glyphs[cmap[ord(sign)]].width * scale
    return "".join(paths), place


def css_url(svg: str) -> str:
    return f"url(data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"
