"""Font files made from font files: one weight of a variable font, some characters of a large one."""

import io
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

RECIPE = "2"
"""Part of the name of every made file: change it when what is made changes."""

CURVE_ERROR = 1.0
"""How far, in thousandths of an em, a quadratic curve may leave the cubic one."""

_WINDOWS, _UNICODE, _ENGLISH = 3, 1, 0x409
_STALE_NAMES = (16, 17, 25)


def one_weight(source: Path, weight: int, family: str) -> bytes:
    """A static TrueType font of one weight, under a family name of its own."""
    font = instancer.instantiateVariableFont(TTFont(source), {"wght": weight})
    font.flavor = None
    return _named(font, family)


def quadratic(font: Any, signs: str, family: str) -> bytes:
    """The outlines of `signs` in a CFF font as a TrueType font; a space is always among them.

    A subset of a CID-keyed CFF font shows the wrong glyphs in strict readers.
    """
    cmap, glyphs, metrics = font.getBestCmap(), font.getGlyphSet(), font["hmtx"]
    codes = [ord(sign) for sign in sorted({*signs, " "}) if ord(sign) in cmap]
    names = [".notdef", *dict.fromkeys(cmap[code] for code in codes)]
    outlines, advances = {}, {}
    for name in names:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, CURVE_ERROR, reverse_direction=True))
        outlines[name], advances[name] = pen.glyph(), metrics[name]
    line = font["hhea"]
    builder = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({code: cmap[code] for code in codes})
    builder.setupGlyf(outlines)
    builder.setupHorizontalMetrics(advances)
    builder.setupHorizontalHeader(ascent=line.ascent, descent=line.descent)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=line.ascent, sTypoDescender=line.descent)
    builder.setupPost(keepGlyphNames=False)
    return _named(builder.font, family)


def _named(font: Any, family: str) -> bytes:
    table = font["name"]
    for number, words in ((1, family), (2, "Regular"), (4, family), (6, family.replace(" ", ""))):
        table.setName(words, number, _WINDOWS, _UNICODE, _ENGLISH)
    for number in _STALE_NAMES:
        table.removeNames(nameID=number)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
