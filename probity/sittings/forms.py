"""What officers fill in about sittings, rosters and accommodations."""

from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import DateField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional
from wtforms.widgets import DateTimeLocalInput

from probity.kernel.forms import Form
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import lazy_gettext as _l
from probity.sittings import labels, rules
from probity.sittings.actions import Plan
from probity.sittings.models import Sitting, WindowRule
from probity.sittings.rules import Entitlement, Span

LONGEST_LIST = 200_000
LARGEST_FILE = 1024 * 1024
ENCODINGS = ("utf-8-sig", "gb18030")
"""How tables are saved: UTF-8, or what spreadsheets in Chinese write by default."""


def _said(sentence: Any) -> list[Any]:
    return [DataRequired(sentence)]


def _most(number: int) -> Length:
    return Length(max=number, message=_l("Use at most %(max)d characters."))


def _choices(pairs: Any) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in pairs]


class SittingForm(Form):
    exam = SelectField(_l("Exam"))
    title = StringField(
        _l("Title"), validators=[*_said(_l("Give the sitting a title.")), _most(200)]
    )
    opens = StringField(
        _l("Opens"), widget=DateTimeLocalInput(), validators=_said(_l("Say when it opens."))
    )
    closes = StringField(
        _l("Closes"), widget=DateTimeLocalInput(), validators=_said(_l("Say when it closes."))
    )
    timezone = SelectField(_l("Time zone"))
    window_rule = RadioField(
        _l("What the end of the window limits"),
        choices=_choices((rule.value, words) for rule, words in labels.RULES.items()),
        validators=_said(_l("Choose what the end of the window limits.")),
    )
    access_code = StringField(_l("Access code"), validators=[_most(40)])
    networks = TextAreaField(
        _l("Address ranges"), validators=[_most(4000)], render_kw={"rows": 3, "spellcheck": "false"}
    )
    authorise = BooleanField(_l("An invigilator lets each candidate in"))

    def offer(self, exams: list[tuple[str, str]], *, is_fixed: bool) -> None:
        """Fill the lists to choose from; a sitting that exists stays with its exam."""
        if is_fixed:
            del self.exam
        else:
            self.exam.choices = _choices(exams)
        zones = sorted(zone for zone in available_timezones() if "/" in zone)
        self.timezone.choices = _choices((zone, zone) for zone in ["UTC", *zones])

    def plan(self) -> Plan | None:
        """What was decided; None if a field cannot be read, which then says why."""
        is_valid = self.validate()
        zone = ZoneInfo(self.timezone.data) if not self.timezone.errors else None
        opens = self._moment("opens", zone)
        closes = self._moment("closes", zone)
        networks, problems = rules.read_networks(self.networks.data or "")
        if problems:
            self.networks.errors = [labels.network_sentence(one) for one in problems]
        if not is_valid or opens is None or closes is None or problems:
            return None
        return Plan(
            title=self.title.data,
            opens_at=opens,
            closes_at=closes,
            window_rule=WindowRule(self.window_rule.data),
            timezone=self.timezone.data,
            access_code=self.access_code.data or None,
            networks=networks,
            authorise=self.authorise.data,
        )

    def _moment(self, name: str, zone: ZoneInfo | None) -> Any:
        field = self[name]
        found = rules.moment(field.data or "", zone) if zone else None
        if found is None and not field.errors and zone:
            field.errors = [_("There is no such time in %(zone)s.", zone=zone.key)]
        return found


def shown(sitting: Sitting) -> dict[str, Any]:
    """A sitting as the form shows it, in its own zone."""
    zone = ZoneInfo(sitting.timezone)
    return {
        "title": sitting.title,
        "opens": f"{sitting.opens_at.astimezone(zone):%Y-%m-%dT%H:%M}",
        "closes": f"{sitting.closes_at.astimezone(zone):%Y-%m-%dT%H:%M}",
        "timezone": sitting.timezone,
        "window_rule": sitting.window_rule.value,
        "access_code": sitting.access_code,
        "networks": "\n".join(sitting.networks),
        "authorise": sitting.authorise,
    }


class RosterForm(Form):
    people = TextAreaField(
        _l("People"),
        validators=[_most(LONGEST_LIST)],
        render_kw={"rows": 6, "spellcheck": "false"},
    )
    table = FileField(_l("File with the list"), render_kw={"accept": ".csv,.txt,text/csv"})

    def text(self) -> str | None:
        """The list as it was typed or uploaded; None if there is none or it cannot be read."""
        if not self.validate():
            return None
        if self.people.data:
            return str(self.people.data)
        sent = self.table.data
        if not isinstance(sent, FileStorage) or not sent.filename:
            self.people.errors = [_("Write at least one address, or choose a file.")]
            return None
        body = sent.read(LARGEST_FILE + 1)
        if len(body) > LARGEST_FILE:
            self.table.errors = [_("The file is larger than 1 MB. A list of people is not.")]
            return None
        for encoding in ENCODINGS:
            try:
                return str(body, encoding)
            except UnicodeDecodeError:
                continue
        self.table.errors = [_("The file is no text. Save the table as CSV in UTF-8.")]
        return None


class PlaceForm(Form):
    room = StringField(_l("Room"), validators=[_most(rules.ROOM)])
    seat = StringField(_l("Seat"), validators=[_most(rules.SEAT)])


class ReasonForm(Form):
    reason = TextAreaField(
        _l("Reason"),
        validators=[*_said(_l("Give the reason.")), _most(1000)],
        render_kw={"rows": 3},
    )


class AccommodationForm(Form):
    factor = StringField(
        _l("Time factor"), default="1", validators=[_most(20)], render_kw={"inputmode": "decimal"}
    )
    break_minutes = IntegerField(
        _l("Minutes of breaks"),
        default=0,
        validators=[
            Optional(),
            NumberRange(0, 600, message=_l("Write a whole number from 0 to 600.")),
        ],
    )
    extra_attempts = IntegerField(
        _l("Extra attempts"),
        default=0,
        validators=[
            Optional(),
            NumberRange(0, 20, message=_l("Write a whole number from 0 to 20.")),
        ],
    )
    separate_room = BooleanField(_l("A separate room"))
    basis = TextAreaField(
        _l("Basis"),
        validators=[*_said(_l("Say on which document or decision this rests.")), _most(1000)],
        render_kw={"rows": 3},
    )
    valid_from = DateField(_l("Valid from"), validators=[Optional()])
    valid_until = DateField(_l("Valid until"), validators=[Optional()])

    def entitled(self) -> tuple[Entitlement, Span] | None:
        """What is to be granted and for which days; None if a field cannot be read."""
        is_valid = self.validate()
        factor = rules.read_factor(self.factor.data or "1")
        if factor is None:
            self.factor.errors = [_("Write a factor from 1 to 4, such as 5/4, 1.5 or +25%.")]
        first, last = self.valid_from.data, self.valid_until.data
        if first and last and last < first:
            self.valid_until.errors = [_("The last day lies before the first.")]
            is_valid = False
        if not is_valid or factor is None:
            return None
        granted = Entitlement(
            factor=factor,
            break_minutes=self.break_minutes.data or 0,
            extra_attempts=self.extra_attempts.data or 0,
            separate_room=self.separate_room.data,
        )
        return granted, Span(first, last)
