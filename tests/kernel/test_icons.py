import re

import pytest
from markupsafe import Markup

from probity.kernel.icons import icon
from probity.kernel.settings import ROOT

TEMPLATE_NAME = re.compile(r"""\bicon\(\s*["']([\w-]+)["']|\bsymbol(?:_after)?=["']([\w-]+)["']""")


def test_an_icon_is_silent_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in icon("check")
    assert "role=" not in icon("check")
    named = icon("check", "Done")
    assert 'role="img" aria-label="Done"' in named
    assert "aria-hidden" not in named


def test_an_icon_is_markup_of_one_svg_without_comments() -> None:
    drawn = icon("award", kind="award__icon")
    assert isinstance(drawn, Markup)
    assert drawn.count("<svg") == drawn.count("</svg>") == 1
    assert 'class="icon award__icon"' in drawn
    assert "<!--" not in drawn


def test_a_label_cannot_break_out_of_its_attribute() -> None:
    assert icon("check", '"><script>').count("<script>") == 0


@pytest.mark.parametrize("name", ["no-such-icon", "../LICENSE", ""])
def test_an_unknown_icon_is_named_in_the_error(name: str) -> None:
    with pytest.raises(KeyError, match="There is no icon"):
        icon(name)


def test_every_icon_that_a_template_names_exists() -> None:
    named = {
        first or second
        for path in (ROOT / "templates").rglob("*.html")
        for first, second in TEMPLATE_NAME.findall(path.read_text(encoding="utf-8"))
    }
    assert len(named) > 20
    for name in named:
        assert icon(name)
