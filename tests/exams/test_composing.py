import pytest

from probity.catalogue.shapes import Exam
from probity.exams import composing
from probity.exams.paper import Drawn
from probity.kernel.errors import Refused
from tests.factories import exams
from tests.factories.bank import add_item, item


def test_what_only_people_mark_is_refused_by_name():
    shown = [
        Drawn("all", number, number, item(kind, f"GPP-000{number}"))
        for number, kind in enumerate(("single", "upload", "essay"), 1)
    ]
    with pytest.raises(Refused, match="GPP-0002, GPP-0003") as caught:
        composing.refuse_by_people(shown)
    assert caught.value.reason == "by-people"
    composing.refuse_by_people(shown[:1])


@pytest.mark.bare
def test_an_exam_that_could_only_ask_essays_is_not_published(session):
    for number in range(1, 4):
        add_item(session, "essay", f"GPP-000{number}")
    cell = {"domain": "GPP-1", "cognitive": ["apply"], "draw": 1}
    content = exams.exam_content(
        sections=[{"id": "all", "title": exams.text("All"), "cells": [cell]}]
    )
    with pytest.raises(Refused, match="blueprint"):
        composing.draw_paper(session, Exam.model_validate(content, strict=False), "seed")
