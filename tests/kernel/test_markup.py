import pytest

from probity.kernel.markup import block_html, inline_html, mathml, plain_text


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("**bold** *soft* `code`", "<strong>bold</strong> <em>soft</em> <code>code</code>"),
        ("<b onclick=x>raw</b>", "&lt;b onclick=x&gt;raw&lt;/b&gt;"),
        ("[words](javascript:alert(1))", "[words](javascript:alert(1))"),
        ("[words](https://example.org)", "words"),
        ("采购\n人", "采购人"),
        ("buyer\npays", "buyer\npays"),
        ("$5 or $6", "$5 or $6"),
    ],
)
def test_a_line(words, html):
    assert inline_html(words) == html


def test_blocks_are_paragraphs_lists_and_tables():
    assert block_html("One.\n\n- two") == "<p>One.</p>\n<ul>\n<li>two</li>\n</ul>"
    table = block_html("| a | b |\n|---|--:|\n| 1 | 2 |")
    assert '<th scope="col" class="num">b</th>' in table
    assert '<td class="num">2</td>' in table


@pytest.mark.parametrize("words", ["# head", "head\n====", "![i](a.png)", "    code"])
def test_headings_images_and_indented_code_are_off(words):
    html = block_html(words)
    assert not any(tag in html for tag in ("<h1", "<img", "<pre"))


def test_formulas_become_mathml():
    assert "<mfrac>" in inline_html(r"$\frac{p}{b}$")
    assert 'display="block"' in block_html("$$\na\n$$")
    assert mathml(r"\left<b") == r"<code>\left&lt;b</code>"


@pytest.mark.parametrize("words", ["$x$ is 5", "$x$ ends in \\", "$x$", "$x$\n\n$y$ is 5"])
def test_a_formula_may_begin_a_text_whatever_ends_it(words):
    assert inline_html(words).startswith("<math")
    assert block_html(words).count("<math") == words.count("$") // 2


def test_amounts_of_money_are_no_formulas():
    assert inline_html("5$ or 6$ in 2") == "5$ or 6$ in 2"
    assert inline_html("$5 and $6") == "$5 and $6"


def test_plain_text_is_words_alone():
    assert plain_text("a **b** <c> & $x$") == "a b <c> & x"
