"""What holders fill in when they show a certificate: shape and length only."""

from collections.abc import Sequence
from datetime import timedelta, tzinfo

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields import DateField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from probity.credentials.models import Certificate
from probity.credentials.sharing.actions import Wish
from probity.credentials.sharing.models import PublicProfile
from probity.credentials.sharing.profiles import Choice
from probity.credentials.sharing.rules import LONGEST_LABEL, Field, end_of
from probity.kernel import clock
from probity.kernel.forms import Form
from probity.kernel.i18n import lazy_gettext as _l
from probity.kernel.i18n import local

A_DAY, NEVER = "day", "none"


class ShareForm(Form):
    """For whom a link is, what it shows, and when it ends."""

    label = StringField(
        _l("Who is it for?"),
        [DataRequired(_l("Write who gets the link, so that you know it again.")),
         Length(max=LONGEST_LABEL)],
        description=_l("Only you see this, in your list of links."),
    )  # fmt: skip
    names = RadioField(
        _l("Your name"),
        choices=[
            SelectChoice("masked", _l("Beginnings only")),
            SelectChoice("full", _l("In full")),
        ],
        default="masked",
    )
    native = BooleanField(_l("Also in your own script"))
    level = BooleanField(_l("Level"), default=True)
    standard = BooleanField(_l("Standard"))
    summary = BooleanField(_l("What you showed you can do"), default=True)
    issued_on = BooleanField(_l("Day of issue"))
    valid_until = BooleanField(_l("Last day of validity"), default=True)
    number = BooleanField(
        _l("Number"),
        description=_l(
            "With number and full name anybody can verify the certificate, also after the link "
            "has ended."
        ),
    )
    ends = SelectField(
        _l("The link ends"),
        choices=[
            SelectChoice("7", _l("after 7 days")),
            SelectChoice("30", _l("after 30 days")),
            SelectChoice("90", _l("after 90 days")),
            SelectChoice(A_DAY, _l("on the day below")),
            SelectChoice(NEVER, _l("when I withdraw it")),
        ],
        default="30",
    )
    until = DateField(_l("Last day"), [Optional()])

    def validate_ends(self, field: SelectField) -> None:
        if field.data == A_DAY and self.until.data is None:
            raise ValidationError(_l("Choose the last day, or another way for the link to end."))

    def wish(self, zone: tzinfo) -> Wish:
        """What was chosen; the form is valid."""
        chosen = {field for field in Field if field in self and self[field].data}
        if self.names.data == "full":
            chosen.add(Field.NAME)
        ends = {A_DAY: self.until.data and end_of(self.until.data, zone), NEVER: None}
        if self.ends.data not in ends:
            ends = {self.ends.data: clock.now() + timedelta(days=int(self.ends.data))}
        return Wish(self.label.data or "", chosen, ends[self.ends.data])


class ProfileForm(Form):
    """What a public profile shows."""

    certificates = SelectMultipleField(
        _l("Certificates to list"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    handle = StringField(
        _l("Last part of the address"),
        [Length(max=40)],
        description=_l(
            "4 to 40 small letters, digits and hyphens. Left empty, you get one that nobody can "
            "guess. Once public, it stays yours."
        ),
    )
    searchable = BooleanField(
        _l("Search engines may list the page"),
        description=_l("Otherwise they are asked not to."),
    )

    @classmethod
    def of(
        cls, profile: PublicProfile | None, held: Sequence[Certificate], *, sent: bool = False
    ) -> "ProfileForm":
        """The form with the certificates that can be chosen; filled from a profile unless sent."""
        chosen = {item.certificate_id for item in profile.items} if profile else set()
        kept = {
            "certificates": [one.public_id for one in held if one.id in chosen],
            "handle": profile.handle if profile else "",
            "searchable": profile.searchable if profile else False,
        }
        form = cls() if sent else cls(formdata=None, data=kept)
        form.certificates.choices = [
            SelectChoice(one.public_id, f"{local(one.title)} · {one.number}") for one in held
        ]
        return form

    def choice(self) -> Choice:
        """What was chosen; the form is valid."""
        handle = (self.handle.data or "").lower()
        return Choice(handle, self.certificates.data or [], bool(self.searchable.data))
