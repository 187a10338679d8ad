"""What may be typed into the pages of the register: shape and length only."""

from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from probity.credentials import actions, rules
from probity.kernel.forms import Form
from probity.kernel.i18n import lazy_gettext as _l


class NumberForm(Form):
    """Number and holder's name, as printed."""

    number = StringField(
        _l("Certificate number"),
        [DataRequired(_l("Type the number printed on the certificate.")), Length(max=40)],
        description=_l("Printed at the lower right. Spaces and lower case are fine."),
    )
    name = StringField(
        _l("Holder's name"),
        [DataRequired(_l("Type the holder's name as printed.")), Length(max=400)],
        description=_l("As printed, in either script."),
    )

    def validate_number(self, field: StringField) -> None:
        if rules.parse_number(field.data or "") is None:
            raise ValidationError(
                _l("That is not a number of ours. They look like PRB-2026-000123.")
            )


class DecisionForm(Form):
    """Why a certificate is revoked, suspended or reinstated."""

    reason = TextAreaField(
        _l("Reason"),
        [
            DataRequired(_l("State the reason: it is shown to everyone who verifies.")),
            Length(max=actions.LONGEST_REASON),
        ],
        description=_l("Everyone who verifies this certificate will read it. Name no one else."),
    )
