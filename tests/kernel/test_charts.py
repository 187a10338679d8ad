import re
from xml.etree import ElementTree as ET

from probity.kernel.charts import Bar, Column, Part, histogram, profile, ring, stacked

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


SCORES = [Column("60", 3, 0, "60–65 %"), Column("65", 4, 1, "65–70 %"), Column("70", 0, 0, "")]


def test_a_histogram_stands_the_passed_on_the_others() -> None:
    wide, narrow = drawings(histogram(SCORES, "Most at 65", standard=1.5, standard_name="cut 67"))
    assert wide.get("aria-label") == narrow.get("aria-label") == "Most at 65"
    bars = [shape for shape in wide if shape.tag == "rect"]
    assert [bar.get("class") for bar in bars] == ["f6", "f6", "f1"]
    heights = [float(bar.get("height")) for bar in bars]
    assert heights[0] == heights[1]
    assert heights[0] / heights[2] == 3
    assert float(bars[1].get("y")) - heights[2] == float(bars[2].get("y"))


def test_the_line_of_a_histogram_lies_where_the_standard_is() -> None:
    wide = drawings(histogram(SCORES, "finding", standard=1.5, standard_name="cut"))[0]
    [line] = [shape for shape in wide if shape.get("class") == "kink"]
    second = [bar for bar in wide if bar.tag == "rect"][1]
    middle = float(second.get("x")) + float(second.get("width")) / 2
    assert abs(float(line.get("x1")) - middle) < 0.2


def test_the_scale_of_a_histogram_keeps_to_round_steps() -> None:
    for most, step in ((3, 1), (11, 2), (26, 5), (170, 50), (9000, 1000)):
        wide = drawings(histogram([Column("0", most, 0, "")], "finding", standard=1))[0]
        levels = [int(t.text) for t in wide if t.get("text-anchor") == "end" and t.text]
        assert levels[:2] == [0, step]
        assert levels[-1] >= most


def test_many_bands_are_not_all_named_on_narrow_screens() -> None:
    bands = [Column(str(low), 1, 0, "") for low in range(0, 100, 5)]
    wide, narrow = drawings(histogram(bands, "finding", standard=14))
    named = [
        [t.text for t in drawn if t.get("text-anchor") == "middle"] for drawn in (wide, narrow)
    ]
    assert len(named[0]) == 20
    assert len(named[1]) < 12


def test_the_line_of_the_standard_crosses_bars_but_no_name() -> None:
    for drawn in drawings(profile(BARS, "finding", standard=70, standard_name="Standard")):
        (line,) = [p for p in drawn if p.tag == "path"]
        pieces = [tuple(map(float, p)) for p in re.findall(r"M[\d.]+ (\d+)V(\d+)", line.get("d"))]
        bars = [float(r.get("y")) for r in drawn if r.get("class") == "f0"]
        assert all(any(top <= y and y + 12 <= bottom for top, bottom in pieces) for y in bars)
        for name in [
            t for t in drawn if t.tag == "text" and t.text in {"Scoring", "Integrity <&>"}
        ]:
            base = float(name.get("y"))
            assert not any(top < base and bottom > base - 9 for top, bottom in pieces)


def test_the_name_of_a_high_standard_stands_before_it() -> None:
    wide = drawings(profile(BARS, "finding", standard=95, standard_name="Standard"))[0]
    (name,) = [t for t in wide if t.text == "Standard"]
    assert name.get("text-anchor") == "end"


def test_a_row_that_is_not_judged_has_its_own_colour_and_a_range_its_line() -> None:
    rows = [Bar("Few", 40, "2/5", is_judged=False), Bar("Many", 80, "8/10", (49, 95))]
    wide = drawings(profile(rows, "finding", standard=70))[0]
    assert [r.get("class") for r in wide if r.tag == "rect"] == ["f0", "f6", "f0", "f1"]
    ranges = [p for p in wide if p.tag == "path" and "v8" in p.get("d")]
    assert len(ranges) == 1
