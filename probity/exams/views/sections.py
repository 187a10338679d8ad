"""Rendered questions, kept: the same question in the same state looks the same."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import cached_property
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from markupsafe import Markup

from probity.exams.models import Attempt, Response
from probity.exams.presenting import Question
from probity.exams.steps import Way
from probity.kernel.i18n import content_locale

MOST = 4096
"""Sections kept in one process: some ten megabytes."""

_kept: OrderedDict[tuple[object, ...], Markup] = OrderedDict()
_lock = Lock()


class Sections:
    """The questions of one attempt as HTML, for the template.

    A question without an answer looks the same for everybody who got its parts in the same order.
    One with an answer is kept for its attempt alone, under the version of the answer.
    """

    def __init__(
        self,
        attempt: Attempt,
        questions: Sequence[Question],
        answers: Mapping[str, Response],
        way: Way,
        zone: ZoneInfo,
    ) -> None:
        self._answers = answers
        self._common = {"attempt": attempt, "questions": questions, "way": way, "zone": zone}
        self._key = (way.total, attempt.locale, content_locale())
        self._attempt = attempt
        self._cases = {q.first: q.number for q in questions if q.whole}  # where each set ends

    def __call__(self, question: Question) -> Markup:
        saved = self._answers.get(question.item)
        key = (
            *(*self._key, *question.pinned, question.number, question.points),
            *(question.item in self._attempt.flags, question.first),
            self._cases.get(question.first),
            (self._attempt.id, saved.version) if saved else None,
        )
        return _kept.get(key) or _keep(key, self._draw(question, saved))

    @cached_property
    def _macros(self) -> Any:
        """The template of questions, opened once for all that this page has to draw."""
        context = dict(self._common)
        current_app.update_template_context(context)
        return current_app.jinja_env.get_template("exams/_question.html").make_module(context)

    def _draw(self, question: Question, saved: Response | None) -> Markup:
        return Markup(self._macros.question_section(question, saved))  # noqa: S704 (our own template)


def _keep(key: tuple[object, ...], made: Markup) -> Markup:
    with _lock:
        _kept[key] = made
        if len(_kept) > MOST:
            _kept.popitem(last=False)
    return made
