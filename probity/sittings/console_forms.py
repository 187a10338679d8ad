"""What invigilators and officers fill in while a sitting runs."""

from datetime import datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import DateTimeLocalInput

from probity.kernel.forms import Form
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import lazy_gettext as _l
from probity.sittings import console_labels, rules
from probity.sittings.models import Incident

LONGEST = 2000
MOST_MINUTES = 24 * 60
NOBODY = "0"
ALL_ROOMS = "everybody"


def _said(sentence: Any) -> list[Any]:
    return [
        DataRequired(sentence),
        Length(max=LONGEST, message=_l("Use at most %(max)d characters.")),
    ]


def _words(label: Any, sentence: Any) -> TextAreaField:
    return TextAreaField(label, validators=_said(sentence), render_kw={"rows": 3})


def _minutes(least: int) -> IntegerField:
    return IntegerField(
        _l("Minutes"),
        validators=[
            InputRequired(_l("Write how many minutes.")),
            NumberRange(
                least, MOST_MINUTES, message=_l("Write a whole number from %(min)d to %(max)d.")
            ),
        ],
        render_kw={"inputmode": "numeric"},
    )


def _choices(pairs: Any) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in pairs]


class MessageForm(Form):
    text = _words(_l("What the candidates read"), _l("Write the message."))


class PauseForm(Form):
    text = _words(
        _l("Why, as the candidates read it"), _l("Say why: the candidates read it on screen.")
    )


class ResumeForm(Form):
    text = TextAreaField(
        _l("A word to the candidates"),
        validators=[Length(max=LONGEST, message=_l("Use at most %(max)d characters."))],
        render_kw={"rows": 2},
    )


class ExtendForm(Form):
    minutes = _minutes(1)
    text = _words(
        _l("Why, as the candidates read it"), _l("Say why: the candidates read it on screen.")
    )


class EndForm(Form):
    text = _words(
        _l("Why, as the candidate reads it"), _l("Say why: the candidate reads it on screen.")
    )


class LineForm(Form):
    about = SelectField(_l("About"))
    kind = SelectField(_l("Kind"), choices=_choices(console_labels.KINDS.items()))
    note = _words(_l("What happened"), _l("Write what happened."))

    def offer(self, people: list[tuple[int, str]]) -> None:
        """Whom a line may be about."""
        self.about.choices = _choices([(NOBODY, _l("The whole sitting")), *people])


class MomentForm(Form):
    """A form with one time of day in the zone of the sitting."""

    at = StringField(_l("Time"), widget=DateTimeLocalInput())

    @classmethod
    def at_moment(cls, moment: datetime, zone: str) -> Self:
        """The empty form with this moment in it."""
        local = moment.astimezone(ZoneInfo(zone))
        return cls(formdata=None, data={"at": f"{local:%Y-%m-%dT%H:%M}"})

    def moment(self, zone: str) -> datetime | None:
        """The time typed; None, with an error beside the field, if it cannot be read."""
        found = rules.moment(self.at.data or "", ZoneInfo(zone))
        if found is None:
            self.at.errors = [*self.at.errors, _("Write a date and a time.")]
        return found


class IncidentForm(MomentForm):
    room = SelectField(_l("Whom it hit"))
    fault = SelectField(_l("What failed"), choices=_choices(console_labels.FAULTS.items()))
    note = _words(_l("What happened"), _l("Write what happened."))

    def offer(self, rooms: list[str]) -> None:
        """Which rooms there are."""
        named = [(f"room:{room}", room) for room in rooms if room]
        self.room.choices = _choices([(ALL_ROOMS, _l("Everybody in this sitting")), *named])

    def chosen_room(self) -> str | None:
        value = str(self.room.data)
        return None if value == ALL_ROOMS else value.removeprefix("room:")


class DecisionForm(Form):
    minutes = _minutes(0)
    whom = SelectField(
        _l("For whom"),
        choices=_choices(
            [
                ("cut-off", _l("Those who were cut off")),
                ("all", _l("Everybody who was working then")),
            ]
        ),
    )
    text = _words(
        _l("Why, as the candidates read it"), _l("Say why: the candidates read it on screen.")
    )

    @classmethod
    def proposing(cls, extra: timedelta, incident: Incident, zone: str) -> Self:
        """The form with what the site proposes."""
        minutes = extra // timedelta(minutes=1)
        return cls(formdata=None, data={"minutes": minutes, "text": _reason(incident, zone)})

    def extra(self) -> timedelta:
        return timedelta(minutes=self.minutes.data or 0)


def _reason(incident: Incident, zone: str) -> str:
    """What candidates are told about the extra time, to be edited."""
    begin, end = (
        f"{moment.astimezone(ZoneInfo(zone)):%H:%M}" if moment else ""
        for moment in (incident.began_at, incident.ended_at)
    )
    fault = console_labels.FAULTS[incident.fault]
    return str(_("%(fault)s from %(begin)s to %(end)s", fault=fault, begin=begin, end=end))
