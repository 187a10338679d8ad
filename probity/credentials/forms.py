"""What may be typed into the pages of the register: shape and length only."""

from typing import Any

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields import DateField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from probity.credentials import actions, rules
from probity.credentials.bulk import Selection
from probity.credentials.checks import intake, spelling
from probity.credentials.correcting import LARGEST as LARGEST_EVIDENCE
from probity.credentials.correcting import Wish
from probity.kernel.forms import Form
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import lazy_gettext as _l


class NumberForm(Form):
    """Number and holder's name as printed, or the address that a code holds."""

    number = StringField(
        _l("Certificate number, or the address from its QR code"),
        [
            DataRequired(_l("Type the number printed on the certificate.")),
            Length(max=intake.LONGEST_ADDRESS),
        ],
        description=_l("The number is printed at the lower right. Spaces and lower case are fine."),
    )
    name = StringField(
        _l("Holder's name"),
        [Length(max=400)],
        description=_l("As printed, in either script. Not needed with an address."),
    )

    @property
    def is_address(self) -> bool:
        return bool(intake.public_id(self.number.data or ""))

    def validate_number(self, field: StringField) -> None:
        if not self.is_address and rules.parse_number(field.data or "") is None:
            raise ValidationError(
                _l("That is not a number of ours. They look like PRB-2026-000123.")
            )

    def validate_name(self, field: StringField) -> None:
        if self.is_address:
            return
        if not field.data:
            raise ValidationError(_l("Type the holder's name as printed."))
        if hidden := spelling.invisible(field.data):
            raise ValidationError(_said(_INVISIBLE, hidden))
        if foreign := spelling.mixed(field.data):
            raise ValidationError(_said(_MIXED, foreign))


_INVISIBLE = _l(
    "The name holds signs that cannot be seen (%(signs)s); they come along when text is copied. "
    "Type it by hand."
)
_MIXED = _l("The name mixes letters of two alphabets that look alike: %(signs)s. Type it by hand.")


def _said(words: Any, signs: list[str]) -> str:
    return str(words) % {"signs": ", ".join(signs[:3])}


class WatchForm(Form):
    """Which certificate somebody wants to watch, and what for."""

    number = StringField(
        _l("Certificate number"),
        [DataRequired(_l("Type the number printed on the certificate.")), Length(max=40)],
    )
    name = StringField(
        _l("Holder's name"),
        [DataRequired(_l("Type the holder's name as printed.")), Length(max=400)],
        description=_l("As printed, in either script."),
    )
    purpose = TextAreaField(
        _l("What for"),
        [DataRequired(_l("Tell the holder what it is for.")), Length(max=300)],
        description=_l("The holder reads these words and decides by them."),
        render_kw={"rows": 2},
    )


class DecisionForm(Form):
    """Why a certificate is revoked, suspended, reinstated or ended, and from which day on."""

    reason = TextAreaField(
        _l("Reason"),
        [
            DataRequired(_l("State the reason: it is shown to everyone who verifies.")),
            Length(max=actions.LONGEST_REASON),
        ],
        description=_l("Everyone who verifies this certificate will read it. Name no one else."),
    )
    effective_on = DateField(
        _l("From"),
        [Optional()],
        description=_l(
            "Leave it empty to let it hold at once. A later day can be cancelled before."
        ),
    )


class CorrectionForm(Form):
    """The right name, why, and a document that proves it."""

    name_latin = StringField(
        _l("Name in Latin letters"),
        [
            DataRequired(_l("Type the name as your passport or identity card has it.")),
            Length(max=200),
        ],
    )
    name_native = StringField(
        _l("Name in your own script"),
        [Length(max=200)],
        description=_l("If the certificate is to state it as well."),
    )
    words = TextAreaField(
        _l("What happened"),
        [DataRequired(_l("Say in a sentence why the name is another.")), Length(max=500)],
        description=_l("For example: a slip in the registration, or a marriage."),
    )
    evidence = FileField(
        _l("Document that shows the name"),
        description=_l(
            "A PDF, PNG or JPEG of at most 5 MB. Only the registrar sees it; it is deleted 90 days "
            "after the decision."
        ),
        render_kw={"accept": ".pdf,.png,.jpg,.jpeg"},
    )

    def wish(self) -> Wish | None:
        """What was asked; None if something is missing."""
        if not self.validate_on_submit():
            return None
        sent = self.evidence.data
        if not isinstance(sent, FileStorage) or not sent.filename:
            self.evidence.errors = [_("Choose the document that shows the name.")]
            return None
        return Wish(
            " ".join((self.name_latin.data or "").split()),
            " ".join((self.name_native.data or "").split()) or None,
            " ".join((self.words.data or "").split()),
            sent.filename,
            sent.read(LARGEST_EVIDENCE + 1),
        )


class AnswerForm(Form):
    """Why a correction is refused."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Tell the holder why.")), Length(max=actions.LONGEST_REASON)],
        description=_l("The holder reads it in a letter."),
    )


class BulkForm(Form):
    """Which certificates are withdrawn together, and why."""

    exam = SelectField(_l("All of an exam"), coerce=int, default=0)
    sitting = SelectField(_l("All of a sitting"), coerce=int, default=0)
    first_day = DateField(_l("Issued from"), [Optional()])
    last_day = DateField(_l("Issued to"), [Optional()])
    numbers = TextAreaField(
        _l("Numbers"),
        [Length(max=400_000)],
        description=_l("One certificate number on each line; anything else is reported."),
        render_kw={"rows": 6, "spellcheck": "false"},
    )
    reason = TextAreaField(
        _l("Reason"),
        [
            DataRequired(_l("State the reason: it is shown to everyone who verifies.")),
            Length(max=actions.LONGEST_REASON),
        ],
        description=_l("Everyone who verifies one of these certificates will read it."),
    )

    def selection(self) -> Selection:
        """What was chosen; shape only, the register decides whether it exists."""
        return Selection(
            self.exam.data or None,
            self.first_day.data,
            self.last_day.data,
            self.numbers.data or "",
            self.sitting.data or None,
        )
