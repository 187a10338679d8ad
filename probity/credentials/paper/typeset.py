"""The certificate on paper: one A4 page, PDF/A-3a and PDF/UA-1 at once, not signed yet."""

import base64
import functools
import gc
import hashlib
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import weasyprint
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from probity.credentials.facts import LEVELS, CertificateFacts, long_date
from probity.credentials.paper import fitting, ornaments, tagging
from probity.credentials.paper.designed import COPY, DesignedPage, Ready
from probity.credentials.paper.fonts import Choice, Face, Library, Role
from probity.credentials.paper.layout import AREAS
from probity.credentials.proofs import qr
from probity.credentials.proofs.qr import Signer
from probity.kernel.settings import ROOT

VARIANT = "pdf/a-3a"
WORDS = {
    "heading": {"en": "Certificate of competence", "zh": "能力证书"},
    "lead": {
        "en": "has passed the exam and met the standard for",
        "zh": "已通过考试，达到下列认证的标准",
    },
    "signed": {"en": "Signed electronically by the issuer", "zh": "由发证机构电子签名"},
    "key": {"en": "Key"},
    "check": {"en": "Check this certificate at", "zh": "在线查验"},
    "page": {"en": "Public page of this certificate"},
    "code": {"en": "QR code that opens the public page of this certificate"},
    "void": {
        "en": "SPECIMEN. Made by a demonstration; it certifies nothing.",
        "zh": "样本：由演示系统生成，不证明任何资格。",
    },
    "issued_on": {"en": "Issued", "zh": "签发日期"},
    "valid_until": {"en": "Valid to", "zh": "有效期至"},
    "level": {"en": "Level", "zh": "等级"},
    "standard": {"en": "Standard", "zh": "依据"},
}
PIXELS_PER_MODULE = 2
"""Of the code: readers draw it sharp at any size, and more would cost a fifth of the whole page."""

MOST_WRITES = 5
"""One in a hundred files is written a second time, see tagging.UNCLEAR."""

MOST_DESIGNS = 32
"""As many pages are kept ready."""

NOTHING_UNDER = b"q Q"
ACROSS = ("SPECIMEN", "样本")

_TEMPLATES = ROOT / "templates" / "print"
_DATA_ONLY = URLFetcher(allowed_protocols=["data"], allow_redirects=False, fail_on_errors=True)
_FONT = "font:"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the certificate; `relationship` as PDF/A-3 names it."""

    name: str
    content: bytes
    description: str
    relationship: str


@dataclass(frozen=True, slots=True)
class _Job:
    """One page to be made; a `copy` is for paper that bears the rest already."""

    facts: CertificateFacts
    code: bytes
    files: Sequence[Attachment]
    made_at: datetime
    design: Ready | None
    copy: bool = False


class Unprintable(Exception):
    """A text holds signs that no installed font draws; `field` says which text."""

    def __init__(self, field: str, signs: tuple[str, ...]) -> None:
        super().__init__(f"{field}: {' '.join(signs)}")
        self.field = field
        self.signs = signs


class Typesetter:
    """Keeps what all certificates share: the faces, the parsed sheet, the template."""

    def __init__(self, library: Library) -> None:
        self.library = library
        environment = Environment(
            loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined
        )
        self._template = environment.get_template("certificate.html")
        self._design_template = environment.get_template("design.html")
        self._pages: dict[str, DesignedPage] = {}
        self._sheets: dict[str, tuple[Any, FontConfiguration]] = {}
        self._unders: dict[tuple[str, bool], bytes] = {}

    def check(self, facts: CertificateFacts, design: Ready | None = None) -> dict[str, Choice]:
        """The faces of each text. Raises Unprintable for the first that cannot be drawn."""
        texts = _texts(facts) if design is None else self._page_of(design).texts(facts)
        chosen = {field: self.library.choose(*text) for field, text in texts.items()}
        for field, choice in chosen.items():
            if choice.missing:
                raise Unprintable(field, choice.missing)
        return chosen

    def typeset(
        self,
        facts: CertificateFacts,
        key: Signer,
        files: Sequence[Attachment],
        made_at: datetime,
        design: Ready | None = None,
    ) -> bytes:
        """The page with its attachments and an empty signature field. Raises Unprintable."""
        code = qr.png(qr.address(facts, key), PIXELS_PER_MODULE)
        return self._typeset(_Job(facts, code, files, made_at, design))

    def unsigned(
        self,
        facts: CertificateFacts,
        made_at: datetime,
        design: Ready | None,
        *,
        copy: bool = False,
    ) -> bytes:
        """A page that is no certificate: nothing inside, and a code that is an address alone.

        A `copy` is for paper that bears the rest already: neither pictures nor ornaments.
        """
        code = qr.png(facts.address, PIXELS_PER_MODULE)
        return self._typeset(_Job(facts, code, (), made_at, design, copy=copy))

    def _typeset(self, job: _Job) -> bytes:
        chosen = self.check(job.facts, job.design)
        extra = self._extra(chosen)
        joining = {face.family: face.signs for face in extra}
        if job.design is None:
            names = self._fit_names(job.facts)
            html = self._html(job, native_below=not names.beside)
            shared, fonts = self._base(extra)
            sizes = self._sizes(job.facts, names) + _families(chosen)
            background, images = self._backgrounds[job.facts.specimen], {}
        else:
            page = self._page_of(job.design)
            sizes, below = page.fit(job.facts, chosen)
            html = self._designed_html(page, job, below=below)
            shared, fonts = self._design_base(page, extra)
            background, images = self._under(page, specimen=job.facts.specimen), page.images
        sheets = [shared, _sheet(sizes, fonts)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint leaves a profile open
            under = NOTHING_UNDER if job.copy else background
            return self._write(job, html, sheets, fonts, joining, under, images)

    def _write(
        self,
        job: _Job,
        html: str,
        sheets: list[Any],
        fonts: FontConfiguration,
        joining: Mapping[str, Mapping[int, str]],
        background: bytes,
        images: Mapping[str, Any],
    ) -> bytes:
        facts, files, made_at = job.facts, job.files, job.made_at
        document = weasyprint.HTML(string=html, url_fetcher=_DATA_ONLY).render(
            stylesheets=sheets, font_config=fonts, cache=dict(images)
        )
        tagging.claim_accessibility(document)
        tagging.say_as_written(document, joining)
        for more in range(MOST_WRITES):
            finisher = functools.partial(tagging.finish, background, more)
            pdf: bytes = document.write_pdf(
                pdf_variant=VARIANT,
                attachments=[_embed(file, made_at) for file in files],
                pdf_identifier=hashlib.sha256(facts.public_id.encode()).digest()[:16],
                finisher=finisher,
            )
            if tagging.UNCLEAR not in pdf:
                break
        return pdf

    def _page_of(self, design: Ready) -> DesignedPage:
        """Kept while the process lives: few designs are in use at a time."""
        if design.ref not in self._pages:
            if len(self._pages) >= MOST_DESIGNS:
                self._pages.clear()
                self._sheets.clear()
                self._unders.clear()
            self._pages[design.ref] = DesignedPage(self.library, design)
        return self._pages[design.ref]

    def _design_base(self, page: DesignedPage, extra: list[Face]) -> tuple[Any, FontConfiguration]:
        css = self._families_css + (_TEMPLATES / "design.css").read_text() + page.css
        if extra:
            return self._with_faces(extra, css)
        if page.ready.ref not in self._sheets:
            self._sheets[page.ready.ref] = self._with_faces((), css)
        return self._sheets[page.ready.ref]

    def _under(self, page: DesignedPage, *, specimen: bool) -> bytes:
        key = (page.ready.ref, specimen)
        if key not in self._unders:
            self._unders[key] = page.background(self._across if specimen else ())
        return self._unders[key]

    def _designed_html(self, page: DesignedPage, job: _Job, *, below: bool) -> str:
        return self._design_template.render(
            facts=job.facts,
            page=page.content(job.facts, job.code, below=below, copy=job.copy),
            made_at=job.made_at.isoformat(timespec="seconds"),
        )

    def _html(self, job: _Job, *, native_below: bool) -> str:
        facts = job.facts
        return self._template.render(
            facts=facts,
            words=WORDS,
            heading=f"{WORDS['heading']['en']} {facts.number}, {facts.holder}, {facts.title['en']}",
            made_at=job.made_at.isoformat(timespec="seconds"),
            copy=COPY if job.copy else None,
            rows=_rows(facts),
            verify_at=f"{facts.base_url.split('://', 1)[1]}/verify",
            qr=base64.b64encode(job.code).decode(),
            native_below=native_below,
        )

    @functools.cached_property
    def _families_css(self) -> str:
        base = self.library.base
        families = "".join(f"--{role}:{_family(faces)};" for role, faces in base.items())
        return f":root{{{families}}}"

    @functools.cached_property
    def _shared_css(self) -> str:
        """Look and places; the faces are declared beside it."""
        return (
            self._families_css
            + (_TEMPLATES / "certificate.css").read_text()
            + "".join(
                f"#{name}{{left:{a.left}mm;top:{a.top}mm;width:{a.width}mm;height:{a.height}mm}}"
                for name, a in AREAS.items()
            )
        )

    @functools.cached_property
    def _backgrounds(self) -> dict[bool, bytes]:
        """What lies under the text, by whether this is a specimen."""
        return {False: ornaments.background(), True: ornaments.background(self._across)}

    @property
    def _across(self) -> list[tuple[Face, str]]:
        strong, han = self.library.base[Role.STRONG]
        return [(strong, ACROSS[0]), (han, ACROSS[1])]

    @functools.cached_property
    def _shared(self) -> tuple[Any, FontConfiguration]:
        made = self._with_faces((), self._shared_css)
        gc.collect()
        gc.freeze()  # faces and tables live as long as the process: no need to look at them again
        return made

    def _base(self, extra: list[Face]) -> tuple[Any, FontConfiguration]:
        """The shared sheet; with faces for one name it is parsed anew, for they would stay."""
        if not extra:
            return self._shared
        return self._with_faces(extra, self._shared_css)

    def _with_faces(self, extra: Iterable[Face], css: str) -> tuple[Any, FontConfiguration]:
        base = (face for pair in self.library.base.values() for face in pair)
        faces = {face.family: face for face in (*base, *extra)}
        rules = "".join(
            f'@font-face{{font-family:"{family}";src:url("{_FONT}{number}")}}'
            for number, family in enumerate(faces)
        )
        fonts = self.library.configuration()
        files = [face.data for face in faces.values()]
        return _sheet(rules + css, fonts, files), fonts

    def _extra(self, chosen: Mapping[str, Choice]) -> list[Face]:
        known = {face for pair in self.library.base.values() for face in pair}
        wanted = (face for choice in chosen.values() for face in choice.faces)
        return [face for face in dict.fromkeys(wanted) if face not in known]

    def _fit_names(self, facts: CertificateFacts) -> fitting.NameFit:
        native = self._width(facts.name_native or "")
        return fitting.fit_names(self._width(facts.name_latin), native, AREAS["holder"])

    def _sizes(self, facts: CertificateFacts, names: fitting.NameFit) -> str:
        english, chinese = facts.title["en"], facts.title.get("zh-Hans", "")
        title = fitting.fit_title(self._width(english), self._width(chinese), AREAS["title"])
        return (
            f".latin{{font-size:{names.latin}pt}}.native{{font-size:{names.native:.1f}pt}}"
            f"h2{{font-size:{title}pt}}"
        )

    def _width(self, text: str) -> float:
        """Width of a text in em, before shaping."""
        faces = self.library.choose(text, Role.DISPLAY).faces
        return sum(
            next((f.widths[ord(sign)] for f in faces if ord(sign) in f.widths), 0.0)
            for sign in text
        )


def _texts(facts: CertificateFacts) -> dict[str, tuple[str, Role]]:
    """Every text that differs between certificates, with the manner in which it is set."""
    return {
        "name_latin": (facts.name_latin, Role.DISPLAY),
        "name_native": (facts.name_native or "", Role.DISPLAY),
        "title": ("".join(facts.title.values()), Role.DISPLAY),
        "standard": ("".join(facts.standard.values()), Role.TEXT),
        "issuer": (facts.issuer, Role.STRONG),
    }


def _rows(facts: CertificateFacts) -> list[dict[str, Any]]:
    level = LEVELS[facts.level]
    values = {
        "issued_on": (long_date(facts.issued_on), None),
        "valid_until": (long_date(facts.valid_until), None),
        "level": (level["en"], level["zh-Hans"]),
        "standard": (facts.standard["en"], facts.standard.get("zh-Hans")),
    }
    return [
        {"id": name, "label": WORDS[name], "en": english, "zh": chinese, "top": AREAS[name].top}
        for name, (english, chinese) in values.items()
    ]


def _families(chosen: Mapping[str, Choice]) -> str:
    selectors = {
        "name_latin": ".latin",
        "name_native": ".native",
        "title": "h2",
        "standard": "#standard",
        "issuer": ".issuer,.signed b",
    }
    return "".join(
        f"{selectors[field]}{{font-family:{_family(choice.faces)}}}"
        for field, choice in chosen.items()
    )


def _family(faces: Iterable[Face]) -> str:
    return ",".join(f'"{face.family}"' for face in faces)


class _Fetcher(URLFetcher):
    """Gives out `data:` addresses and the faces of one sheet; nothing else exists."""

    def __init__(self, files: Sequence[bytes]) -> None:
        super().__init__(allowed_protocols=["data"], allow_redirects=False, fail_on_errors=True)
        self._files = files

    def fetch(self, url: str, headers: Any = None) -> Any:
        if url.startswith(_FONT):
            return URLFetcherResponse(url, self._files[int(url.removeprefix(_FONT))])
        return super().fetch(url, headers)


def _sheet(css: str, fonts: FontConfiguration, files: Sequence[bytes] = ()) -> Any:
    return weasyprint.CSS(string=css, font_config=fonts, url_fetcher=_Fetcher(files))


def _embed(file: Attachment, made_at: datetime) -> Any:
    return weasyprint.Attachment(
        string=file.content,
        name=file.name,
        description=file.description,
        relationship=file.relationship,
        created=made_at,
        modified=made_at,
    )
