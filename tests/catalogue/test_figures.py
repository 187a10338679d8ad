"""Figures are shapes and words only, and safe to stand inside a page."""

import pytest

from probity.catalogue.figures import read_figure
from probity.kernel.yamlfile import Unreadable

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100">'
WORDS = "<title>A</title><desc>B</desc>"


def draw(inside, head=HEAD, words=WORDS):
    return read_figure("two-lamps.svg", f"{head}{words}{inside}</svg>".encode())


def test_a_plain_drawing_is_read():
    figure = draw('<rect class="fig-box" x="1" y="2" width="3" height="4" fill="none"/>')
    assert (figure.title, figure.description, figure.width) == ("A", "B", 300)
    assert not figure.needs_twin
    assert draw("", HEAD.replace("300", "640")).needs_twin


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<style>*{}</style>",
        '<image href="x.png"/>',
        '<a href="javascript:alert(1)"><text>x</text></a>',
        "<foreignObject/>",
        '<use href="#x"/>',
        "<animate/>",
        '<rect onload="alert(1)"/>',
        '<rect style="fill:red"/>',
        '<rect fill="#000"/>',
        '<rect fill="url(#x)"/>',
        '<rect class="btn"/>',
        '<rect id="main"/>',
        '<text font-size="6">x</text>',
        '<text font-size="1e9px">x</text>',
        '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
        '<rect xmlns:x="http://www.w3.org/1999/xlink" x:href="x"/>',
    ],
)
def test_anything_else_is_refused(inside):
    with pytest.raises(Unreadable) as caught:
        draw(inside)
    assert caught.value.code == "A02"


@pytest.mark.parametrize("words", ["", "<desc>B</desc><title>A</title>", "<title/><desc>B</desc>"])
def test_alt_text_and_description_are_demanded(words):
    with pytest.raises(Unreadable):
        draw("", words=words)


def test_a_figure_without_a_view_box_is_refused():
    with pytest.raises(Unreadable, match="viewBox"):
        draw("", '<svg xmlns="http://www.w3.org/2000/svg">')


def test_the_same_drawing_may_stand_twice_in_a_page():
    figure = draw('<g id="two-lamps-g"><rect/></g>')
    assert "id=" not in figure.markup
