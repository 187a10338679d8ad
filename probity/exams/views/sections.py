"""Rendered questions, kept: the same question in the same state looks the same."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from zoneinfo import ZoneInfo

from flask import render_template
from markupsafe import Markup

from probity.exams.models import Attempt, Response
from probity.exams.presenting import Question
from probity.exams.steps import Way
from probity.kernel.i18n import content_locale

MOST = 4096
"""Sections kept in one process: some ten megabytes."""

_kept: OrderedDict[tuple[object, ...], Markup] = OrderedDict()
_lock = Lock()


def keeper(
    attempt: Attempt,
    questions: Sequence[Question],
    answers: Mapping[str, Response],
    way: Way,
    zone: ZoneInfo,
) -> Callable[[Question], Markup]:
    """A function for the template: one question of this attempt as HTML.

    A question without an answer looks the same for everybody who got its parts in the same order.
    One with an answer is kept for its attempt alone, under the version of the answer.
    """
    flags = frozenset(attempt.flags)
    languages = (attempt.locale, content_locale())

    def draw(question: Question) -> Markup:
        saved = answers.get(question.item)
        state = (attempt.id, saved.version) if saved else ()
        parts = [q.number for q in questions if question.whole and q.first == question.first]
        key = (
            *question.pinned,
            *(question.number, way.total, question.points, question.item in flags),
            *(*languages, *state, *parts[:1], *parts[-1:]),
        )
        found = _kept.get(key)
        if found is None:
            found = Markup(  # noqa: S704 (our own template)
                render_template(
                    "exams/_section.html",
                    question=question,
                    questions=questions,
                    saved=saved,
                    attempt=attempt,
                    way=way,
                    zone=zone,
                )
            )
            with _lock:
                _kept[key] = found
                if len(_kept) > MOST:
                    _kept.popitem(last=False)
        return found

    return draw
