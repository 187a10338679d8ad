"""Responses of the right shape to any question, made from what its candidate sees of it."""

from random import Random
from typing import Any


def response(question: dict[str, Any], number: int, rng: Random) -> Any:
    """The `number`th thing a candidate says to this question; now and then it is cleared."""
    if rng.random() < 0.05:
        return None
    kind = question["kind"]
    names = [option["id"] for option in question.get("options") or []]
    match kind:
        case "single":
            return rng.choice(names)
        case "multiple":
            return [rng.choice(names)]
        case "true_false":
            return rng.random() < 0.5
        case "numeric":
            return str(number)
        case "short_text":
            return f"answer {number}"
        case "ordering":
            return rng.sample(names, len(names))
        case _:
            return None
