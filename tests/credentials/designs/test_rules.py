"""What a design may say, and what its lines make of their placeholders."""

from dataclasses import replace

from probity.credentials.designs import rules, sentences
from probity.credentials.designs.rules import Flaw, contrast, flaws
from probity.credentials.paper import design as spec
from probity.credentials.paper.design import WORDS, Design, fill
from tests.factories.designs import full


def worded(line, words, locale="en"):
    return Design(words={**WORDS, line: {locale: words, "en": words}})


def test_the_usual_design_and_the_fullest_have_no_flaw():
    for design in (Design(), full(), full(base="letterhead", orientation="portrait")):
        assert list(flaws(design)) == []
        assert spec.from_json(spec.to_json(design)) == design


def test_each_flaw_is_named_where_it_is():
    found = {
        Flaw("orientation", "orientation"): Design(base="letterhead"),
        Flaw("colour", "accent", "red"): Design(accent="red"),
        Flaw("contrast", "accent", "1.0"): Design(accent="#ffffff"),
        Flaw("long", "footer-en", "160"): worded("footer", "x" * 161),
        Flaw("placeholder", "before-en", "{Holder}"): worded("before", "{Holder}"),
        Flaw("brace", "sentence-en"): worded("sentence", "{holder} }"),
    }
    for flaw, design in found.items():
        assert flaw in list(flaws(design))
        assert "%(" not in sentences.told(flaw)
    bare = replace(Design(), words={})
    assert [flaw.code for flaw in flaws(bare)] == ["heading"]


def test_contrast_is_that_of_wcag():
    assert contrast("#000000") == 21
    assert contrast("#ffffff") == 1
    assert round(contrast("#767676"), 2) == 4.54
    assert contrast(Design().accent) > rules.LEAST_CONTRAST


def test_placeholders_are_filled_and_strangers_left():
    assert fill("{holder} of {place}", {"holder": "Lin Wei"}) == "Lin Wei of {place}"
