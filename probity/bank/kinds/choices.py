"""Kinds answered by choosing: one of several, several, true or false."""

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import Any

from probity.bank.kinds.base import (
    BadResponse,
    FormData,
    Kind,
    Order,
    Response,
    View,
    arranged,
    block,
    id_list,
    one_id,
    piece,
    shuffled,
)
from probity.bank.parts import Option
from probity.bank.shapes import Multiple, Single, TrueFalse
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import ngettext


class SingleKind(Kind[Single]):
    def check(self, item: Single, response: Response) -> Response:
        return None if response == "" else one_id(response, item.options)

    def share(self, item: Single, response: Response, locale: str) -> Fraction:  # noqa: ARG002
        return Fraction(response == self.key(item))

    def key(self, item: Single) -> Response:
        return next(option.id for option in item.options if option.correct)

    def order(self, item: Single, rng: Random) -> dict[str, Any]:
        return {"options": shuffled(item.options, rng, shuffle=item.shuffle)}

    def view(self, item: Single, locale: str, order: Order) -> View:
        options = arranged(item.options, order.get("options"))
        return {"options": [piece(option, locale) for option in options]}

    def notes(self, item: Single, response: Response, locale: str) -> dict[str, Any]:
        return {"options": _option_notes(item.options, {response}, locale)}

    def read(self, view: View, form: FormData, name: str) -> Response:  # noqa: ARG002
        return form.get(name) or None


class MultipleKind(Kind[Multiple]):
    def check(self, item: Multiple, response: Response) -> Response:
        chosen = id_list(response, item.options)
        if item.choose and len(chosen) > item.choose:
            raise BadResponse(
                ngettext(
                    "Choose at most %(num)s answer to this question.",
                    "Choose at most %(num)s answers to this question.",
                    item.choose,
                )
            )
        return [option.id for option in item.options if option.id in chosen] or None

    def share(self, item: Multiple, response: Response, locale: str) -> Fraction:  # noqa: ARG002
        chosen = set(response)
        keys = set(self.key(item))
        if item.credit == "all_or_nothing":
            return Fraction(chosen == keys)
        if item.credit == "per_option":
            judged = sum((option.id in chosen) is option.correct for option in item.options)
            return Fraction(judged, len(item.options))
        return Fraction(max(0, len(chosen & keys) - len(chosen - keys)), len(keys))

    def key(self, item: Multiple) -> Response:
        return [option.id for option in item.options if option.correct]

    def order(self, item: Multiple, rng: Random) -> dict[str, Any]:
        return {"options": shuffled(item.options, rng, shuffle=item.shuffle)}

    def view(self, item: Multiple, locale: str, order: Order) -> View:
        options = arranged(item.options, order.get("options"))
        return {
            "options": [piece(option, locale) for option in options],
            "choose": item.choose,
        }

    def notes(self, item: Multiple, response: Response, locale: str) -> dict[str, Any]:
        return {"options": _option_notes(item.options, set(response or ()), locale)}

    def read(self, view: View, form: FormData, name: str) -> Response:  # noqa: ARG002
        return form.getlist(name) or None


class TrueFalseKind(Kind[TrueFalse]):
    def check(self, item: TrueFalse, response: Response) -> Response:  # noqa: ARG002
        if not isinstance(response, bool):
            raise BadResponse(_("The answer to this question is true or false."))
        return response

    def share(self, item: TrueFalse, response: Response, locale: str) -> Fraction:  # noqa: ARG002
        return Fraction(response is item.answer)

    def key(self, item: TrueFalse) -> Response:
        return item.answer

    def view(self, item: TrueFalse, locale: str, order: Order) -> View:  # noqa: ARG002
        return {}

    def notes(self, item: TrueFalse, response: Response, locale: str) -> dict[str, Any]:
        reasons = {"true": (True, item.why_true), "false": (False, item.why_false)}
        return {
            "options": {
                name: {
                    "chosen": response is value,
                    "correct": item.answer is value,
                    "why": block(why, locale),
                }
                for name, (value, why) in reasons.items()
            }
        }

    def read(self, view: View, form: FormData, name: str) -> Response:  # noqa: ARG002
        given = form.get(name)
        if not given:
            return None
        return {"true": True, "false": False}.get(given, given)


def _option_notes(
    options: Sequence[Option], chosen: set[Response], locale: str
) -> dict[str, dict[str, Any]]:
    return {
        option.id: {
            "chosen": option.id in chosen,
            "correct": option.correct,
            "why": block(option.why, locale),
        }
        for option in options
    }
