"""What may be typed about a key."""

from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from probity.api.actions import LIFETIMES
from probity.kernel.forms import Form
from probity.kernel.i18n import lazy_gettext as _l
from probity.kernel.i18n import ngettext


class KeyForm(Form):
    """What a key is for, and how long it is good."""

    label = StringField(
        _l("What it is for"),
        [
            DataRequired(_l("Name the program, so that you know later which key to end.")),
            Length(max=80),
        ],
        description=_l("For example: applicant tracking, test system."),
    )
    days = SelectField(_l("Good for"), coerce=int, default=90)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days.choices = [
            (days, ngettext("%(num)s day", "%(num)s days", days)) for days in LIFETIMES
        ]
