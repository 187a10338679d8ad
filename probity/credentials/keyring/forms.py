"""What may be typed when a change of keys is proposed."""

from wtforms import DateTimeLocalField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from probity.credentials.control import rules
from probity.kernel.forms import Form
from probity.kernel.i18n import lazy_gettext as _l


class ProposalForm(Form):
    """Why, and for a compromise since when."""

    reason = TextAreaField(
        _l("Reason"),
        [
            DataRequired(_l("Say why, for the person who has to approve it.")),
            Length(max=rules.LONGEST_REASON),
        ],
        description=_l("Read by whoever approves it, and by auditors."),
    )
    since = DateTimeLocalField(
        _l("Others may have had it since"),
        [Optional()],
        description=_l("If you do not know, the earliest time that you cannot exclude."),
    )
