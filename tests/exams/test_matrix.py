"""The blueprint as a form: what is shown, read back, pressed and stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from probity.exams import matrix
from probity.exams.matrix import Further, Section

RECALL = {"domain": "GPP-1", "cognitive": ["remember", "understand"], "draw": 8}
CASES = {"domain": "GPP-3", "cognitive": list(matrix.LEVELS), "kinds": ["case"], "draw": 1}
ONE = {"domain": "GPP-1", "competency": "PR01", "cognitive": ["apply"], "draw": 10}
MIXED = {"domain": "GPP-1", "cognitive": ["apply", "analyse"], "kinds": ["single"], "draw": 2}


def stored(*cells, name="all", **more):
    return {"id": name, "title": {"en": "All", "zh-Hans": "全部"}, "cells": list(cells), **more}


def test_cells_find_their_places_and_the_others_stay_cells_of_their_own():
    [section] = matrix.show([stored(RECALL, CASES, ONE, MIXED)])
    assert section.counts == {
        ("GPP-1", "recall"): "8",
        ("GPP-3", "case"): "1",
        ("GPP-1.PR01", "apply"): "10",
    }
    assert section.further == [Further("GPP-1", "", ["apply", "analyse"], ["single"], "2")]
    assert section.title == {"en": "All", "zh-Hans": "全部"}


def test_a_second_cell_of_the_same_place_is_kept_apart():
    [section] = matrix.show([stored(RECALL, {**RECALL, "draw": 3})])
    assert section.counts == {("GPP-1", "recall"): "8"}
    assert [one.draw for one in section.further] == ["3"]


def test_case_sets_of_some_levels_are_no_column():
    assert matrix.place_of({**CASES, "cognitive": ["apply"]}) is None
    assert matrix.place_of({**RECALL, "kinds": ["single"]}) is None


DRAWS = st.integers(1, 99)
CELLS = st.builds(
    lambda domain, competency, levels, kinds, draw: {
        "domain": domain,
        **({"competency": competency} if competency else {}),
        "cognitive": [level for level in matrix.LEVELS if level in levels],
        **({"kinds": kinds} if kinds else {}),
        "draw": draw,
    },
    st.sampled_from(["GPP-1", "ECE-12"]),
    st.sampled_from(["", "PR01", "CO12"]),
    st.sets(st.sampled_from(matrix.LEVELS), min_size=1),
    st.sampled_from([[], ["case"], ["single", "matching"]]),
    DRAWS,
)


def key(cell):
    return str(sorted((name, str(value)) for name, value in cell.items()))


@given(st.lists(CELLS, min_size=1, max_size=8))
def test_what_is_shown_and_sent_again_asks_for_the_same(cells):
    shown = matrix.show([stored(*cells)])
    [section] = matrix.content_of(matrix.read(form_of(shown)))
    assert section["id"] == "all"
    assert sorted(map(key, section["cells"])) == sorted(map(key, cells))


def form_of(sections):
    """What a browser would send of these sections."""
    form = MultiDict({"sections": str(len(sections))})
    for number, section in enumerate(sections):
        start = f"s{number}"
        form[f"{start}-id"], form[f"{start}-further"] = section.id, str(len(section.further))
        form[f"{start}-minutes"] = section.minutes
        for locale, words in section.title.items():
            form[f"{start}-title-{locale}"] = words
        for place, typed in section.counts.items():
            form[matrix.control(number, *place)] = typed
        for place, one in enumerate(section.further):
            for name in ("domain", "competency", "draw"):
                form[f"{start}-x{place}-{name}"] = getattr(one, name)
            form.setlist(f"{start}-x{place}-cognitive", one.cognitive)
            form.setlist(f"{start}-x{place}-kinds", one.kinds)
    return form


def test_numbers_of_sections_that_are_not_there_are_not_read():
    form = MultiDict({"sections": "1", "s0-GPP-1-apply": " 4 ", "s7-GPP-1-apply": "9"})
    [section] = matrix.read(form)
    assert section.counts == {("GPP-1", "apply"): "4"}


@pytest.mark.parametrize("count", ["", "-1", "x", "²"])
def test_a_forged_count_reads_nothing(count):
    assert matrix.read(MultiDict({"sections": count})) == []


def test_a_huge_count_is_cut():
    assert len(matrix.read(MultiDict({"sections": "99999999"}))) == matrix.MOST_SECTIONS


def test_zero_asks_for_nothing_and_words_are_left_to_the_shape():
    section = Section(counts={("GPP-1", "recall"): "0", ("GPP-1", "apply"): "many"})
    assert [typed.cell["draw"] for typed in matrix.cells_of(section, 0)] == ["many"]
    assert matrix.whole("１２") == 12


def test_cells_stand_row_by_row_in_the_order_of_the_columns():
    section = Section(
        counts={("GPP-3", "apply"): "1", ("GPP-1", "case"): "1", ("GPP-1", "recall"): "1"}
    )
    assert [typed.control for typed in matrix.cells_of(section, 2)] == [
        "s2-GPP-1-recall",
        "s2-GPP-1-case",
        "s2-GPP-3-apply",
    ]


def test_buttons_add_and_remove_sections_and_cells():
    sections = [Section(id="first")]
    matrix.press(sections, "add")
    matrix.press(sections, "add:1")
    assert [len(section.further) for section in sections] == [0, 1]
    matrix.press(sections, "remove:1:0")
    assert sections[1].further == []
    matrix.press(sections, "remove:0")
    assert [section.id for section in sections] == [""]


@pytest.mark.parametrize(
    "command", ["remove:0", "remove:9", "remove:0:5", "add:9", "recount", "add:x"]
)
def test_buttons_that_lead_nowhere_change_nothing(command):
    sections = [Section(id="only")]
    matrix.press(sections, command)
    expected = 2 if command == "add:x" else 1
    assert len(sections) == expected


def test_there_is_an_end_to_adding():
    sections = [Section() for _ in range(matrix.MOST_SECTIONS)]
    matrix.press(sections, "add")
    assert len(sections) == matrix.MOST_SECTIONS
    sections[0].further = [Further() for _ in range(matrix.MOST_FURTHER)]
    matrix.press(sections, "add:0")
    assert len(sections[0].further) == matrix.MOST_FURTHER


def test_sections_keep_their_names_and_new_ones_get_free_ones():
    sections = [Section(id="section_1"), Section(), Section(id="section_1")]
    content = matrix.content_of(sections)
    assert [one["id"] for one in content] == ["section_1", "section_2", "section_3"]


def test_the_time_of_a_section_is_shown_read_and_stored():
    [section, other] = matrix.show([stored(RECALL, minutes=20), stored(ONE, name="rest")])
    assert (section.minutes, other.minutes) == ("20", "")
    form = form_of([section, other])
    form["s1-minutes"] = " ten "
    sections = matrix.read(form)
    assert [one.get("minutes") for one in matrix.content_of(sections)] == [20, "ten"]
    assert matrix.controls_of(sections)["sections.1.minutes"] == "s1-minutes"


def test_every_place_of_the_content_knows_its_control():
    section = Section(counts={("GPP-1", "apply"): "3"}, further=[Further("GPP-1")])
    known = matrix.controls_of([section])
    assert known["sections.0.cells.0"] == "s0-GPP-1-apply"
    assert known["sections.0.cells.1.cognitive"] == "s0-x0-cognitive"
    assert known["sections.0.title.zh-Hans"] == "s0-title-zh-Hans"
    assert matrix.section_of("s11-x0-draw") == 11
    assert matrix.section_of("slug") is None


def test_every_level_has_one_column():
    assert [matrix.column_of(level) for level in matrix.LEVELS] == [
        *("recall", "recall", "apply", "judge", "judge")
    ]
