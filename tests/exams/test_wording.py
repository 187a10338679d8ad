"""Responses of every kind in words."""

import pytest

from probity.bank.marking import candidate_view, key_response
from probity.exams import wording
from tests.factories.bank import item

KINDS = [
    "single",
    "multiple",
    "true_false",
    "numeric",
    "short_text",
    "matching",
    "ordering",
    "cloze",
    "gap_match",
    "matrix",
    "hotspot",
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_response_is_told_in_the_words_of_the_item(kind):
    parsed = item(kind, "GPP-0001")
    view = candidate_view(parsed, "en")
    response = key_response(parsed)
    lines = wording.words(view, response)
    assert lines
    assert wording.words(view, None) == []


def test_words_of_each_kind():
    options = [{"id": "a", "text": "First"}, {"id": "b", "text": "Second"}]
    gaps = {"g1": {"by": "writing"}, "g2": {"by": "choosing", "choices": options}}
    for view, response, lines in [
        ({"kind": "single", "options": options}, "b", ["Second"]),
        ({"kind": "multiple", "options": options}, ["a", "b"], ["First", "Second"]),
        ({"kind": "true_false"}, False, ["False"]),
        ({"kind": "true_false"}, True, ["True"]),
        ({"kind": "numeric", "unit": "CNY"}, "12", ["12 CNY"]),
        ({"kind": "numeric", "unit": None}, "12", ["12"]),
        ({"kind": "matching", "left": options, "right": options}, {"a": "b"}, ["First → Second"]),
        ({"kind": "ordering", "steps": options}, ["b", "a"], ["1. Second", "2. First"]),
        ({"kind": "cloze", "gaps": gaps}, {"g2": "a"}, ["(2) First"]),
        ({"kind": "cloze", "gaps": gaps}, {"g1": "x"}, ["(1) x"]),
        ({"kind": "essay"}, "two\nlines", ["two", "lines"]),
    ]:
        assert wording.words(view, response) == lines


def test_pieces_crosses_and_points_are_told():
    def told(kind, response, **changes):
        return wording.words(candidate_view(item(kind, **changes), "en"), response)

    assert told("gap_match", {"what": "contract"}) == ["(2) Piece contract"]
    assert told("matrix", {"bid": ["yes"]}) == ["Row bid: Column yes"]
    assert told("hotspot", ["seal"]) == ["Area seal"]
    assert told("hotspot", [[70, 60]], by="point") == ["(70, 60)"]
