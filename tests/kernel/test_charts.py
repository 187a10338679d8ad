import re
from xml.etree import ElementTree as ET

from probity.kernel.charts import Bar, Part, profile, ring, stacked

BARS = [Bar("Scoring", 75, "9/12"), Bar("Integrity <&>", 50, "4/8")]


def drawings(markup: str) -> list[ET.Element]:
    return list(ET.fromstring(f"<div>{markup}</div>"))


def test_a_profile_is_drawn_for_wide_and_for_narrow_screens_with_its_finding() -> None:
    wide, narrow = drawings(profile(BARS, "Scoring 75%", standard=70, standard_name="Standard"))
    assert [d.get("class") for d in (wide, narrow)] == ["chart chart--wide", "chart chart--narrow"]
    assert wide.get("role") == "img"
    assert wide.get("aria-label") == "Scoring 75%"
    assert {"Scoring", "Integrity <&>", "9/12", "4/8", "Standard"} <= set(wide.itertext())


def test_a_bar_below_the_standard_has_another_colour_and_its_length_is_in_proportion() -> None:
    wide = drawings(profile(BARS, "finding", standard=70))[0]
    rows = [r for r in wide if r.tag == "rect"]
    assert [r.get("class") for r in rows] == ["f0", "f1", "f0", "f4"]
    assert float(rows[1].get("width")) / float(rows[0].get("width")) == 0.75


def test_without_a_standard_no_bar_is_below_it_and_no_line_is_drawn() -> None:
    drawn = profile(BARS, "finding")
    assert "f4" not in drawn
    assert "stroke-dasharray" not in drawn


def test_a_value_outside_the_scale_stays_on_it() -> None:
    wide = drawings(profile([Bar("Over", 140, "7/5"), Bar("Under", -3, "0")], "finding"))[0]
    whole, over, _, under = [float(r.get("width")) for r in wide if r.tag == "rect"]
    assert (over, under) == (whole, 0)


def test_a_stacked_bar_splits_its_width_by_amount() -> None:
    wide = drawings(stacked([Part("A", 3, 1), Part("B", 1, 2)], "A 3, B 1"))[0]
    widths = [float(r.get("width")) + 2 for r in wide if r.tag == "rect"]
    assert widths == [480, 160]


def test_nothing_to_split_draws_nothing() -> None:
    assert stacked([Part("A", 0, 1)], "finding") == ""


def test_a_ring_shows_its_number_and_covers_that_share() -> None:
    drawn = ring(25, "25% done", size=64)
    assert 'aria-label="25% done"' in drawn
    done, around = map(float, re.search(r'dasharray="([\d.]+) ([\d.]+)"', drawn).groups())
    assert round(done / around, 2) == 0.25
