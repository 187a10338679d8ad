"""The page of a design: its words, its pictures and its places, ready to be typeset."""

import base64
import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from probity.credentials.facts import LEVELS, CertificateFacts, chinese_date, long_date
from probity.credentials.paper import borders, fitting, layout, pictures
from probity.credentials.paper.design import Design, Picture, fill
from probity.credentials.paper.fonts import Choice, Face, Library, Role
from probity.credentials.paper.layout import Area, Layout

HEADING_SIZES = (30.0, 26.0, 23.0, 20.0, 17.0, 15.0, 13.0, 11.0, 9.0)
LINE_SIZES = (10.5, 9.5, 8.5, 7.5, 6.5, 5.5)
SMALL_SIZES = (8.5, 7.5, 6.5, 5.5)
VALUE_SIZES = (9.5, 8.5, 7.5, 6.5, 5.5, 5.0)
CHECK_SIZES = (7.5, 6.5, 5.5, 5.0)
PICTURE = "picture:"
HAND_MM = 12.5
"""Height of the picture of a signature, above the line and the name."""

SECOND_SHARE = {"heading": 0.62, "title": 0.7}

DAYS = ("issued_on", "valid_until")

COPY = {
    "en": "Copy for printing, not the signed file.",
    "zh-Hans": "打印用副本，并非签名文件。",
}
"""Stands on every page that is no certificate itself."""

LABELS = {
    "issued_on": {"en": "Issued", "zh-Hans": "签发日期"},
    "valid_until": {"en": "Valid to", "zh-Hans": "有效期至"},
    "level": {"en": "Level", "zh-Hans": "等级"},
    "standard": {"en": "Standard", "zh-Hans": "依据"},
    "check": {"en": "Check this certificate at", "zh-Hans": "在线查验"},
    "signed": {"en": "Signed electronically by the issuer", "zh-Hans": "由发证机构电子签名"},
    "void": {
        "en": "SPECIMEN. Made by a demonstration; it certifies nothing.",
        "zh-Hans": "样本：由演示系统生成，不证明任何资格。",
    },
    "key": {"en": "Key", "zh-Hans": "密钥"},
    "page": {"en": "Public page of this certificate", "zh-Hans": "本证书的公开页面"},
    "code": {
        "en": "QR code that opens the public page of this certificate",
        "zh-Hans": "打开本证书公开页面的二维码",
    },
}
_PLACED = ("logo", "issuer", "heading", "before", "holder", "sentence", "title", "summary", "void", "seal", "code", "number", "check")  # fmt: skip


@dataclass(frozen=True)
class Ready:
    """A design with the bytes of its pictures as PNG, by their SHA-256; `ref` names it."""

    ref: str
    design: Design
    pictures: Mapping[str, bytes] = field(default_factory=dict)


class DesignedPage:
    """What all certificates of one design share, and the page of each."""

    def __init__(self, library: Library, ready: Ready) -> None:
        self.library, self.ready, self.design = library, ready, ready.design
        upright = ready.design.orientation == "portrait"
        self.layout: Layout = layout.choose(ready.design.base, upright=upright)

    @functools.cached_property
    def images(self) -> dict[str, Any]:
        """The pictures as WeasyPrint wants them, each encoded once and not for every page."""
        return {address: pictures.KeptImage(data) for address, data in self._by_address()}

    def _by_address(self) -> Iterator[tuple[str, bytes]]:
        for sha256, data in self.ready.pictures.items():
            yield f"{PICTURE}{sha256}", data

    @functools.cached_property
    def css(self) -> str:
        """Places, colour and paper of this design."""
        page, cells = self.layout, self.layout.cells[len(self.design.cells)]
        rules_ = [
            f"@page{{size:{page.width:g}mm {page.height:g}mm;margin:0}}",
            f":root{{--accent:{self.design.accent}}}",
            f"main{{width:{page.width:g}mm;height:{page.height:g}mm}}",
            *(_at(name, page.areas[name]) for name in _PLACED),
        ]
        for name, cell in zip(self.design.cells, cells, strict=True):
            rules_ += [_at(f"label-{name}", cell), _at(name, cell.below_label())]
        count = len(self.design.signatories)
        columns = page.signatures.columns(max(count, _fewest_columns(page)), 5) if count else ()
        for number, place in enumerate(columns[:count], 1):
            hand = Area(place.left, place.top, place.width, HAND_MM)
            below = Area(place.left, place.top + HAND_MM + 0.6, place.width, place.height - HAND_MM)
            rules_ += [_at(f"hand-{number}", hand), _at(f"signature-{number}", below)]
        return "".join(rules_)

    def background(self, across: Sequence[tuple[Face, str]]) -> bytes:
        return borders.background(
            self.layout, self.design.accent, bare=self.design.logo is None, words=across
        )

    def texts(self, facts: CertificateFacts) -> dict[str, tuple[str, Role]]:
        """Every text of the page with the manner in which it is set, by its place."""
        shown = self.lines(facts)
        below = [part for name in ("footer", "check", "signed") for part in shown.pop(name)]
        shown["check"] = below
        found = {name: (_joined(shown[name]), _ROLES.get(name, Role.TEXT)) for name in shown}
        found |= {
            "name_latin": (facts.name_latin, Role.DISPLAY),
            "name_native": (facts.name_native or "", Role.DISPLAY),
            "issuer": (facts.issuer, Role.STRONG),
        }
        for number, one in enumerate(self.design.signatories, 1):
            found[f"signatory-{number}"] = (one.name, Role.STRONG)
            found[f"office-{number}"] = ("".join(one.office.values()), Role.TEXT)
        return found

    def lines(self, facts: CertificateFacts) -> dict[str, list[dict[str, str]]]:
        """The lines that hold words, each as its parts in their order."""
        design, values = self.design, _values(facts)
        found = {
            name: self._parts(
                {
                    locale: fill(words, values[locale])
                    for locale, words in design.words.get(name, {}).items()
                }
            )
            for name in ("heading", "before", "sentence", "footer")
        }
        found["title"] = self._parts(facts.title)
        found["summary"] = self._parts(facts.summary) if "summary" in design.fields else []
        for name in ("check", "signed"):
            found[name] = self._parts(LABELS[name])
        for name in design.cells:
            found[name] = self._parts(_cell(facts, name))
            if name in DAYS:  # a day is said once
                found[name] = found[name][:1]
        return found

    def _parts(self, text: Mapping[str, str]) -> list[dict[str, str]]:
        order = {"en-zh": ("en", "zh-Hans"), "zh-en": ("zh-Hans", "en"), "en": ("en",)}
        chosen = [(locale, text.get(locale, "")) for locale in order[self.design.languages]]
        told: dict[str, str] = {}
        for locale, words in chosen:
            if words and words not in told.values():
                told[locale] = words
        return [{"lang": locale, "text": words} for locale, words in told.items()]

    def content(
        self, facts: CertificateFacts, code: bytes, *, below: bool, copy: bool
    ) -> dict[str, Any]:
        """What the template shows."""
        lines, design = self.lines(facts), self.design
        lang = "zh-Hans" if design.languages == "zh-en" else "en"
        if copy:
            lines["signed"] = []
        notes = [LABELS["void"]] * facts.specimen + [COPY] * copy
        note = {locale: " ".join(one[locale] for one in notes) for locale in COPY}
        return {
            "lang": lang,
            "base": design.base,
            "upright": self.layout.height > self.layout.width,
            "heading": f"{_joined(lines['heading'])} {facts.number}, {facts.holder}, "
            f"{_joined(lines['title'])}",
            "lines": lines,
            "names": self.names(facts),
            "names_below": below,
            "note": self._parts(note),
            "cells": [
                {"id": name, "label": self._parts(LABELS[name]), "value": lines[name]}
                for name in design.cells
            ],
            "signatories": list(self._signatories(copy=copy)),
            "logo": None if copy else self._picture(design.logo),
            "seal": None if copy else self._picture(design.seal),
            "code": f"data:image/png;base64,{base64.b64encode(code).decode()}",
            "code_says": LABELS["code"][lang],
            "link_says": LABELS["page"][lang],
            "key_says": LABELS["key"][lang],
            "verify_at": f"{facts.base_url.split('://', 1)[1]}/verify",
        }

    def names(self, facts: CertificateFacts) -> list[dict[str, str]]:
        """The holder's names, the larger one first."""
        latin = {"text": facts.name_latin, "lang": "en", "field": "name_latin"}
        if not facts.name_native:
            return [latin]
        native = {
            "text": facts.name_native,
            "lang": facts.native_lang or "und",
            "field": "name_native",
        }
        return [native, latin] if self.design.languages == "zh-en" else [latin, native]

    def _picture(self, picture: Picture | None) -> dict[str, str] | None:
        if picture is None:
            return None
        return {"alt": picture.alt, "src": f"{PICTURE}{picture.sha256}"}

    def _signatories(self, *, copy: bool) -> Iterator[dict[str, Any]]:
        for one in self.design.signatories:
            shown = None if copy else self._picture(one.picture)
            yield {"name": one.name, "office": self._parts(one.office), **(shown or {"src": ""})}

    def fit(self, facts: CertificateFacts, chosen: Mapping[str, Choice]) -> tuple[str, bool]:
        """Sizes and faces of this certificate, and whether its names stand below one another."""
        areas, lines = self.layout.areas, self.lines(facts)
        widths = [_width(chosen[one["field"]], one["text"]) for one in self.names(facts)]
        names = fitting.fit_names(widths[0], sum(widths[1:]), areas["holder"])
        css = [f".main{{font-size:{names.latin}pt}}.beside{{font-size:{names.native:.1f}pt}}"]
        for name, sizes in _SIZES.items():
            if lines.get(name):
                size = self._size(name, lines[name], chosen[name], areas[name], sizes)
                css.append(f"#{name}{{font-size:{size}pt}}")
        cells = self.layout.cells[len(self.design.cells)]
        for name, cell in zip(self.design.cells, cells, strict=True):
            sizes = SMALL_SIZES[1:] if name == "standard" else VALUE_SIZES
            size = self._size(name, lines[name], chosen[name], cell.below_label(), sizes)
            css.append(f"#{name}{{font-size:{size}pt}}")
        return "".join(css) + _families(chosen), not names.beside

    def _size(
        self,
        name: str,
        line: list[dict[str, str]],
        choice: Choice,
        area: Area,
        sizes: Sequence[float],
    ) -> float:
        share = SECOND_SHARE.get(name, 1.0)
        first, *rest = (_width(choice, part["text"]) for part in line)
        if name == "title" or (name == "heading" and self.layout.height > self.layout.width):
            parts = [(first, 1.0), *((width, share) for width in rest)]
        else:
            parts = [(first + sum(width * share + 0.3 for width in rest), 1.0)]
        return fitting.fit_block(parts, area, sizes)


_ROLES = {
    "heading": Role.DISPLAY,
    "title": Role.DISPLAY,
    **dict.fromkeys(layout.CELLS[:3], Role.STRONG),
}
_SIZES = {
    "heading": HEADING_SIZES,
    "before": LINE_SIZES,
    "sentence": LINE_SIZES,
    "title": fitting.TITLE_SIZES,
    "summary": SMALL_SIZES,
}


def _values(facts: CertificateFacts) -> dict[str, dict[str, str]]:
    """What placeholders stand for, in each language."""
    level = LEVELS[facts.level]
    shared = {"holder": facts.holder, "issuer": facts.issuer, "number": facts.number}
    return {
        locale: {
            **shared,
            "issued": _day(facts.issued_on)[locale],
            "valid": _day(facts.valid_until)[locale],
            "title": facts.title.get(locale, facts.title["en"]),
            "standard": facts.standard.get(locale, facts.standard["en"]),
            "level": level[locale],
        }
        for locale in ("en", "zh-Hans")
    }


def _day(day: date) -> Mapping[str, str]:
    return {"en": long_date(day), "zh-Hans": chinese_date(day)}


def _cell(facts: CertificateFacts, name: str) -> Mapping[str, str]:
    found: dict[str, Mapping[str, str]] = {
        "issued_on": _day(facts.issued_on),
        "valid_until": _day(facts.valid_until),
        "level": LEVELS[facts.level],
        "standard": facts.standard,
    }
    return found[name]


def _fewest_columns(page: Layout) -> int:
    """So that a single signature does not run over the whole width."""
    return 2 if page.signatures.width > page.width / 3 else 1


def _width(choice: Choice, text: str) -> float:
    """Width of a text in em, before shaping."""
    faces = choice.faces
    return sum(
        next((f.widths[ord(sign)] for f in faces if ord(sign) in f.widths), 0.0) for sign in text
    )


def _joined(line: Sequence[Mapping[str, str]]) -> str:
    return " ".join(part["text"] for part in line)


def _at(name: str, area: Area) -> str:
    return (
        f"#{name}{{left:{area.left:g}mm;top:{area.top:g}mm;"
        f"width:{area.width:g}mm;height:{area.height:g}mm}}"
    )


def _families(chosen: Mapping[str, Choice]) -> str:
    """Faces of each place; the names have one each."""
    families = {
        name: ",".join(f'"{face.family}"' for face in choice.faces)
        for name, choice in chosen.items()
    }
    return "".join(f"{_selector(name)}{{font-family:{words}}}" for name, words in families.items())


def _selector(name: str) -> str:
    kind, _, number = name.partition("-")
    if kind in {"signatory", "office"}:
        return f"#signature-{number}{' b' if kind == 'signatory' else ''}"
    names = {"name_latin": ".name_latin", "name_native": ".name_native"}
    return names.get(name, f"#{name}")
