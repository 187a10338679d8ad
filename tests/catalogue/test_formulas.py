"""Formulas are understood whole or refused."""

import pytest

from probity.catalogue.formulas import NotUnderstood, to_mathml


def test_formulas_become_mathml():
    made = to_mathml(r"\frac{p_{\text{min}}}{p} \times 30\%")
    assert made.startswith('<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline">')
    assert "<mfrac>" in made
    assert 'display="block"' in to_mathml("a = b", block=True)


def test_signs_of_markup_stay_signs():
    assert "<script" not in to_mathml("<script>x</script>")


@pytest.mark.parametrize(
    "formula",
    [
        r"\frac{1",
        r"\frac{p}",
        r"x^",
        r"\unknown{3}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{color:red}{x}",
        r"\color{red} x",
        r"a\class{x}{y}",
        "x" * 401,
    ],
)
def test_a_formula_that_needs_guessing_is_refused(formula):
    with pytest.raises(NotUnderstood):
        to_mathml(formula)
