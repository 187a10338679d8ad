"""Kinds answered by choosing: one of several, several, true or false."""

from collections.abc import Collection, Sequence
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
    id_list,
    one_id,
    piece,
    reason,
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
        if item.mapping:
            return item.mapping.share([response])
        return Fraction(response == self.key(item))

    def key(self, item: Single) -> Response:
        keys = [option.id for option in item.options if option.correct]
        mapping = item.mapping
        return max(keys, key=lambda key: mapping.share([key])) if mapping else keys[0]

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
        refuse_too_many(len(chosen), item.choose)
        return [option.id for option in item.options if option.id in chosen] or None

    def share(self, item: Multiple, response: Response, locale: str) -> Fraction:  # noqa: ARG002
        chosen = set(response)
        keys = set(self.key(item))
        if item.mapping:
            return item.mapping.share(response)
        if item.credit == "all_or_nothing":
            return Fraction(chosen == keys)
        if item.credit == "per_option":
            judged = sum((option.id in chosen) is option.correct for option in item.options)
            return Fraction(judged, len(item.options))
        return right_minus_wrong(chosen, keys)

    def key(self, item: Multiple) -> Response:
        return [option.id for option in item.options if option.correct]

    def order(self, item: Multiple, rng: Random) -> dict[str, Any]:
        return {"options": shuffled(item.options, rng, shuffle=item.shuffle)}

    def view(self, item: Multiple, locale: str, order: Order) -> View:
        options = arranged(item.options, order.get("options"))
        return {
            "options": [piece(option, locale) for option in options],
            "choose": item.choose,
            "exactly": item.choose == len(self.key(item)),
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
                    "why": reason(why, locale),
                }
                for name, (value, why) in reasons.items()
            }
        }

    def read(self, view: View, form: FormData, name: str) -> Response:  # noqa: ARG002
        given = form.get(name)
        if not given:
            return None
        return {"true": True, "false": False}.get(given, given)


def refuse_too_many(chosen: int, most: int | None) -> None:
    """Refuse more choices than the question asks for."""
    if most and chosen > most:
        raise BadResponse(
            ngettext(
                "Choose at most %(num)s answer to this question.",
                "Choose at most %(num)s answers to this question.",
                most,
            )
        )


def right_minus_wrong(chosen: set[str], keys: set[str]) -> Fraction:
    """Right choices less wrong ones, as a share of the right ones there are; never below 0."""
    return Fraction(max(0, len(chosen & keys) - len(chosen - keys)), len(keys))


def _option_notes(
    options: Sequence[Option], chosen: Collection[Response], locale: str
) -> dict[str, dict[str, Any]]:
    return {
        option.id: {
            "chosen": option.id in chosen,
            "correct": option.correct,
            "why": reason(option.why, locale),
        }
        for option in options
    }
