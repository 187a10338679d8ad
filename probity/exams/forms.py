"""What an author fills in about an exam; the blueprint itself is read by `matrix`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, DateInput, DateTimeLocalInput, ListWidget

from probity.exams import labels
from probity.kernel.forms import Form
from probity.kernel.i18n import lazy_gettext as _l

Pairs = Sequence[tuple[str, str]]
SHORT, LONG, SLUG, NUMBER = 200, 4000, 80, 20


def _choices(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


def _most(number: int) -> list[Any]:
    return [Length(max=number, message=_l("Use at most %(max)d characters."))]


def _line(label: Any, most: int = SHORT, **options: Any) -> StringField:
    return StringField(label, validators=_most(most), **options)


def _text(label: Any, locale: str, **options: Any) -> TextAreaField:
    attributes = {"lang": locale, "rows": 3}
    return TextAreaField(label, validators=_most(LONG), render_kw=attributes, **options)


def _number(label: Any, **options: Any) -> StringField:
    return _line(label, NUMBER, render_kw={"inputmode": "numeric"}, **options)


def _tick(label: Any, **options: Any) -> BooleanField:
    return BooleanField(label, **options)


class ExamForm(Form):
    title_en = _line(_l("Title in English"), render_kw={"lang": "en"})
    title_zh = _line(_l("Title in Chinese"), render_kw={"lang": "zh-Hans"})
    summary_en = _text(_l("Summary in English"), "en")
    summary_zh = _text(_l("Summary in Chinese"), "zh-Hans")
    slug = _line(_l("Address"), SLUG)
    course = SelectField(_l("Course"))
    certificate = SelectField(_l("Certificate"))
    demonstration = _tick(_l("Demonstration: draw from the public items"))
    minutes = _number(_l("Time limit in minutes"))
    grace = _number(_l("Grace in seconds"))
    allowed = _number(_l("Attempts"))
    unlimited = _tick(_l("No limit to the attempts"))
    cooling_off = _number(_l("Waiting time between attempts in hours"))
    cut = _line(_l("Pass mark in per cent"), NUMBER, render_kw={"inputmode": "decimal"})
    each_domain = _line(
        _l("Least mark in each domain in per cent"), NUMBER, render_kw={"inputmode": "decimal"}
    )
    basis_en = _text(_l("Basis in English"), "en")
    basis_zh = _text(_l("Basis in Chinese"), "zh-Hans")
    opens = _line(_l("Opens"), NUMBER, widget=DateTimeLocalInput())
    closes = _line(_l("Closes"), NUMBER, widget=DateTimeLocalInput())
    prerequisites = SelectMultipleField(
        _l("Lessons to finish first"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    order = RadioField(_l("Going back"), choices=_choices(labels.ORDERS.items()))
    sealed = _tick(_l("Sealed sections: whoever goes on to the next one cannot come back"))
    shuffle_items = _tick(_l("Shuffle the questions"))
    shuffle_options = _tick(_l("Shuffle the options"))
    with_calculator = _tick(_l("Calculator"))
    with_notes = _tick(_l("Notes"))
    with_strike_out = _tick(_l("Striking out options"))
    result = RadioField(_l("Results come"), choices=_choices(labels.RESULTS.items()))
    on = _line(_l("Day of release"), NUMBER, widget=DateInput())
    detail = RadioField(_l("Candidates see"), choices=_choices(labels.DETAILS.items()))
    answers = RadioField(_l("Right answers are shown"), choices=_choices(labels.ANSWERS.items()))
    honour_en = _text(_l("Own words before the start, in English"), "en")
    honour_zh = _text(_l("Own words before the start, in Chinese"), "zh-Hans")

    def offer(self, courses: Pairs, schemes: Pairs, lessons: Pairs) -> None:
        """Fill the lists to choose from; an exam that exists stays in its course."""
        if self.course:
            self.course.choices = _choices(courses)
        self.certificate.choices = _choices([("", _l("No certificate")), *schemes])
        self.prerequisites.choices = _choices(lessons)

    def settings(self) -> dict[str, Any]:
        """What was typed, texts never None."""
        return {name: "" if value is None else value for name, value in self.data.items()}

    def show(self, problems: Mapping[str, str]) -> None:
        """Put sentences beside the fields they belong to."""
        for field in self:
            if field.name in problems and not field.errors:
                field.errors = [problems[field.name]]


class LateForm(Form):
    """Whether answers that arrived late count, and why."""

    decision = RadioField(
        _l("Decision"),
        choices=[
            SelectChoice("accept", _l("Accept: the late answers count")),
            SelectChoice("decline", _l("Decline: what had arrived in time counts")),
        ],
        validators=[InputRequired(_l("Choose whether the late answers count."))],
    )
    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("State the reason: the candidate reads it.")), *_most(2000)],
        description=_l("The candidate reads it on the page of the result and in the new receipt."),
        render_kw={"rows": 3},
    )


class WithholdForm(Form):
    """Why one result is kept back."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("State the reason: the candidate reads it.")), *_most(2000)],
        description=_l("The candidate reads it on the page of the result."),
        render_kw={"rows": 3},
    )
