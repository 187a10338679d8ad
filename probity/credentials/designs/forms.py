"""The forms of a design: what registrars type, and what a design makes of it."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    FileField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from probity.credentials.designs import images, rules, sentences
from probity.credentials.designs.images import BadPicture
from probity.credentials.paper.design import (
    LINES,
    OPTIONAL,
    WORDS,
    Design,
    Picture,
    Signatory,
)
from probity.kernel.forms import Form
from probity.kernel.i18n import lazy_gettext as _l

LOCALES = {"en": "en", "zh": "zh-Hans"}
LAYOUTS = [
    SelectChoice(value, label)
    for value, label in (
        ("classic-landscape", _l("Classic, landscape")),
        ("classic-portrait", _l("Classic, portrait")),
        ("modern-portrait", _l("Modern, portrait")),
        ("modern-landscape", _l("Modern, landscape")),
        ("letterhead-portrait", _l("Letterhead, portrait")),
    )
]
_PICTURE_HINT = _l("PNG or SVG, at most 1 MB. It is printed on white.")
_ACCEPT = {"accept": ".png,.svg,image/png,image/svg+xml"}
_LINE = [Length(max=rules.LONGEST_LINE)]


def _picture(label: Any) -> FileField:
    return FileField(label, description=_PICTURE_HINT, render_kw=_ACCEPT)


class NewDesignForm(Form):
    """A title and a layout to begin with."""

    title = StringField(
        _l("Name of the design"),
        [DataRequired(_l("Give the design a name.")), Length(max=120)],
        description=_l("Only registrars see it."),
    )
    layout = RadioField(_l("Layout"), choices=LAYOUTS, default=LAYOUTS[0].value)


class DesignForm(NewDesignForm):
    """Everything that a design says."""

    languages = SelectField(
        _l("Languages"),
        choices=[
            SelectChoice("en-zh", _l("English, then Chinese")),
            SelectChoice("zh-en", _l("Chinese, then English")),
            SelectChoice("en", _l("English alone")),
        ],
    )
    accent = StringField(
        _l("Colour"),
        [DataRequired(_l("Choose a colour."))],
        description=_l("For headings and ornaments. It must be dark enough to be read."),
        render_kw={"type": "color"},
    )
    heading_en = StringField(_l("Heading in English"), _LINE)
    heading_zh = StringField(_l("Heading in Chinese"), _LINE)
    before_en = StringField(_l("Line above the name in English"), _LINE)
    before_zh = StringField(_l("Line above the name in Chinese"), _LINE)
    sentence_en = StringField(_l("Line below the name in English"), _LINE)
    sentence_zh = StringField(_l("Line below the name in Chinese"), _LINE)
    footer_en = StringField(_l("Last line in English"), _LINE)
    footer_zh = StringField(_l("Last line in Chinese"), _LINE)
    fields = SelectMultipleField(
        _l("Fields"),
        choices=[
            SelectChoice("valid_until", _l("Last day")),
            SelectChoice("level", _l("Level")),
            SelectChoice("standard", _l("Standard")),
            SelectChoice("summary", _l("What the certificate attests")),
        ],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Name, title, number, issuer and day of issue are on every certificate."),
    )
    logo = _picture(_l("Logo"))
    logo_alt = StringField(_l("What the logo shows"), [Length(max=120)])
    logo_gone = BooleanField(_l("Take the logo away"))
    seal = _picture(_l("Seal"))
    seal_alt = StringField(_l("What the seal shows"), [Length(max=120)])
    seal_gone = BooleanField(_l("Take the seal away"))
    sample = SelectField(
        _l("Name to try"),
        choices=[SelectChoice(*name) for name in sentences.NAMES.items()],
        validate_choice=False,
    )
    name_1 = StringField(_l("Name"), [Length(max=60)])
    office_1_en = StringField(_l("Office in English"), [Length(max=60)])
    office_1_zh = StringField(_l("Office in Chinese"), [Length(max=60)])
    hand_1 = _picture(_l("Picture of the signature"))
    name_2 = StringField(_l("Name"), [Length(max=60)])
    office_2_en = StringField(_l("Office in English"), [Length(max=60)])
    office_2_zh = StringField(_l("Office in Chinese"), [Length(max=60)])
    hand_2 = _picture(_l("Picture of the signature"))
    name_3 = StringField(_l("Name"), [Length(max=60)])
    office_3_en = StringField(_l("Office in English"), [Length(max=60)])
    office_3_zh = StringField(_l("Office in Chinese"), [Length(max=60)])
    hand_3 = _picture(_l("Picture of the signature"))

    def design(self, before: Design, *, keep: bool = True) -> Design | None:
        """What was typed, or None with its errors. Without `keep` uploads are left alone."""
        if not self.validate():
            return None
        base, _dash, orientation = (self.layout.data or "").partition("-")
        made = Design(
            base=base,
            orientation=orientation,
            languages=self.languages.data,
            accent=(self.accent.data or "").lower(),
            words={line: self._line(line) for line in LINES},
            fields=tuple(name for name in OPTIONAL if name in (self.fields.data or [])),
            logo=self._image("logo", before.logo, keep=keep),
            seal=self._image("seal", before.seal, keep=keep),
            signatories=self._signatories(before, keep=keep),
        )
        for flaw in rules.flaws(made):
            self._field(flaw.where).errors = [sentences.told(flaw)]
        return None if self.errors else made

    def _field(self, where: str) -> Any:
        line, _dash, locale = where.partition("-")
        names = {"orientation": "layout", "accent": "accent"}
        return self[names.get(where, f"{line}_{'en' if locale == 'en' else 'zh'}")]

    def _line(self, line: str) -> dict[str, str]:
        return {full: self[f"{line}_{short}"].data or "" for short, full in LOCALES.items()}

    def _image(self, name: str, before: Picture | None, *, keep: bool) -> Picture | None:
        """The new picture, else the old one under the words that are typed now."""
        if self[f"{name}_gone"].data:
            return None
        alt = self[f"{name}_alt"].data or ""
        sent = self._sent(name) if keep else None
        try:
            if sent is not None:
                return images.keep(sent, alt)
            return images.renamed(before, alt) if before else None
        except BadPicture as error:
            field = f"{name}_alt" if error.reason == "picture-alt" else name
            self[field].errors = [error.message]
            return before

    def _signatories(self, before: Design, *, keep: bool) -> tuple[Signatory, ...]:
        """Those with a name, in their order; a signature stays with its place."""
        found = []
        for number in range(1, rules.MOST_SIGNATORIES + 1):
            name = self[f"name_{number}"].data
            if not name:
                continue
            old = before.signatories[number - 1 : number]
            picture = old[0].picture if old and old[0].name == name else None
            sent = self._sent(f"hand_{number}") if keep else None
            try:
                if sent is not None:
                    picture = images.keep(sent, str(_l("Signature of %(name)s")) % {"name": name})
            except BadPicture as error:
                self[f"hand_{number}"].errors = [error.message]
            office = {full: self[f"office_{number}_{s}"].data or "" for s, full in LOCALES.items()}
            found.append(Signatory(name, office, picture))
        return tuple(found)

    def _sent(self, name: str) -> bytes | None:
        sent = self[name].data
        if not isinstance(sent, FileStorage) or not sent.filename:
            return None
        data: bytes = sent.read(images.LARGEST + 1)
        return data


class ChoiceForm(Form):
    """Which design the certificates of an exam get."""

    design = SelectField(_l("Design"), validate_choice=False)


def values_of(title: str, design: Design) -> Mapping[str, Any]:
    """What the form shows of a design."""
    found: dict[str, Any] = {
        "title": title,
        "layout": f"{design.base}-{design.orientation}",
        "languages": design.languages,
        "accent": design.accent,
        "fields": list(design.fields),
        "logo_alt": design.logo.alt if design.logo else "",
        "seal_alt": design.seal.alt if design.seal else "",
    }
    for line in LINES:
        for short, full in LOCALES.items():
            found[f"{line}_{short}"] = design.words.get(line, {}).get(full, "")
    for number, one in enumerate(design.signatories, 1):
        found[f"name_{number}"] = one.name
        for short, full in LOCALES.items():
            found[f"office_{number}_{short}"] = one.office.get(full, "")
    return found


def begun(layout: str) -> Design:
    """A design of one layout, with the usual words."""
    base, _dash, orientation = layout.partition("-")
    return Design(base=base, orientation=orientation, words=dict(WORDS))
