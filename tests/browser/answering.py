"""Answers any question of the room by its controls, as a hand would."""

from typing import Any

from playwright.sync_api import Locator

from tests.browser.room import Room


def answer(room: Room, number: int, response: Any) -> None:
    """Go to a question and give this response."""
    room.go(number)
    question = room.question(number)
    kind = question.locator("fieldset[data-kind]").get_attribute("data-kind")
    assert kind is not None
    WAYS[kind](question, response)


def _choose(question: Locator, response: Any) -> None:
    wanted = response if isinstance(response, list) else [str(response)]
    for one in wanted:
        value = {"True": "true", "False": "false"}.get(one, one)
        question.locator(f".opts input[value='{value}']").check()


def _type(question: Locator, response: str) -> None:
    question.get_by_role("textbox").fill(response)


def _map(question: Locator, response: dict[str, str]) -> None:
    for part, value in response.items():
        control = question.locator(f"[data-part='{part}']")
        if control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)


def _arrange(question: Locator, response: list[str]) -> None:
    rows = question.locator("[data-order] > li")
    for place, identity in enumerate(response):
        row = question.locator(f"[data-order] > li[data-id='{identity}']")
        while rows.nth(place).get_attribute("data-id") != identity:
            row.locator("[data-up]").click()
    first = question.locator("[data-order] > li").first
    first.locator("[data-down]").click()  # a move there and back counts as an answer
    question.locator(f"[data-order] > li[data-id='{response[0]}'] [data-up]").click()


WAYS = {
    "single": _choose,
    "true_false": _choose,
    "multiple": _choose,
    "numeric": _type,
    "short_text": _type,
    "matching": _map,
    "cloze": _map,
    "ordering": _arrange,
}
