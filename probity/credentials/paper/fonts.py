"""Typefaces of the certificate, and which of them can draw a name.

A glyph that is missing would be replaced in silence, so coverage is read from the fonts themselves
before anything is issued.
"""

import hashlib
import io
import os
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp

from fontTools.ttLib import TTFont
from fontTools.unicodedata import script, script_name
from weasyprint.text.fonts import FontConfiguration

from probity.credentials.paper import outlines
from probity.kernel import scratch
from probity.kernel.errors import Misconfigured
from probity.kernel.settings import ROOT

SYSTEM_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
INSTALL = "apt-get install fonts-noto-cjk fonts-noto-core"
REMEMBERED = 64
SIMPLIFIED = 2
"""Place of the mainland face in Debian's Noto CJK collections."""

_HAN = frozenset({"Hani", "Hira", "Kana", "Hang", "Bopo"})
_ALPHABETS = frozenset({"Latn", "Grek", "Cyrl"})
_ANY = frozenset({"Zyyy", "Zinh", "Zzzz"})
_JOINERS = frozenset("\u200c\u200d")
_CALLED = {"Arab": "NaskhArabic"}
_STYLES = ("Bold", "SemiBold", "Regular")
_KINDS = ("NotoSerif{}", "Noto{}", "NotoSans{}")


class Role(StrEnum):
    """What a face is used for on the page."""

    DISPLAY = "display"
    TEXT = "text"
    STRONG = "strong"


@dataclass(frozen=True, eq=False)
class Face:
    """One TrueType font, ready to be embedded under its family name."""

    family: str
    data: bytes

    @cached_property
    def widths(self) -> dict[int, float]:
        """Advance of each character in em."""
        font = TTFont(io.BytesIO(self.data), lazy=True)
        em, metrics = font["head"].unitsPerEm, font["hmtx"]
        return {code: metrics[name][0] / em for code, name in font.getBestCmap().items()}

    @cached_property
    def signs(self) -> dict[int, str]:
        """The character of each glyph that stands for one by itself."""
        font = TTFont(io.BytesIO(self.data), lazy=True)
        named = sorted(font.getBestCmap().items(), reverse=True)
        return {font.getGlyphID(name): chr(code) for code, name in named}

    def draws(self, cluster: str) -> bool:
        """Tell whether every sign of a cluster is there; spaces and joiners need no glyph."""
        return all(ord(s) in self.widths for s in cluster if s not in _JOINERS and not s.isspace())


@dataclass(frozen=True)
class Choice:
    """Faces for a text in the order in which they are tried, and what none of them draws."""

    faces: tuple[Face, ...]
    missing: tuple[str, ...]


class Library:
    """All faces of one installation; those made once are kept in `folder`."""

    def __init__(self, folder: Path, sources: Iterable[Path] = SYSTEM_FOLDERS) -> None:
        self.folder = folder
        self.sources = tuple(sources)
        self._faces: dict[str, Face] = {}
        self._chosen: dict[tuple[str, Role], Choice] = {}

    @cached_property
    def base(self) -> dict[Role, tuple[Face, Face]]:
        """The alphabetic and the Chinese face of each role, made on first use."""
        han_serif = self._han("Probity Han Serif", "NotoSerifCJK-Bold.ttc", common_han())
        han_sans = self._han("Probity Han Sans", "NotoSansCJK-Regular.ttc", common_han(big5=False))
        return {
            Role.DISPLAY: (self._latin("Probity Serif", "source-serif-4", 600), han_serif),
            Role.TEXT: (self._latin("Probity Sans", "inter", 400), han_sans),
            Role.STRONG: (self._latin("Probity Sans Strong", "inter", 600), han_sans),
        }

    def configuration(self) -> FontConfiguration:
        """What a page is set with. WeasyPrint lays faces into a folder, and deletes it if it can."""
        made = FontConfiguration()
        made._folder = Path(mkdtemp(dir=scratch.folder(self.folder / "setting")))  # noqa: SLF001
        return made

    def choose(self, text: str, role: Role) -> Choice:
        """The faces for one text; a word is not drawn with letters of two faces if one has all."""
        if (text, role) not in self._chosen:
            if len(self._chosen) >= REMEMBERED:
                self._chosen.clear()
            self._chosen[text, role] = self._choose(text, role)
        return self._chosen[text, role]

    def _choose(self, text: str, role: Role) -> Choice:
        alphabetic, han = self.base[role]
        parts = clusters(text)
        wanting = [part for part in parts if not (alphabetic.draws(part) or han.draws(part))]
        if not wanting:
            return Choice((alphabetic, han), ())
        rare = self._rare(han, role, "".join(wanting))
        others = self._others("".join(wanting))
        foreign = any(script(part[0]) in _ALPHABETS | _ANY for part in wanting)
        order = (*others, alphabetic, han) if foreign else (alphabetic, han, *others)
        faces = (*order, *rare)
        missing = (part for part in parts if not any(face.draws(part) for face in faces))
        return Choice(faces, tuple(dict.fromkeys(missing)))

    def missing(self, text: str) -> list[str]:
        """Signs that would not appear on a certificate."""
        return list(self.choose(text, Role.DISPLAY).missing)

    def _rare(self, like: Face, role: Role, signs: str) -> tuple[Face, ...]:
        """A face for Chinese characters outside the common set, made for this text alone."""
        rare = "".join(sorted(sign for sign in set(signs) if script(sign) in _HAN))
        if not rare:
            return ()
        file = "NotoSerifCJK-Bold.ttc" if role is Role.DISPLAY else "NotoSansCJK-Regular.ttc"
        family = f"{like.family} {hashlib.sha256(rare.encode()).hexdigest()[:8]}"
        return (Face(family, self._drawn(file, rare, family)),)

    def _others(self, text: str) -> tuple[Face, ...]:
        """Noto's faces for other scripts: the one closest to our serif for each."""
        tags = {script(sign) for sign in text} - _HAN - _ANY
        names = {_CALLED.get(t) or script_name(t).replace("_", "") for t in tags - _ALPHABETS}
        if tags & _ALPHABETS or not tags:
            names.add("")
        found = [self._noto(name) for name in sorted(names)]
        return tuple(face for face in found if face is not None)

    @cached_property
    def _files(self) -> dict[str, Path]:
        return {path.name: path for root in self.sources for path in root.rglob("Noto*.tt[cf]")}

    def _noto(self, name: str) -> Face | None:
        wanted = [f"{kind.format(name)}-{style}.ttf" for kind in _KINDS for style in _STYLES]
        for file in wanted:
            if file in self._files and file not in self._faces:
                path = self._files[file]
                self._faces[file] = Face(f"Probity {path.stem}", path.read_bytes())
            if file in self._faces:
                return self._faces[file]
        return None

    def _latin(self, family: str, vendor: str, weight: int) -> Face:
        file = f"{vendor}-*/{vendor}-latin-wght-normal.woff2"
        source = next((ROOT / "static" / "vendor").glob(file))
        return self._keep(family, source, lambda: outlines.one_weight(source, weight, family))

    def _han(self, family: str, file: str, signs: str) -> Face:
        return self._keep(
            family,
            self._path(file),
            lambda: self._drawn(file, signs, family),
        )

    def _drawn(self, file: str, signs: str, family: str) -> bytes:
        with TTFont(self._path(file), fontNumber=SIMPLIFIED, lazy=True) as font:
            return outlines.quadratic(font, signs, family)

    def _keep(self, family: str, source: Path, make: Callable[[], bytes]) -> Face:
        digest = hashlib.sha256(f"{outlines.RECIPE}/{family}/{_file_hash(source)}".encode())
        path = self.folder / f"{family.lower().replace(' ', '-')}-{digest.hexdigest()[:16]}.ttf"
        if not path.exists():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = path.with_suffix(f".{os.getpid()}.part")
            part.write_bytes(make())
            part.replace(path)
        return Face(family, path.read_bytes())

    def _path(self, file: str) -> Path:
        if file not in self._files:
            raise Misconfigured(
                f"The font {file} is not installed, so no certificate can be typeset. Run: {INSTALL}"
            )
        return self._files[file]


def _file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def clusters(text: str) -> list[str]:
    """Letters with the marks that sit on them: one face has to draw each of these."""
    found: list[str] = []
    for sign in unicodedata.normalize("NFC", text):
        if found and (unicodedata.category(sign).startswith("M") or sign in _JOINERS):
            found[-1] += sign
        else:
            found.append(sign)
    return found


def common_han(*, big5: bool = True) -> str:
    """Level 1 of GB 2312 (and of Big5) with punctuation: nearly every Chinese text or name."""
    rows = [("gb2312", 0xA1, 0xA4), ("gb2312", 0xB0, 0xD8)]
    rows += [("big5", 0xA4, 0xC7)] if big5 else []
    signs = {
        bytes((first, second)).decode(codec, errors="ignore")
        for codec, low, high in rows
        for first in range(low, high)
        for second in range(0x40, 0xFF)
    }
    return "".join(sorted(sign for sign in signs if len(sign) == 1))
