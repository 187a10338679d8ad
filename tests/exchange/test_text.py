"""Foreign HTML as our Markdown, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probity.exchange.text import plain_to_markdown, to_html, to_markdown
from probity.kernel.markup import block_html, plain_text

SIGNS = st.text(alphabet="ab1 .*_`[]()!$|<>&#+-=~\\\n中，é;:\"'", max_size=40)
PIECES = st.recursive(
    st.text(alphabet="ab *_`[$|<&#-.中", max_size=8).map(
        lambda words: words.replace("&", "&amp;").replace("<", "&lt;")
    ),
    lambda inner: st.tuples(
        st.sampled_from(
            ["b", "i", "p", "li", "ul", "code", "sub", "td", "tr", "table", "blockquote"]
        ),
        st.lists(inner, max_size=3),
    ).map(lambda made: f"<{made[0]}>{''.join(made[1])}</{made[0]}>"),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>One <b>bold </b>word</p><p>Two</p>", "One **bold** word\n\nTwo"),
        ("a*b_c 2 * 3 _x_ $5", r"a\*b_c 2 * 3 \_x\_ \$5"),
        ("[[gap]] [link](x)", r"\[\[gap]] \[link](x)"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul><ol start=3><li>x</ol>", "- a\n  - b\n\n3. x"),
        ("a<b>(b)</b>c", "a(b)c"),
        ("H<sub>2</sub>O, x<sup>2</sup>, a<sub>ij</sub>", "H₂O, x², a$_{ij}$"),
        (r"\(x^2\) or <span>$$\frac{a}{b}$$</span>", "$x^2$ or\n\n$$\n\\frac{a}{b}\n$$"),
        (
            "<table><tr><th>a|b<th>c<tr><td>1<td>2</table>",
            "| a\\|b | c |\n| --- | --- |\n| 1 | 2 |",
        ),
        ("1. no list<br>- nor this", "1\\. no list\\\n\\- nor this"),
        ("<p>中文\n换行</p>", "中文换行"),
        ("Which tag is <canvas1> and <b>&lt;b&gt;</b>?", "Which tag is `<canvas1>` and **<b>**?"),
        ("<br>", "`<br>`"),
        ("<u>     </u> blank", r"\_\_\_\_\_ blank"),
        ("<pre>x\n  y</pre>", "```\nx\n  y\n```"),
        ("<math><mfrac><mi>a</mi><mn>2</mn></mfrac></math>", r"$\frac{a}{2}$"),
        ("<h2>Title</h2>text", "**Title**\n\ntext"),
        (r"\(x\)5 of 5\(y\)6", "\u2060$x$\u20605 of 5\u2060$y$\u20606"),
        ('see <a href="https://a.example/b">this</a>', "see this (https://a.example/b)"),
    ],
)
def test_html_becomes_markdown_and_comes_back(html, markdown):
    words, _notes = to_markdown(html)
    assert words == markdown
    again, _notes = to_markdown(to_html(words))
    assert again == markdown


@pytest.mark.parametrize("math", ["tex", "mathml"])
def test_formulas_come_back_from_tex_and_from_mathml(math):
    words = r"Half of $\frac{a}{b}$ and" + "\n\n$$\nx^2\n$$"
    assert to_markdown(to_html(words, math=math))[0] == words


def test_media_keep_their_names_and_alternative_texts():
    words, notes = to_markdown(
        '<img src="@@/x.png" alt="A [dot]"> <a href="@@/y.pdf">Paper</a>',
        lambda address, _alt: address.rsplit("/", 1)[-1],
    )
    assert words == r"![A \[dot\]](media:x.png) [Paper](media:y.pdf)"
    assert notes == []
    html = to_html(words, lambda name: f"files/{name}")
    assert '<img src="files/x.png" alt="A [dot]">' in html
    assert '<a href="files/y.pdf">Paper</a>' in html


def test_what_is_not_there_is_named():
    words, notes = to_markdown('<img src="pics/map.png">')
    assert words == "[map.png]"
    assert [note.code for note in notes] == ["media_missing"]


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>x",
        '<p onclick="alert(1)">x</p>',
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" JaVaScRiPt:alert(1)">x</a>',
        '<img src="javascript:alert(1)" alt="x">',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        "<style>x{}</style><script src=//e.example/x.js></script>x",
    ],
)
def test_scripts_are_taken_out_and_named(html):
    words, notes = to_markdown(html)
    shown = block_html(words) + to_html(words)
    assert "x" in words
    for evil in ("<script", "alert", "javascript", "onclick", "data:"):
        assert evil not in shown.lower()
    assert "scripts_removed" in [note.code for note in notes]


@given(SIGNS)
def test_plain_words_show_as_they_are(words):
    shown = plain_text(plain_to_markdown(words, in_line=True))
    assert shown.split() == " ".join(words.split()).split()


@given(PIECES)
def test_one_pass_is_stable(html):
    once, _notes = to_markdown(html)
    twice, _notes = to_markdown(to_html(once))
    assert to_markdown(to_html(twice))[0] == twice


@given(st.text(alphabet="<>/=\"' abpi&;#x0&lt\n", max_size=60))
def test_any_html_becomes_text(html):
    for in_line in (False, True):
        words, _notes = to_markdown(html, in_line=in_line)
        assert "<script" not in block_html(words)
