"""Lengths of formulas, ours and published ones, by one measure."""

from __future__ import annotations

import pytest

from derive.render.length import length, tokens


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        (
            r"\bar{\mathbf{h}} = \mathbf{r} + \mathbf{W}^{(2)\top} \bar{\mathbf{y}}",
            r"\bar h = r + W ^ ( 2 ) \top \bar y",
        ),
        (r"\bar h=r+W^{(2)T}\bar y", r"\bar h = r + W ^ ( 2 ) T \bar y"),
        (r"\frac{1}{2} \|\mathbf{y} - \mathbf{s}\|^2", r"\frac 1 2 \| y - s \| ^ 2"),
        (r"0.01 x_{12}", "0.01 x _ 12"),
        (r"\left( a \right)", "( a )"),
        (r"\left. a \right|_{x=0}", "a | _ x = 0"),
        (r"\Bigl( a \Bigr) \, \quad b", "( a ) b"),
        (r"\operatorname{softmax}(\mathbf{y})", r"\softmaxword ( y )"),
        (r"\mathrm{softmax}(y)", r"\softmaxword ( y )"),
        (r"\mathrm{d} x", "d x"),
        (r"y'' + y^{\prime}", r"y ' ' + y ^ \prime"),
        (r"\begin{align*} a &= b \\ c &= d, \label{eq:1} \end{align*}", "a = b c = d"),
        (r"$$E = m c^2.$$ % a comment", "E = m c ^ 2"),
        (r"\sum_{t=1}^{T} \bar{z}^{(t)}", r"\sum _ t = 1 ^ T \bar z ^ ( t )"),
        (r"\{ a \}", r"\{ a \}"),
        ("", ""),
    ],
)
def test_what_counts(formula: str, wanted: str) -> None:
    found = list(tokens(formula))
    assert found == wanted.split()
    assert length(formula) == len(found)


@pytest.mark.parametrize("formula", [r"\frac{a", r"}{", r"a^", r"\left", "\\", "% only", r"\operatorname{a{b}c}"])
def test_broken_formulas_have_a_length(formula: str) -> None:
    assert length(formula) >= 0


def test_faces_and_braces_change_nothing() -> None:
    assert length(r"\bar{\mathbf{W}}_h") == length(r"\bar W_h") == length(r"{\bar{W}}_{h}") == 4
