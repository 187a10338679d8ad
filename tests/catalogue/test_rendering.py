"""Lessons as blocks of clean HTML with slots for figures and checks."""

import re

import pytest

from probity.catalogue.check import examine
from tests.factories.catalogue import TODAY, sound_courses, spoil

LESSON = "lamps/modules/01-start/01-first-light.md"


def pages(courses):
    examination = examine(courses, today=TODAY)
    assert examination.errors == []
    return {page.locale: page.content for page in examination.pages["lamps"]["LA-M01-L1"]}


@pytest.fixture
def courses(tmp_path):
    return sound_courses(tmp_path)


@pytest.fixture
def english(courses):
    return pages(courses)["en"]


def html(content):
    return "\n".join(block["html"] for block in content["blocks"] if block["kind"] == "html")


def test_figures_and_checks_are_blocks_between_html(english):
    kinds = [block["kind"] for block in english["blocks"]]
    assert kinds == ["html", "figure", "html", "check", "html"]
    assert english["blocks"][3]["items"] == ["LMP-0001"]


def test_a_figure_brings_its_twin_its_description_and_its_caption(english):
    figure = english["blocks"][1]
    assert figure["title"] == "Two lamps"
    assert figure["description"].startswith("Two lamps stand side by side")
    assert figure["caption"] == "<p>Two lamps side by side.</p>"
    assert 'viewBox="0 0 640 120"' in figure["wide"]
    assert 'viewBox="0 0 340 120"' in figure["narrow"]
    for drawing in (figure["wide"], figure["narrow"]):
        assert 'role="img"' in drawing
        assert 'aria-label="Two lamps"' in drawing
        assert not re.search(r"\sid=|<title|<desc", drawing)


def test_a_translation_brings_its_own_figure_terms_and_law(courses):
    chinese = pages(courses)["zh-Hans"]
    assert chinese["blocks"][1]["title"] == "两盏灯"
    assert chinese["terms"][0]["definition"] == "在街上发光的东西。"
    assert chinese["law"][0]["name"] == "《路灯法》"
    assert [article["name"] for article in chinese["law"][0]["articles"]] == ["第2条", "第3条"]


def test_a_line_break_between_chinese_characters_is_no_space(courses):
    assert re.search(r"路灯法</a>是这样说的|路灯法</a>\n?是", html(pages(courses)["zh-Hans"]))


def test_a_term_is_a_button_that_holds_its_definition(english):
    assert (
        '<button type="button" class="term" data-term-id="lamp"'
        ' data-term="A thing that gives light in a street.">lamp</button>' in html(english)
    )
    assert english["terms"] == [
        {"id": "lamp", "term": "lamp", "definition": "A thing that gives light in a street."}
    ]


def test_law_is_cited_with_articles_of_one_instrument_together(english):
    shown = html(english)
    assert 'href="#law-LAW-2"' in shown
    assert "Lamp Law, Art.&nbsp;2, Art.&nbsp;3; Lamp Rules, Art.&nbsp;9" in shown
    assert "checked on 2026-10-01" in shown
    assert "to be confirmed by a legal reviewer" in shown


def test_a_case_hides_its_reasoning_and_a_table_can_be_scrolled(english):
    shown = html(english)
    assert '<details class="case__why"><summary>Show the reasoning</summary>' in shown
    assert 'role="region" aria-label="Two lamps"' in shown
    assert '<td class="num">200</td>' in shown
    assert '<th scope="col" class="num">Price</th>' in shown


def test_formulas_become_mathml_and_links_lead_on(english):
    shown = html(english)
    assert "<mfrac>" in shown
    assert '<a href="../second-light/" title="Second light"' in shown
    assert '<a href="https://lamps.example/manual" rel="noopener">' in shown


def test_notes_are_linked_both_ways(english):
    shown = html(english)
    assert '<a href="#fn1" id="fnref1" rel="noopener">1</a>' in shown
    assert '<li id="fn1">' in shown
    assert 'aria-label="Back to the text"' in shown


def test_callouts_before_the_first_section_have_no_heading_of_their_own(courses):
    spoil(courses, LESSON, "A [lamp]", "::: example\nA pole.\n:::\n\nA [lamp]")
    chinese = LESSON.replace(".md", ".zh-Hans.md")
    spoil(courses, chinese, "[路灯]", "::: example\n杆。\n:::\n\n[路灯]")
    shown = html(pages(courses)["en"])
    assert re.search(
        r'note--example"><p class="note__head strong"><svg.*?<span>Example</span>', shown
    )
    assert re.search(r'note--rule"><h3 class="note__head"><svg.*?<span>Rule</span></h3>', shown)


def test_what_an_author_writes_is_words_not_markup(courses):
    spoil(courses, LESSON, '"A torch is not a lamp"', '"<img src=x onerror=alert(1)> & co"')
    spoil(courses, LESSON, "It has no pole.", "`<script>` and \\<b\\> &lt;i&gt;")
    shown = html(pages(courses)["en"])
    assert "<script" not in shown
    assert "<img" not in shown
    assert "<b>" not in shown
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; co" in shown


def test_a_callout_inside_a_code_block_is_code(courses):
    spoil(courses, LESSON, "## What it costs", "```\n::: rule\n```\n\n## What it costs")
    assert "::: rule" in html(pages(courses)["en"])


def test_a_formula_on_its_own_lines_is_a_block(courses):
    spoil(courses, LESSON, "budget: $\\frac{p}{b}$.", "budget:\n\n$$\n\\frac{p}{b}\n$$")
    shown = html(pages(courses)["en"])
    assert (
        '<div class="formula"><math xmlns="http://www.w3.org/1998/Math/MathML" display="block">'
        in shown
    )


def test_a_lesson_of_another_course_is_linked_by_its_address(courses):
    other = courses / "torches"
    (other / "modules/01-hand").mkdir(parents=True)
    for name in (
        "course.yaml",
        "glossary.yaml",
        "modules/01-hand/module.yaml",
        "modules/01-hand/01-torch.md",
    ):
        source = name.replace("01-hand", "02-further").replace("01-torch", "01-whole-town")
        text = (courses / "lamps" / source).read_text("utf-8")
        text = (
            text.replace("LA-M02", "TO-M01")
            .replace("id: LA\n", "id: TO\n")
            .replace("lamps\n", "torches\n")
        )
        text = text.replace("old-lamps", "old-torches").replace("[LMP-0099]", "[]")
        (other / name).write_text(text.replace("requires: [LA-M01]\n", ""), "utf-8")
    spoil(courses, LESSON, "lesson:LA-M01-L2", "lesson:TO-M01-L1")
    spoil(courses, LESSON.replace(".md", ".zh-Hans.md"), "lesson:LA-M01-L2", "lesson:TO-M01-L1")
    assert 'href="../../torches/torch/"' in html(pages(courses)["en"])
