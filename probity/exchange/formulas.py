"""Formulas: from TeX delimiters and MathML into our `$…$`, and back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from probity.exchange.xml import name_of

OPENING = re.compile(r"\\\(|\\\[|\$\$|\[tex\]")
CLOSING = {"\\(": "\\)", "\\[": "\\]", "$$": "$$", "[tex]": "[/tex]"}
DISPLAYED = frozenset({"\\[", "$$"})
DOLLAR = re.compile(r"(?<!\\)\$")
SYMBOLS = {
    "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "×": r"\times ", "÷": r"\div ", "±": r"\pm ",
    "·": r"\cdot ", "⋅": r"\cdot ", "∞": r"\infty ", "∑": r"\sum ", "∏": r"\prod ", "∫": r"\int ",
    "√": r"\surd ", "→": r"\to ", "⇒": r"\Rightarrow ", "⇔": r"\Leftrightarrow ", "∈": r"\in ",
    "∉": r"\notin ", "⊂": r"\subset ", "∪": r"\cup ", "∩": r"\cap ", "≈": r"\approx ",
    "α": r"\alpha ", "β": r"\beta ", "γ": r"\gamma ", "δ": r"\delta ", "ε": r"\epsilon ",
    "θ": r"\theta ", "λ": r"\lambda ", "μ": r"\mu ", "π": r"\pi ", "ρ": r"\rho ", "σ": r"\sigma ",
    "τ": r"\tau ", "φ": r"\phi ", "ω": r"\omega ", "Δ": r"\Delta ", "Σ": r"\Sigma ",
    "Ω": r"\Omega ", "−": "-", "\u2061": "", "\u2062": "", "\u2063": ",", "\xa0": " ",
    "%": r"\%", "#": r"\#", "&": r"\&", "{": r"\{", "}": r"\}", "_": r"\_", "$": r"\$",
}  # fmt: skip
"""What MathML writes as a character and TeX as a command."""
OVER = {"¯": "overline", "‾": "overline", "→": "vec", "^": "hat", "~": "tilde", "˙": "dot"}


@dataclass(frozen=True, slots=True)
class Tex:
    """A formula in a text: where it stands, delimiters included, and its TeX."""

    start: int
    end: int
    tex: str
    is_displayed: bool


def found_in(text: str) -> Iterator[Tex]:
    """The formulas between TeX delimiters in a text, each end looked for only once in vain."""
    place = 0
    endless: set[str] = set()
    while found := OPENING.search(text, place):
        place = found.end()
        closing = CLOSING[found[0]]
        end = -1 if found[0] in endless else text.find(closing, place)
        if end < 0:
            endless.add(found[0])
            continue
        tex = text[place:end]
        if tex.strip() and not (closing == "$$" and "$" in tex):
            place = end + len(closing)
            yield Tex(found.start(), place, tex, found[0] in DISPLAYED)


def inline_formula(tex: str) -> str:
    """A formula inside a line; nothing where there is no formula."""
    tight = _tight(tex)
    return f"${tight}$" if tight else ""


def display_formula(tex: str) -> str:
    """A formula on lines of its own."""
    tight = _tight(tex)
    return f"$$\n{tight}\n$$" if tight else ""


def _tight(tex: str) -> str:
    """On one line, with nothing in it that would end it early."""
    words = DOLLAR.sub(r"\\$", " ".join(tex.split()))
    slashes = len(words) - len(words.rstrip("\\"))
    return words[:-1].rstrip() if slashes % 2 else words


def tex_of(math: Any) -> str | None:
    """The TeX of a MathML element; None where it holds what we cannot write."""
    for annotation in math.iter():
        if name_of(annotation) == "annotation" and "tex" in annotation.get("encoding", "").lower():
            return str(annotation.text or "").strip() or None
    try:
        return " ".join(_row(math).split())
    except _Unknown:
        return None


class _Unknown(Exception):
    """An element that has no counterpart."""


def _row(element: Any) -> str:
    return "".join(_tex(child) for child in element)


def _tex(element: Any) -> str:
    name = name_of(element)
    if name in {"mi", "mn", "mo", "ms"}:
        return _token(element, name)
    if name in {"mtext", "mspace"}:
        words = (element.text or "").strip()
        return rf"\text{{{words}}}" if words else r"\ "
    if name in {"math", "mrow", "mstyle", "mpadded", "semantics", "menclose", "merror"}:
        return _row(element)
    if name in {"annotation", "annotation-xml", "mphantom"}:
        return ""
    if name == "msqrt":
        return rf"\sqrt{{{_row(element)}}}"
    if name == "mfenced":
        inside = element.get("separators", ",")[:1].join(_tex(child) for child in element)
        return rf"\left{element.get('open', '(')}{inside}\right{element.get('close', ')')}"
    if name == "mtable":
        rows = r" \\ ".join(" & ".join(_row(cell) for cell in row) for row in element)
        return rf"\begin{{matrix}}{rows}\end{{matrix}}"
    return _scripts(name, [_tex(child) for child in element])


def _scripts(name: str, parts: list[str]) -> str:
    forms = {
        "mfrac": r"\frac{{{0}}}{{{1}}}",
        "msup": "{{{0}}}^{{{1}}}",
        "msub": "{{{0}}}_{{{1}}}",
        "msubsup": "{{{0}}}_{{{1}}}^{{{2}}}",
        "mroot": r"\sqrt[{1}]{{{0}}}",
        "munder": "{{{0}}}_{{{1}}}",
        "mover": "{{{0}}}^{{{1}}}",
        "munderover": "{{{0}}}_{{{1}}}^{{{2}}}",
    }
    if name not in forms or len(parts) != forms[name].count("}}}"):
        raise _Unknown
    if name == "mover" and parts[1].strip() in OVER:
        return rf"\{OVER[parts[1].strip()]}{{{parts[0]}}}"
    if name in {"msup", "msub", "msubsup", "munder", "munderover"} and len(parts[0].strip()) == 1:
        return forms[name].format(*parts).replace(f"{{{parts[0]}}}", parts[0], 1)
    return forms[name].format(*parts)


def _token(element: Any, name: str) -> str:
    words = (element.text or "").strip()
    tex = "".join(SYMBOLS.get(sign, sign) for sign in words.replace("\\", ""))
    if name == "mi" and len(words) > 1 and words.isalpha() and words.isascii():
        return rf"\mathrm{{{tex}}}"
    return tex
